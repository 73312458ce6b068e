/** Rendering: a stream of chunks, whole signals in memory, and clips of any length in bounded memory. */
import { type Audio, type Clip, type Kernels, processors, type Samples } from '@mixwright/dsp'
import { type Engine, load } from './engine.ts'
import { fill } from './gradients.ts'
import { type Graph, output } from './graph.ts'
import { compile } from './compile.ts'
import type { PlanOptions } from './plan.ts'
import { tailOf } from './tail.ts'
import { assertValid } from './validate.ts'

export interface RenderOptions extends Omit<PlanOptions, 'gradients'> {
  readonly kernels: Kernels
  /** Seconds that the outputs outlast the longest input. Default: until everything has decayed by 60 dB. */
  readonly tail?: number
  /** Samples to give, instead of the longest input and the tail. */
  readonly frames?: number
  /**
   * Outputs that keep what the graph delays in front, so that another part of the same graph hears all of it
   * (`arrivals`).
   */
  readonly late?: readonly string[]
  readonly signal?: AbortSignal
  /** Called with the fraction done, 0 to 1. */
  readonly progress?: (fraction: number) => void
}
/** Takes the next samples of an output. The arrays are only valid during the call (until its promise resolves). */
export type Sink = (audio: Audio) => void | Promise<void>

/** What a graph gives at a time: samples of the outputs by name, valid only during the call. */
export type Chunk = Readonly<Record<string, Audio>>

/**
 * Renders clips into sinks, aligned: what the graph delays is taken off the front. Only outputs with a sink are
 * computed.
 * @throws GraphError, RangeError (inputs missing, of other rates or with more channels than the graph's), or the
 * signal's reason
 */
export const renderClips = (
  graph: Graph,
  inputs: Readonly<Record<string, Clip>>,
  sinks: Readonly<Record<string, Sink>>,
  options: RenderOptions
): Promise<{ frames: number }> =>
  renderChunks(
    graph,
    inputs,
    Object.keys(sinks),
    async chunk => void (await Promise.all(Object.entries(chunk).map(([name, audio]) => sinks[name]!(audio)))),
    options
  )

/** As `renderClips`, all `outputs` together: `take` gets chunk after chunk, without the outputs that have yet to begin. */
export async function renderChunks(
  graph: Graph,
  inputs: Readonly<Record<string, Clip>>,
  outputs: readonly string[],
  take: (chunk: Chunk) => Promise<void>,
  options: RenderOptions
): Promise<{ frames: number }> {
  const wanted = only(graph, outputs),
    engine = load(compile(wanted, options), options.kernels, options.registry)
  const names = Object.keys(wanted.inputs)
  for (const name of names) checkInput(graph, name, inputs[name], options.sampleRate)
  const frames = totalFrames(wanted, Math.max(0, ...names.map(name => inputs[name]!.frames)), options)
  await stream(engine, wanted, frames, inputs, take, options)
  return { frames }
}

/** The same for signals in memory. */
export async function render(
  graph: Graph,
  inputs: Readonly<Record<string, Audio>>,
  options: RenderOptions
): Promise<Record<string, Audio>> {
  assertValid(graph, options.registry)
  const length = (audio: Audio) => audio[0]?.length ?? 0
  const clips = Object.fromEntries(
    Object.entries(inputs).map(([name, audio]) => [
      name,
      {
        sampleRate: options.sampleRate,
        channels: audio.length,
        frames: length(audio),
        read: async (start: number, count: number) => audio.map(channel => padded(channel, start, count))
      } satisfies Clip
    ])
  )
  const frames = totalFrames(graph, Math.max(0, ...Object.values(inputs).map(length)), options)
  const outputs = Object.fromEntries(
    Object.entries(graph.outputs).map(([name, port]) => [
      name,
      Array.from({ length: port.channels }, () => new Float32Array(frames))
    ])
  )
  const at: Record<string, number> = {}
  await renderClips(
    graph,
    clips,
    Object.fromEntries(
      Object.keys(outputs).map(name => [
        name,
        (audio: Audio) => {
          audio.forEach((channel, c) => outputs[name]![c]!.set(channel, at[name] ?? 0))
          at[name] = (at[name] ?? 0) + length(audio)
        }
      ])
    ),
    options
  )
  return outputs
}

const padded = (channel: Float32Array, start: number, count: number): Float32Array => {
  const part = channel.subarray(start, start + count)
  if (part.length === count) return part
  const out = new Float32Array(count)
  out.set(part)
  return out
}

/** Samples that a render gives: the longest input and the tail. */
export function totalFrames(graph: Graph, longest: number, options: Omit<RenderOptions, 'kernels'>): number {
  if (options.frames !== undefined) return options.frames
  const tail =
    options.tail ?? Math.min(maxTail, tailOf(graph, options.registry ?? processors, { sampleRate: options.sampleRate }))
  return longest + Math.ceil(tail * options.sampleRate)
}
/** Seconds; a feedback of nearly 1 would ring for minutes. */
const maxTail = 30

function checkInput(graph: Graph, name: string, clip: Clip | undefined, sampleRate: number): void {
  if (!clip)
    throw new RangeError(
      `input "${name}" of the graph has no clip; give one of these names: ${Object.keys(graph.inputs).join(', ')}`
    )
  if (clip.sampleRate !== sampleRate)
    throw new RangeError(`input "${name}" has ${clip.sampleRate} Hz, the render ${sampleRate} Hz; resample it first`)
  if (clip.channels > graph.inputs[name]!.channels)
    throw new RangeError(
      `input "${name}" has ${clip.channels} channels, the graph declares ${graph.inputs[name]!.channels}`
    )
}

/** The graph with only these outputs. */
export function only(graph: Graph, outputs: readonly string[]): Graph {
  const missing = outputs.find(name => !Object.hasOwn(graph.outputs, name))
  if (missing !== undefined)
    throw new RangeError(`the graph has no output "${missing}"; it has ${Object.keys(graph.outputs).join(', ')}`)
  return {
    ...graph,
    outputs: Object.fromEntries(outputs.map(name => [name, graph.outputs[name]!])),
    edges: graph.edges.filter(edge => edge.to[0] !== output || outputs.includes(edge.to[1]))
  }
}

async function stream(
  engine: Engine,
  graph: Graph,
  frames: number,
  inputs: Readonly<Record<string, Clip>>,
  take: (chunk: Chunk) => Promise<void>,
  { signal, progress, late = [] }: RenderOptions
): Promise<void> {
  const { chunk, latency } = engine.plan,
    end = frames + latency,
    names = Object.keys(engine.plan.inputs)
  for (let start = 0; start < end; start += chunk) {
    signal?.throwIfAborted()
    const count = Math.min(chunk, end - start)
    await Promise.all(names.map(name => readInto(engine.inputs[name]!, inputs[name]!, start, count)))
    engine.forward(count)
    const made: Record<string, Audio> = {}
    for (const [name, { channels }] of Object.entries(graph.outputs)) {
      const skip = late.includes(name) ? 0 : Math.max(0, latency - start)
      if (skip < count)
        made[name] = engine.outputs[name]!.slice(0, channels).map(c => (c as Float32Array).subarray(skip, count))
    }
    await take(made)
    progress?.(Math.min(1, (start + count) / end))
  }
}

/** The clip's samples at an engine's input: read there at once where the clip can. */
async function readInto(input: readonly Samples[], clip: Clip, start: number, count: number): Promise<void> {
  const target = input.map(channel => channel.subarray(0, count)),
    direct = clip.channels === target.length && target.every(channel => channel instanceof Float32Array),
    audio = direct ? await clip.read(start, count, target) : await clip.read(start, count)
  if (audio[0] !== target[0]) fill(input, audio)
}
