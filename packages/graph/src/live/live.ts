/**
 * A graph that sounds while it is changed, without clicks. A turned knob: a second engine takes over the memory of the first,
 * its knob glides while nobody hears it, and it is faded in. Another graph: by way of a transition that holds both.
 */
import type { Kernels, Registry, Samples } from '@mixwright/dsp'
import { compile } from '../compile.ts'
import { type Engine, load } from '../engine.ts'
import type { Graph } from '../graph.ts'
import type { Plan } from '../plan.ts'
import type { Change } from './changes.ts'
import { fadeSeconds as editSeconds, type Transition, transition } from './transition.ts'

/** Samples that browsers ask for at once (Web Audio API, "render quantum"), and more than which are never computed. */
export const quantum = 128
/**
 * Seconds that the second one runs unheard, while knobs glide to where they are wanted and new nodes settle, and that it is
 * faded in for; samples that a gliding knob rests for.
 */
const warmSeconds = 0.03,
  fadeSeconds = 0.02,
  held = 16

/**
 * A plan for `createLive`: every node has its memory for itself, so that another plan can take it over.
 * @throws as `compile`
 */
export const livePlan = (graph: Graph, sampleRate: number, registry?: Registry): Plan =>
  compile(graph, { sampleRate, block: quantum, chunk: quantum, lanes: false, ...(registry && { registry }) })

/** Another graph, and the way to it. */
export interface Edit extends Omit<Transition, 'graph'> {
  readonly way: Plan
  readonly plan: Plan
}
/** @throws as `compile` */
export const liveEdit = (from: Graph, to: Graph, sampleRate: number, registry?: Registry): Edit => {
  const { graph, ...rest } = transition(from, to, sampleRate)
  return { ...rest, way: livePlan(graph, sampleRate, registry), plan: livePlan(to, sampleRate, registry) }
}

/** Planar audio by port; what is missing of an input is silence, one channel is heard on both sides. */
export type Block = Readonly<Record<string, readonly Float32Array[]>>
export interface Live {
  /** [audio thread] `frames` ≤ quantum. Writes two channels of every output that is there. */
  process(inputs: Block, outputs: Block, frames: number): void
  /** Parameters and gains of the graph that was given last. */
  turn(changes: readonly Change[]): void
  /** Another graph in place of the one that was given last. What is asked for is done one after another. */
  edit(edit: Edit): void
  /** Whether all that was asked for is what is heard. */
  settled(): boolean
  /**
   * [audio thread] A quantum of noise, which nobody hears, through the engine that the first turned knob will need: what is
   * computed later is compiled then. What is heard does not change.
   */
  rehearse(): void
}

/** @throws Error if the kernel module is older than the plan, or the registry lacks a processor */
export function createLive(first: Plan, kernels: Kernels, registry?: Registry): Live {
  // In whole quanta: what is heard of one was computed at once.
  const frames = (seconds: number) => quantum * Math.ceil((seconds * first.sampleRate) / quantum),
    fade = frames(fadeSeconds),
    warm = frames(warmSeconds),
    wishes: Wish[] = [],
    glides: Glide[] = []
  let now = load(first, kernels, registry),
    next: Engine | undefined,
    /** Of the same plan as `now`: a turned knob needs no new memory. */
    spare: Engine | undefined,
    /** Samples for which `next` has been heard; below 0 it is not yet. */
    since = 0,
    /** Samples until the next wish may begin. */
    rest = 0
  const hear = (engine: Engine) => {
    spare = engine.plan === now.plan ? now : undefined
    now = engine
    next = undefined
  }
  /** Where both are equally late one can take the place of the other at once. */
  const replace = (engine: Engine) => {
    since = -warm
    next = engine
    if (engine.plan.latency === now.plan.latency) hear(engine)
  }
  const begin = (wish: Wish) => {
    glides.length = 0
    if ('turns' in wish) {
      next = spare ?? load(now.plan, kernels, registry)
      next.follow(now)
      since = -warm
      for (const change of wish.turns.values()) start(next, change, glides)
      return
    }
    const { engine, was, fading } = wish
    engine.follow(now, was)
    engine.startLanes(fading)
    if (fading.length > 0) rest = frames(editSeconds)
    replace(engine)
  }
  return {
    process(inputs, outputs, count) {
      if (!next && rest <= 0 && wishes.length > 0) begin(wishes.shift()!)
      run(now, inputs, 0, count)
      if (next && since < 0 && glides.length > 0)
        for (let from = 0; from < count; from += held) {
          const way = Math.min(1, (since + from + warm) / (warm - quantum))
          for (const { node, param, at, to } of glides) next.set(node, param, way < 1 ? at + way * (to - at) : to)
          run(next, inputs, from, Math.min(held, count - from))
        }
      else if (next) run(next, inputs, 0, count)
      for (const name in outputs) give(outputs[name]!, now.outputs[name], next?.outputs[name], since, fade, count)
      rest -= count
      if (next && (since += count) >= fade) hear(next)
    },
    turn(changes) {
      let last = wishes.at(-1)
      if (!last || !('turns' in last)) wishes.push((last = { turns: new Map() }))
      for (const change of changes)
        last.turns.set('edge' in change ? `${change.edge}` : `${change.node}\n${change.param}`, change)
    },
    edit({ way, plan, was, fading }) {
      wishes.push(
        { engine: load(way, kernels, registry), was, fading },
        { engine: load(plan, kernels, registry), was: {}, fading: [] }
      )
    },
    settled: () => !next && rest <= 0 && wishes.length === 0,
    rehearse() {
      if (next) return
      spare ??= load(now.plan, kernels, registry)
      for (const channels of Object.values(spare.inputs)) for (const channel of channels) noise(channel)
      spare.forward(quantum)
    }
  }
}

type Wish =
  | { readonly turns: Map<string, Change> }
  | {
      readonly engine: Engine
      readonly was: Readonly<Record<string, string>>
      readonly fading: readonly number[]
    }
interface Glide {
  readonly node: string
  readonly param: string
  readonly at: number
  readonly to: number
}
function start(engine: Engine, change: Change, glides: Glide[]): void {
  if ('edge' in change) {
    engine.setEdge(change.edge, change.gain)
    return
  }
  const { node, param, value } = change
  if (change.glides) glides.push({ node, param, at: engine.value(node, param), to: value })
  else engine.set(node, param, value)
}

/** Of silence less would be computed, and so less compiled. */
function noise(to: Samples): void {
  let seed = 1
  for (let i = 0; i < to.length; i++) to[i] = (seed = Math.imul(seed, 1664525) + 1013904223) / 2 ** 32
}

/** [audio thread] Samples [from, from + frames) of the inputs; the outputs are then the first `frames` of the engine's. */
function run(engine: Engine, inputs: Block, from: number, frames: number): void {
  for (const name in engine.inputs) {
    const given = inputs[name],
      to = engine.inputs[name]!
    for (let c = 0; c < 2; c++) {
      const channel = given?.[c] ?? given?.[0]
      if (channel) to[c]!.set(from || frames < channel.length ? channel.subarray(from, from + frames) : channel)
      else to[c]!.fill(0)
    }
  }
  engine.forward(frames)
}

/** A cubic from one to the other, level at both ends: what both have in common is kept, and no slope jumps. */
function give(
  to: readonly Float32Array[],
  now: readonly Samples[] | undefined,
  next: readonly Samples[] | undefined,
  since: number,
  fade: number,
  count: number
): void {
  for (let c = 0; c < to.length; c++) {
    const out = to[c]!,
      before = now?.[c],
      after = next?.[c]
    if (before) out.set(before.subarray(0, count))
    else out.fill(0)
    if (next && since >= 0)
      for (let i = 0; i < count; i++) {
        const way = Math.min(1, (since + i) / fade),
          share = way * way * (3 - 2 * way)
        out[i] = (1 - share) * out[i]! + (after ? share * after[i]! : 0)
      }
  }
}
