/**
 * Many graphs of one shape, differently set, side by side in the lanes: stereo-seconds (mono ones: seconds) per second on
 * one thread and on two, and against the same graphs one after another.
 *   npm run bench -- populations [seconds] [runs] [counts]
 * CPU seconds hold on a busy machine; wall seconds only where two cores are free.
 */
import { loadavg } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { builder, compile, fill, type Graph, load, sideBySide } from '@mixwright/graph'
import { rate, stems, strip } from './song.ts'
import { crew, median, serve } from './threads.ts'

const shapes = ['strip', 'strip and reverb'] as const
interface Job {
  readonly shape: (typeof shapes)[number]
  readonly channels: 1 | 2
  /** Which individuals, from and up to. */
  readonly from: number
  readonly to: number
  readonly apart: boolean
  readonly seconds: number
}

function individualOf({ shape, channels }: Job, t: number): Graph {
  const graph = builder(),
    s = strip(t % 16),
    port = { channels } as const
  let last = graph.input('main', port)
  const then = (id: string, type: string, params: Record<string, number>) => {
    const next = graph.node(id, { type, params })
    graph.wire(last, next)
    last = next
  }
  then('highpass', 'highpass', { frequency: 60 + 3 * t })
  s.bands.slice(1, 4).forEach((band, b) => then(`eq-${b}`, 'bell', band))
  then('compressor', 'compressor', s.compressor)
  if (shape === 'strip and reverb') then('reverb', 'reverb', { size: 0.3 + 0.005 * t, mix: 0.2 })
  then('gain', 'gain', { gain: s.gain })
  graph.output('main', port, last)
  return graph.graph()
}

/** [worker] What renders all of them once. */
async function prepared(job: Job): Promise<() => void> {
  const kernels = await compileKernels(bytes),
    graphs = Array.from({ length: job.to - job.from }, (_, i) => individualOf(job, job.from + i)),
    engines = (job.apart ? graphs : [sideBySide(graphs)]).map(graph =>
      load(compile(graph, { sampleRate: rate }), kernels)
    ),
    audio = stems(job.seconds, 1)[0]!.slice(0, job.channels)
  return () => {
    for (const engine of engines) {
      const { chunk } = engine.plan,
        frames = audio[0]!.length
      engine.reset()
      for (let start = 0; start < frames; start += chunk) {
        const count = Math.min(chunk, frames - start)
        fill(
          engine.inputs.main!,
          audio.map(c => c.subarray(start, start + count))
        )
        engine.forward(count)
      }
    }
  }
}

function work(): void {
  let render = () => {}
  serve<Job | 'render', true>(async job => {
    if (job !== 'render') render = await prepared(job)
    render()
    return true
  })
}

async function table(): Promise<void> {
  const seconds = Number(process.argv[2] ?? 10),
    runs = Number(process.argv[3] ?? 5),
    counts = (process.argv[4] ?? '1,4,16,64').split(',').map(Number)
  console.log(`${seconds} s, medians of ${runs}, load ${loadavg()[0]!.toFixed(0)}\n`)
  console.log(
    '| shape | graphs | one thread, × real time by CPU | by wall | two threads by wall | 2 ÷ 1 by wall | the same if cores were free (by CPU) | one after another ÷ side by side |\n|---|---|---|---|---|---|---|---|'
  )
  for (const channels of [2, 1] as const)
    for (const shape of shapes)
      for (const count of counts) {
        const job = { shape, channels, from: 0, to: count, apart: false, seconds },
          half = count >> 1,
          crews = [crew(1), crew(1), ...(half ? [crew(2)] : [])],
          jobs: Job[][] = [
            [job],
            [{ ...job, apart: true }],
            [
              { ...job, to: half },
              { ...job, from: half }
            ]
          ]
        for (const [i, one] of crews.entries()) await one.run(jobs[i]!)
        const took: { cpu: number; wall: number }[][] = crews.map(() => [])
        for (let run = 0; run < runs; run++)
          for (const [i, one] of crews.entries()) took[i]!.push(await one.run(jobs[i]!.map(() => 'render')))
        for (const one of crews) await one.dismiss()
        const of = (i: number, key: 'cpu' | 'wall') => (took[i] ? median(took[i].map(t => t[key])) : Number.NaN),
          ratio = (value: number) => (Number.isNaN(value) ? '–' : value.toFixed(2)),
          speed = (value: number) => (Number.isNaN(value) ? '–' : String(Math.round((count * seconds) / value)))
        console.log(
          `| ${channels === 1 ? 'mono' : 'stereo'}, ${shape} | ${count} | ${speed(of(0, 'cpu'))} | ${speed(of(0, 'wall'))} | ${speed(of(2, 'wall'))} | ${ratio(of(0, 'wall') / of(2, 'wall'))} | ${ratio((2 * of(0, 'cpu')) / of(2, 'cpu'))} | ${ratio(of(1, 'cpu') / of(0, 'cpu'))} |`
        )
      }
}

if (isMainThread) await table()
else work()
