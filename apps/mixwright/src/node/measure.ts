/** Measuring a file of any format and length in bounded memory. */
import { basename } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { createMeter } from '@mixwright/dsp'
import type { Metered } from '@mixwright/tasks'
import { openAudioFile, type OpenedFile } from './audio-files.ts'

/** @throws AudioFileError; the signal's reason */
export async function measureFile(
  path: string,
  options: { readonly signal?: AbortSignal; readonly progress?: (fraction: number) => void } = {}
): Promise<Metered> {
  const file = await openAudioFile(path, options.signal ? { signal: options.signal } : {})
  try {
    const meter = meterFor(file, basename(path)),
      total = file.frames ?? file.expectedFrames
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

function meterFor({ sampleRate, channels }: OpenedFile, name: string): ReturnType<typeof createMeter> {
  try {
    return createMeter(sampleRate, channels)
  } catch (error) {
    throw error instanceof RangeError
      ? new AudioFileError('unsupported', name, `it cannot be measured: ${error.message}`, 'convert it first', {
          cause: error
        })
      : error
  }
}
