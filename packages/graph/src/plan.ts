/**
 * A graph compiled: addresses in one memory and flat lists of calls, as plain data that can be posted to a thread.
 * engine.ts loads and runs it. lower → pack → order → addresses → calls.
 */
import { type Env, type Params, processors, type Real, record, type Registry, reservedBytes } from '@mixwright/dsp'
import { controlPeriod, type Track, trackOf } from './automation.ts'
import { backwardCalls } from './backward.ts'
import { forwardCalls } from './forward.ts'
import { type Graph, isLane, type Lane } from './graph.ts'
import { callWords, type Draft } from './draft.ts'
import { countReaders, depthFirst, type Group, inSeries, keptGroups, pack, tapeOf } from './groups.ts'
import { lower, type Net } from './lower.ts'
import { assertValid } from './validate.ts'

export interface PlanOptions {
  /** Hz */
  readonly sampleRate: number
  /** f32 ships; f64 is the oracle. Default f32. */
  readonly real?: Real
  /**
   * Samples per call of a kernel, a multiple of 64. Default 512; with gradients 2048, because kept signals come back
   * faster in long pieces.
   */
  readonly block?: number
  /** Samples that go in and out at once, a multiple of `block`. Default 8192. */
  readonly chunk?: number
  readonly registry?: Registry
  /** Samples by which inputs are late already: what another part of the same graph has delayed (partition.ts). */
  readonly arrivals?: Readonly<Record<string, number>>
  /** Share lanes between nodes (default). Off only to measure what it gives. */
  readonly lanes?: boolean
  /** Prepare for gradients of an excerpt of `frames` samples. */
  readonly gradients?: {
    readonly frames: number
    /** Also with respect to the inputs. */
    readonly inputs?: boolean
    /**
     * Blocks whose signals are kept at once; default: where checkpoints and kept signals cost the same memory. Infinity
     * keeps all.
     */
    readonly keep?: number
  }
}

export interface LaneInfo {
  readonly track: Track
  /** Samples by which the signal arrives late where the lane acts: the lane is read that much later, grid and all. */
  readonly shift: number
  readonly node?: string
  readonly param?: string
  readonly edge?: number
  readonly octaves?: boolean
  /** The breakpoints' values in the parameter's own unit, where the signal's differ. */
  readonly physical?: Float64Array
}
/** A parameter that is held through each control period at what its lane says. */
interface Follower {
  readonly address: number
  readonly gp: number
  readonly lane: number
}
/**
 * A group whose parameters follow lanes from period to period: the functions of its kernel, or its index in `hosts`.
 * `clear`: it has a clock, which starts with the signal; until then these pairs of lanes are silent.
 */
export interface AutomatedCall {
  readonly by: { readonly fn: number; readonly adjoint: number; readonly record: number } | { readonly host: number }
  readonly shift: number
  readonly params: readonly Follower[]
  clear?: { readonly fn: number; readonly y: readonly number[]; readonly gx: readonly number[] }
}
/** A processor in TypeScript: planar scratch addresses per port and channel. */
export interface HostCall {
  readonly id: string
  readonly values: readonly number[]
  readonly params: number
  readonly gp: number
  readonly x: readonly number[]
  readonly y: readonly number[]
  gx: number[]
  gy: number[]
  readonly planarX: readonly number[]
  readonly planarY: readonly number[]
  readonly planarTape: readonly number[]
  readonly planarGx: readonly number[]
  readonly planarGy: readonly number[]
  readonly state: number
  readonly adjointState: number
  readonly stateWords: number
}
export interface ParamHome {
  readonly address: number
  readonly gp: number
  readonly lane?: number
}

export interface Plan {
  readonly real: Real
  readonly sampleRate: number
  readonly block: number
  readonly chunk: number
  /** Samples by which the outputs lag behind the inputs. */
  readonly latency: number
  readonly bytes: number
  /** What the memory holds from `reservedBytes` on, before the first call. */
  readonly image: Uint8Array
  readonly functions: readonly string[]
  readonly forward: Int32Array
  readonly taped: Int32Array
  readonly backward: Int32Array
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly outputs: Readonly<Record<string, readonly number[]>>
  readonly inputGradients: Readonly<Record<string, readonly number[]>>
  readonly outputGradients: Readonly<Record<string, readonly number[]>>
  readonly state: {
    readonly at: number
    readonly bytes: number
    readonly words: readonly { readonly offset: number; readonly values: readonly number[] }[]
  }
  readonly adjointState: number
  readonly gp: { readonly at: number; readonly bytes: number }
  readonly segment: number
  readonly frames: number
  readonly params: Readonly<Record<string, Readonly<Record<string, ParamHome>>>>
  readonly edges: Readonly<Record<number, { readonly gain: number; readonly sums: number; readonly lane?: number }>>
  readonly lanes: readonly LaneInfo[]
  readonly automated: readonly AutomatedCall[]
  readonly hosts: readonly HostCall[]
  readonly scratch: number
  /** How it turned out: for benchmarks and curiosity. */
  readonly facts: {
    readonly groups: number
    readonly buffers: number
    readonly calls: number
    readonly stateBytes: number
  }
}

/** @throws GraphError if the graph is not valid, RangeError for options that make no sense */
export function compile(graph: Graph, options: PlanOptions): Plan {
  const registry: Registry = options.registry ?? processors,
    real = options.real ?? 'f32',
    block = options.block ?? (options.gradients ? 2048 : 512)
  if (!(options.sampleRate >= 8000 && options.sampleRate <= 384000))
    throw new RangeError(`sample rate ${options.sampleRate} Hz: give 8000 to 384000`)
  if (!(block > 0) || block % controlPeriod) throw new RangeError(`block ${block}: give a multiple of ${controlPeriod}`)
  assertValid(graph, registry)
  const env: Env = { sampleRate: options.sampleRate },
    width = real === 'f32' && options.lanes !== false ? 2 : 1
  const net = lower(graph, registry, env, options.arrivals),
    groups = pack(net, width, env),
    order = depthFirst(groups)
  const wanted = options.gradients,
    frames = wanted ? Math.ceil(wanted.frames / block) * block : 0
  const chunk = wanted ? frames : (options.chunk ?? Math.max(block, Math.floor(8192 / block) * block))
  if (chunk % block) throw new RangeError(`chunk ${chunk}: give a multiple of the block, ${block}`)
  const stateBytes = order.reduce((sum, g) => sum + round16(g.state.bytes), 0)
  const segment = wanted ? Math.min(frames, segmentLength(order, frames, stateBytes, block, wanted.keep)) : block
  return build({ graph, options, env, real, block, chunk, net, order, width, frames, segment, stateBytes, registry })
}

const round16 = (bytes: number) => Math.ceil(bytes / 16) * 16

/**
 * Samples whose signals are kept: checkpoints (N s / K bytes) and kept signals (K w bytes) cost the same at K = sqrt(N
 * s / w).
 */
function segmentLength(
  order: readonly Group[],
  frames: number,
  stateBytes: number,
  block: number,
  keep?: number
): number {
  if (keep !== undefined) return keep * block
  const kept = keptGroups(order),
    signals = (g: Group) =>
      kept.has(g) ? g.members[0]!.outlets + g.alias.filter((a, i) => !a && g.connected[i]).length : 0
  const perSample = 16 * order.reduce((sum, g) => sum + signals(g) + tapeOf(g) + (g.def.tape ?? 0), 0)
  return Math.max(1, Math.ceil(Math.sqrt((frames * stateBytes) / Math.max(perSample, 1)) / block)) * block
}

interface Build {
  graph: Graph
  options: PlanOptions
  env: Env
  real: Real
  block: number
  chunk: number
  net: Net
  order: readonly Group[]
  width: number
  frames: number
  segment: number
  stateBytes: number
  registry: Registry
}

function build({
  graph,
  options,
  env,
  real,
  block,
  chunk,
  net,
  order,
  width,
  frames,
  segment,
  stateBytes,
  registry
}: Build): Plan {
  const elem = real === 'f32' ? 4 : 8,
    gradients = options.gradients !== undefined,
    functions: string[] = [],
    writes: ((view: DataView, base: number) => void)[] = []
  let top = reservedBytes
  const alloc = (bytes: number) => {
    const at = top
    top += round16(bytes)
    return at
  }
  const fn = (name: string) => {
    const i = functions.indexOf(name)
    return i >= 0 ? i : functions.push(name) - 1
  }
  const lanes: LaneInfo[] = [],
    automated: AutomatedCall[] = [],
    hosts: HostCall[] = [],
    params: Record<string, Record<string, ParamHome>> = {},
    edges: Record<number, { gain: number; sums: number; lane?: number }> = {}
  const readers = countReaders(order),
    tapped = new Set(Object.values(net.outputs).map(source => source.cell))
  const draft: Draft = {
    order,
    readers,
    series: inSeries(order, readers, group => group.members.some(cell => tapped.has(cell))),
    net,
    real,
    width,
    pairBytes: 2 * elem,
    gradients,
    kept: gradients ? keptGroups(order) : new Set(),
    inputGradients: options.gradients?.inputs ?? false,
    block,
    segment,
    alloc,
    fn,
    x: new Map(),
    y: new Map(),
    gx: new Map(),
    gy: new Map(),
    planar: { inputs: {}, outputs: {}, inputGradients: {}, outputGradients: {} },
    records: new Map(),
    gains: new Map(),
    laneOf: new Map(),
    automatedOf: new Map(),
    hostOf: new Map(),
    one: alloc(16),
    buffers: 0
  }
  // What the image holds: records, parameters, edge gains.
  const paramsAt = new Map<Group, number>(),
    followers = new Map<Group, readonly Follower[]>()
  for (const group of order) {
    draft.records.set(group, alloc(record.words * 4))
    paramsAt.set(group, alloc(Object.keys(group.def.params).length * 16))
    if (group.kind === 'lane')
      group.members.forEach(cell => {
        const { lane, shift, param } = cell.lane!,
          node = graph.nodes[cell.node!]!,
          declared = (registry[node.type]!.params as Params)[param]
        const physical = Float64Array.from((node.params![param] as Lane).lane, ([, value]) => value)
        draft.laneOf.set(
          cell,
          lanes.push({
            track: trackOf(lane, env.sampleRate),
            shift,
            node: cell.node!,
            param,
            physical,
            octaves: declared?.kind === 'number' && declared.modulate === 'octaves'
          }) - 1
        )
      })
    for (const tap of group.taps.flat(2)) {
      const slot = { gain: alloc(16), sums: alloc(16), lane: -1 },
        { gain, edge } = tap.source
      if (isLane(gain))
        slot.lane =
          lanes.push({ track: trackOf(gain, env.sampleRate), shift: tap.source.cell.arrival, edge: edge! }) - 1
      else writes.push((view, base) => view.setFloat64(slot.gain - base, 10 ** (gain / 20), true))
      draft.gains.set(tap, slot)
      if (edge !== undefined)
        edges[edge] = { gain: slot.gain, sums: slot.sums, ...(slot.lane >= 0 && { lane: slot.lane }) }
    }
  }
  const scratch = alloc(64)
  writes.push((view, base) => view.setFloat64(draft.one - base, 1, true))
  const imageEnd = top
  // What starts as zeros: states, gradients, buffers.
  const stateAt = top,
    words: { offset: number; values: readonly number[] }[] = [],
    states = new Map<Group, number>()
  for (const group of order) {
    const at = alloc(group.state.bytes)
    states.set(group, at)
    if (group.state.words) words.push({ offset: at - stateAt, values: group.state.words })
  }
  const adjointState = gradients ? alloc(stateBytes) : 0,
    gpAt = top,
    gps = new Map<Group, number>()
  for (const group of order) gps.set(group, alloc(Object.keys(group.def.params).length * 32))
  const gpBytes = top - gpAt,
    planar = () => [alloc(chunk * elem), alloc(chunk * elem)]
  for (const name of Object.keys(graph.inputs)) {
    draft.planar.inputs[name] = planar()
    if (draft.inputGradients) draft.planar.inputGradients[name] = planar()
  }
  for (const name of Object.keys(graph.outputs)) {
    draft.planar.outputs[name] = planar()
    if (gradients) draft.planar.outputGradients[name] = planar()
  }
  for (const group of order)
    if (group.kind === 'processor') {
      const names = Object.keys(group.def.params),
        at = paramsAt.get(group)!,
        gp = gps.get(group)!
      writes.push((view, base) => {
        for (let j = 0; j < names.length; j++)
          for (let lane = 0; lane < 16 / elem; lane++) {
            const cell = group.members[Math.min(lane >> 1, group.members.length - 1)]!
            if (real === 'f32') view.setFloat32(at + 16 * j + 4 * lane - base, cell.values[j]!, true)
            else view.setFloat64(at + 16 * j + 8 * lane - base, cell.values[j]!, true)
          }
      })
      const follows: Follower[] = []
      followers.set(group, follows)
      group.members.forEach((cell, pair) =>
        names.forEach((name, j) => {
          const address = at + 16 * j + pair * draft.pairBytes,
            home = { address, gp: gp + 32 * j + 16 * pair },
            lane = cell.automated.get(name)
          const index = lane
            ? lanes.push({
                track: trackOf(lane.lane, env.sampleRate),
                shift: lane.shift,
                node: cell.node!,
                param: name
              }) - 1
            : -1
          if (lane) follows.push({ ...home, lane: index })
          if (cell.node && names.length && graph.nodes[cell.node]!.type === group.def.id)
            (params[cell.node] ??= {})[name] = { ...home, ...(lane && { lane: index }) }
        })
      )
    }
  lanes.forEach((lane, i) => {
    if (lane.node && lane.param) {
      const home = (params[lane.node] ??= {})[lane.param]
      if (home) params[lane.node]![lane.param] = { ...home, lane: i }
    }
  })
  const tapes = new Map<Group, number>()
  const follow = (group: Group) => {
    const follows = followers.get(group)!,
      { kernel } = group.def,
      shift = group.members[0]!.arrival - (group.def.latency?.(env) ?? 0)
    if (!follows.length && !(group.def.clock && shift > 0)) return
    const by = kernel
      ? {
          fn: fn(`${kernel.name}_run_${real}`),
          adjoint: fn(`${kernel.name}_adj_${real}`),
          record: draft.records.get(group)!
        }
      : { host: draft.hostOf.get(group)! }
    draft.automatedOf.set(group, automated.push({ by, shift, params: follows }) - 1)
  }
  const { forward, taped } = forwardCalls(draft, group => {
    if (group.kind !== 'processor') return
    if (group.def.kernel) {
      if (gradients) tapes.set(group, alloc(tapeOf(group) * (segment + 1) * 16))
      follow(group)
      return
    }
    const planes = (count: number, length: number) => Array.from({ length: 2 * count }, () => alloc(length * elem)),
      kept = gradients ? segment : block
    draft.hostOf.set(
      group,
      hosts.push({
        id: group.def.id,
        values: group.members[0]!.values,
        params: paramsAt.get(group)!,
        gp: gps.get(group)!,
        x: draft.x.get(group)!,
        y: draft.y.get(group)!,
        gx: [],
        gy: [],
        planarX: planes(group.taps.length, kept),
        planarY: planes(Object.keys(group.def.outlets).length, kept),
        planarTape: gradients ? planes(group.def.tape ?? 0, segment) : [],
        planarGx: gradients ? planes(group.taps.length, block) : [],
        planarGy: gradients ? planes(Object.keys(group.def.outlets).length, block) : [],
        state: states.get(group)!,
        adjointState: adjointState + states.get(group)! - stateAt,
        stateWords: group.def.state ?? 0
      }) - 1
    )
    follow(group)
  })
  const backward = gradients ? backwardCalls(draft) : []
  const pairsOf = (group: Group, buffers: readonly (number | undefined)[] = []) =>
    buffers.flatMap(at => (at ? group.members.map((_, pair) => at + pair * draft.pairBytes) : []))
  for (const [group, i] of draft.automatedOf)
    if (group.def.clock)
      automated[i]!.clear = {
        fn: fn(`clear_${real}`),
        y: pairsOf(group, draft.y.get(group)),
        gx: pairsOf(group, draft.gx.get(group))
      }
  for (const [group, i] of draft.hostOf) {
    hosts[i]!.gx = draft.gx.get(group) ?? []
    hosts[i]!.gy = (draft.gy.get(group) ?? []).map(a => a ?? 0)
  }
  for (const group of order)
    writes.push((view, base) => {
      const at = draft.records.get(group)! - base,
        word = (i: number, value: number) => view.setUint32(at + 4 * i, value, true),
        state = states.get(group)!
      word(record.params, paramsAt.get(group)!)
      word(record.state, state)
      word(record.tape, tapes.get(group) ?? 0)
      word(record.gp, gps.get(group)!)
      word(record.adjointState, gradients ? adjointState + state - stateAt : 0)
      view.setFloat64(at + 4 * record.rate, env.sampleRate, true)
      for (const [field, addresses] of [
        [record.x, draft.x],
        [record.y, draft.y],
        [record.gx, draft.gx],
        [record.gy, draft.gy]
      ] as const)
        (addresses.get(group) ?? []).forEach((address, i) => word(field + i, address ?? 0))
    })
  const image = new Uint8Array(imageEnd - reservedBytes),
    view = new DataView(image.buffer)
  for (const write of writes) write(view, reservedBytes)
  return {
    real,
    sampleRate: env.sampleRate,
    block,
    chunk,
    latency: net.latency,
    bytes: top,
    image,
    functions,
    forward: Int32Array.from(forward),
    taped: Int32Array.from(taped),
    backward: Int32Array.from(backward),
    inputs: draft.planar.inputs,
    outputs: draft.planar.outputs,
    inputGradients: draft.planar.inputGradients,
    outputGradients: draft.planar.outputGradients,
    state: { at: stateAt, bytes: stateBytes, words },
    adjointState,
    gp: { at: gpAt, bytes: gpBytes },
    segment,
    frames,
    params,
    edges,
    lanes,
    automated,
    hosts,
    scratch,
    facts: { groups: order.length, buffers: draft.buffers, calls: forward.length / callWords, stateBytes }
  }
}
