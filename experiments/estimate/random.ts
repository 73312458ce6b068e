/**
 * The settings of random graphs whose structure is known, found from what went in and what came out; frozen seeds.
 *   node tools/run.mjs experiments/estimate/random.ts LOG [graphs of each preset] [first seed] [preset] [seconds]
 * Adds a line of LOG for each graph and goes on where LOG ends; ends after so many seconds; prints what LOG holds.
 * Developed on seeds from 900000 on. A setting counts as identifiable where, at the true settings, it may move by at most
 * its bar until the error to signal is -60 dB, all others following as they can.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { type Audio, compileKernels, createRandom } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { certaintyOf, fitSettings, graphMatchLoss, settingsIn } from '@mixwright/estimate'
import { type Example, examples, type GraphPresetName, graphPresetNames, redrawn, render } from '@mixwright/graph'
import { type Group, bars, errorsOf } from './random-errors.ts'
import { notes } from './notes.ts'

const [log, count = 300, seed = 1000, only, seconds = Number.POSITIVE_INFINITY] = process.argv
  .slice(2)
  .map((word, i) => (i === 0 || i === 3 ? word : Number(word))) as [string, number?, number?, string?, number?]
if (!log) {
  console.error('usage: random.ts LOG [graphs of each preset] [first seed] [preset] [seconds]')
  process.exit(2)
}
interface Line {
  readonly preset: GraphPresetName
  readonly seed: number
  readonly match: number
  /** The same where the fit started, and of the best gain alone. */
  readonly drawn: number
  readonly gain: number
  readonly error: number
  readonly rounds: number
  /** Of the processor. */
  readonly seconds: number
  readonly settings: ReturnType<typeof errorsOf>
}
const kernels = await compileKernels(bytes),
  sampleRate = 44100,
  frames = 3 * sampleRate,
  presets = graphPresetNames.filter(name => !only || name === only),
  until = performance.now() + 1000 * seconds,
  lines: Line[] = existsSync(log)
    ? readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line))
    : []

// By turns, so that a log that is cut short holds as many of each.
for (let n = 0; n < count; n++)
  for (const preset of presets) {
    const done = lines.filter(line => line.preset === preset)
    if (done.length > n || performance.now() > until) continue
    const from = done.length > 0 ? done.at(-1)!.seed + 1 : seed
    for await (const example of examples({
      kernels,
      preset,
      seed: from,
      count: 1,
      sampleRate,
      dry: (_, channels, random) => notes(channels, frames, sampleRate, random)
    })) {
      const line = await fitted(preset, example)
      lines.push(line)
      appendFileSync(log, `${JSON.stringify(line)}\n`)
      console.log(
        `${preset} ${line.seed}: match ${line.match.toFixed(4)}, error ${line.error.toExponential(1)}, ${line.rounds.toFixed(0)} rounds, ${line.seconds.toFixed(0)} s`
      )
    }
  }
for (const preset of presets) print(preset)

async function fitted(preset: GraphPresetName, { graph, dry: inputs, wet, seed: own }: Example): Promise<Line> {
  const problem = { sampleRate, inputs, frames, output: 'main' },
    { uncertainties } = certaintyOf(graph, problem, wet, kernels),
    // The fit may not see the truth: it gets the graph with numbers drawn anew.
    blind = redrawn(graph, createRandom(own + 1)),
    match = graphMatchLoss(kernels, wet as Float32Array[], sampleRate),
    start = (await render(blind, inputs, { kernels, sampleRate, tail: 0 })).main!,
    cpu = process.cpuUsage(),
    trace = process.env.TRACE ? { trace: (line: string) => console.log(`   ${line}`) } : {},
    fit = fitSettings(blind, problem, wet, kernels, trace)
  return {
    preset,
    seed: own,
    match: fit.loss,
    drawn: match.value(start as Float32Array[]),
    gain: gainAlone(inputs, wet, match),
    error: fit.errorToSignal,
    rounds: fit.rounds,
    seconds: process.cpuUsage(cpu).user / 1e6,
    settings: errorsOf(graph, settingsIn(graph), fit.units, uncertainties)
  }
}

/** All inputs added up, at the best gain of a grid. */
function gainAlone(inputs: Example['dry'], wet: Audio, match: { value(a: Float32Array[]): number }): number {
  const sum = wet.map((_, c) =>
    Float32Array.from({ length: frames }, (_, i) =>
      Object.values(inputs).reduce((t, a) => t + a[Math.min(c, a.length - 1)]![i]!, 0)
    )
  )
  return Math.min(
    ...Array.from({ length: 13 }, (_, k) => match.value(sum.map(x => x.map(v => v * 10 ** ((2 * k - 15) / 20)))))
  )
}

function print(preset: GraphPresetName): void {
  const done = lines.filter(line => line.preset === preset).slice(0, count),
    settings = done.flatMap(line => line.settings),
    told = settings.filter(one => one.told),
    within = done.filter(({ match }) => match <= 0.05).length,
    percent = (list: readonly { readonly error: number }[]) =>
      `${(100 * median(list.map(one => one.error))).toFixed(2)} %`
  if (done.length === 0) return
  console.log(
    `${preset}, ${done.length} graphs: L_a median ${median(done.map(line => line.match)).toFixed(4)}, at most 0.05 in ${within}; drawn ${median(done.map(line => line.drawn)).toFixed(2)}, gain alone ${median(done.map(line => line.gain)).toFixed(2)}; ${median(done.map(line => line.seconds)).toFixed(0)} s`
  )
  for (const group of Object.keys(bars) as Group[]) {
    const own = told.filter(one => one.group === group),
      all = settings.filter(one => one.group === group)
    if (all.length === 0) continue
    const types = [...new Set(own.map(one => one.type))].map(
      type =>
        `${type} ${percent(own.filter(one => one.type === type))} of ${own.filter(one => one.type === type).length}`
    )
    console.log(
      `   ${group}: ${percent(own)} (bar ${100 * bars[group]} %) of ${own.length} identifiable of ${all.length}; as placed ${percent(own.map(one => ({ error: one.placed })))}; ${types.join(', ')}`
    )
  }
}
function median(x: readonly number[]): number {
  const sorted = [...x].sort((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2
}
