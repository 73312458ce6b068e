/** The task `estimate-graph`: dry sources and what was made of them in, the graph that makes it out. */
import type { Clip, Measurement, Registry, Values } from '@mixwright/dsp'
import {
  type Console,
  type ConsoleRanges,
  consoleGraph,
  type Contribution,
  decayOfResponse,
  type Device,
  devicesOf,
  graphMatchLoss,
  mixOutput,
  registryOf,
  type RoomDecay,
  type Step
} from '@mixwright/estimate'
import type { Graph } from '@mixwright/graph'
import { task, TaskError } from '../define.ts'
import { stemIds } from '../mix/console.ts'
import { measuredClip, type Metered } from '../mix/master.ts'
import type { MixServices, Stem, Take } from '../mix/services.ts'
import type { Session } from '../revise/session.ts'
import { type Aligned, inTime } from './alignment.ts'
import { bare } from './bare.ts'
import { estimateOptions } from './options.ts'
import { type Residual, residualOf } from './residual.ts'
import { judged, searchGraph, type GraphSearchServices, type SearchStage } from './search.ts'
import { sessionOf } from './session.ts'

export interface EstimateInput {
  readonly dry: readonly Stem[]
  readonly wet: Clip
  /** Where the dry files lie, for the session. */
  readonly folder: string
}
export interface EstimateServices
  extends Pick<MixServices, 'kernels' | 'render' | 'signal'>,
    Pick<GraphSearchServices, 'trace'> {
  /** Searches, perhaps on another thread. Default: `searchGraph`. */
  search?: typeof searchGraph
  /** What the graph makes of the dry sources. */
  open(name: typeof mixOutput, format: { readonly sampleRate: number; readonly channels: 1 | 2 }): Take | Promise<Take>
  /** `fraction` is that of the stage. */
  progress?(stage: EstimateStage, fraction: number): void
}
export type EstimateStage = SearchStage | 'rendering'

export interface EstimateResult {
  /** Inputs by the names of the sources, output `mix`. */
  readonly graph: Graph
  readonly console: Console
  /** All devices of the console, strip by strip. */
  readonly devices: readonly Device[]
  /** How the rooms decay that were measured, by the type of the device that convolves with them. */
  readonly decays: Readonly<Record<string, RoomDecay>>
  /** The same as a session of `mix`. */
  readonly session: Session
  /** Samples by which the mix is later than the sources, and by how much it is longer. */
  readonly alignment: Aligned
  /** The loss after each stage, where it was listened. */
  readonly steps: readonly Step[]
  /** The loss in stretches that were not listened to; of silence it is about 9, and 0.1 is hard to tell apart. */
  readonly loss: number
  readonly contributions: readonly Contribution[]
  /** How far the sound would let each number of a node go. */
  readonly ranges: ConsoleRanges
  readonly residual: Residual
  /** Of the mix, as aligned. */
  readonly seconds: number
  readonly measured: Readonly<Record<'wet' | 'made', Metered & { readonly clip: Clip }>>
  readonly warnings: readonly string[]
}

export const estimateGraph = task({
  id: 'estimate-graph',
  title: 'Find the graph of a mix',
  doc: 'Finds how a mix, or a processed recording, was made of its dry sources: levels, places, filters, dynamics, echoes and rooms as an editable graph, no larger than needed.',
  options: estimateOptions,
  run
})

/** Stretches that are judged in the end without having been heard. */
const unheard = 6
/** Seconds at least: of the mix, which may go on in its echoes, and of the longest source. */
const shortest = { wet: 3, dry: 1 } as const

/** @throws TaskError for silence, too little sound, or a mix that has nothing to do with the sources; the abort reason */
async function run(
  { dry, wet, folder }: EstimateInput,
  { tolerance }: Values<typeof estimateOptions>,
  services: EstimateServices
): Promise<EstimateResult> {
  const { kernels } = services,
    { sampleRate } = wet,
    heardWet = await measuredClip(wet),
    measuredWet = heardWet.measured
  if (dry.length === 0) throw new TaskError('give the dry sources of the mix, at least one')
  if (measuredWet.integrated === null) throw new TaskError('the mix is silent; there is nothing to find')
  if (wet.frames < shortest.wet * sampleRate)
    throw new TaskError(`less than ${shortest.wet} s of sound; give more of it`)
  if (Math.max(...dry.map(({ clip }) => clip.frames)) < shortest.dry * sampleRate)
    throw new TaskError(`less than ${shortest.dry} s of dry sources; give more of them`)
  const ids = stemIds(dry.map(({ name }) => name)),
    clips = Object.fromEntries(dry.map(({ clip }, i) => [ids[i]!, clip])),
    { search = searchGraph } = services,
    found = await search({ dry: clips, wet }, tolerance / 100, services),
    { alignment } = found,
    mix = inTime(wet, alignment),
    console = bare(found.console)
  const graph = consoleGraph(console),
    registry = registryOf(console),
    take = await services.open(mixOutput, { sampleRate, channels: console.channels }),
    made = await rendered(graph, registry, clips, mix.frames, take, sampleRate, services),
    length = Math.round(judged * sampleRate),
    places = unheardStarts(mix.frames, length, found.starts),
    loss = await lossOf(made, mix, places, length, kernels)
  const without = new Map(found.contributions.map(one => [one.id, one.without])),
    names = Object.fromEntries(ids.map((id, i) => [id, dry[i]!.name])),
    session = sessionOf(console, names, {
      folder,
      sampleRate,
      loudness: measuredWet.integrated,
      because: id =>
        `Without it the graph-match loss is ${without.get(id)?.toFixed(3) ?? 'unknown'}, with it ${found.loss.toFixed(3)}.`
    })
  return {
    graph,
    console,
    devices: devicesOf(console),
    decays: Object.fromEntries(
      Object.entries(console.responses ?? {}).map(([type, { response }]) => [
        type,
        decayOfResponse(response, sampleRate)
      ])
    ),
    session,
    alignment,
    steps: [...found.steps, { name: 'in the end', loss: found.loss, devices: devicesOf(console).length }],
    loss,
    contributions: found.contributions,
    ranges: found.ranges,
    residual: await residualOf(made, mix, places, length),
    seconds: mix.frames / sampleRate,
    measured: { wet: { ...heardWet, clip: mix }, made: { ...(await measuredClip(made)), clip: made } },
    warnings: warningsFor(loss, found.steps[0]?.loss ?? loss, measuredWet, alignment.drift)
  }
}

async function rendered(
  graph: Graph,
  registry: Registry,
  clips: Readonly<Record<string, Clip>>,
  frames: number,
  take: Take,
  sampleRate: number,
  { render, signal, progress }: EstimateServices
): Promise<Clip> {
  await render(
    graph,
    clips,
    { [mixOutput]: take.write },
    { sampleRate, registry, frames, ...(signal && { signal }), progress: fraction => progress?.('rendering', fraction) }
  )
  return take.close()
}

/** Evenly spaced stretches that do not overlap with those listened to; where there are none, any. */
function unheardStarts(frames: number, length: number, listened: readonly number[]): number[] {
  const all = Array.from({ length: Math.floor(frames / length) }, (_, i) => i * length),
    free = all.filter(start => listened.every(other => Math.abs(other - start) >= length)),
    from = free.length ? free : [Math.max(0, listened[0] ?? 0)]
  return Array.from(
    { length: Math.min(unheard, from.length) },
    (_, i) => from[Math.floor((i * from.length) / Math.min(unheard, from.length))]!
  )
}

async function lossOf(
  made: Clip,
  mix: Clip,
  starts: readonly number[],
  length: number,
  kernels: EstimateServices['kernels']
) {
  let sum = 0
  for (const start of starts) {
    const frames = Math.min(length, mix.frames - start)
    sum += graphMatchLoss(kernels, await mix.read(start, frames), mix.sampleRate).value(await made.read(start, frames))
  }
  return sum / starts.length
}

/** A loss above which the mix is not explained, dBTP from which on it is taken for clipped. */
const unexplained = 0.7,
  clipped = 0.1
function warningsFor(loss: number, first: number, { truePeak }: Measurement, drift: number): string[] {
  return [
    ...(loss > unexplained
      ? [
          `Much of the mix is not explained (${loss.toFixed(2)}, ${first.toFixed(2)} by nothing but levels): other sources, or effects that are not known here.`
        ]
      : []),
    ...(truePeak !== null && truePeak > clipped
      ? ['The mix has peaks above full scale: it may be clipped, which no graph undoes.']
      : []),
    ...(drift !== 0
      ? [`The mix runs ${(1e6 * drift).toFixed(1)} millionths slower than the sources; that is made good.`]
      : [])
  ]
}
