/** Gradients of a loss on a graph's outputs with respect to everything that can be turned, over an excerpt. */
import type { Kernels, Registry, Samples } from '@mixwright/dsp'
import type { Graph } from './graph.ts'
import { type Engine, load } from './engine.ts'
import { compile } from './compile.ts'
import type { Plan, PlanOptions } from './plan.ts'

/** Per physical unit (dB, Hz, ms …). A lane's gradient is one number per breakpoint. */
export interface Gradients {
  readonly nodes: Readonly<Record<string, Readonly<Record<string, number | Float64Array>>>>
  /** By index in the graph's edges; only edges that state a gain. */
  readonly edges: Readonly<Record<number, number | Float64Array>>
}
export interface Excerpt {
  readonly engine: Engine
  /**
   * Renders the excerpt from `engine.inputs` into `engine.outputs`.
   * @param begin where in the song it begins, in samples, may be below 0: lanes are read there. Default 0
   */
  render(begin?: number): void
  /**
   * After `render`: from `engine.outputGradients` (d loss / d output sample) to the gradients; `engine.inputGradients`
   * if asked for.
   * @param from no output has a gradient before this sample: what sounded earlier is heard through memories only, and
   *   followed for as long as it tells, but where gradients of inputs are asked for. Default 0: all is
   */
  gradients(from?: number): Gradients
}

/**
 * Compiles a graph for repeated evaluation of an excerpt with gradients. Signals are recomputed segment by segment from
 * checkpoints of the
 * processors' memory, so that memory grows with neither the length nor the number of signals kept.
 */
export function excerptOf(
  graph: Graph,
  kernels: Kernels,
  options: PlanOptions & { readonly gradients: NonNullable<PlanOptions['gradients']> }
): Excerpt {
  const plan = compile(graph, options)
  return excerpt(load(plan, kernels, options.registry as Registry | undefined), options.gradients.frames)
}

/** The same to be heard only: nothing is kept, and mono signals share lanes. */
export function hearingOf(
  graph: Graph,
  kernels: Kernels,
  options: Omit<PlanOptions, 'gradients' | 'chunk' | 'block'>,
  frames: number
): Pick<Excerpt, 'engine' | 'render'> {
  const plan = compile(graph, { ...options, block, chunk: Math.ceil(frames / block) * block }),
    engine = load(plan, kernels, options.registry as Registry | undefined),
    { restart, execute } = engine.internals
  return {
    engine,
    render(begin = 0) {
      restart(plan.state.at)
      for (let s = 0; s < frames; s += block) execute(plan.forward, 0, s, Math.min(block, frames - s), begin + s)
    }
  }
}
const block = 512

function excerpt(engine: Engine, frames: number): Excerpt {
  const { plan, internals } = engine,
    { bytes, doubles, execute } = internals,
    { segment, block, state } = plan
  const segments = Math.ceil(frames / segment),
    checkpoints = new Uint8Array(segments > 1 ? segments * state.bytes : 0)
  let origin = 0
  const blocksOf = (index: number) => {
    const list: { at: number; start: number; n: number }[] = []
    for (let s = index * segment; s < Math.min(frames, (index + 1) * segment); s += block)
      list.push({ at: (s - index * segment) * 16, start: s, n: Math.min(block, frames - s) })
    return list
  }
  const taped = (index: number) => {
    for (const { at, start, n } of blocksOf(index)) execute(plan.taped, at, start, n, origin + start)
  }
  return {
    engine,
    render(begin = 0) {
      origin = begin
      internals.restart(state.at)
      if (segments === 1) {
        taped(0)
        return
      }
      for (let s = 0; s < frames; s += block) {
        if (s % segment === 0)
          checkpoints.set(bytes.subarray(state.at, state.at + state.bytes), (s / segment) * state.bytes)
        execute(plan.forward, 0, s, Math.min(block, frames - s), origin + s)
      }
    },
    gradients(from = 0) {
      internals.restart(plan.adjointState)
      bytes.fill(0, plan.gp.at, plan.gp.at + plan.gp.bytes)
      for (const lane of internals.laneGradients) lane.fill(0)
      for (const { sums } of Object.values(plan.edges)) doubles.fill(0, sums / 8, sums / 8 + 2)
      const partly = from > 0 && Object.keys(plan.inputGradients).length === 0,
        tells = partly ? fadingOf(plan, doubles) : () => true
      for (let index = segments - 1; index >= 0; index--) {
        if ((index + 1) * segment <= from && !tells()) break
        if (segments > 1) {
          bytes.set(checkpoints.subarray(index * state.bytes, (index + 1) * state.bytes), state.at)
          taped(index)
        }
        for (const { at, start, n } of blocksOf(index).reverse()) execute(plan.backward, at, start, n, origin + start)
      }
      return collect(plan, engine)
    }
  }
}

/** Changes of the gradients that tell, as a share of all that there were, and the samples in which there must be one. */
const telling = 1e-4,
  waiting = 8192
/** Says, asked segment after segment, whether the gradients of constants still changed of late. */
function fadingOf({ gp, edges, segment }: Plan, doubles: Float64Array): () => boolean {
  const params = doubles.subarray(gp.at / 8, (gp.at + gp.bytes) / 8),
    sums = Object.values(edges).map(({ sums }) => sums / 8),
    last = new Float64Array(params.length + sums.length),
    moved = new Float64Array(last.length)
  let idle = 0
  return () => {
    let tells = false
    for (let i = 0; i < last.length; i++) {
      const now = i < params.length ? params[i]! : doubles[sums[i - params.length]!]!,
        change = Math.abs(now - last[i]!)
      moved[i]! += change
      tells ||= change > telling * moved[i]!
      last[i] = now
    }
    idle = tells ? 0 : idle + segment
    return idle < waiting
  }
}

function collect(plan: Plan, { internals: { doubles, laneGradients } }: Engine): Gradients {
  const lane = (index: number, octaves: boolean, values: Float64Array) =>
    octaves ? laneGradients[index]!.map((g, i) => g / (values[i]! * Math.LN2)) : laneGradients[index]!.slice()
  const nodes = Object.fromEntries(
    Object.entries(plan.params).map(([id, params]) => [
      id,
      Object.fromEntries(
        Object.entries(params).map(([name, home]) => [
          name,
          home.lane === undefined
            ? doubles[home.gp / 8]! + doubles[home.gp / 8 + 1]!
            : lane(
                home.lane,
                plan.lanes[home.lane]!.octaves ?? false,
                plan.lanes[home.lane]!.physical ?? plan.lanes[home.lane]!.track.values
              )
        ])
      )
    ])
  )
  const edges = Object.fromEntries(
    Object.entries(plan.edges).map(([index, home]) => [
      index,
      home.lane === undefined
        ? (doubles[home.sums / 8]! * doubles[home.gain / 8]! * Math.LN10) / 20
        : laneGradients[home.lane]!.slice()
    ])
  )
  return { nodes, edges }
}

/** Fills a stereo or mono signal into the two arrays of an engine's input, which are one where that is mono. */
export function fill(target: readonly Samples[], audio: readonly ArrayLike<number>[], start = 0): void {
  const [left, right] = target,
    one = audio.length === 1 && right?.buffer === left!.buffer && right.byteOffset === left!.byteOffset
  target.forEach((channel, c) => (c === 0 || !one) && channel.set(audio[Math.min(c, audio.length - 1)]!, start))
}
