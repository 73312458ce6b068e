/** Everything that is wrong with a graph, at once: each problem with its place, the value and the remedy. */
import {
  inletsOf,
  outletsOf,
  type Params,
  type Problem,
  problemOf,
  processors,
  type Processor,
  type Registry,
  shown,
  unknownName
} from '@mixwright/dsp'
import { type Edge, type End, type Graph, input, isLane, type Node, output, type Value } from './graph.ts'
import { CycleError, topological } from './order.ts'

/** Edge gains in dB. */
export const edgeGainRange = { min: -120, max: 48 } as const

/** Problems that a message has; more are nobody's edits by hand. */
const mostTold = 50

/** An invalid graph; `problems` has them all. */
export class GraphError extends Error {
  constructor(readonly problems: readonly Problem[]) {
    const told = problems.slice(0, mostTold).map(p => `${brief(p.place)}: ${p.message}`),
      more = problems.length - told.length
    super([...told, ...(more > 0 ? [`and ${more} more problems`] : [])].join('\n'))
    this.name = 'GraphError'
  }
}

/** Names may be of any length, until they are refused. */
const brief = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)}…` : text)

/** @throws GraphError that lists every problem. */
export function assertValid(graph: Graph, registry: Registry = processors): void {
  const problems = validate(graph, registry)
  if (problems.length) throw new GraphError(problems)
}

export function validate(graph: Graph, registry: Registry = processors): Problem[] {
  const problems: Problem[] = []
  if (Object.keys(graph.outputs).length === 0)
    problems.push({ place: 'outputs', message: 'a graph needs at least one output' })
  const add = (found: readonly Problem[]) => {
    for (const problem of found) problems.push(problem)
  }
  for (const [id, node] of Object.entries(graph.nodes)) add(nodeProblems(id, node, registry))
  const names = [input, output, ...Object.keys(graph.nodes)]
  graph.edges.forEach((edge, i) =>
    add(edgeProblems(graph, names, edge, `edges[${i}] ${edge.from.join('.')} -> ${edge.to.join('.')}`, registry))
  )
  add(unwired(graph, registry))
  try {
    topological(graph)
  } catch (error) {
    if (!(error instanceof CycleError)) throw error
    problems.push({ place: 'edges', message: `${error.message}; remove one of these edges` })
  }
  return problems
}

function nodeProblems(id: string, node: Node, registry: Registry): Problem[] {
  const place = `nodes.${id}`,
    problems: Problem[] = []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (id === input || id === output || !/^[^\x00-\x1f]{1,200}$/.test(id))
    problems.push({ place, message: `"${brief(id)}" is reserved or not printable; rename the node` })
  const def = definition(registry, node.type)
  if (!def)
    return [
      ...problems,
      { place: `${place}.type`, message: unknownName('processor', node.type, Object.keys(registry)) }
    ]
  const params = def.params as Params
  for (const [name, value] of Object.entries(node.params ?? {})) {
    const param = Object.hasOwn(params, name) ? params[name] : undefined,
      where = `${place}.params.${name}`
    if (!param) problems.push({ place: where, message: unknownName('parameter', name, Object.keys(params)) })
    else if (isLane(value) && (param.kind === 'choice' || def.kernel?.shape?.includes(name)))
      problems.push({ place: where, message: 'cannot be automated; give one value' })
    else for (const problem of valueProblems(value, where, v => problemOf(param, v))) problems.push(problem)
  }
  return problems
}

const definition = (registry: Registry, type: string): Processor | undefined =>
  Object.hasOwn(registry, type) ? registry[type] : undefined

function valueProblems(value: Value, place: string, check: (v: unknown) => string | undefined): Problem[] {
  if (!isLane(value)) {
    const message = check(value)
    return message ? [{ place, message }] : []
  }
  const problems: Problem[] = []
  if (!Array.isArray(value.lane) || value.lane.length === 0)
    return [{ place, message: 'a lane needs breakpoints: { "lane": [[seconds, value], …] }' }]
  let before = Number.NEGATIVE_INFINITY
  value.lane.forEach((point, i) => {
    const where = `${place}.lane[${i}]`
    if (!Array.isArray(point) || point.length !== 2 || !Number.isFinite(point[0])) {
      problems.push({ place: where, message: 'give [seconds, value]' })
      return
    }
    if (point[0] <= before)
      problems.push({
        place: where,
        message: `time ${point[0]} s does not come after ${before} s; sort the breakpoints`
      })
    before = point[0]
    const message = check(point[1])
    if (message) problems.push({ place: where, message })
  })
  return problems
}

function edgeProblems(
  graph: Graph,
  names: readonly string[],
  edge: Edge,
  place: string,
  registry: Registry
): Problem[] {
  const problems: Problem[] = []
  const end = (node: string, port: string, ports: readonly string[] | undefined, what: string) => {
    if (ports === undefined) problems.push({ place, message: unknownName('node', node, names) })
    else if (!ports.includes(port)) problems.push({ place, message: unknownName(`${what} of ${node}`, port, ports) })
  }
  end(...edge.from, portsFrom(graph, edge.from, registry), 'outlet')
  end(...edge.to, portsTo(graph, edge.to, registry), 'inlet')
  const within = (v: unknown) =>
    typeof v === 'number' && v >= edgeGainRange.min && v <= edgeGainRange.max
      ? undefined
      : `gain ${shown(v)} is not allowed; give ${edgeGainRange.min} dB to ${edgeGainRange.max} dB`
  return edge.gain === undefined ? problems : problems.concat(valueProblems(edge.gain, `${place} gain`, within))
}

/** Undefined: there is no such node (or its processor is unknown, which is reported there: any port passes). */
function portsFrom(graph: Graph, [node, port]: End, registry: Registry): readonly string[] | undefined {
  if (node === input) return Object.keys(graph.inputs)
  if (!Object.hasOwn(graph.nodes, node)) return undefined
  const def = definition(registry, graph.nodes[node]!.type)
  return def ? outletsOf(def).map(o => o.name) : [port]
}
function portsTo(graph: Graph, [node, port]: End, registry: Registry): readonly string[] | undefined {
  if (node === output) return Object.keys(graph.outputs)
  if (!Object.hasOwn(graph.nodes, node)) return undefined
  const def = definition(registry, graph.nodes[node]!.type)
  return def ? inletsOf(def).map(i => i.name) : [port]
}

/** Required inlets and outputs that nothing feeds. */
function unwired(graph: Graph, registry: Registry): Problem[] {
  const fed = new Set(graph.edges.map(edge => edge.to.join('\n'))),
    problems: Problem[] = []
  for (const [id, node] of Object.entries(graph.nodes))
    for (const inlet of inletsOf(definition(registry, node.type) ?? registry.mix!))
      if (!inlet.optional && !fed.has(`${id}\n${inlet.name}`) && definition(registry, node.type))
        problems.push({
          place: `nodes.${id}`,
          message: `nothing is wired to its inlet ${inlet.name}; add an edge to ["${brief(id)}", "${inlet.name}"] or remove the node`
        })
  for (const name of Object.keys(graph.outputs))
    if (!fed.has(`${output}\n${name}`))
      problems.push({
        place: `outputs.${name}`,
        message: `nothing is wired to it; add an edge to ["${output}", "${name}"]`
      })
  return problems
}
