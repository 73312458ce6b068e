/**
 * Chains of other engines found again (wets.py makes them): how near the equaliser, the gain reduction, the decay, the delay and
 * the sound come. `coloured`: the same of the equaliser and of how the room colours its direct sound.
 *   node tools/run.mjs experiments/estimate/wets.ts FOLDER [FIRST COUNT STEP] [-v]
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Audio, clipOf, compileKernels, powerResponse } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import {
  type Console,
  consoleGraph,
  decayOfResponse,
  devicesOf,
  directColour,
  type Filter,
  fitted,
  graphMatchLoss,
  problemOf,
  readSourceLevels,
  readLong,
  readStretches,
  registryOf,
  searchSource
} from '@mixwright/estimate'
import { chain, render } from '@mixwright/graph'
import { readSound } from '../sound-files.ts'
import { equaliserAndLevel } from './equaliser-and-level.ts'

interface Truth {
  readonly chain: readonly { readonly kind: string; readonly engine: string }[]
  readonly source: string
  readonly frequencies: readonly number[]
  readonly eq?: readonly number[]
  readonly reduction?: readonly number[]
  readonly delay?: number
}
const [folder, ...rest] = process.argv.slice(2),
  verbose = rest.includes('-v'),
  [from = 0, count = 1000, step = 1] = rest.filter(a => a !== '-v').map(Number),
  kernels = await compileKernels(bytes),
  filters = ['bell', 'lowshelf', 'highshelf', 'lowpass', 'highpass']
const rms = (x: readonly number[]) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length)
const centred = (x: readonly number[]) => {
  const mean = x.reduce((a, b) => a + b, 0) / x.length
  return x.map(v => v - mean)
}

/** dB at the frequencies, of all filters of the console together. */
const curveOf = (console: Console, frequencies: readonly number[], rate: number) =>
  frequencies.map(f =>
    devicesOf(console)
      .filter(({ type }) => filters.includes(type))
      .reduce(
        (sum, { type, params }) =>
          sum + 10 * Math.log10(powerResponse({ type, gain: 0, ...params } as unknown as Filter, rate)(f) + 1e-9),
        0
      )
  )

/** dB every 10 ms that the compressors take, as the truth has it: out against in, 20 ms. */
async function reductionOf(console: Console, dry: Audio, rate: number): Promise<number[] | undefined> {
  const devices = console.strips[0]!.chain,
    at = devices.findIndex(({ type }) => type === 'compressor')
  if (at < 0) return undefined
  const upTo = (n: number) =>
      render(
        chain(Object.fromEntries(devices.slice(0, n).map(({ type, params }, i) => [`n${i}`, { type, params }]))),
        { main: dry },
        { kernels, sampleRate: rate, tail: 0 }
      ),
    [before, after] = [(await upTo(at)).main![0]!, (await upTo(at + 1)).main![0]!]
  const levels = (x: Float32Array) => {
    const size = Math.round(0.02 * rate),
      hop = size / 2
    return Array.from({ length: Math.floor(x.length / hop) }, (_, i) => {
      let sum = 0
      for (let k = i * hop - hop; k < i * hop + hop; k++) sum += (x[k] ?? 0) ** 2
      return Math.sqrt(sum / size + 1e-14)
    })
  }
  const b = levels(before)
  return levels(after).map((v, i) => 20 * Math.log10(v / b[i]!))
}

/** Where it is loud enough to matter: reductions less their mean, which is make-up gain. */
function reductionError(
  found: readonly number[] | undefined,
  truth: readonly number[],
  dry: Float32Array,
  rate: number
) {
  const hop = Math.round(0.01 * rate),
    level = truth.map((_, i) => {
      let sum = 1e-12
      for (let k = i * hop; k < (i + 1) * hop; k++) sum += (dry[k] ?? 0) ** 2
      return 10 * Math.log10(sum / hop)
    }),
    loudest = Math.max(...level),
    use = truth.map((_, i) => i).filter(i => level[i]! > loudest - 35)
  return rms(centred(use.map(i => (found?.[i] ?? 0) - truth[i]!)))
}

/** What the found room makes of an impulse. */
async function roomOf(console: Console, rate: number): Promise<Audio | undefined> {
  const measured = Object.values(console.responses ?? {})[0],
    reverb = devicesOf(console).find(({ type }) => type === 'reverb')
  if (measured) return measured.response
  if (!reverb) return undefined
  const impulse = new Float32Array(8 * rate)
  impulse[0] = 1
  return (await render(chain({ room: reverb }), { main: [impulse] }, { kernels, sampleRate: rate, tail: 0 })).main
}

const table: Record<string, number>[] = []
for (let k = from; k < from + count; k += step) {
  const at = join(folder!, String(k).padStart(3, '0'))
  if (!existsSync(join(at, 'truth.json'))) continue
  const truth = JSON.parse(readFileSync(join(at, 'truth.json'), 'utf8')) as Truth,
    [dry, wet] = [await readSound(join(at, 'dry.wav')), await readSound(join(at, 'wet.wav'))],
    rate = wet.sampleRate,
    started = performance.now(),
    seconds = wet.audio[0]!.length / rate,
    judged = Math.round(2 * rate),
    starts = [0.15, 0.45, 0.75].map(share => Math.round(share * (seconds - 2) * rate)),
    [source, made] = [clipOf(dry.audio, rate), clipOf(wet.audio, rate)],
    stretches = {
      ...(await readStretches({ dry: source }, made, { starts, warmup: Math.round(1.5 * rate), judged })),
      long: await readLong('dry', source, made)
    },
    found = await searchSource(stretches, 'dry', 1, {
      kernels,
      ...(verbose && { trace: (line: string) => console.log('   ', line) })
    }),
    time = (performance.now() - started) / 1000,
    graph = consoleGraph(found.console),
    registry = registryOf(found.console),
    whole = (
      await render(graph, { dry: dry.audio }, { kernels, registry, sampleRate: rate, frames: wet.audio[0]!.length })
    ).mix!,
    loss = graphMatchLoss(kernels, wet.audio, rate),
    row: Record<string, number> = { case: k, time, loss: loss.value(whole), nodes: devicesOf(found.console).length }
  // The best equaliser and gain alone.
  const { sources } = readSourceLevels(
      stretches.passages.map((p, i) => ({
        sources: [p.inputs.dry!.map(c => c.subarray(stretches.warmup, stretches.warmup + judged))],
        mix: stretches.passages[i]!.wet
      })),
      rate
    ),
    eqOnly = fitted(equaliserAndLevel(1, sources[0]!.gain), problemOf(stretches, kernels), kernels, 100),
    eqSound = (
      await render(
        consoleGraph(eqOnly.console),
        { dry: dry.audio },
        { kernels, sampleRate: rate, frames: wet.audio[0]!.length }
      )
    ).mix!
  row.eqOnly = loss.value(eqSound)
  const curve = curveOf(found.console, truth.frequencies, rate)
  if (truth.eq) row.eq = rms(centred(curve.map((v, i) => v - truth.eq![i]!)))
  if (truth.reduction)
    row.reduction = reductionError(
      await reductionOf(found.console, dry.audio, rate),
      truth.reduction,
      dry.audio[0]!,
      rate
    )
  const device = (...types: string[]) => devicesOf(found.console).find(({ type }) => types.includes(type))?.params
  if (truth.delay) row.delay = Math.abs((device('delay')?.delay ?? 0) - 1000 * truth.delay)
  const room = join(at, 'room.wav')
  if (existsSync(room)) {
    const made = (await readSound(room)).audio,
      [theirs, ours] = [made, await roomOf(found.console, rate)].map(audio => audio && decayOfResponse(audio, rate)),
      // What no ear and no search tells from a filter in front of it.
      colour = directColour(made[0]!, truth.frequencies, rate)
    if (truth.eq) row.coloured = rms(centred(curve.map((v, i) => v - truth.eq![i]! - colour[i]!)))
    row.decay = Math.abs((ours?.time ?? 0) / theirs!.time! - 1)
    row.broadband = Math.abs((ours?.broadband ?? 0) / theirs!.broadband! - 1)
  }
  table.push(row)
  console.log(
    `${k} ${truth.chain.map(c => `${c.kind}:${c.engine}`).join(' > ')} | ${devicesOf(found.console)
      .map(({ type }) => type)
      .join(' > ')} |`,
    Object.entries(row)
      .slice(1)
      .map(([n, v]) => `${n} ${v.toFixed(3)}`)
      .join('  ')
  )
}
const of = (name: string) => table.flatMap(row => (row[name] === undefined ? [] : [row[name]!])).sort((a, b) => a - b),
  middle = (x: readonly number[]) => x[Math.floor(x.length / 2)] ?? Number.NaN
for (const [name, bar] of [
  ['eq', 1],
  ['coloured', 1],
  ['reduction', 1],
  ['delay', 1],
  ['decay', 0.1]
] as const)
  console.log(
    `${name}: median ${middle(of(name)).toFixed(3)}, within ${bar}: ${of(name).filter(v => v <= bar).length} of ${of(name).length}`
  )
const ratios = table.map(row => row.loss! / row.eqOnly!).sort((a, b) => a - b)
console.log(
  `loss: median ${middle(of('loss')).toFixed(3)}, of the equaliser alone ${middle(of('eqOnly')).toFixed(3)}; ratio median ${middle(ratios).toFixed(2)}, at most 0.5 in ${ratios.filter(v => v <= 0.5).length} of ${ratios.length}; ${middle(of('time')).toFixed(1)} s a case`
)
