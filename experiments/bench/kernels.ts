/**
 * Nanoseconds per sample of a lane group (f32: two stereo nodes), kernel by kernel: forward, forward with tape,
 * adjoint; f32 and f64.
 */
import { compileKernels, type Params, processors, type Real, inletsOf } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { builder, excerptOf, fill } from '@mixwright/graph'
import { rate, stems, time } from './song.ts'

const kernels = await compileKernels(bytes),
  frames = rate * 2,
  audio = stems(2, 2),
  wanted = process.argv.slice(2)

function measure(id: string, real: Real, chain: number): { run: number; taped: number; adjoint: number } {
  const graph = builder(),
    stereo = { channels: 2 } as const,
    pairs = real === 'f32' ? 2 : 1
  for (let t = 0; t < pairs; t++) {
    let last = graph.input(`t${t}`, stereo)
    for (let k = 0; k < chain; k++) {
      const def = processors[id as keyof typeof processors],
        params = Object.fromEntries(
          Object.entries(def.params as Params).map(([name, p]) => [
            name,
            p.kind === 'number' && name === 'gain' && p.unit === 'dB' ? 3 : p.default
          ])
        ),
        next = graph.node(`${t}-${k}`, { type: id, params })
      for (const inlet of inletsOf(def)) if (!inlet.optional) graph.wire(last, [next[0], inlet.name])
      last = [next[0], Object.keys(def.outlets)[0]!]
    }
    graph.output(`o${t}`, stereo, last)
  }
  const excerpt = excerptOf(graph.graph(), kernels, { sampleRate: rate, real, gradients: { frames, keep: 4 } }),
    { engine } = excerpt,
    { plan, internals } = engine
  for (let t = 0; t < pairs; t++) {
    fill(engine.inputs[`t${t}`]!, audio[t]!)
    fill(engine.outputGradients[`o${t}`]!, audio[t]!)
  }
  excerpt.render()
  internals.restart(plan.adjointState)
  const each = (calls: Int32Array) =>
    (time(5, () => {
      for (let s = 0; s < frames; s += plan.block) internals.execute(calls, 0, s, Math.min(plan.block, frames - s), s)
    }).cpu /
      frames) *
    1e9
  return { run: each(plan.forward), taped: each(plan.taped), adjoint: each(plan.backward) }
}
const few = (v: number) => v.toFixed(1)
console.log('| kernel | run | with tape | adjoint | f64 run | f64 adjoint |\n|---|---|---|---|---|---|')
for (const [id, def] of Object.entries(processors)) {
  if (!('kernel' in def) || (wanted.length && !wanted.includes(id))) continue
  // Sources make no chain.
  if (inletsOf(def).every(inlet => inlet.optional)) continue
  // Twelve in a chain less four: what weaving costs falls out.
  const cost = (real: Real) => {
    const long = measure(id, real, 12),
      short = measure(id, real, 4)
    return {
      run: (long.run - short.run) / 8,
      taped: (long.taped - short.taped) / 8,
      adjoint: (long.adjoint - short.adjoint) / 8
    }
  }
  const single = cost('f32'),
    double = cost('f64')
  console.log(
    `| ${id} | ${few(single.run)} | ${few(single.taped)} | ${few(single.adjoint)} | ${few(double.run)} | ${few(double.adjoint)} |`
  )
}
