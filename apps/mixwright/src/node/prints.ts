/** What the folder of processed stems says of them: of which session and recording each was made. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Prints, printsOf, type Session } from '@mixwright/tasks'
import { openClip, type OpenedClip } from './audio-files.ts'
import { fileOf, outputs } from './results.ts'
import type { Track } from './song.ts'
import { type Identity, identityOf } from './witness.ts'

/** Beside the stems: it lives and dies with them. */
export const printsFile = join(outputs.stems, 'stems.json')

interface Index {
  readonly frames: number
  readonly stems: readonly Entry[]
}
interface Entry {
  readonly stem: string
  readonly level: number
  readonly key: string
  readonly recording: string
  readonly print: Identity
}
/** Raise it when the same decisions come to sound otherwise. */
const version = 1
const hash = (key: string, recording: string): string =>
  createHash('sha256')
    .update(JSON.stringify([version, key, basename(recording), identityOf(recording)]))
    .digest('hex')

/**
 * @param at where an output stands now, as it will stand in the results' folder
 */
export function writePrints(session: Session, tracks: readonly Track[], at: (file: string) => string): string {
  const stems = Object.entries(printsOf(session)).map(([stem, { output, key, level }]): Entry => {
      const { path: recording } = tracks.find(track => track.name === stem)!
      return { stem, level, recording, key: hash(key, recording), print: identityOf(at(fileOf(output)!)) }
    }),
    index: Index = { frames: Math.max(...tracks.map(track => track.clip.frames)), stems }
  return `${JSON.stringify(index, null, 1)}\n`
}

/**
 * The stems in a results' folder that are what the session would make of them now, opened. What cannot be read, was
 * changed, or is of another session is left out: it is made again.
 */
export async function readPrints(folder: string, session: Session): Promise<Prints & { close(): void }> {
  const found: Record<string, { readonly clip: OpenedClip; readonly level: number }> = {},
    prints = printsOf(session),
    { frames, stems } = indexIn(join(folder, printsFile))
  for (const { stem, level, key, recording, print } of stems) {
    const wanted = Object.hasOwn(prints, stem) ? prints[stem] : undefined
    if (!wanted) continue
    const path = join(folder, fileOf(wanted.output)!)
    try {
      const { size, changed } = identityOf(path)
      if (size !== print.size || changed !== print.changed || hash(wanted.key, recording) !== key) continue
      const clip = await openClip({ kind: 'file', path, name: path, allowTruncated: false })
      if (clip.sampleRate === session.sampleRate && clip.channels === 2) found[stem] = { clip, level }
      else clip.close()
    } catch {} // the file has gone, or another has its place
  }
  return {
    frames,
    stems: found,
    close() {
      for (const { clip } of Object.values(found)) clip.close()
    }
  }
}

function indexIn(path: string): Index {
  try {
    const { frames, stems } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Index>
    if (Number.isInteger(frames) && Array.isArray(stems)) return { frames: frames!, stems: stems.filter(isEntry) }
  } catch {} // none, or no longer ours
  return { frames: 0, stems: [] }
}
const isEntry = (value: unknown): value is Entry => {
  const { stem, level, key, recording, print } = (value ?? {}) as Partial<Entry>
  return (
    typeof stem === 'string' &&
    Number.isFinite(level) &&
    typeof key === 'string' &&
    typeof recording === 'string' &&
    Number.isFinite(print?.size) &&
    Number.isFinite(print?.changed)
  )
}
