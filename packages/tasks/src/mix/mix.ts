/** The task `mix`: stems in, an editable console and what it sounds like out. */
import type { Clip, Measurement, MeasurementSeries, Values } from '@mixwright/dsp'
import type { Graph, Sink } from '@mixwright/graph'
import { audition, type Auditions } from '../audition/index.ts'
import { task, TaskError } from '../define.ts'
import type { StemAnalysis } from './analysis.ts'
import { ownFrames } from './bleed.ts'
import { consoleGraph } from './console.ts'
import { decide } from './decide.ts'
import type { Decisions } from './decisions.ts'
import {
  asMeasured,
  heavyLimiting,
  type Master,
  masterMix,
  measuredClip,
  type Metered,
  metered,
  type MeterOf
} from './master.ts'
import { mixOptions } from './options.ts'
import { relate } from './kit.ts'
import type { Reference } from './bus-aims.ts'
import { refinedBus } from './bus-refine.ts'
import { refineGraph } from './refine.ts'
import { count as mostPassages, passagesFor, refinedDecisions, refineJobOf, withRooms } from './refinement.ts'
import { mostPairs } from './pairs.ts'
import type { Relations } from './relations.ts'
import { type AssignedRole, assignRoles } from './role-signal.ts'
import type { MixServices, Stem, Take } from './services.ts'
import { scaled, steeringOf, withApart } from './steering.ts'
import { presetRules, presets } from './presets.ts'
import { castFor, isMonoSpeech } from './speech.ts'
import { speakersAlike } from './speech-levels.ts'
import { analyseAll, checkInput, clipsOf, portsOf } from './stems.ts'

export interface MixInput {
  readonly stems: readonly Stem[]
  /** Stem name → role, where the user knows better. */
  readonly roles?: Readonly<Record<string, string>>
  /** A mix of these stems whose balance is taken in place of the rules'. */
  readonly rough?: Clip
  /** A finished song whose tone, width and density the mix comes near to. */
  readonly reference?: Clip
  /** Stems, roles or groups that stay as they are recorded. */
  readonly lock?: readonly string[]
  /** Stems, roles or groups that are also written by themselves, beside the mix without them. */
  readonly apart?: readonly string[]
}
export interface MixResult {
  /** What was asked for, complete. */
  readonly options: Options
  readonly analyses: readonly StemAnalysis[]
  readonly roles: readonly AssignedRole[]
  readonly relations: Relations
  readonly decisions: Decisions
  /** The console: inputs by stem id, outputs `stem:ID`, `mix-input` and `mix`. */
  readonly graph: Graph
  readonly master: Master
  readonly measured: { readonly mix: Measurement; readonly master: Measurement }
  readonly series: { readonly mix: MeasurementSeries; readonly master: MeasurementSeries }
  /** Of the reference, where there is one. */
  readonly reference?: Metered
  /** Where the host lets moves be heard. */
  readonly auditions?: Auditions
  readonly warnings: readonly string[]
}
type Options = Values<typeof mixOptions>
const noRelations: Relations = { duplicates: [], bleed: [], coherent: [], own: [] }

export const mix = task({
  id: 'mix',
  title: 'Mix a song',
  doc: 'Listens to the stems of a song, decides levels, places, cleaning, dynamics and space by rule, builds the console that does it, renders mix and stems, and masters the mix to a loudness.',
  options: mixOptions,
  presets,
  run
})

/**
 * `balance` (levels and places from a first impression) is finished before anything else begins, so that there is
 * something to hear.
 * @throws TaskError for unusable stems, roles that do not exist, or samples that are not numbers; the abort reason
 */
async function run(input: MixInput, given: Options, services: MixServices): Promise<MixResult> {
  const { stems, roles: named = {} } = input,
    options = scaled(given)
  checkInput(input)
  await balance(stems, named, options, services)
  const analyses = await analyseAll(stems, 'whole', services),
    { roles, relations } = await relate(
      stems.map(stem => stem.clip),
      analyses,
      castFor(assignRoles(analyses, named), presetRules(options.preset)),
      services.signal
    )
  const steering = await steeringOf(input, analyses, roles, relations, services.kernels),
    byRule = withApart(decide(analyses, roles, relations, options, steering), input.apart)
  if (byRule.stems.every(stem => stem.muted))
    throw new TaskError(`all ${stems.length} stems are silent; there is nothing to mix`)
  const reference = input.reference && { clip: input.reference, ...(await measuredClip(input.reference)) },
    rules = presetRules(options.preset),
    alike = rules.leads === 'alike' ? await speakersAlike(stems, byRule, relations, services) : byRule,
    turned = await refined(stems, alike, analyses, relations, options, services),
    decisions = await busOf(stems, turned, reference, options, services),
    graph = consoleGraph(decisions, portsOf(stems))
  const channels = rules.mono && isMonoSpeech(decisions, analyses) ? 1 : 2,
    { clip, clips, measured, series } = await renderAll(stems, graph, services, metered)
  // Mastering keeps one thread busy; the others render what the report lets hear.
  const [master, auditions] = await Promise.all([
    masterMix(clip, measured, { ...options, channels }, services),
    services.audition
      ? audition({ stems, analyses, decisions, series, clips }, services.audition).finally(services.release)
      : services.release?.()
  ])
  return {
    options: given,
    analyses,
    roles,
    relations,
    decisions,
    graph,
    master,
    measured: { mix: measured, master: master.measured },
    series: { mix: series, master: master.series },
    ...(reference && { reference }),
    ...(auditions && { auditions }),
    warnings: warningsOf(decisions, roles, master, options)
  }
}

/** A first mix of faders and pans alone, from excerpts. */
async function balance(
  stems: readonly Stem[],
  given: Readonly<Record<string, string>>,
  options: Options,
  services: MixServices
): Promise<void> {
  const take = await services.open('balance', { sampleRate: stems[0]!.clip.sampleRate, channels: 2 })
  if (!take) return
  const analyses = await analyseAll(stems, 'excerpts', services)
  const plain = decide(
    analyses,
    castFor(assignRoles(analyses, given), presetRules(options.preset)),
    {
      ...noRelations,
      own: analyses.map(a => ({ leading: ownFrames([a], 0, []), share: 1, loudness: a.loudness, ...a.dynamics }))
    },
    { ...options, tone: 0, dynamics: 0 }
  )
  const decisions: Decisions = {
    ...plain,
    // What moves with the song was found in excerpts, out of its time.
    stems: plain.stems.map(({ ride: _, ...stem }) => ({ ...stem, chain: [], sends: [] })),
    returns: [],
    mixBus: []
  }
  if (!decisions.stems.every(stem => stem.muted)) {
    const graph = consoleGraph(decisions, portsOf(stems), 'balance')
    await services.render(
      graph,
      clipsOf(stems, graph),
      { mix: take.write },
      renderOptions(stems, services, 'balance', 0)
    )
  }
  await take.close()
}

const renderOptions = (stems: readonly Stem[], services: MixServices, stage: 'balance' | 'mix', tail?: number) => ({
  sampleRate: stems[0]!.clip.sampleRate,
  ...(tail !== undefined && { tail }),
  ...(services.signal && { signal: services.signal }),
  progress: (fraction: number) => services.progress?.(stage, fraction)
})

/** From the rules' decisions on by gradient, as far as the options want it. */
async function refined(
  stems: readonly Stem[],
  byRule: Decisions,
  analyses: readonly StemAnalysis[],
  relations: Relations,
  options: Options,
  services: MixServices
): Promise<Decisions> {
  if (options.refine === 0) return byRule
  const roomy = options.tone > 0 ? withRooms(byRule, analyses) : byRule,
    job = refineJobOf(roomy, portsOf(stems), analyses, relations)
  if (!job) return byRule
  const { kernels, signal } = services,
    clips = clipsOf(stems, job.graph),
    progress = (fraction: number) => services.progress?.('refine', fraction),
    found = services.refine
      ? await services.refine(job, clips, progress)
      : await refineGraph(job, clips, { kernels, signal, progress })
  return refinedDecisions(roomy, found, options.refine)
}

/** The mix bus by gradient, as far as the options want it; a reference is wanted whatever they say. */
async function busOf(
  stems: readonly Stem[],
  decisions: Decisions,
  reference: Reference | undefined,
  options: Options,
  services: MixServices
): Promise<Decisions> {
  const asked = presetRules(options.preset).bus && options.tone * options.refine > 0
  return reference || asked ? refinedBus(stems, decisions, reference, options, services) : decisions
}

/**
 * One pass: the mix and every stem that somebody wants.
 * @param frames samples to give; default: the longest stem and what still rings
 * @throws Error if the host refuses the mix itself
 */
export async function renderAll<M>(
  stems: readonly Stem[],
  graph: Graph,
  services: MixServices,
  meterOf: MeterOf<M>,
  frames?: number
): Promise<{ clip: Clip; clips: Readonly<Record<string, Clip>> } & M> {
  const format = { sampleRate: stems[0]!.clip.sampleRate, channels: 2 } as const,
    takes = new Map<string, Take>(),
    sinks: Record<string, Sink> = {}
  for (const name of Object.keys(graph.outputs)) {
    const take = await services.open(name, format)
    if (!take) continue
    takes.set(name, take)
    sinks[name] = take.write
  }
  const main = takes.get('mix')
  if (!main) throw new Error('the host refuses the output "mix"; mastering reads it back, so it must be kept')
  const meter = meterOf(format.sampleRate, sinks.mix)
  await services.render(
    graph,
    clipsOf(stems, graph),
    { ...sinks, mix: meter.sink },
    { ...renderOptions(stems, services, 'mix'), ...(frames !== undefined && { frames }) }
  )
  const clips = await Promise.all([...takes].map(async ([name, take]) => [name, await take.close()] as const))
  return { clip: clips.find(([name]) => name === 'mix')![1], clips: Object.fromEntries(clips), ...meter.result() }
}

function warningsOf(decisions: Decisions, roles: readonly AssignedRole[], master: Master, options: Options): string[] {
  const wanted = asMeasured(options.loudness, master.channels),
    missing = wanted - (master.measured.integrated ?? wanted),
    refined = passagesFor(decisions.stems.filter(stem => !stem.muted).length)
  return [
    ...decisions.stems.flatMap(stem => stem.faults.map(fault => `${stem.stem}: ${fault.text}`)),
    ...roles.flatMap((role, i) =>
      role.confidence < 0.5
        ? [
            `${decisions.stems[i]!.stem}: taken for ${role.role}, but that is a guess (${Math.round(role.confidence * 100)} %); say what it is with roles`
          ]
        : []
    ),
    ...(decisions.stems.length * (decisions.stems.length - 1) > mostPairs
      ? [
          `So many stems are not compared each with each: bleed and second microphones were looked for in the ${mostPairs} pairs whose levels move together most.`
        ]
      : []),
    ...(options.refine > 0 && refined < mostPassages
      ? [
          `Of so many stems faders and the lead's equaliser are refined by gradient on ${refined || 'none'} of ${mostPassages} passages of the song.`
        ]
      : []),
    ...(master.limiting > heavyLimiting
      ? [
          `The limiter takes ${master.limiting.toFixed(1)} LU to reach ${options.loudness} LUFS; a lower loudness would sound more open.`
        ]
      : []),
    ...(Math.abs(missing) > 0.5
      ? [
          `The master measures ${master.measured.integrated?.toFixed(1)} LUFS, not ${Number(wanted.toFixed(1))}: the peaks leave no more room.`
        ]
      : [])
  ]
}
