/**
 * Stems with known roles, each heard once: what the features are made of is kept in build/roles/SONG.json, so that
 * features and likelihoods can be tried without hearing the sound again.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { blocksOf, type Clip, clipOf } from '@mixwright/dsp'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { analyseStem } from '../../packages/tasks/src/mix/analyse.ts'
import type { StemAnalysis } from '../../packages/tasks/src/mix/analysis.ts'
import { type FrameTracks, frameMeter } from '../../packages/tasks/src/mix/frames.ts'
import { pitchMeter, type PitchTrack } from '../../packages/tasks/src/mix/pitch.ts'
import { readSound } from '../sound-files.ts'
import { rolesBySong } from '../author-mixes/song-roles.ts'

export interface KnownStem {
  readonly song: string
  readonly name: string
  readonly role: string
  readonly lead: boolean
  readonly analysis: StemAnalysis
  readonly heard: Pick<FrameTracks, 'brightness' | 'flatness'> & PitchTrack
}
const kept = 'build/roles',
  seconds = 60

const middle = (audio: Float32Array[], rate: number): Clip => {
  const frames = Math.min(audio[0]!.length, seconds * rate),
    from = (audio[0]!.length - frames) >> 1
  return clipOf(
    audio.map(c => c.subarray(from, from + frames)),
    rate
  )
}

/** Typed arrays as base64, so that a song fits a file. */
function pack(_: string, value: unknown): unknown {
  if (value instanceof Uint8Array || value instanceof Float32Array || value instanceof Float64Array)
    return {
      kind: value.constructor.name,
      data: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
    }
  return value === Number.NEGATIVE_INFINITY ? -200 : value
}
const kinds = { Uint8Array, Float32Array, Float64Array } as const
function unpack(_: string, value: unknown): unknown {
  const { kind, data } = (value ?? {}) as { kind?: keyof typeof kinds; data?: string }
  if (!kind || data === undefined) return value
  const bytes = new Uint8Array(Buffer.from(data, 'base64'))
  return new kinds[kind](bytes.buffer, 0, bytes.byteLength / kinds[kind].BYTES_PER_ELEMENT)
}

/** Labels: from `labels.json` in the folder (stem → role), else from song-roles.ts. */
export async function knownStems(folder: string): Promise<KnownStem[]> {
  const song = basename(folder),
    path = join(kept, `${song}.json`)
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'), unpack) as KnownStem[]
  mkdirSync(kept, { recursive: true })
  const kernels = await loadKernels(),
    labels = join(folder, 'labels.json'),
    table: Readonly<Record<string, { role: string; lead?: boolean } | undefined>> = existsSync(labels)
      ? Object.fromEntries(
          Object.entries(JSON.parse(readFileSync(labels, 'utf8')) as Record<string, string>).map(([k, role]) => [
            k,
            { role }
          ])
        )
      : (rolesBySong[song] ?? {}),
    found: KnownStem[] = []
  for (const file of readdirSync(join(folder, 'dry')).sort()) {
    const name = basename(file, extname(file)),
      known = table[name] ?? table[name.slice(0, 2)]
    if (!known) continue
    const { audio, sampleRate } = await readSound(join(folder, 'dry', file)),
      clip = middle(audio, sampleRate)
    if (audio.every(c => c.every(v => Math.abs(v) < 1e-4))) continue
    const frames = frameMeter(sampleRate, clip.channels, kernels),
      pitches = pitchMeter(sampleRate, kernels),
      analysis = await analyseStem(clip, name, { kernels })
    for await (const { audio: block } of blocksOf(clip)) {
      frames.push(block)
      pitches.push(block)
    }
    const { brightness, flatness } = frames.done(),
      { pitch, clarity } = pitches.done()
    found.push({
      song,
      name,
      role: known.role,
      lead: known.lead === true,
      analysis,
      heard: { brightness, flatness, pitch, clarity }
    })
  }
  writeFileSync(path, JSON.stringify(found, pack))
  return found
}
