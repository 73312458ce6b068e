/** Whole files in memory, at their own rate; floats may exceed full scale. */
import type { Audio } from '@mixwright/dsp'
import { createWavWriter } from '@mixwright/files'
import { openAudioFile } from '../apps/mixwright/src/node/audio-files.ts'
import { createFileSink } from '../apps/mixwright/src/node/byte-files.ts'

export interface Sound {
  readonly audio: Float32Array[]
  readonly sampleRate: number
}

export async function readSound(path: string): Promise<Sound> {
  const file = await openAudioFile(path),
    parts: Audio[] = []
  for await (const block of file.blocks()) parts.push(block.map(c => c.slice()))
  file.close()
  const frames = parts.reduce((sum, p) => sum + p[0]!.length, 0),
    audio = Array.from({ length: file.channels }, () => new Float32Array(frames))
  let at = 0
  for (const part of parts) {
    part.forEach((c, i) => audio[i]!.set(c, at))
    at += part[0]!.length
  }
  return { audio, sampleRate: file.sampleRate }
}

export const wide = (audio: Audio): Audio => (audio.length === 2 ? audio : [audio[0]!, audio[0]!])

export async function writeSound(path: string, { audio, sampleRate }: Sound): Promise<void> {
  const sink = await createFileSink(path, { force: true, durable: false }),
    writer = await createWavWriter(sink, { sampleRate, channels: audio.length, format: 'f32', seed: 0, name: path })
  await writer.write(audio)
  await writer.close()
  await sink.commit()
}
