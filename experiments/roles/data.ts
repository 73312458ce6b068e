/** Stems with known roles, a minute of each as the mix task hears it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Clip, clipOf } from '@mixwright/dsp'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { analyseStem } from '../../packages/tasks/src/mix/analyse.ts'
import type { StemAnalysis } from '../../packages/tasks/src/mix/analysis.ts'
import { isRole, type Role } from '../../packages/tasks/src/mix/roles.ts'
import { rolesBySong } from '../author-mixes/song-roles.ts'
import { readSound } from '../sound-files.ts'

export interface KnownStem {
  readonly song: string
  readonly name: string
  readonly role: Role
  readonly analysis: StemAnalysis
}
const seconds = 60

const middle = (audio: Float32Array[], rate: number): Clip => {
  const frames = Math.min(audio[0]!.length, seconds * rate),
    from = (audio[0]!.length - frames) >> 1
  return clipOf(
    audio.map(c => c.subarray(from, from + frames)),
    rate
  )
}

/** Labels: from `labels.json` in the folder (stem → role), else from song-roles.ts. Silent stems are left out. */
export async function knownStems(folder: string): Promise<KnownStem[]> {
  const song = basename(folder),
    kernels = await loadKernels(),
    path = join(folder, 'labels.json'),
    labels = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : undefined,
    found: KnownStem[] = []
  for (const file of readdirSync(join(folder, 'dry')).sort()) {
    const name = basename(file, extname(file)),
      written = rolesBySong[song],
      role = labels ? labels[name] : (written?.[name] ?? written?.[name.slice(0, 2)])?.role
    if (role === undefined || !isRole(role)) continue
    const { audio, sampleRate } = await readSound(join(folder, 'dry', file)),
      analysis = await analyseStem(middle(audio, sampleRate), name, { kernels })
    if (!analysis.silent) found.push({ song, name, role, analysis })
  }
  return found
}
