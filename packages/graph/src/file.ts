/** Graph files: reading with every problem named, migrating older versions, writing. */
import { type Params, type Problem, processors, type Registry, shown } from '@mixwright/dsp'
import type { Graph } from './graph.ts'
import { GraphError, validate } from './validate.ts'

export const version = 1
/** migrations[v] turns a file of version v into one of version v + 1. */
const migrations: Record<number, (file: Record<string, unknown>) => Record<string, unknown>> = {}

/** Limits that no honest graph meets; a hostile file is refused before it costs anything. */
export const limits = { characters: 64 * 2 ** 20, nodes: 100_000, edges: 400_000, points: 1_000_000 } as const

/**
 * @param text JSON
 * @throws GraphError with all problems: not JSON, wrong shapes, newer version, and what `validate` finds.
 */
export function parseGraph(text: string, registry: Registry = processors): Graph {
  if (text.length > limits.characters)
    throw new GraphError([
      { place: 'graph', message: `${text.length} characters; at most ${limits.characters} are read` }
    ])
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw new GraphError([{ place: 'graph', message: `is not JSON: ${(error as Error).message}` }])
  }
  const graph = renamed(checkShape(migrate(data)), registry),
    problems = validate(graph, registry)
  if (problems.length) throw new GraphError(problems)
  return graph
}

export const writeGraph = (graph: Graph): string => `${JSON.stringify(graph, null, 1)}\n`

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function migrate(data: unknown): Record<string, unknown> {
  if (!isObject(data)) throw new GraphError([{ place: 'graph', message: 'is not a JSON object' }])
  if (!Number.isInteger(data.version) || (data.version as number) < 1)
    throw new GraphError([{ place: 'version', message: `${shown(data.version)} is not a version; give ${version}` }])
  if ((data.version as number) > version)
    throw new GraphError([
      { place: 'version', message: `${data.version} is newer than this Mixwright reads (${version}); update Mixwright` }
    ])
  let file = data
  for (let v = data.version as number; v < version; v++) file = { ...migrations[v]!(file), version: v + 1 }
  return file
}

/** Parameters under their present names: a declaration's `was` is what older files call it. */
function renamed(graph: Graph, registry: Registry): Graph {
  const nodes = Object.entries(graph.nodes).map(([id, node]) => {
    const known = Object.hasOwn(registry, node.type) ? (registry[node.type]!.params as Params) : {},
      now = new Map(Object.entries(known).flatMap(([name, p]) => (p.was ? [[p.was, name]] : [])))
    return [
      id,
      node.params && now.size
        ? {
            ...node,
            params: Object.fromEntries(
              Object.entries(node.params).map(([name, value]) => [now.get(name) ?? name, value])
            )
          }
        : node
    ] as const
  })
  return { ...graph, nodes: Object.fromEntries(nodes) }
}

function checkShape(file: Record<string, unknown>): Graph {
  const problems: Problem[] = [],
    known = ['version', 'name', 'inputs', 'outputs', 'nodes', 'edges']
  const want = (ok: boolean, place: string, message: string) => {
    if (!ok) problems.push({ place, message })
    return ok
  }
  for (const key of Object.keys(file))
    want(known.includes(key), key, `is not part of a graph; it has ${known.join(', ')}`)
  want(file.name === undefined || typeof file.name === 'string', 'name', 'must be a text')
  for (const side of ['inputs', 'outputs'] as const)
    if (want(isObject(file[side]), side, 'must be an object: name → { "channels": 1 or 2 }'))
      for (const [name, port] of Object.entries(file[side] as object))
        want(
          isObject(port) && (port.channels === 1 || port.channels === 2),
          `${side}.${name}`,
          'must be { "channels": 1 or 2 }'
        )
  if (want(isObject(file.nodes), 'nodes', 'must be an object: id → { "type", "params" }')) {
    want(Object.keys(file.nodes as object).length <= limits.nodes, 'nodes', `at most ${limits.nodes}`)
    for (const [id, node] of Object.entries(file.nodes as object)) checkNode(id, node, want)
  }
  if (want(Array.isArray(file.edges), 'edges', 'must be an array')) {
    want((file.edges as unknown[]).length <= limits.edges, 'edges', `at most ${limits.edges}`)
    ;(file.edges as unknown[]).forEach((edge, i) => {
      const pair = (end: unknown) =>
        Array.isArray(end) && end.length === 2 && end.every(part => typeof part === 'string')
      want(
        isObject(edge) && pair(edge.from) && pair(edge.to),
        `edges[${i}]`,
        'must be { "from": [node, outlet], "to": [node, inlet], "gain": dB }'
      )
      if (isObject(edge) && edge.gain !== undefined)
        want(automatable(edge.gain), `edges[${i}].gain`, 'must be a number (dB) or { "lane": [[seconds, dB], …] }')
    })
  }
  if (problems.length) throw new GraphError(problems)
  return file as unknown as Graph
}

const automatable = (value: unknown) =>
  typeof value === 'number' || (isObject(value) && Array.isArray(value.lane) && value.lane.length <= limits.points)

function checkNode(id: string, node: unknown, want: (ok: boolean, place: string, message: string) => boolean): void {
  if (
    !want(
      isObject(node) && typeof node.type === 'string',
      `nodes.${id}`,
      'must be { "type": processor, "params": { … } }'
    )
  )
    return
  const { type, params, bypass, note, ...rest } = node as Record<string, unknown>
  for (const key of Object.keys(rest))
    want(false, `nodes.${id}.${key}`, 'is not part of a node; it has type, params, bypass, note')
  want(bypass === undefined || typeof bypass === 'boolean', `nodes.${id}.bypass`, 'must be true or false')
  want(note === undefined || typeof note === 'string', `nodes.${id}.note`, 'must be a text')
  if (params !== undefined && want(isObject(params), `nodes.${id}.params`, 'must be an object: name → value'))
    for (const [name, value] of Object.entries(params as object))
      want(
        typeof value === 'string' || automatable(value),
        `nodes.${id}.params.${name}`,
        `${shown(value)} must be a number, a choice or { "lane": [[seconds, value], …] }`
      )
}
