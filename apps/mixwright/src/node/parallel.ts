/**
 * Rendering over worker threads: independent parts of the graph on their own threads, what needs them all on this one,
 * chunk by chunk.
 */
import { type Audio, type Clip, processors } from '@mixwright/dsp'
import {
  assertValid,
  type Chunk,
  compile,
  type Graph,
  handovers,
  only,
  partition,
  type RenderOptions,
  renderClips,
  type Sink,
  totalFrames
} from '@mixwright/graph'
import { descriptorsOf, type OpenedClip } from './audio-files.ts'
import type { Pool } from './pool.ts'
import { type ResponseData, responsesOf } from './responses.ts'
import type { PlacedSink, TakePlace } from './takes.ts'

/** Chunks that a thread may be ahead of its reader. */
const ahead = 3
/** Samples of a chunk, a multiple of every block: to tell another thread of it takes as long as to render 1000 samples. */
const chunk = 16384

/** What a part's thread posts, a chunk at a time; it waits for replies where it is ahead. */
export interface Rendered {
  /** Of the part, before this chunk. */
  readonly fraction: number
  readonly outputs: Chunk
}
/** What a part's thread is asked. */
export interface RenderJob {
  readonly kind: 'render'
  readonly graph: Graph
  readonly clips: Readonly<Record<string, OpenedClip['descriptor']>>
  /** Outputs that the thread writes itself. */
  readonly places: Readonly<Record<string, TakePlace>>
  /** Samples of its outputs; those that are `late` give `options.frames`. */
  readonly frames: number
  readonly options: Omit<RenderOptions, 'kernels' | 'signal' | 'progress' | 'registry'>
  /** Impulse responses of the graph. */
  readonly responses: readonly ResponseData[]
  readonly ahead: number
}

/**
 * As `renderClips`, over `pool.size` threads, while this thread fills the sinks; on this thread alone where a clip cannot
 * be opened elsewhere.
 */
export async function renderOnThreads(
  graph: Graph,
  inputs: Readonly<Record<string, Clip | OpenedClip>>,
  sinks: Readonly<Record<string, Sink>>,
  options: RenderOptions,
  pool: Pool
): Promise<{ frames: number }> {
  assertValid(graph, options.registry)
  const wanted = only(graph, Object.keys(sinks)),
    partitioned = partition(wanted, pool.size, options.registry),
    { parts, rest } = partitioned,
    shared = Object.keys(wanted.inputs).every(name => inputs[name] && 'descriptor' in inputs[name])
  if (parts.length === 0 || pool.size < 2 || !shared) return renderClips(graph, inputs, sinks, options)
  const { kernels: _, signal, progress, registry, ...how } = options,
    plain = { ...how, chunk: how.chunk ?? chunk }
  const longest = Math.max(0, ...Object.keys(wanted.inputs).map(name => inputs[name]!.frames)),
    frames = totalFrames(wanted, longest, { ...plain, registry: registry ?? processors })
  const arrivals = handovers(partitioned, options),
    late = Object.keys(arrivals),
    reach = frames + (rest ? compile(rest, { ...options, arrivals }).latency : 0),
    pipes = new Map(late.map(name => [name, pipe(rest!.inputs[name]!.channels, reach, options.sampleRate)]))
  const progressOf = new Map<Graph, number>()
  const advance = (part: Graph, fraction: number) => {
    progressOf.set(part, fraction)
    progress?.([...progressOf.values()].reduce((a, b) => a + b, 0) / (parts.length + (rest ? 1 : 0)))
  }
  let fail: (reason: unknown) => void = () => {}
  const failure = new Promise<never>((_, reject) => {
    fail = reject
  })
  // A thread is ahead of its reader, but a sink gets one chunk after the other, and all of them before this ends.
  const last = new Map<string, Promise<void>>()
  const sinkOf =
    (output: string) =>
    (audio: Audio): Promise<void> => {
      const taken = (last.get(output) ?? Promise.resolve()).then(() => sinks[output]?.(audio))
      last.set(output, taken)
      return taken
    }
  const take = ([output, audio]: readonly [string, Audio]): Promise<void> =>
    pipes.get(output)?.push(audio) ?? sinkOf(output)(audio)
  const tasks = parts.map(part => {
    const job: RenderJob = {
      kind: 'render',
      graph: part,
      clips: descriptorsOf(Object.fromEntries(Object.keys(part.inputs).map(name => [name, inputs[name]!]))),
      places: placesOf(part, sinks),
      frames,
      options: { ...plain, frames: reach, late },
      responses: responsesOf(part, registry),
      ahead
    }
    return pool.run<void>(job, ({ fraction, outputs }: Rendered, reply) => {
      Promise.all(Object.entries(outputs).map(take)).then(() => reply({}), fail)
      advance(part, fraction)
    })
  })
  if (rest)
    tasks.push(
      renderClips(
        rest,
        { ...inputs, ...Object.fromEntries(pipes) },
        Object.fromEntries(Object.keys(rest.outputs).map(name => [name, sinks[name]!])),
        { ...options, chunk: plain.chunk, frames, arrivals, progress: fraction => advance(rest, fraction) }
      ).then(() => {})
    )
  await Promise.race([Promise.all(tasks), failure])
  await Promise.race([Promise.all(last.values()), failure])
  signal?.throwIfAborted()
  return { frames }
}

/** The outputs of a part whose sinks may be filled elsewhere. */
const placesOf = (part: Graph, sinks: Readonly<Record<string, Sink | PlacedSink>>): RenderJob['places'] =>
  Object.fromEntries(
    Object.keys(part.outputs).flatMap(name => {
      const sink = sinks[name]
      return sink && 'place' in sink ? [[name, sink.place]] : []
    })
  )

interface Pushed {
  readonly audio: Audio
  used: number
  readonly done: () => void
}
interface Pipe extends Clip {
  push(audio: Audio): Promise<void>
}
/**
 * A clip that is read once, from front to back, as another thread fills it. `push` resolves when its samples have been
 * taken.
 */
function pipe(channels: number, frames: number, sampleRate: number): Pipe {
  const queue: Pushed[] = []
  let wake: (() => void) | undefined,
    given = 0
  const head = async (): Promise<Pushed> => {
    while (!queue[0])
      await new Promise<void>(resolve => {
        wake = resolve
      })
    return queue[0]
  }
  const take = (pushed: Pushed, count: number): void => {
    pushed.used += count
    if (pushed.used < pushed.audio[0]!.length) return
    queue.shift()
    pushed.done()
  }
  return {
    channels,
    frames,
    sampleRate,
    push: audio =>
      new Promise(done => {
        queue.push({ audio, used: 0, done })
        wake?.()
      }),
    async read(start, count) {
      if (start !== given) throw new Error(`a pipe is read in order: ${start} after ${given}`)
      given += count
      const wanted = Math.min(count, frames - start)
      const first = wanted > 0 ? await head() : undefined
      // The usual case: one push is one read.
      if (first && first.used === 0 && first.audio[0]!.length === count) {
        take(first, count)
        return first.audio
      }
      const out = Array.from({ length: channels }, () => new Float32Array(count))
      for (let at = 0; at < wanted; ) {
        const next = await head(),
          n = Math.min(next.audio[0]!.length - next.used, wanted - at)
        out.forEach((channel, c) => channel.set(next.audio[c]!.subarray(next.used, next.used + n), at))
        take(next, n)
        at += n
      }
      return out
    }
  }
}
