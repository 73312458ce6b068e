/**
 * The settings of random graphs whose structure is known, found from what went in and what came out; frozen seeds.
 *   node tools/run.mjs experiments/estimate/random.ts [graphs of each preset] [first seed] [preset]
 * Developed on seeds from 900000 on. A setting counts as identifiable where, at the true settings, it may move by at most
 * its bar until the error to signal is -60 dB, all others following as they can.
 */
import { type Audio, compileKernels, createRandom, type Random } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { certaintyOf, fitSettings, graphMatchLoss, type Setting, settingsIn } from '@mixwright/estimate'
import { examples, type Graph, type GraphPresetName, graphPresetNames, redrawn, render } from '@mixwright/graph'

const [count, seed] = [Number(process.argv[2] ?? 300), Number(process.argv[3] ?? 1000)],
  presets = graphPresetNames.filter(name => !process.argv[4] || name === process.argv[4]),
  kernels = await compileKernels(bytes),
  sampleRate = 44100,
  frames = 3 * sampleRate
/** Notes with overtones and noise, decaying: something of everything. */
function dry(channels: number, random: Random): Audio {
  const out = Array.from({ length: channels }, () => new Float32Array(frames))
  for (let at = 0; at < frames; ) {
    const length = Math.round(sampleRate * random.between(0.08, 0.5)),
      f = 60 * 2 ** random.between(0, 4),
      decay = random.between(0.03, 0.3) * sampleRate,
      level = 0.35 * 10 ** random.between(-1, 0),
      noisy = random.uniform() ** 2,
      pan = random.between(0.5, 1)
    for (let i = 0; i < length && at + i < frames; i++) {
      let v = 0
      for (let h = 1; h <= 12 && h * f < 16000; h++) v += Math.sin((2 * Math.PI * f * h * i) / sampleRate) / h
      const e = level * Math.min(1, i / 60) * Math.exp(-i / decay) * Math.min(1, (length - i) / 200)
      out[0]![at + i] = e * ((1 - noisy) * 0.5 * v + noisy * random.normal())
      if (out[1]) out[1][at + i] = pan * out[0]![at + i]! + 0.1 * e * random.normal()
    }
    at += length
  }
  return out
}
/** Groups of settings and their bars, shares of the range. */
const bars = { filters: 0.02, levels: 0.02, dynamics: 0.05, time: 0.05, modulation: 0.05, colour: 0.05 } as const
type Group = keyof typeof bars
const groups: Record<Group, RegExp> = {
    levels: /^(gain|panning|imager|mix)$/,
    filters: /pass|bandreject|bell|shelf|crossover/,
    dynamics: /compressor|expander|gate|limiter|transient/,
    time: /delay|pingpong|reverb/,
    modulation: /lfo|follower|chorus|flanger|phaser|vibrato/,
    colour: /./
  },
  groupOf = (graph: Graph, { place }: Setting): Group =>
    'edge' in place
      ? 'levels'
      : (Object.keys(groups) as Group[]).find(g => groups[g].test(graph.nodes[place.node]!.type))!,
  median = (x: readonly number[]) => [...x].sort((a, b) => a - b)[x.length >> 1] ?? Number.NaN

for (const preset of presets as GraphPresetName[]) {
  const errors: { group: Group; type: string; error: number; told: boolean }[] = [],
    losses: number[] = [],
    middles: number[] = [],
    gains: number[] = [],
    times: number[] = []
  for await (const { graph, dry: inputs, wet, seed: s } of examples({
    kernels,
    preset,
    seed,
    count,
    sampleRate,
    dry: (_, ch, random) => dry(ch, random)
  })) {
    const problem = { sampleRate, inputs, frames, output: 'main' },
      truth = settingsIn(graph),
      { uncertainties } = certaintyOf(graph, problem, wet, kernels),
      // The fit may not see the truth: it gets the graph with numbers drawn anew.
      blind = redrawn(graph, createRandom(s + 1)),
      match = graphMatchLoss(kernels, wet as Float32Array[], sampleRate),
      start = (await render(blind, inputs, { kernels, sampleRate, tail: 0 })).main!,
      cpu = process.cpuUsage(),
      fit = fitSettings(blind, problem, wet, kernels, { rounds: 24 })
    times.push(process.cpuUsage(cpu).user / 1e6)
    losses.push(fit.loss)
    middles.push(match.value(start as Float32Array[]))
    gains.push(gainAlone(inputs, wet, match))
    truth.forEach((t, j) => {
      const group = groupOf(graph, t)
      errors.push({
        group,
        type: 'edge' in t.place ? 'edge' : graph.nodes[t.place.node]!.type,
        error: Math.abs(t.unit - fit.units[j]!),
        told: uncertainties[j]! <= bars[group]
      })
    })
    console.log(
      `${preset} ${s}: match ${fit.loss.toFixed(4)}, error ${fit.errorToSignal.toExponential(1)}, ${fit.rounds} rounds, ${times.at(-1)!.toFixed(0)} s; n ${losses.length}, median match ${median(losses).toFixed(4)} (drawn ${median(middles).toFixed(3)}, gain alone ${median(gains).toFixed(3)}), <= 0.05: ${((100 * losses.filter(l => l <= 0.05).length) / losses.length).toFixed(0)} %, ${median(times).toFixed(0)} s`
    )
    console.log(
      `   ${(Object.keys(bars) as Group[])
        .map(g => {
          const all = errors.filter(e => e.group === g),
            told = all.filter(e => e.told)
          return `${g} ${(100 * median(told.map(e => e.error))).toFixed(1)} % (${told.length} of ${all.length})`
        })
        .join(', ')}`
    )
  }
  const types = [...new Set(errors.map(e => e.type))].map(type => ({
    type,
    told: errors.filter(e => e.type === type && e.told)
  }))
  console.log(
    types
      .map(({ type, told }) => `${type} ${(100 * median(told.map(e => e.error))).toFixed(1)} (${told.length})`)
      .join(', ')
  )
}
/** All inputs added up, at the best gain of a grid. */
function gainAlone(
  inputs: Readonly<Record<string, Audio>>,
  wet: Audio,
  match: { value(a: Float32Array[]): number }
): number {
  const sum = wet.map((_, c) =>
    Float32Array.from({ length: frames }, (_, i) =>
      Object.values(inputs).reduce((t, a) => t + a[Math.min(c, a.length - 1)]![i]!, 0)
    )
  )
  return Math.min(
    ...Array.from({ length: 13 }, (_, k) => match.value(sum.map(x => x.map(v => v * 10 ** ((2 * k - 15) / 20)))))
  )
}
