import { type Audio, compileKernels, type Random } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { fitSettings, settingsIn, graphMatchLoss } from '@mixwright/estimate'
import { examples, type GraphPresetName, graphPresetNames } from '@mixwright/graph'

const count = Number(process.argv[2] ?? 3), seed = Number(process.argv[3] ?? 900000), only = process.argv[4]
const kernels = await compileKernels(bytes), sampleRate = 44100, frames = 3 * sampleRate
/** Notes with overtones and noise, decaying: something of everything. */
function dry(channels: number, random: Random): Audio {
  const out = Array.from({ length: channels }, () => new Float32Array(frames))
  for (let at = 0; at < frames; ) {
    const length = Math.round(sampleRate * random.between(0.08, 0.5)),
      f = 60 * 2 ** random.between(0, 4), decay = random.between(0.03, 0.3) * sampleRate, level = 0.35 * 10 ** random.between(-1, 0), noisy = random.uniform() ** 2,
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
for (const preset of graphPresetNames as GraphPresetName[]) {
  if (only && only !== preset) continue
  for await (const { graph, dry: inputs, wet, seed: s } of examples({ kernels, preset, seed, count, sampleRate, dry: (_, ch, random) => dry(ch, random) })) {
    if (process.argv[5] && Object.values(graph.nodes).some(n => /lfo|pitchshift/.test(n.type))) { console.log(s, 'skipped'); continue }
    const started = performance.now(), cpu = process.cpuUsage()
    const truth = settingsIn(graph)
    const fit = fitSettings(graph, { sampleRate, inputs, frames, output: 'main' }, wet, kernels, { trace: line => console.log('  ', line) })
    const used = process.cpuUsage(cpu)
    console.log(`${preset} ${s}: ${Object.values(graph.nodes).map(n => n.type).join(' ')}: ${fit.loss.toFixed(4)}, ${((performance.now() - started) / 1000).toFixed(1)} s wall, ${(used.user / 1e6).toFixed(1)} s cpu`)
    console.log('   ' + truth.map((t, j) => ({ n: t.name, e: Math.abs(t.unit - fit.units[j]!), a: t.unit, b: fit.units[j]! })).filter(x => x.e > 0.02).map(x => `${x.n} ${x.a.toFixed(3)}>${x.b.toFixed(3)}`).join(', '))
  }
}
