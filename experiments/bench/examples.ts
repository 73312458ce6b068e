/**
 * Training examples (a random graph, what goes in, what comes out): how many seconds of them a second of one thread gives,
 * and of two.
 *   npm run bench -- examples [examples] [seconds] [runs] [presets]
 * CPU seconds hold on a busy machine; wall seconds only where two cores are free.
 */
import { loadavg } from 'node:os'
import { isMainThread } from 'node:worker_threads'
import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { examples, type GraphPresetName, graphPresetNames, noneRejected } from '@mixwright/graph'
import { rate, stems } from './song.ts'
import { crew, median, serve } from './threads.ts'

interface Job {
  readonly preset: GraphPresetName
  readonly seed: number
  readonly count: number
  readonly seconds: number
}
interface Made {
  readonly nodes: number
  /** Nodes that were drawn and not heard, and draws thrown away. */
  readonly unheard: number
  readonly thrown: number
}

async function work(): Promise<void> {
  const kernels = await compileKernels(bytes)
  let dry: Float32Array[][] = []
  serve<Job, Made>(async ({ seconds, ...job }) => {
    if (dry[0]?.[0]?.length !== Math.round(seconds * rate)) dry = stems(seconds, 8)
    const rejected = noneRejected()
    let nodes = 0
    for await (const { graph } of examples({
      ...job,
      kernels,
      sampleRate: rate,
      rejected,
      dry: (_, channels, random) => dry[random.below(dry.length)]!.slice(0, channels)
    }))
      nodes += Object.keys(graph.nodes).length
    const { inaudibleNodes: unheard, silent, exploding, empty } = rejected
    return { nodes, unheard, thrown: silent + exploding + empty }
  })
}

async function table(): Promise<void> {
  const count = Number(process.argv[2] ?? 40),
    seconds = Number(process.argv[3] ?? 4),
    runs = Number(process.argv[4] ?? 3),
    presets = (process.argv[5]?.split(',') ?? graphPresetNames) as GraphPresetName[]
  console.log(`${count} examples of ${seconds} s at ${rate} Hz, medians of ${runs}, load ${loadavg()[0]!.toFixed(0)}\n`)
  console.log(
    '| preset | nodes in the mean (and unheard, taken out) | draws thrown away | one thread, × real time by CPU | by wall | two threads, if cores were free (by CPU) | by wall |\n|---|---|---|---|---|---|---|'
  )
  for (const preset of presets) {
    const one = crew(1),
      two = crew(2),
      half = Math.ceil(count / 2),
      jobs = (run: number): Job[][] => [
        [{ preset, seed: 1 + 100000 * run, count: 2 * half, seconds }],
        [0, 1].map(k => ({ preset, seed: 1 + 100000 * run + 50000 * k, count: half, seconds }))
      ],
      warm = jobs(runs)
    await one.run(warm[0]!)
    await two.run(warm[1]!)
    const singles = [],
      doubles = []
    for (let run = 0; run < runs; run++) {
      const [single, double] = jobs(run)
      singles.push(await one.run<Job, Made>(single!))
      doubles.push(await two.run<Job, Made>(double!))
    }
    await one.dismiss()
    await two.dismiss()
    const all = [...singles, ...doubles].flatMap(t => t.answers),
      mean = (key: keyof Made) => all.reduce((sum, made) => sum + made[key], 0) / (runs * 4 * half),
      speed = (values: readonly number[]) => Math.round((2 * half * seconds) / median(values))
    console.log(
      `| ${preset} | ${mean('nodes').toFixed(1)} (${mean('unheard').toFixed(1)}) | ${mean('thrown').toFixed(2)} an example | ${speed(singles.map(t => t.cpu))} | ${speed(singles.map(t => t.wall))} | ${speed(doubles.map(t => t.cpu / 2))} | ${speed(doubles.map(t => t.wall))} |`
    )
  }
}

if (isMainThread) await table()
else await work()
