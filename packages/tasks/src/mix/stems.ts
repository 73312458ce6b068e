/** The stems of a song: whether they can be mixed, what is known of them, and how the console names them. */
import type { Clip } from '@mixwright/dsp'
import { unknownName } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { TaskError } from '../define.ts'
import { analyseStem } from './analyse.ts'
import type { StemAnalysis } from './analysis.ts'
import { type StemPort, stemIds } from './console.ts'
import { excerptsOf } from './excerpts.ts'
import type { MixInput } from './mix.ts'
import { wishes, wishOf } from './roles.ts'
import type { MixServices, Stem } from './services.ts'

/** @throws TaskError for stems, roles or other sounds that do not fit together */
export function checkInput({ stems, roles = {}, rough, reference }: MixInput): void {
  if (stems.length === 0) throw new TaskError('there are no stems; give at least one')
  const names = stems.map(stem => stem.name),
    twice = names.find((name, i) => names.indexOf(name) !== i),
    rate = stems[0]!.clip.sampleRate
  if (twice !== undefined) throw new TaskError(`two stems are called "${twice}"; rename one`)
  const other = stems.find(stem => stem.clip.sampleRate !== rate)
  if (other)
    throw new TaskError(
      `${other.name} has ${other.clip.sampleRate} Hz, ${names[0]} has ${rate} Hz; resample to one rate first`
    )
  for (const [what, clip] of Object.entries({ rough, reference }))
    if (clip && clip.sampleRate !== rate)
      throw new TaskError(`${what}: it has ${clip.sampleRate} Hz, the stems have ${rate} Hz; resample it first`)
  for (const [name, role] of Object.entries(roles)) {
    if (!names.includes(name)) throw new TaskError(`roles: ${unknownName('stem', name, names)}`)
    if (!wishOf(role)) throw new TaskError(`roles.${name}: ${unknownName('role', role, wishes)}`)
  }
}

export const portsOf = (stems: readonly Stem[]): StemPort[] =>
  stems.map(stem => ({ name: stem.name, channels: stem.clip.channels as 1 | 2 }))
/** The graph's inputs by the ids that the console gave them. */
export function clipsOf(stems: readonly Stem[], graph: Graph): Record<string, Clip> {
  const ids = stemIds(stems.map(stem => stem.name))
  return Object.fromEntries(
    stems.flatMap((stem, i) => (Object.hasOwn(graph.inputs, ids[i]!) ? [[ids[i]!, stem.clip]] : []))
  )
}

export async function analyseAll(
  stems: readonly Stem[],
  part: 'whole' | 'excerpts',
  services: MixServices
): Promise<StemAnalysis[]> {
  const { kernels, signal } = services
  let done = 0
  const one = async (stem: Stem) => {
    const analysis = services.analyse
      ? await services.analyse(stem, part)
      : await analyseStem(part === 'whole' ? stem.clip : excerptsOf(stem.clip), stem.name, { kernels, signal })
    services.progress?.(part === 'whole' ? 'analysis' : 'listening', ++done / stems.length)
    return analysis
  }
  // The host's threads decide how many run at once; without them one after the other keeps memory small.
  if (services.analyse) return Promise.all(stems.map(one))
  const all: StemAnalysis[] = []
  for (const stem of stems) all.push(await one(stem))
  return all
}
