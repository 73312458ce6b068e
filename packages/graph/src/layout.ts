/**
 * Where everything lies that is not a signal inside the graph: first what the image holds (call records, parameters,
 * edge gains), then what starts as zeros (states, gradients of parameters, the graph's inputs and outputs).
 */
import { type Params, record, type Registry } from '@mixwright/dsp'
import { trackOf } from './automation.ts'
import type { Draft, Home } from './draft.ts'
import { type Graph, isLane, type Lane } from './graph.ts'
import type { Group, Tap } from './groups.ts'
import type { Cell } from './lower.ts'
import type { Follower, LaneInfo, ParamHome, Plan } from './plan.ts'

export interface Layout {
  readonly imageEnd: number
  readonly scratch: number
  readonly stateAt: number
  readonly stateBytes: number
  readonly adjointState: number
  readonly gp: Plan['gp']
  readonly params: Record<string, Record<string, ParamHome>>
  readonly edges: Plan['edges']
}

/** Gives every group its home, and fills the draft's lanes and gains. */
export function layOut(draft: Draft, graph: Graph, registry: Registry): Layout {
  const { order, alloc } = draft
  const heads = order.map(group => {
    const head = { record: alloc(record.words * 4), params: alloc(16 * paramNames(group).length) }
    if (group.kind === 'lane')
      for (const cell of group.members)
        draft.laneOf.set(cell, draft.lanes.push(laneSignal(cell, draft, graph, registry)) - 1)
    for (const tap of group.taps.flat(2)) placeGain(draft, tap)
    return head
  })
  const scratch = alloc(64)
  const imageEnd = draft.top()
  const states = order.map(group => alloc(group.state.bytes))
  const stateAt = imageEnd
  const stateBytes = draft.top() - stateAt
  const adjointState = draft.gradients ? alloc(stateBytes) : 0
  const gpAt = draft.top()
  const gps = order.map(group => alloc(32 * paramNames(group).length))
  const gp = { at: gpAt, bytes: draft.top() - gpAt }
  placePorts(draft, graph)
  const params: Layout['params'] = {}
  order.forEach((group, i) => {
    const home = {
      ...heads[i]!,
      state: states[i]!,
      adjointState: draft.gradients ? adjointState + states[i]! - stateAt : 0,
      gp: gps[i]!,
      tape: 0
    }
    draft.homes.set(group, { ...home, followers: bindParams(draft, group, home, graph, params) })
  })
  bindLanes(draft.lanes, params)
  return { imageEnd, scratch, stateAt, stateBytes, adjointState, gp, params, edges: edgesOf(draft) }
}

/** The memory of all processors, and the words in it that a reset sets. */
export function stateOf(draft: Draft, { stateAt, stateBytes }: Layout): Plan['state'] {
  const words = draft.order.flatMap(group => {
    const values = group.state.words
    return values ? [{ offset: draft.homes.get(group)!.state - stateAt, values }] : []
  })
  return { at: stateAt, bytes: stateBytes, words }
}

/** The memory of each cell that has a group of its own. */
export const memoriesOf = ({ order, homes }: Draft): Plan['memories'] =>
  Object.fromEntries(
    order.flatMap(group => {
      const { members, def, state } = group,
        name = members[0]!.memory
      return name === undefined || members.length > 1 || state.bytes === 0
        ? []
        : [
            [
              name,
              {
                at: homes.get(group)!.state,
                bytes: state.bytes,
                layout: `${def.id} ${state.bytes} ${state.words ?? ''}`
              }
            ]
          ]
    })
  )

const paramNames = (group: Group) => Object.keys(group.def.params)

/** A lane that is a signal on the inlet of its parameter. */
function laneSignal(cell: Cell, { env }: Draft, graph: Graph, registry: Registry): LaneInfo {
  const { lane, shift, param } = cell.lane!
  const node = graph.nodes[cell.node!]!
  const declared = (registry[node.type]!.params as Params)[param]
  return {
    track: trackOf(lane, env.sampleRate),
    shift,
    node: cell.node!,
    param,
    physical: Float64Array.from((node.params![param] as Lane).lane, ([, value]) => value),
    octaves: declared?.kind === 'number' && declared.modulate === 'octaves'
  }
}

function placeGain(draft: Draft, tap: Tap): void {
  const slot = { gain: draft.alloc(16), sums: draft.alloc(16), lane: -1 }
  const { gain, edge, cell } = tap.source
  if (isLane(gain)) {
    const track = trackOf(gain, draft.env.sampleRate)
    slot.lane = draft.lanes.push({ track, shift: cell.arrival, edge: edge! }) - 1
  }
  draft.gains.set(tap, slot)
}

const edgesOf = (draft: Draft): Plan['edges'] =>
  Object.fromEntries(
    [...draft.gains].flatMap(
      ([
        {
          source: { edge }
        },
        { gain, sums, lane }
      ]) => (edge === undefined ? [] : [[edge, { gain, sums, ...(lane >= 0 && { lane }) }]])
    )
  )

/** Planar arrays of the graph's inputs and outputs, and of the gradients at them. Mono has the same one twice. */
function placePorts({ net, planar, alloc, chunk, elementBytes, gradients, inputGradients }: Draft, graph: Graph): void {
  const channels = (count: 1 | 2 = 2) => {
    const left = alloc(chunk * elementBytes)
    return [left, count === 1 ? left : alloc(chunk * elementBytes)]
  }
  for (const [name, port] of Object.entries(graph.inputs)) {
    planar.inputs[name] = channels(port.channels)
    if (inputGradients) planar.inputGradients[name] = channels()
  }
  for (const [name, port] of Object.entries(graph.outputs)) {
    planar.outputs[name] = channels(port.channels === 1 ? net.outputs[name]!.cell.channels : 2)
    if (gradients) planar.outputGradients[name] = channels()
  }
}

/** Enters the parameters of a group's nodes into `params`. Returns those that are held at what a lane says. */
function bindParams(
  draft: Draft,
  group: Group,
  home: Pick<Home, 'params' | 'gp'>,
  graph: Graph,
  params: Layout['params']
): Follower[] {
  const followers: Follower[] = []
  if (group.kind !== 'processor') return followers
  const { lanes } = group
  group.members.forEach((cell, member) =>
    paramNames(group).forEach((name, j) => {
      const address = home.params + 16 * j + draft.seat(group, member),
        place = { address, lanes, gp: home.gp + 32 * j + 16 * member }
      const automated = cell.automated.get(name)
      if (automated) {
        const track = trackOf(automated.lane, draft.env.sampleRate)
        const lane = draft.lanes.push({ track, shift: automated.shift, node: cell.node!, param: name }) - 1
        followers.push({ ...place, lane })
      }
      if (cell.node && graph.nodes[cell.node]!.type === group.def.id) (params[cell.node] ??= {})[name] = place
    })
  )
  return followers
}

/** Tells every automated parameter its lane. */
function bindLanes(lanes: readonly LaneInfo[], params: Layout['params']): void {
  lanes.forEach(({ node, param }, lane) => {
    const home = node !== undefined && param !== undefined ? params[node]?.[param] : undefined
    if (home) params[node!]![param!] = { ...home, lane }
  })
}
