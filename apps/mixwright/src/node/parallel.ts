/**
 * Rendering over worker threads: independent parts of the graph on their own threads, what needs them all on this one,
 * chunk by chunk.
 */
import { type Audio, type Clip, processors } from '@mixwright/dsp'
import {
  assertValid,
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
import type { OpenedClip } from './audio-files.ts'
import type { Pool } from './pool.ts'

/** Chunks that a thread may be ahead of its reader, per signal. */
const ahead = 3

/** What a part's thread posts; it waits for as many replies as it is ahead. */
export interface Rendered {
  readonly output: string
  readonly start: number
  readonly audio: Audio
}
/** What a part's thread is asked. */
export interface RenderJob {
  readonly kind: 'render'
  readonly graph: Graph
  readonly clips: Readonly<Record<string, OpenedClip['descriptor']>>
  readonly options: Omit<RenderOptions, 'kernels' | 'signal' | 'progress' | 'registry'>
  readonly ahead: number
}

/**
 * As `renderClips`, over `pool.size` threads; on this thread where the graph does not fall apart or a clip cannot be
 * opened elsewhere.
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
    partitioned = partition(wanted, pool.size),
    { parts, rest } = partitioned,
    shared = Object.keys(wanted.inputs).every(name => inputs[name] && 'descriptor' in inputs[name])
  if (parts.length < 2 || pool.size < 2 || !shared) return renderClips(graph, inputs, sinks, options)
  const { kernels: _, signal, progress, registry, ...plain } = options
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
  const tasks = parts.map(part => {
    const job: RenderJob = {
      kind: 'render',
      graph: part,
      clips: Object.fromEntries(Object.keys(part.inputs).map(name => [name, (inputs[name] as OpenedClip).descriptor])),
      options: { ...plain, frames: reach, late },
      ahead
    }
    return pool.run<void>(job, ({ output, start, audio }: Rendered, reply) => {
      const taken =
        pipes
          .get(output)
          ?.push(
            start + audio[0]!.length <= reach ? audio : audio.map(c => c.subarray(0, Math.max(0, reach - start)))
          ) ??
        sinkOf(output)(
          start + audio[0]!.length <= frames ? audio : audio.map(c => c.subarray(0, Math.max(0, frames - start)))
        )
      taken.then(
        () => reply({ output }),
        (error: unknown) => fail(error)
      )
      advance(part, Math.min(1, (start + audio[0]!.length) / reach))
    })
  })
  if (rest)
    tasks.push(
      renderClips(
        rest,
        { ...inputs, ...Object.fromEntries(pipes) },
        Object.fromEntries(Object.keys(rest.outputs).map(name => [name, sinks[name]!])),
        { ...options, frames, arrivals, progress: fraction => advance(rest, fraction) }
      ).then(() => {})
    )
  await Promise.race([Promise.all(tasks), failure])
  await Promise.race([Promise.all(last.values()), failure])
  signal?.throwIfAborted()
  return { frames }
}

interface Pipe extends Clip {
  push(audio: Audio): Promise<void>
}
/**
 * A clip that is read once, from front to back, as another thread fills it. `push` resolves when its samples have been
 * taken.
 */
function pipe(channels: number, frames: number, sampleRate: number): Pipe {
  const queue: { audio: Audio; used: number; done: () => void }[] = []
  let wake: (() => void) | undefined,
    given = 0
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
      const out = Array.from({ length: channels }, () => new Float32Array(count))
      for (let at = 0; at < Math.min(count, frames - start); ) {
        const head = queue[0]
        if (!head) {
          await new Promise<void>(resolve => {
            wake = resolve
          })
          continue
        }
        const length = head.audio[0]!.length,
          n = Math.min(length - head.used, count - at)
        out.forEach((channel, c) => channel.set(head.audio[c]!.subarray(head.used, head.used + n), at))
        head.used += n
        at += n
        if (head.used === length) {
          queue.shift()
          head.done()
        }
      }
      return out
    }
  }
}
