/** Audio on its way to a file, that can be read back when it is complete. */
import { mkdirSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { Audio, Clip } from '@mixwright/dsp'
import { createWavWriter, type WavFormat, type WavResult } from '@mixwright/files'
import { importClip } from './audio-files.ts'
import { createFileSink, type FileSink, inWords } from './byte-files.ts'
import { removeEmpty } from './staging.ts'

export interface FileTake {
  write(audio: Audio): Promise<void>
  close(): Promise<Clip & { close(): void }>
  readonly result: WavResult | undefined
}
export interface OpenTake extends FileTake {
  /** Leaves no unfinished file, and closes a finished one. */
  discard(): Promise<void>
}
export interface TakeOptions {
  readonly sampleRate: number
  readonly channels: number
  readonly format: WavFormat
  readonly force: boolean
  /** Of the dither. */ readonly seed?: number
}

/** Begins a WAV file. It appears under its name when `close` has completed it. @throws AudioFileError */
export async function createTake(path: string, { force, seed = 1, ...form }: TakeOptions): Promise<OpenTake> {
  const folder = dirname(path),
    made = makeFolder(folder),
    undo = () => {
      if (made) removeEmpty(folder, made)
    }
  const sink: FileSink = await createFileSink(path, { force }).catch((error: unknown) => {
      undo()
      throw error
    }),
    writer = await createWavWriter(sink, { ...form, seed, name: basename(path) })
  let result: WavResult | undefined, clip: Awaited<ReturnType<FileTake['close']>> | undefined
  return {
    write: audio => writer.write(audio),
    async discard() {
      clip?.close()
      await sink.discard()
      undo()
    },
    get result() {
      return result
    },
    async close() {
      result = await writer.close()
      await sink.commit()
      return (clip = await importClip(path, { sampleRate: form.sampleRate, cacheFolder: dirname(path) }))
    }
  }
}

function makeFolder(folder: string): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true })
  } catch (error) {
    throw inWords(folder, 'write', error)
  }
}
