/**
 * The console benchmark: our engine, ffmpeg, pedalboard and PyTorch on the same work in one run, medians of CPU seconds
 * on one thread.
 * Peers that are not installed are named with the command that installs them.
 *   npm run bench -- console [seconds] [runs]
 * Environment: MIXWRIGHT_BENCH_PYTHON, a Python that has pedalboard, torch 2.11, torchaudio 2.11, torchcomp.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { compile, excerptOf, fill, load, type PlanOptions } from '@mixwright/graph'
import { consoleGraph, rate, stems, strip, time, tracks } from './song.ts'

declare const ENTRY_FOLDER: string
const seconds = Number(process.argv[2] ?? 20),
  runs = Number(process.argv[3] ?? 5),
  frames = Math.round(seconds * rate)
const kernels = await compileKernels(bytes),
  graph = consoleGraph(),
  audio = stems(seconds)
const rows: string[][] = []
const row = (name: string, cpu: number, work = seconds, note = '') =>
  rows.push([
    name,
    `${cpu.toFixed(3)} s`,
    `${Math.round(work / cpu)} ×`,
    `${Math.round((work * tracks) / cpu)} ×`,
    note
  ])

function forward(options: Partial<PlanOptions>): number {
  const block = options.block ?? 512,
    engine = load(compile(graph, { sampleRate: rate, chunk: Math.ceil(frames / block) * block, ...options }), kernels)
  audio.forEach((stem, t) => fill(engine.inputs[`t${t}`]!, stem))
  const run = () => {
    engine.reset()
    engine.forward(frames)
  }
  run()
  return time(runs, run).cpu
}
function gradients(part: number, keep?: number): { forward: number; both: number; memory: number } {
  const n = Math.round(part * rate),
    excerpt = excerptOf(graph, kernels, {
      sampleRate: rate,
      gradients: { frames: n, ...(keep !== undefined && { keep }) }
    }),
    { engine } = excerpt
  audio.forEach((stem, t) =>
    fill(
      engine.inputs[`t${t}`]!,
      stem.map(c => c.subarray(0, n))
    )
  )
  const render = () => excerpt.render(),
    both = () => {
      excerpt.render()
      engine.outputGradients.main!.forEach((g, c) => g.set(engine.outputs.main![c]! as Float32Array))
      excerpt.gradients()
    }
  both()
  return { forward: time(runs, render).cpu, both: time(runs, both).cpu, memory: engine.plan.bytes }
}

const lanes = forward({})
row('Mixwright, f32 lanes, blocks of 512', lanes)
for (const block of [64, 128, 1024, 4096]) row(`Mixwright, blocks of ${block}`, forward({ block }))
row('Mixwright, lanes not shared between nodes', forward({ lanes: false }))
row('Mixwright, f64 (the oracle)', forward({ real: 'f64' }))
const recompute = gradients(seconds),
  part = Math.min(5, seconds),
  keep = gradients(part, Number.POSITIVE_INFINITY)
row(
  'Mixwright, forward + backward, recomputing',
  recompute.both,
  seconds,
  `${(recompute.both / lanes).toFixed(2)} × forward; plan ${(recompute.memory / 2 ** 20).toFixed(0)} MB`
)
row(
  `Mixwright, forward + backward, keeping all (${part} s)`,
  keep.both,
  part,
  `${(keep.both / ((lanes * part) / seconds)).toFixed(2)} × forward; plan ${(keep.memory / 2 ** 20).toFixed(0)} MB`
)

const folder = mkdtempSync(join(tmpdir(), 'mixwright-bench-')),
  missing: string[] = []
writeFileSync(
  join(folder, 'spec.json'),
  JSON.stringify({ rate, strips: Array.from({ length: tracks }, (_, t) => strip(t)) })
)
writeFileSync(
  join(folder, 'stems.f32'),
  Buffer.concat(audio.flatMap(stem => stem.map(c => Buffer.from(c.buffer, c.byteOffset, c.byteLength))))
)

function ffmpeg(): void {
  if (spawnSync('ffmpeg', ['-version']).status !== 0) {
    missing.push('ffmpeg (Debian: apt-get install ffmpeg)')
    return
  }
  audio.forEach((stem, t) => {
    const woven = new Float32Array(2 * frames)
    for (let i = 0; i < frames; i++) {
      woven[2 * i] = stem[0]![i]!
      woven[2 * i + 1] = stem[1]![i]!
    }
    writeFileSync(join(folder, `${t}.f32`), Buffer.from(woven.buffer))
  })
  const inputs = audio.flatMap((_, t) => [
    '-f',
    'f32le',
    '-ar',
    String(rate),
    '-ac',
    '2',
    '-i',
    join(folder, `${t}.f32`)
  ])
  const chain = (t: number) => {
    const s = strip(t),
      db = (v: number) => 10 ** (v / 20),
      side = (sign: number) => db(s.gain) * Math.SQRT2 * Math.sin((Math.PI / 4) * (1 + sign * s.pan))
    return [
      ...s.bands.map(b => `equalizer=f=${b.frequency}:t=q:w=${b.q}:g=${b.gain}`),
      `acompressor=threshold=${db(s.compressor.threshold)}:ratio=${s.compressor.ratio}:attack=${s.compressor.attack}:release=${s.compressor.release}:knee=2`,
      `pan=stereo|c0=${side(-1)}*c0|c1=${side(1)}*c1`
    ].join(',')
  }
  const run = (filter: (t: number) => string) => {
    const script = `${audio.map((_, t) => `[${t}]${filter(t)}[a${t}]`).join(';')};${audio.map((_, t) => `[a${t}]`).join('')}amix=inputs=${tracks}:normalize=0`
    const list = Array.from({ length: runs }, () => {
      const { stderr } = spawnSync(
        'ffmpeg',
        [
          '-v',
          'info',
          '-benchmark',
          '-threads',
          '1',
          '-filter_threads',
          '1',
          '-filter_complex_threads',
          '1',
          ...inputs,
          '-filter_complex',
          script,
          '-f',
          'null',
          '-'
        ],
        { encoding: 'utf8' }
      )
      const found = /utime=([\d.]+)s stime=([\d.]+)s/.exec(stderr)
      if (!found) throw new Error(`ffmpeg failed: ${stderr.slice(-500)}`)
      return Number(found[1]) + Number(found[2])
    })
    return list.sort((a, b) => a - b)[runs >> 1]!
  }
  const all = run(chain),
    reading = run(() => 'anull')
  row(
    'ffmpeg, same filters',
    all - reading,
    seconds,
    `reading, summing and start-up (${reading.toFixed(2)} s) taken off; ${((all - reading) / lanes).toFixed(1)} × our time`
  )
}
function python(
  script: string,
  name: string,
  install: string,
  ...more: string[]
): Record<string, number & string> | undefined {
  const result = spawnSync(
    process.env.MIXWRIGHT_BENCH_PYTHON ?? 'python3',
    [join(ENTRY_FOLDER, 'peers', script), join(folder, 'stems.f32'), join(folder, 'spec.json'), ...more],
    {
      encoding: 'utf8',
      env: { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', NUMBA_NUM_THREADS: '1' }
    }
  )
  if (result.status === 0) return JSON.parse(result.stdout.trim().split('\n').at(-1)!)
  missing.push(`${name} (${install}): ${result.stderr.trim().split('\n').at(-1) ?? ''}`)
  return undefined
}
ffmpeg()
const board = python('pedalboard_console.py', 'pedalboard', 'pip install pedalboard', String(runs))
if (board) row(`pedalboard ${board.version}`, board.cpu!, seconds, `${(board.cpu! / lanes).toFixed(1)} × our time`)
const torch = python(
  'torch_console.py',
  'PyTorch',
  'pip install torch==2.11.0 torchaudio==2.11.0 torchcomp',
  '3',
  String(part)
)
if (torch) {
  row(`${torch.version}, forward (${part} s)`, torch.forward!, part)
  row(
    `PyTorch, forward + backward (${part} s)`,
    torch.both!,
    part,
    `${(torch.both! / part / (recompute.both / seconds)).toFixed(1)} × our time`
  )
}
rmSync(folder, { recursive: true })
const version = (command: string) => {
  try {
    return execFileSync(command, ['-version'], { encoding: 'utf8' }).split('\n')[0]!.split(' ').slice(0, 3).join(' ')
  } catch {
    return ''
  }
}
console.log(
  `${tracks} stereo tracks × [6 bells, compressor, gain/pan] → sum, ${seconds} s at ${rate} Hz; ${cpus()[0]!.model}, Node ${process.versions.node}, ${version('ffmpeg')}; CPU time, one thread, medians of ${runs}\n`
)
console.log(
  [
    '| engine | CPU | × real time (mix) | × real time per stereo track | |',
    '|---|---|---|---|---|',
    ...rows.map(r => `| ${r.join(' | ')} |`)
  ].join('\n')
)
if (missing.length) console.log(`\nNot measured, because not installed:\n${missing.map(m => `- ${m}`).join('\n')}`)
