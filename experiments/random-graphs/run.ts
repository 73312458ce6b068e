/**
 * Random graphs against the rules of every graph: finite, the same for any blocks and any schedule, round their file bit for
 * bit; gradients of 200 of each preset against central differences.
 *   node tools/run.mjs experiments/random-graphs/run.ts [graphs of each preset] [gradients of each]
 */
import { type Audio, compileKernels, createRandom } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import {
  drawGraph,
  type Graph,
  graphPresetNames,
  graphStatistics,
  parseGraph,
  render,
  without,
  writeGraph
} from '@mixwright/graph'
import { decides, gradientError } from '../../packages/graph/test/gradient-check.ts'

const [count, gradients] = [Number(process.argv[2] ?? 1000), Number(process.argv[3] ?? 200)],
  sampleRate = 16000,
  frames = 2000,
  kernels = await compileKernels(bytes)
const noise = (channels: number, seed: number): Audio => {
  const random = createRandom(seed)
  return Array.from({ length: channels }, () => Float32Array.from({ length: frames }, () => 0.3 * random.normal()))
}
const same = (a: Audio, b: Audio) => a.every((channel, c) => channel.every((x, i) => Object.is(x, b[c]![i])))
async function faultsOf(graph: Graph): Promise<string[]> {
  const inputs = Object.fromEntries(
      Object.entries(graph.inputs).map(([name, { channels }], i) => [name, noise(channels, i)])
    ),
    rendered = async (options: object) =>
      (await render(graph, inputs, { sampleRate, kernels, frames, ...options })).main!,
    main = await rendered({}),
    faults: string[] = []
  if (!main.every(channel => channel.every(Number.isFinite))) faults.push('not finite')
  if (!same(await rendered({ block: 64 }), main) || !same(await rendered({ block: 192, chunk: 576 }), main))
    faults.push('blocks')
  if (!same(await rendered({ lanes: false }), main)) faults.push('schedule')
  if (JSON.stringify(parseGraph(writeGraph(graph))) !== JSON.stringify(graph)) faults.push('file')
  return faults
}

for (const preset of graphPresetNames) {
  const wrong: string[] = [],
    graphs = Array.from({ length: count }, (_, seed) => drawGraph(preset, seed))
  for (const [seed, graph] of graphs.entries()) {
    const faults = await faultsOf(graph)
    if (faults.length > 0) wrong.push(`${seed}: ${faults.join(', ')}`)
  }
  let worst = 0
  const off: string[] = []
  for (let seed = 0; seed < Math.min(gradients, count); seed++) {
    const graph = Object.keys(graphs[seed]!.nodes).reduce(
        (g, id) => (decides(g.nodes[id]?.type ?? 'mix') ? without(g, id) : g),
        graphs[seed]!
      ),
      { error, culprit } = gradientError(graph, seed)
    worst = Math.max(worst, error)
    if (!(error < 1e-5)) off.push(`${seed}: ${error.toExponential(1)}, ${culprit()}`)
  }
  const { nodes, depth, controls, types } = graphStatistics(graphs)
  console.log(
    `${preset}: ${count} graphs, ${wrong.length} break a rule; ${Math.min(gradients, count)} gradients, ${off.length} beyond 1e-5 (worst ${worst.toExponential(1)}); nodes ${nodes.mean.toFixed(1)} (${nodes.least} to ${nodes.most}), depth ${depth.mean.toFixed(1)}, controls ${(100 * controls).toFixed(1)} %, ${types.length} processors`
  )
  for (const line of [...wrong, ...off]) console.log(`  ${line}`)
}
