/** The tracks of a workstation's project as stems in a folder, and its own mix of them. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { blocksOf } from '@mixwright/dsp'
import { AudioFileError } from '@mixwright/files'
import { type OpenedDaw, openDaw, openerAt, recordingOf } from './daw.ts'
import { dawInto } from './daw-render.ts'
import type { Workbench } from './workbench.ts'

export const startKinds = ['stems', 'session'] as const
/** Whether a mix takes only the stems of a project, or its balance too. */
export type StartKind = (typeof startKinds)[number]

/** Where the stems lie among the results. */
export const recordings = 'recordings'

export interface DawStems {
  /** The folder with one file per track that plays. */
  readonly folder: string
  /** Their names. */
  readonly names: readonly string[]
  /** Earlier files there that are none of them any more, as names in the results. */
  readonly stale: readonly string[]
  /** The project's own mix, where it was wanted. */
  readonly rough?: string
  /** What was not taken over, in words. */
  readonly left: readonly string[]
}

/** @throws AudioFileError if the project cannot be read, or none of its tracks plays */
export async function stemsOf(
  path: string,
  out: string,
  start: StartKind,
  bench: Workbench,
  { sampleRate, progress }: { readonly sampleRate?: number | undefined; progress?(fraction: number): void }
): Promise<DawStems> {
  const daw = await openDaw(path, bench.staged)
  try {
    const rate = sampleRate ?? Math.max(44100, daw.session.sampleRate),
      names = await record(daw, path, rate, bench, progress),
      left = [...daw.left.map(what => `left out: ${what}`), ...mutedIn(daw)]
    const rough = start === 'session' ? bench.staged(sessionMix) : undefined
    if (rough !== undefined) await dawInto(daw, rate, { name: sessionMix, format: 'f32' }, bench)
    const folder = join(out, recordings),
      stale = existsSync(folder) ? readdirSync(folder).filter(file => !names.some(name => file === `${name}.wav`)) : []
    return {
      folder,
      names,
      left,
      stale: stale.filter(file => file.endsWith('.wav')).map(file => join(recordings, file)),
      ...(rough !== undefined && { rough })
    }
  } finally {
    daw.close()
  }
}
/** The mix as the project had it, among the results. */
const sessionMix = 'session.wav'

const mutedIn = ({ session }: OpenedDaw): string[] =>
  session.tracks.flatMap(track => (track.mute && track.clips.length ? [`left out: ${track.name} is muted`] : []))

async function record(
  { session, ...daw }: OpenedDaw,
  path: string,
  sampleRate: number,
  bench: Workbench,
  progress: ((fraction: number) => void) | undefined
): Promise<string[]> {
  const playing = session.tracks.filter(track => track.clips.length && !track.mute),
    names: string[] = [],
    open = openerAt(bench, sampleRate)
  for (const track of playing) {
    bench.services.signal.throwIfAborted()
    const clip = await recordingOf(track, { session, ...daw }, sampleRate, open),
      name = freeName(track.name, names),
      take = bench.take(
        join(recordings, `${name}.wav`),
        { sampleRate, channels: clip.channels, format: 'f32' },
        () => {} // it has its place at once: the stems are read from there
      )
    for await (const { audio } of blocksOf(clip)) await take.write(audio)
    await take.close()
    names.push(name)
    progress?.(names.length / playing.length)
  }
  if (names.length === 0)
    throw new AudioFileError(
      'no-samples',
      path,
      'none of its tracks has audio that plays',
      'unmute one, or give the stems as a folder'
    )
  return names
}

/** As a file can be called, and unlike the others. */
function freeName(track: string, taken: readonly string[]): string {
  const plain =
    track
      .replace(/[^\p{L}\p{N} _.()+&-]+/gu, '-')
      .replace(/^[-. ]+|[-. ]+$/g, '')
      .slice(0, 80) || 'Track'
  const names = [plain, ...Array.from({ length: taken.length }, (_, i) => `${plain} ${i + 2}`)]
  return names.find(name => !taken.some(other => other.toLowerCase() === name.toLowerCase()))!
}
