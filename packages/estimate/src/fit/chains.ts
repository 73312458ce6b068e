/** The parts of a graph of many sources that can be set one by one: a source's own way, what some send to, the bus. */
import { type Graph, topological } from '@mixwright/graph'
import { type AloneOptions, settledAlone } from './alone.ts'
import type { StageProblem } from './fit-stage.ts'
import type { SoundResiduals } from './residuals.ts'
import type { Setting } from './settings.ts'
import { squareOf, withChange, type Workbench } from './workbench.ts'

/**
 * Settings by the chain that they belong to: one begins at each input and where several meet. What only moves others
 * belongs to what it moves, an edge's gain to where it comes from.
 * @returns indices of the settings; empty where there is one chain only
 */
export function chainsIn(graph: Graph, settings: readonly Setting[]): readonly (readonly number[])[] {
  const chain = chainOf(graph),
    groups = new Map<string, number[]>()
  settings.forEach(({ place }, j) => {
    const key = 'node' in place ? chain.of(place.node) : chain.through(graph.edges[place.edge]!)
    groups.set(key, [...(groups.get(key) ?? []), j])
  })
  return groups.size > 1 ? [...groups.values()] : []
}

/** Share that a chain must take off what is left, else it is not set again. */
const worth = 0.01
/**
 * One chain after the other as in draws, whichever of them leads nearest, all else as it is.
 * @param chains those that bring nothing are taken out of it
 */
export function chainByChain(
  stage: Pick<StageProblem, 'graph' | 'problem' | 'settings' | 'kernels' | 'registry' | 'drawn' | 'spend'>,
  bench: Workbench,
  kind: SoundResiduals,
  start: Float64Array,
  chains: Set<readonly number[]>,
  options: AloneOptions
): { readonly units: Float64Array; readonly loss: number } {
  let at = { units: start, loss: squareOf(bench.residuals(kind, start)) }
  for (const own of [...chains]) {
    const starts = [at.units, ...stage.drawn].map(other => new Map(own.map(j => [j, other[j]!]))),
      { found, sounds } = settledAlone(stage, kind, at.units, starts, options)
    if (!stage.spend(sounds)) break
    const points = found.map(change => withChange(at.units, change)),
      losses = bench.squares(kind, points),
      loss = Math.min(...losses)
    if (loss < (1 - worth) * at.loss) at = { units: points[losses.indexOf(loss)]!, loss }
    else chains.delete(own)
  }
  return at
}

function chainOf(graph: Graph) {
  const order = topological(graph),
    found = new Map<string, string>(),
    from = (edge: Graph['edges'][number]) =>
      edge.from[0] === 'input' ? edge.from[1] : (found.get(edge.from[0]) ?? edge.from[0]),
    moved = (id: string) => graph.edges.filter(edge => edge.from[0] === id && !isHeard(edge)),
    heard = (id: string) => graph.edges.some(edge => edge.from[0] === id && isHeard(edge))
  for (const id of order) {
    const before = new Set(graph.edges.filter(({ to }) => to[0] === id && to[1] === 'main').map(from))
    found.set(id, before.size === 1 ? [...before][0]! : id)
  }
  for (const id of order.reverse())
    if (!heard(id) && moved(id).length > 0) found.set(id, found.get(moved(id)[0]!.to[0])!)
  return {
    of: (id: string) => found.get(id)!,
    through: (edge: Graph['edges'][number]) => (isHeard(edge) ? from(edge) : found.get(edge.to[0])!)
  }
}
/** Whether sound goes along it, and not what moves a number. */
const isHeard = ({ to: [node, inlet] }: Graph['edges'][number]): boolean => inlet === 'main' || node === 'output'
