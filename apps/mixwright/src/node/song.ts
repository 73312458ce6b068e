/** A folder of stems opened for work: every file as a clip at one rate, decoded once over the threads. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AudioFileError } from '@mixwright/files'
import { type AudioInfo, openClip, type OpenedClip } from './audio-files.ts'
import { listStems } from './folder.ts'
import type { ImportJob } from '../worker.ts'
import type { Pool } from './pool.ts'

export interface Track { readonly name: string; readonly path: string; readonly info: AudioInfo; readonly clip: OpenedClip }
export interface Song {
  readonly tracks: readonly Track[]
  /** Hz: the highest of the stems', at least 44 100, unless asked for another. */
  readonly sampleRate: number
  /** Left out because they cannot be read. */
  readonly bad: readonly AudioFileError[]
  /** Closes the files and removes what was decoded. */
  close(): void
}
export interface SongOptions {
  readonly sampleRate?: number; readonly skipBad?: boolean; readonly signal?: AbortSignal; readonly progress?: (fraction: number) => void
  /** Where decoded audio is kept while the song is open; a folder of its own inside is made and removed. */
  readonly scratch: string
}

/** Lowest rate of a session: nobody wants a master at 8 kHz. */
const lowestRate = 44100

/** @throws AudioFileError for a folder or file that cannot be used */
export async function openSong(folder: string, options: SongOptions, pool: Pool): Promise<Song> {
  const { signal, skipBad } = options, { stems, bad } = await listStems(folder, { ...skipBad !== undefined && { skipBad }, ...signal && { signal } })
  const sampleRate = options.sampleRate ?? Math.max(lowestRate, ...stems.map((stem) => stem.info.sampleRate))
  mkdirSync(options.scratch, { recursive: true })
  const cacheFolder = mkdtempSync(join(options.scratch, '.decoded-')), forget = () => rmSync(cacheFolder, { recursive: true, force: true })
  process.once('exit', forget)
  const tracks: Track[] = [], fractions = stems.map(() => 0)
  const close = () => { for (const track of tracks) track.clip.close(); forget(); process.off('exit', forget) }
  try {
    const imported = await Promise.all(stems.map((stem, i) => {
      const job: ImportJob = { kind: 'import', path: stem.path, name: stem.name, sampleRate, cacheFolder, allowTruncated: false }
      return pool.run<Pick<OpenedClip, 'descriptor'>>(job, ({ fraction }: { fraction: number }) => {
        fractions[i] = fraction
        options.progress?.(fractions.reduce((a, b) => a + b, 0) / fractions.length)
      })
    }))
    for (const [i, stem] of stems.entries()) tracks.push({ ...stem, clip: await openClip(imported[i]!.descriptor) })
    return { tracks, sampleRate, bad, close }
  } catch (error) {
    close()
    throw error
  }
}
