/** Measuring a file of any format and length in bounded memory. */
import { createMeter, type Measurement, type MeasurementSeries } from '@mixwright/dsp'
import { openAudioFile } from './audio-files.ts'

export interface FileMeasurement { readonly measured: Measurement; readonly series: MeasurementSeries }

/** @throws AudioFileError; the signal's reason */
export async function measureFile(path: string, options: { readonly signal?: AbortSignal; readonly progress?: (fraction: number) => void } = {}): Promise<FileMeasurement> {
  const file = await openAudioFile(path, options.signal ? { signal: options.signal } : {})
  try {
    const meter = createMeter(file.sampleRate, file.channels), total = file.frames ?? file.expectedFrames
    let at = 0
    for await (const audio of file.blocks()) {
      options.signal?.throwIfAborted()
      meter.push(audio)
      at += audio[0]!.length
      if (total) options.progress?.(Math.min(1, at / total))
    }
    return { measured: meter.result(), series: meter.series() }
  } finally {
    file.close()
  }
}
