/** A folder of stems opened for work: every file as a clip at one rate, decoded once over the threads. */
import { basename } from 'node:path'
import type { AudioFileError } from '@mixwright/files'
import { type Starts, startsOf } from '@mixwright/tasks'
import { type AudioInfo, delayed, openClip, type OpenedClip } from './audio-files.ts'
import { leftOut, listStems, noneUsable, type Stem } from './folder.ts'
import type { ImportJob } from '../worker.ts'
import type { Pool } from './pool.ts'

export interface Track {
  readonly name: string
  readonly path: string
  readonly info: AudioInfo
  readonly clip: OpenedClip
}
export interface Song {
  readonly tracks: readonly Track[]
  /** Hz: the highest of the stems', at least 44 100, unless asked for another. */
  readonly sampleRate: number
  /** Left out because they cannot be read. */
  readonly bad: readonly AudioFileError[]
  /** What time stamps of the files have to do with when they begin, in words. */
  readonly remark?: string
  /** Closes the files. */
  close(): void
}
export interface SongOptions {
  readonly sampleRate?: number
  readonly skipBad?: boolean
  /** Names of the stems that are wanted; default: all. */
  readonly wanted?: readonly string[]
  readonly signal?: AbortSignal
  readonly progress?: (fraction: number) => void
  /** Told of every stem before its sound is read. */
  readonly seen: (path: string) => void
  /** Asked for when the folder has proved usable: where decoded audio is kept while the song is open. */
  readonly scratch: () => string
}

/** Lowest rate of a session: nobody wants a master at 8 kHz. */
const lowestRate = 44100

const samplesOf = ({ frames, expectedFrames, channels }: AudioInfo) => channels * (frames ?? expectedFrames ?? 0)

/** When the stems of a folder begin, by their time stamps. */
export const timesOf = (stems: readonly Stem[]): Starts => startsOf(stems.map(({ name, info }) => ({ name, ...info })))

/** @throws AudioFileError for a folder or file that cannot be used */
export async function openSong(folder: string, options: SongOptions, pool: Pool): Promise<Song> {
  const { signal, skipBad } = options,
    { stems: all, bad: unreadable } = await listStems(folder, {
      ...(skipBad !== undefined && { skipBad }),
      ...(signal && { signal })
    }),
    stems = all.filter(stem => options.wanted?.includes(stem.name) ?? true),
    { delays, remark } = timesOf(all)
  for (const { path } of stems) options.seen(path)
  const sampleRate = options.sampleRate ?? Math.max(lowestRate, ...stems.map(stem => stem.info.sampleRate))
  const cacheFolder = options.scratch()
  const tracks: (Track | undefined)[] = [],
    fractions = stems.map(() => 0)
  const close = () => {
    for (const track of tracks) track?.clip.close()
  }
  const bad = [...unreadable]
  try {
    // The longest first, so that no thread is left alone with one in the end.
    await Promise.all(
      [...stems.entries()]
        .sort(([, a], [, b]) => samplesOf(b.info) - samplesOf(a.info))
        .map(async ([i, stem]) => {
          const job: ImportJob = {
            kind: 'import',
            path: stem.path,
            name: basename(stem.path),
            known: stem.info,
            sampleRate,
            cacheFolder,
            allowTruncated: false
          }
          try {
            const { descriptor } = await pool.run<Pick<OpenedClip, 'descriptor'>>(
              job,
              ({ fraction }: { fraction: number }) => {
                fractions[i] = fraction
                options.progress?.(fractions.reduce((a, b) => a + b, 0) / fractions.length)
              }
            )
            const delay = Math.round(delays[all.indexOf(stem)]! * sampleRate)
            tracks[i] = { ...stem, clip: delayed(await openClip(descriptor), delay) }
          } catch (error) {
            // No room for what was decoded is no fault of the stem.
            if ((error as Partial<AudioFileError>).place?.startsWith(cacheFolder)) throw error
            bad.push(leftOut(error, skipBad ?? false))
          }
        })
    )
    const usable = tracks.filter(track => track !== undefined)
    if (usable.length === 0) throw noneUsable(folder, bad)
    return { tracks: usable, sampleRate, bad, ...(remark !== undefined && { remark }), close }
  } catch (error) {
    close()
    throw error
  }
}
