/** What Node and browsers share: the workspace's packages, with the kernels at hand. */
import { type Audio, clipOf, defaultsOf, type Values } from '@mixwright/dsp'
import { type Graph, render as renderWith, renderClips, type RenderOptions } from '@mixwright/graph'
import { mix as task, mixOptions, type MixResult, type MixServices, type Take } from '@mixwright/tasks'
import { loadKernels } from './kernels.ts'

export * from '@mixwright/dsp'
export * from '@mixwright/files'
export { type Builder, builder, chain, channelStrip, compile, type Edge, type End, type EqBand, type Excerpt, type Graph, GraphError, type GraphPort, type Gradients, type Lane, type Node, parametricEq, mixBus,
  type Plan, type PlanOptions, parseGraph, partition, print, tailOf, validate, writeGraph } from '@mixwright/graph'
export { type Decisions, mix as mixTask, type MixInput, mixOptions, type MixResult, mixReport, type MixServices, roleNames, type Stem, type Take } from '@mixwright/tasks'
export { loadKernels } from './kernels.ts'

export interface MixSettings extends Partial<Values<typeof mixOptions>> {
  /** Stem name → role, where you know better. */
  readonly roles?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal
  readonly progress?: MixServices['progress']
}
/** What a mix in memory gives: the task's result, and its audio by name: `mix`, `master`, `stem:NAME` (what enters the mix bus). */
export interface Mixed extends MixResult { readonly audio: Readonly<Record<string, Audio>>; readonly sampleRate: number }

/**
 * Mixes stems in memory: listens, decides, renders and masters.
 * @param stems by name; planar, one or two channels each, full scale 1, all at `sampleRate` (Hz)
 * @throws Error with place, value and remedy
 */
export async function mix(stems: Readonly<Record<string, Audio>>, sampleRate: number, { roles, signal, progress, ...settings }: MixSettings = {}): Promise<Mixed> {
  const kernels = await loadKernels(), audio: Record<string, Audio> = {}
  const result = await task.run({ stems: Object.entries(stems).map(([name, channels]) => ({ name, clip: clipOf(channels, sampleRate) })), ...roles && { roles } }, { ...defaultsOf(mixOptions), ...settings }, {
    render: (graph, inputs, sinks, how) => renderClips(graph, inputs, sinks, { ...how, kernels }),
    ...signal && { signal }, ...progress && { progress },
    open: (name) => name === 'balance' ? undefined : recording((made) => { audio[name] = made }, sampleRate),
  })
  return { ...result, audio, sampleRate }
}

function recording(done: (audio: Audio) => void, sampleRate: number): Take {
  const parts: Audio[] = []
  return {
    write(audio) { parts.push(audio.map((channel) => channel.slice())) },
    async close() {
      const whole = [0, 1].map((c) => { const out = new Float32Array(parts.reduce((n, p) => n + p[0]!.length, 0)); let at = 0; for (const part of parts) { out.set(part[c]!, at); at += part[c]!.length } return out })
      done(whole)
      return clipOf(whole, sampleRate)
    },
  }
}

/**
 * Renders a graph over signals in memory.
 * @param inputs by the graph's input names; planar, full scale 1, all at `options.sampleRate`
 * @returns by the graph's output names; as long as the longest input and what still rings (or `tail` seconds)
 * @throws GraphError, RangeError with place, value and remedy
 */
export const render = async (graph: Graph, inputs: Readonly<Record<string, Audio>>, options: Omit<RenderOptions, 'kernels'>): Promise<Record<string, Audio>> =>
  renderWith(graph, inputs, { ...options, kernels: await loadKernels() })
