/**
 * Every processor that ffmpeg or pedalboard has too, alone, one thread, stereo PCM in memory, medians of CPU seconds; all
 * take turns, so that ratios hold on a busy machine.
 *   npm run bench -- processors [seconds] [runs] [names]
 * Environment: MIXWRIGHT_BENCH_PYTHON, a Python that has pedalboard.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compileKernels, inletsOf, processors } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { builder, compile, fill, type Graph, load } from '@mixwright/graph'
import { type Contest, contests } from './peers/processors.ts'
import { rate, stems, time } from './song.ts'
import { median } from './threads.ts'

declare const ENTRY_FOLDER: string
const seconds = Number(process.argv[2] ?? 20),
  runs = Number(process.argv[3] ?? 5),
  wanted = process.argv[4]?.split(','),
  block = 512,
  frames = Math.ceil((seconds * rate) / block) * block,
  /** CPU seconds that one measurement takes at least, so that the clock is fine enough. */
  least = 0.05,
  /** How often ffmpeg hears it all, and a filter that takes less than so many CPU seconds: what two starts differ by is divided by that. */
  times = { most: 4, quick: 24, below: 0.008 },
  stereo = { channels: 2 } as const
const kernels = await compileKernels(bytes),
  audio = stems(frames / rate, 2)

function graphOf({ type, params, swing }: Contest, nodes: number): Graph {
  const graph = builder(),
    def = processors[type as keyof typeof processors]
  for (let k = 0; k < nodes; k++) {
    const id = graph.node(`${k}`, { type, ...(params && { params }) })[0]
    graph.wire(graph.input(`in${k}`, stereo), [id, inletsOf(def)[0]!.name])
    if (swing !== undefined) {
      const lfo = graph.node(`lfo${k}`, { type: 'lfo' })[0]
      graph.wire([lfo, 'lfo'], [id, 'modulation'], swing)
    }
    for (const outlet of Object.keys(def.outlets)) graph.output(`${outlet}${k}`, stereo, [id, outlet])
  }
  return graph.graph()
}

/** @returns what takes one measurement: CPU seconds of one run per node */
function ours(contest: Contest, nodes: number): () => number {
  const engine = load(compile(graphOf(contest, nodes), { sampleRate: rate, block, chunk: frames }), kernels)
  for (let k = 0; k < nodes; k++) fill(engine.inputs[`in${k}`]!, audio[k]!)
  const run = () => {
    engine.reset()
    engine.forward(frames)
  }
  run()
  const calls = Math.ceil(least / time(1, run).cpu),
    all = () => {
      for (let k = 0; k < calls; k++) run()
    }
  return () => time(1, all).cpu / calls / nodes
}

/** In memory where there is such a folder. */
const folder = mkdtempSync(join(process.platform === 'linux' ? '/dev/shm' : tmpdir(), 'mixwright-bench-')),
  missing: string[] = []
const woven = new Float32Array(2 * frames)
for (const c of [0, 1]) for (let i = 0; i < frames; i++) woven[2 * i + c] = audio[0]![c]![i]!
writeFileSync(join(folder, 'woven.f32'), new Uint8Array(woven.buffer))
writeFileSync(join(folder, 'planar.f32'), Buffer.concat(audio[0]!.map(c => new Uint8Array(c.buffer))))

function ffmpeg(filter: string, times: number): number {
  const one = ['-threads', '1', '-filter_threads', '1', '-filter_complex_threads', '1'],
    pcm = ['-f', 'f32le', '-ar', String(rate), '-ac', '2', '-i', join(folder, 'woven.f32')],
    source = ['-benchmark', ...one, '-stream_loop', String(times - 1), ...pcm],
    sink = ['-filter_complex', filter, '-c:a', 'pcm_f32le', '-f', 'null', '-'],
    { stderr } = spawnSync('ffmpeg', [...source, ...sink], { encoding: 'utf8' }),
    found = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr)
  if (!found) throw new Error(`ffmpeg failed: ${stderr.slice(-500)}`)
  return Number(found[1]) + Number(found[2])
}
const filterCost = (filter: string, times: number) => (ffmpeg(filter, times) - ffmpeg('anull', times)) / times

async function pedalboard() {
  const child = spawn(
      process.env.MIXWRIGHT_BENCH_PYTHON ?? 'python3',
      [join(ENTRY_FOLDER, 'peers', 'pedalboard_processors.py'), join(folder, 'planar.f32'), String(rate)],
      { stdio: ['pipe', 'pipe', 'ignore'], env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' } }
    ),
    answers = createInterface(child.stdout)[Symbol.asyncIterator](),
    answer = async () => {
      const { value, done } = await answers.next()
      return done ? undefined : (JSON.parse(value) as Record<string, unknown>)
    },
    hello = await answer()
  if (!hello) return undefined
  const run = async ([name, params]: NonNullable<Contest['pedalboard']>, times: number) => {
    child.stdin.write(`${JSON.stringify({ name, params, times })}\n`)
    const got = await answer()
    if (!got) throw new Error(`pedalboard's ${name} failed`)
    return got.cpu as number
  }
  return { version: hello.version as string, run, end: () => child.stdin.end() }
}

const hasFfmpeg = spawnSync('ffmpeg', ['-version'], { encoding: 'utf8' }),
  board = await pedalboard()
if (hasFfmpeg.status !== 0) missing.push('ffmpeg (Debian: apt-get install ffmpeg)')
if (!board) missing.push('pedalboard (pip install pedalboard)')
console.log(
  `${Math.round(frames / rate)} s stereo at ${rate} Hz; ${cpus()[0]!.model}, Node ${process.versions.node}, ${hasFfmpeg.stdout?.split(' ').slice(0, 3).join(' ')}, pedalboard ${board?.version}; CPU ms of one thread, medians of ${runs}; load ${loadavg()[0]!.toFixed(0)}\n`
)
console.log(
  '| processor | alone | two in the lanes, each | ffmpeg | pedalboard | ffmpeg ÷ alone | pedalboard ÷ alone | |\n|---|---|---|---|---|---|---|---|'
)
/** By how much peers take longer than a node alone, and than each of two. */
const ratios: { readonly alone: number; readonly pair: number }[] = [],
  shown = (value: number | undefined, digits: number) => (value === undefined ? '–' : value.toFixed(digits))
for (const contest of contests) {
  if (wanted && !wanted.includes(contest.type)) continue
  const alone = ours(contest, 1),
    pair = ours(contest, 2),
    taken: Record<'alone' | 'pair' | 'ffmpeg' | 'pedalboard', number[]> = {
      alone: [],
      pair: [],
      ffmpeg: [],
      pedalboard: []
    }
  let calls = 1,
    often: number = times.most
  for (let run = 0; run < runs; run++) {
    taken.alone.push(alone())
    if (contest.ffmpeg && hasFfmpeg.status === 0) {
      if (run === 0 && filterCost(contest.ffmpeg, often) < times.below) often = times.quick
      taken.ffmpeg.push(filterCost(contest.ffmpeg, often))
    }
    if (contest.pedalboard && board) {
      if (run === 0) calls = Math.ceil(least / (await board.run(contest.pedalboard, 1)))
      taken.pedalboard.push(await board.run(contest.pedalboard, calls))
    }
    taken.pair.push(pair())
  }
  const of = (key: keyof typeof taken) => (taken[key].length ? 1000 * median(taken[key]) : undefined),
    own = of('alone')!,
    peers = (['ffmpeg', 'pedalboard'] as const).map(of),
    won = peers.map(peer => (peer === undefined ? undefined : peer / own))
  for (const peer of peers) if (peer !== undefined) ratios.push({ alone: peer / own, pair: peer / of('pair')! })
  console.log(
    `| ${contest.type} | ${shown(own, 1)} | ${shown(of('pair'), 1)} | ${shown(peers[0], 1)} | ${shown(peers[1], 1)} | ${shown(won[0], 2)} | ${shown(won[1], 2)} | ${contest.note ?? ''} |`
  )
}
board?.end()
rmSync(folder, { recursive: true })
for (const key of ['alone', 'pair'] as const) {
  const all = ratios.map(ratio => ratio[key])
  console.log(
    `\n${key === 'alone' ? 'A node alone' : 'Each of two in the lanes'} against ${all.length} of peers: median ${shown(median(all), 2)} ×, least ${shown(Math.min(...all), 2)} ×, ${all.filter(ratio => ratio < 0.8).length} below 0.8 ×`
  )
}
if (missing.length) console.log(`\nNot measured, because not installed:\n${missing.map(m => `- ${m}`).join('\n')}`)
