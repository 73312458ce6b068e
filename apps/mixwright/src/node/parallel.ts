/** Rendering over worker threads: independent parts of the graph on their own threads, what needs them all on this one, chunk by chunk. */
import type { Audio, Clip } from '@mixwright/dsp'
import { compile, type Graph, only, partition, type RenderOptions, renderClips, type Sink, tailOf, totalFrames } from '@mixwright/graph'
import { processors } from '@mixwright/dsp'
import type { Pool } from './pool.ts'

/** A clip that another thread can open again. */
export interface SharedClip extends Clip { readonly descriptor: object }

/** Chunks that a thread may be ahead of its reader, per signal. */
const ahead = 3

/** As `renderClips`, over `pool.size` threads; falls back to this thread where the graph does not fall apart. */
export async function renderOnThreads(graph: Graph, inputs: Readonly<Record<string, SharedClip>>, sinks: Readonly<Record<string, Sink>>, options: RenderOptions, pool: Pool): Promise<{ frames: number }> {
  const { parts, rest } = partition(only(graph, Object.keys(sinks)), pool.size)
  if (parts.length < 2 || pool.size < 2) return renderClips(graph, inputs, sinks, options)
  const { kernels, signal, progress, registry, ...plain } = options
  const frames = totalFrames(graph, Math.max(0, ...Object.values(inputs).map((clip) => clip.frames)), { tail: Math.min(30, tailOf(graph, registry ?? processors, options)), ...plain })
  const reach = frames + (rest ? compile(rest, options).latency : 0), pipes = new Map<string, Pipe>()
  if (rest) for (const [name, port] of Object.entries(rest.inputs)) if (!inputs[name]) pipes.set(name, pipe(port.channels, reach, options.sampleRate))
  const tasks = parts.map((part) => {
    const clips = Object.fromEntries(Object.keys(part.inputs).map((name) => [name, inputs[name]!.descriptor]))
    return pool.run<void>({ kind: 'render', graph: part, clips, options: { ...plain, frames: reach }, ahead }, ({ output, audio, start }: { output: string; audio: Audio; start: number }, reply) => {
      const pipe = pipes.get(output), sink = sinks[output]
      const taken = pipe ? pipe.push(audio) : Promise.resolve(sink?.(start + audio[0]!.length > frames ? audio.map((c) => c.subarray(0, Math.max(0, frames - start))) : audio))
      taken.then(() => reply({ output }), (error: unknown) => { failed(error) })
    })
  })
  let failed: (reason: unknown) => void = () => {}
  const failure = new Promise<never>((_, reject) => { failed = reject })
  if (rest) {
    const wanted = Object.fromEntries(Object.keys(rest.outputs).filter((name) => sinks[name]).map((name) => [name, sinks[name]!]))
    tasks.push(renderClips(rest, { ...inputs, ...Object.fromEntries(pipes) }, wanted, { ...options, frames }).then(() => {}))
  } else progress?.(0)
  await Promise.race([Promise.all(tasks), failure])
  return { frames }
}

interface Pipe extends Clip { push(audio: Audio): Promise<void> }
/** A clip that is read once, from front to back, as another thread fills it. `push` resolves when its samples have been taken. */
function pipe(channels: number, frames: number, sampleRate: number): Pipe {
  const queue: { audio: Audio; used: number; done: () => void }[] = []
  let wake: (() => void) | undefined, given = 0
  return {
    channels, frames, sampleRate,
    push: (audio) => new Promise((done) => { queue.push({ audio, used: 0, done }); wake?.() }),
    async read(start, count) {
      if (start !== given) throw new Error(`a pipe is read in order: ${start} after ${given}`)
      given += count
      const out = Array.from({ length: channels }, () => new Float32Array(count))
      for (let at = 0; at < Math.min(count, frames - start);) {
        const head = queue[0]
        if (!head) { await new Promise<void>((resolve) => { wake = resolve }); continue }
        const length = head.audio[0]!.length, n = Math.min(length - head.used, count - at)
        out.forEach((channel, c) => channel.set(head.audio[c]!.subarray(head.used, head.used + n), at))
        head.used += n; at += n
        if (head.used === length) { queue.shift(); head.done() }
      }
      return out
    },
  }
}
