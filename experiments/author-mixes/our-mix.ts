/**
 * What the task `mix` gives before mastering, by the same calls as the task makes, so that one analysis serves several
 * sets of names and the stages can be added one by one.
 */
import { type Audio, defaultsOf, type Kernels } from '@mixwright/dsp'
import { renderClips } from '@mixwright/graph'
import { analyseStem } from '../../packages/tasks/src/mix/analyse.ts'
import type { StemAnalysis } from '../../packages/tasks/src/mix/analysis.ts'
import { consoleGraph, stemIds } from '../../packages/tasks/src/mix/console.ts'
import { decide } from '../../packages/tasks/src/mix/decide.ts'
import type { Decisions } from '../../packages/tasks/src/mix/decisions.ts'
import { mixOptions } from '../../packages/tasks/src/mix/options.ts'
import { refineGraph } from '../../packages/tasks/src/mix/refine.ts'
import { refinedDecisions, refineJobOf, withRooms } from '../../packages/tasks/src/mix/refinement.ts'
import { compareStems, type Relations } from '../../packages/tasks/src/mix/relations.ts'
import { type AssignedRole, assignRoles } from '../../packages/tasks/src/mix/role-signal.ts'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import type { DryStem } from './song.ts'

const options = defaultsOf(mixOptions)

export const analyseAll = async (stems: readonly DryStem[]): Promise<StemAnalysis[]> => {
  const kernels = await loadKernels(),
    all: StemAnalysis[] = []
  for (const { clip, name } of stems) all.push(await analyseStem(clip, name, { kernels }))
  return all
}

export interface Decided {
  readonly roles: readonly AssignedRole[]
  readonly decisions: Decisions
  readonly names: readonly string[]
  readonly relations: Relations
}
/** @param given roles that the user states, by name */
export async function decideFor(
  stems: readonly DryStem[],
  analyses: readonly StemAnalysis[],
  names: readonly string[],
  given: Readonly<Record<string, string>> = {}
): Promise<Decided> {
  const named = analyses.map((a, i) => ({ ...a, name: names[i]! })),
    roles = assignRoles(named, given),
    relations = await compareStems(
      stems.map(s => s.clip),
      named,
      roles.map(r => r.role)
    )
  return { roles, decisions: decide(named, roles, relations, options), names, relations }
}

/** The same, turned by gradient as the task does by default. */
export async function refinedOf(
  stems: readonly DryStem[],
  analyses: readonly StemAnalysis[],
  decided: Decided
): Promise<Decided> {
  const roomy = withRooms(decided.decisions, analyses),
    ports = stems.map((s, i) => ({ name: decided.names[i]!, channels: s.clip.channels as 1 | 2 })),
    job = refineJobOf(roomy, ports, analyses, decided.relations)
  if (!job) return decided
  const ids = stemIds(decided.names),
    clips = Object.fromEntries(stems.map((s, i) => [ids[i]!, s.clip]))
  return {
    ...decided,
    decisions: refinedDecisions(roomy, await refineGraph(job, clips, { kernels: await loadKernels() }), 1)
  }
}

export async function renderMix(stems: readonly DryStem[], { decisions, names }: Decided): Promise<Audio> {
  const kernels: Kernels = await loadKernels(),
    rate = stems[0]!.clip.sampleRate,
    ids = stemIds(names),
    frames = Math.max(...stems.map(s => s.clip.frames)),
    graph = consoleGraph(
      decisions,
      stems.map((s, i) => ({ name: names[i]!, channels: s.clip.channels as 1 | 2 }))
    ),
    mix = [new Float32Array(frames), new Float32Array(frames)]
  let at = 0
  const clips = Object.fromEntries(stems.map((s, i) => [ids[i]!, s.clip]).filter(([id]) => graph.inputs[id as string]))
  await renderClips(
    graph,
    clips,
    {
      mix: block => {
        const count = Math.min(block[0]!.length, frames - at)
        block.forEach((c, i) => mix[i]!.set(c.subarray(0, count), at))
        at += count
      }
    },
    { sampleRate: rate, kernels, tail: 0 }
  )
  return mix
}

/** The decisions up to a stage; each stage has all before it. */
export const stages = ['faders and pans', '+ equalising', '+ compression and glue', '+ sends', '+ mix bus'] as const
export type Stage = (typeof stages)[number]
const dynamic = new Set(['gate', 'comp', 'de-ess'])

export function upTo(decisions: Decisions, stage: Stage): Decisions {
  const depth = stages.indexOf(stage),
    chain = (slot: string) => (dynamic.has(slot) ? depth >= 2 : depth >= 1)
  return {
    ...decisions,
    stems: decisions.stems.map(stem => ({
      ...stem,
      chain: stem.chain.filter(device => chain(device.slot)),
      sends: depth >= 3 ? stem.sends : []
    })),
    groups: decisions.groups.map(({ glue, ...group }) => ({ ...group, ...(glue && depth >= 2 && { glue }) })),
    returns: depth >= 3 ? decisions.returns : [],
    mixBus: depth >= 4 ? decisions.mixBus : []
  }
}
