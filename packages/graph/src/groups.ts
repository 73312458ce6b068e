/**
 * The second step: cells of one level that run the same kernel share the lanes of one group, members sorted by where
 * their source
 * lies so that whole groups read whole groups.
 */
import { type Env, inletsOf, type KernelState, memoryOf, type Params, type Processor } from '@mixwright/dsp'
import type { Cell, Net, Source } from './lower.ts'

/** What one inlet of one member reads, by group: `member` is whose signal of the source group. */
export interface Tap {
  readonly group: Group
  readonly outlet: number
  readonly member: number
  readonly source: Source
}
export interface Group {
  readonly index: number
  readonly members: readonly Cell[]
  /** Lanes of a member: a stereo pair, or one of four for mono. */
  readonly lanes: 1 | 2
  readonly def: Processor
  readonly kind: Cell['kind']
  /** taps[inlet][member] */
  readonly taps: readonly (readonly (readonly Tap[])[])[]
  readonly connected: readonly boolean[]
  /** Per inlet: the group whose buffer it can read as it lies, so that nothing moves. */
  readonly alias: readonly (Tap | undefined)[]
  /** Depends on the time: a lane is followed, or there is a clock. */
  readonly automated: boolean
  readonly state: KernelState
}

/**
 * @param width stereo pairs per lane group: 2 in f32, 1 in f64
 * @param mono whether mono cells may take one lane each
 */
export function pack(net: Net, width: number, mono: boolean, env: Env): Group[] {
  const level: number[] = []
  for (const cell of net.cells)
    level[cell.index] = cell.inlets.flat().reduce((deep, source) => Math.max(deep, 1 + level[source.cell.index]!), 0)
  const groups: Group[] = [],
    home = new Map<Cell, { group: Group; member: number }>()
  const rank = (cell: Cell) => {
    const first = cell.inlets.flat()[0],
      at = first && home.get(first.cell)
    return at ? at.group.index * 4 + at.member : 0
  }
  const levels: Map<string, Cell[]>[] = []
  for (const cell of net.cells) {
    const sets = (levels[level[cell.index]!] ??= new Map()),
      key = keyOf(cell),
      set = sets.get(key)
    if (set) set.push(cell)
    else sets.set(key, [cell])
  }
  for (const sets of levels)
    for (const cells of sets.values()) {
      const sorted = cells
        .map(cell => ({ cell, rank: rank(cell) }))
        .sort((a, b) => a.rank - b.rank)
        .map(s => s.cell)
      for (const { members, lanes } of seated(sorted, width, mono)) {
        const group = groupOf(members, lanes, groups.length, home, env)
        groups.push(group)
        group.members.forEach((cell, member) => home.set(cell, { group, member }))
      }
    }
  return groups
}

/** Who shares a group: three mono cells or four, as long as that takes fewer groups than pairs do; then pairs. */
function seated(cells: readonly Cell[], width: number, mono: boolean): { members: Cell[]; lanes: 1 | 2 }[] {
  const single = mono ? cells.filter(takesOneLane) : [],
    rest = single.length % 4,
    ones = single.slice(0, rest < 3 ? single.length - rest : single.length),
    others = ones.length ? cells.filter(cell => !ones.includes(cell)) : cells
  return [...slices(ones, 4, 1), ...slices(others, cells[0]!.def.kernel ? width : 1, 2)]
}
const slices = (cells: readonly Cell[], size: number, lanes: 1 | 2) =>
  Array.from({ length: Math.ceil(cells.length / size) }, (_, k) => ({
    members: cells.slice(size * k, size * (k + 1)),
    lanes
  }))
const takesOneLane = ({ channels, kind, def, automated }: Cell): boolean =>
  channels === 1 &&
  automated.size === 0 &&
  (kind === 'input' || (kind === 'processor' && def.kernel?.mono !== undefined))

/** Only cells that agree in this may share lanes. */
function keyOf(cell: Cell): string {
  const { def } = cell,
    mask = cell.inlets.map(sources => (sources.length > 0 ? 1 : 0)).join('')
  const names = Object.keys(def.params as Params),
    shape = (def.kernel?.shape ?? []).map((name: string) => cell.values[names.indexOf(name)])
  return [
    cell.kind,
    def.kernel?.name ?? `${def.id}/${cell.index}`,
    mask,
    shape.join(),
    cell.automated.size > 0 || def.clock ? cell.arrival : ''
  ].join(' ')
}

function groupOf(
  members: Cell[],
  lanes: 1 | 2,
  index: number,
  home: Map<Cell, { group: Group; member: number }>,
  env: Env
): Group {
  const first = members[0]!,
    { def } = first
  const taps = first.inlets.map((_, inlet) =>
    members.map(cell =>
      cell.inlets[inlet]!.map(source => {
        const at = home.get(source.cell)!
        return { group: at.group, outlet: source.outlet, member: at.member, source }
      })
    )
  )
  const names = first.kind === 'processor' ? Object.keys(def.params as Params) : []
  const values = Object.fromEntries(names.map((name, i) => [name, first.values[i]!]))
  return {
    index,
    members,
    lanes,
    def,
    kind: first.kind,
    taps,
    // What stands in for a bypassed source has an inlet that nothing feeds: silence, not nothing.
    connected: taps.map(
      (perMember, k) =>
        perMember.some(list => list.length > 0) || (first.kind === 'processor' && !inletsOf(def)[k]!.optional)
    ),
    alias: taps.map(perMember => aliasOf(perMember, lanes)),
    automated: first.automated.size > 0 || def.clock === true,
    state:
      first.kind !== 'processor'
        ? { bytes: 0 }
        : def.kernel
          ? def.kernel.state(env, values)
          : { bytes: 8 * memoryOf(def, env) }
  }
}

/** What all members read as it lies: each the member in its own place, or all an only input, which fills all lanes. */
function aliasOf(perMember: readonly (readonly Tap[])[], lanes: 1 | 2): Tap | undefined {
  const whole = perMember[0]?.[0],
    filled = whole?.group.kind === 'input' && whole.group.members.length === 1
  const straight =
    whole &&
    (filled || whole.group.lanes === lanes) &&
    perMember.every(
      (list, member) =>
        list.length === 1 &&
        list[0]!.group === whole.group &&
        list[0]!.outlet === whole.outlet &&
        list[0]!.member === (filled ? 0 : member) &&
        list[0]!.source.gain === 0 &&
        list[0]!.source.edge === undefined
    )
  return straight ? whole : undefined
}

/** Words of tape, where the adjoint of the group reads nothing else. */
const tapeAlone = (group: Group): number | undefined =>
  group.connected.every((connected, inlet) => connected === (inlet === 0)) ? group.def.kernel?.tapeAlone : undefined
export const tapeOf = (group: Group): number => tapeAlone(group) ?? group.def.kernel?.tape ?? 0
/** Groups whose signals going backwards needs: what an adjoint reads, and what goes over an edge with a gain. */
export function keptGroups(groups: readonly Group[]): Set<Group> {
  const kept = new Set<Group>()
  for (const group of groups) {
    const alone = tapeAlone(group) !== undefined
    if (group.kind === 'processor' && !alone) kept.add(group)
    group.taps.forEach((perMember, inlet) => {
      if (!alone || !group.alias[inlet]) for (const tap of perMember.flat()) kept.add(tap.group)
    })
  }
  return kept
}

/** Number of inlet–group pairs that read each outlet of each group: `readers(group, outlet)`. */
export function countReaders(groups: readonly Group[]): (group: Group, outlet: number) => number {
  const counts = new Map<string, number>()
  for (const group of groups)
    for (const perMember of group.taps)
      for (const key of new Set(perMember.flat().map(tap => `${tap.group.index}.${tap.outlet}`)))
        counts.set(key, (counts.get(key) ?? 0) + 1)
  return (group, outlet) => counts.get(`${group.index}.${outlet}`) ?? 0
}

/** Whole chains before the next one: a small working set. Every group follows its sources. */
export function depthFirst(groups: readonly Group[]): Group[] {
  const order: Group[] = [],
    seen = new Set<Group>()
  const visit = (root: Group) => {
    const stack: { group: Group; rest: Group[] }[] = []
    const open = (group: Group) => {
      seen.add(group)
      stack.push({ group, rest: group.taps.flat(2).map(tap => tap.group) })
    }
    if (!seen.has(root)) open(root)
    while (stack.length) {
      const top = stack[stack.length - 1]!,
        next = top.rest.shift()
      if (next === undefined) {
        order.push(top.group)
        stack.pop()
      } else if (!seen.has(next)) open(next)
    }
  }
  for (const group of [...groups].reverse()) visit(group)
  return order
}

/** Neighbours in the order that may run in one call: the first feeds the second and nobody else, both plain. */
export function inSeries(
  order: readonly Group[],
  readers: (group: Group, outlet: number) => number,
  isOutput: (group: Group) => boolean
): Map<Group, Group> {
  const pairs = new Map<Group, Group>()
  for (let i = 1; i < order.length; i++) {
    const first = order[i - 1]!,
      second = order[i]!,
      kernel = first.def.kernel
    const plain = (group: Group) =>
      !group.automated && group.connected.every((connected, inlet) => connected === (inlet === 0))
    if (
      !kernel?.series ||
      second.def.kernel?.name !== kernel.name ||
      second.alias[0]?.group !== first ||
      first.members.length !== second.members.length
    )
      continue
    if (readers(first, 0) !== 1 || isOutput(first) || !plain(first) || !plain(second)) continue
    pairs.set(first, second)
    i++
  }
  return pairs
}
