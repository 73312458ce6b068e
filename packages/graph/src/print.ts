/** A graph as text that a person can read. */
import { type Params, processors, type Registry, show } from '@mixwright/dsp'
import { type Automatable, type Edge, type End, type Graph, input, isLane, output, type Value } from './graph.ts'
import { incoming, topological } from './order.ts'

const end = ([node, port]: End) => (port === 'main' ? node : `${node}.${port}`)
const level = (gain: Automatable | undefined) =>
  gain === undefined || gain === 0
    ? ''
    : isLane(gain)
      ? ` (${gain.lane.length} points)`
      : ` (${gain > 0 ? '+' : ''}${Number(gain.toFixed(2))} dB)`
const source = (edge: Edge) => `${edge.from[0] === input ? edge.from[1] : end(edge.from)}${level(edge.gain)}`

/** One line per node, sources before their readers: `vox/comp: compressor threshold -24 dB <- vox/eq`. */
export function print(graph: Graph, registry: Registry = processors): string {
  const into = incoming(graph)
  const wires = (id: string) => {
    const ports = new Map<string, string[]>()
    for (const edge of into.get(id) ?? []) ports.set(edge.to[1], [...(ports.get(edge.to[1]) ?? []), source(edge)])
    return [...ports]
      .map(([port, from]) => `${port === 'main' || id === output ? '' : `${port} `}<- ${from.join(' + ')}`)
      .join('; ')
  }
  const value = (type: string, name: string, v: Value) => {
    const param = (registry[type]?.params as Params | undefined)?.[name]
    return `${name} ${isLane(v) ? `${v.lane.length} points` : param ? show(param, v) : v}`
  }
  const lines = [
    `${graph.name ?? 'graph'}: ${Object.keys(graph.inputs).length} inputs, ${Object.keys(graph.nodes).length} nodes, ${graph.edges.length} edges`,
    ...Object.entries(graph.inputs).map(([name, port]) => `in  ${name}: ${port.channels === 1 ? 'mono' : 'stereo'}`)
  ]
  for (const id of topological(graph)) {
    const node = graph.nodes[id]!,
      params = Object.entries(node.params ?? {}).map(([name, v]) => value(node.type, name, v))
    lines.push(
      `${id}: ${[node.bypass ? `(${node.type}, bypassed)` : node.type, params.join(', ')].filter(Boolean).join(' ')} ${wires(id)}${node.note ? `  # ${node.note}` : ''}`.trimEnd()
    )
  }
  const outs = new Map<string, string[]>()
  for (const edge of into.get(output) ?? []) outs.set(edge.to[1], [...(outs.get(edge.to[1]) ?? []), source(edge)])
  return [...lines, ...[...outs].map(([name, from]) => `out ${name} <- ${from.join(' + ')}`)].join('\n')
}
