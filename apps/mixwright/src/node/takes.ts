/** Audio on its way to a file, that can be read back when it is complete. */
import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Audio, Clip } from '@mixwright/dsp'
import { createWavWriter, type WavFormat, type WavResult } from '@mixwright/files'
import { importClip } from './audio-files.ts'
import { createFileSink, type FileSink } from './byte-files.ts'

export interface FileTake { write(audio: Audio): Promise<void>; close(): Promise<Clip & { close(): void }>; readonly result: WavResult | undefined }
export interface TakeOptions { readonly sampleRate: number; readonly channels: number; readonly format: WavFormat; readonly force: boolean; /** Of the dither. */ readonly seed?: number }

/** Begins a WAV file. It appears under its name when `close` has completed it. @throws AudioFileError */
export async function createTake(path: string, { force, seed = 1, ...form }: TakeOptions): Promise<FileTake & { discard(): Promise<void> }> {
  mkdirSync(dirname(path), { recursive: true })
  const sink: FileSink = await createFileSink(path, { force }), writer = await createWavWriter(sink, { ...form, seed, name: basename(path) })
  let result: WavResult | undefined
  return {
    write: (audio) => writer.write(audio),
    discard: () => sink.discard(),
    get result() { return result },
    async close() {
      result = await writer.close()
      await sink.commit()
      return importClip(path, { sampleRate: form.sampleRate, cacheFolder: dirname(path) })
    },
  }
}
