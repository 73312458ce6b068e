/** What Node and browsers share: the workspace's packages, with the kernels at hand. */
import { type Audio, clipOf, unknownName, type Values } from '@mixwright/dsp'
import {
  type Excerpt,
  excerptOf,
  type Graph,
  type PlanOptions,
  render as renderWith,
  renderClips,
  type RenderOptions
} from '@mixwright/graph'
import { mix as task, type mixOptions, type MixResult, type MixServices, type Take } from '@mixwright/tasks'
import { loadKernels } from './kernels.ts'
import { checkRate, checkSignal } from './signals.ts'

export * from '@mixwright/dsp'
export * from '@mixwright/files'
export {
  type Builder,
  builder,
  chain,
  channelStrip,
  compile,
  type Edge,
  type End,
  type EqBand,
  type Excerpt,
  fill,
  type Graph,
  GraphError,
  type GraphPort,
  type Gradients,
  type Lane,
  type Node,
  parametricEq,
  mixBus,
  type Plan,
  type PlanOptions,
  parseGraph,
  partition,
  print,
  tailOf,
  validate,
  writeGraph
} from '@mixwright/graph'
export {
  type Decisions,
  mix as mixTask,
  type MixInput,
  mixOptions,
  type MixResult,
  mixReport,
  type MixServices,
  parseSession,
  revise,
  type Revised,
  roleNames,
  type Session,
  type Stem,
  type Take,
  TaskError
} from '@mixwright/tasks'
export { loadKernels } from './kernels.ts'

/** What `mix` lets you set: all that the task offers (`mixOptions` has ranges and defaults), and who the stems are. */
export interface MixSettings extends Partial<Values<typeof mixOptions>> {
  /** Stem name → role, `lead`, `backing` or both (`lead-brass`), where you know better. */
  readonly roles?: Readonly<Record<string, string>>
  /** A mix of these stems whose balance is taken; a finished song that tone, width and density come near to. */
  readonly rough?: Audio
  readonly reference?: Audio
  /** Stems, roles or groups that stay as they are, and that are also given by themselves (`only:…`, `without:…`). */
  readonly lock?: readonly string[]
  readonly apart?: readonly string[]
  readonly signal?: AbortSignal
  readonly progress?: MixServices['progress']
}
/**
 * What a mix in memory gives: the task's result, and its audio by name: `mix`, `master`, `stem:ID` (what enters the mix
 * bus).
 */
export interface Mixed extends MixResult {
  readonly audio: Readonly<Record<string, Audio>>
  readonly sampleRate: number
}

/**
 * Mixes stems in memory: listens, decides, renders and masters.
 * @param stems by name; planar, one or two channels each, full scale 1
 * @param sampleRate of all stems, 8000 to 192000 Hz
 * @param settings undefined stands for the default
 * @throws RangeError, TaskError with place, value and remedy; the signal's reason
 */
export async function mix(
  stems: Readonly<Record<string, Audio>>,
  sampleRate: number,
  settings: MixSettings = {}
): Promise<Mixed> {
  checkRate(sampleRate)
  for (const [name, audio] of Object.entries(stems)) checkSignal(audio, `stems.${name}`)
  const { roles, lock, apart, rough, reference, signal, progress, ...options } = settings,
    kernels = await loadKernels(),
    audio: Record<string, Audio> = {}
  const clips = Object.entries(stems).map(([name, channels]) => ({ name, clip: clipOf(channels, sampleRate) }))
  for (const [name, sound] of Object.entries({ rough, reference })) if (sound) checkSignal(sound, name)
  const input = {
    stems: clips,
    ...(roles && { roles }),
    ...(lock && { lock }),
    ...(apart && { apart }),
    ...(rough && { rough: clipOf(rough, sampleRate) }),
    ...(reference && { reference: clipOf(reference, sampleRate) })
  }
  const result = await task.run(input, options, {
    kernels,
    render: (graph, inputs, sinks, how) => renderClips(graph, inputs, sinks, { ...how, kernels }),
    ...(signal && { signal }),
    ...(progress && { progress }),
    // The first impression is for ears that wait; here the caller gets everything at once.
    open: (name, form) =>
      name === 'balance'
        ? undefined
        : recording(made => {
            audio[name] = made
          }, form)
  })
  return { ...result, audio, sampleRate }
}

/** A take in memory. */
function recording(
  done: (audio: Audio) => void,
  { sampleRate, channels }: { readonly sampleRate: number; readonly channels: number }
): Take {
  const parts: Audio[] = []
  return {
    write(audio) {
      parts.push(audio.map(channel => channel.slice()))
    },
    async close() {
      const frames = parts.reduce((n, part) => n + part[0]!.length, 0),
        whole = Array.from({ length: channels }, () => new Float32Array(frames))
      let at = 0
      for (const part of parts) {
        part.forEach((channel, c) => whole[c]!.set(channel, at))
        at += part[0]!.length
      }
      done(whole)
      return clipOf(whole, sampleRate)
    }
  }
}

/**
 * Renders a graph over signals in memory.
 * @param inputs by the graph's input names; planar, full scale 1, all at `options.sampleRate`
 * @returns by the graph's output names; as long as the longest input and what still rings (or `tail` seconds)
 * @throws GraphError, RangeError with place, value and remedy; the signal's reason
 */
export async function render(
  graph: Graph,
  inputs: Readonly<Record<string, Audio>>,
  options: Omit<RenderOptions, 'kernels'>
): Promise<Record<string, Audio>> {
  for (const [name, audio] of Object.entries(inputs)) {
    if (!Object.hasOwn(graph.inputs, name))
      throw new RangeError(`inputs: ${unknownName('input of the graph', name, Object.keys(graph.inputs))}`)
    checkSignal(audio, `inputs.${name}`)
  }
  return renderWith(graph, inputs, { ...options, kernels: await loadKernels() })
}

/**
 * Compiles a graph for gradients over an excerpt, to be evaluated again and again.
 * @param options `sampleRate` in Hz and `gradients: { frames }`, the length of the excerpt in samples
 * @returns `fill` the engine's inputs, `render`, write d loss / d output into the engine's `outputGradients`, take
 * `gradients`: per node and
 *   parameter in physical units, per edge gain in dB, per breakpoint of a lane. New values go in by `engine.set` and
 * `engine.setEdge`.
 * @throws GraphError, RangeError
 */
export const excerpt = async (
  graph: Graph,
  options: PlanOptions & { readonly gradients: NonNullable<PlanOptions['gradients']> }
): Promise<Excerpt> => excerptOf(graph, await loadKernels(), options)
