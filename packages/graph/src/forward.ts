/** The calls of one block, forwards: where each inlet's signal comes from, which buffers are free again, what runs. */
import { op, pushCall } from './calls.ts'
import type { Draft } from './draft.ts'
import type { Group, Tap } from './groups.ts'

type Emit = (...words: number[]) => void

/**
 * @param prepare called for each group when its buffers have addresses
 * @returns the list without and with tapes
 */
export function forwardCalls(draft: Draft, prepare: (group: Group) => void): { forward: number[]; taped: number[] } {
  const { order, real } = draft,
    forward: number[] = [],
    taped: number[] = []
  const both: Emit = (...words) => {
    pushCall(forward, words)
    pushCall(taped, words)
  }
  const buffers = pool(draft)
  for (const group of order) {
    const xs = group.taps.map((perMember, inlet) => {
      if (!group.connected[inlet]) return 0
      const alias = group.alias[inlet]
      if (alias) return draft.y.get(alias.group)![alias.outlet]!
      const x = buffers.take()
      gatherTaps(draft, group, perMember, x, both)
      return x
    })
    draft.x.set(group, xs)
    buffers.release(group, xs)
    draft.y.set(group, Array.from({ length: group.members[0]!.outlets }, buffers.take))
    prepare(group)
    if (group.kind === 'processor') emitRun(draft, group, forward, taped)
    else emitSource(draft, group, both)
    for (const [name, source] of Object.entries(draft.net.outputs)) {
      const member = group.members.indexOf(source.cell)
      if (member >= 0)
        both(
          op.unweave,
          draft.fn(`unweave_${group.lanes === 1 ? 'mono_' : ''}${real}`),
          draft.y.get(group)![source.outlet]! + draft.seat(group, member),
          ...draft.planar.outputs[name]!
        )
    }
    buffers.dead(group)
  }
  return { forward, taped }
}

/** Sums what the members of a group read at one inlet into their lanes at `x`; lanes that read nothing are silent. */
function gatherTaps(draft: Draft, group: Group, perMember: readonly (readonly Tap[])[], x: number, both: Emit): void {
  const { real, pairBytes, width } = draft,
    // An only pair writes the silence of the other one with it.
    alone = group.lanes === 2 && perMember.length < width && perMember[0]!.length > 0,
    seats = group.lanes === 1 ? 2 * width : alone ? 0 : width,
    silent = Array.from({ length: seats }, (_, seat) => seat).filter(seat => !perMember[seat]?.length)
  if (silent.length && group.lanes === 1) both(op.clear, draft.fn('clear_all'), x)
  perMember.forEach((taps, member) =>
    taps.forEach((tap, i) =>
      both(...route(draft, tap, group, x + draft.seat(group, member), i > 0 ? 0 : alone ? 2 : 1))
    )
  )
  if (group.lanes === 2) for (const seat of silent) both(op.clear, draft.fn(`clear_${real}`), x + seat * pairBytes)
}

function route(draft: Draft, tap: Tap, into: Group, to: number, fresh: 0 | 1 | 2): number[] {
  const from = draft.y.get(tap.group)![tap.outlet]! + draft.seat(tap.group, tap.member),
    slot = draft.gains.get(tap)!,
    // Both channels of mono are alike: one lane reads the left one.
    lanes = into.lanes === 1 ? 'mono_' : tap.group.lanes === 1 ? 'spread_' : ''
  return slot.lane >= 0
    ? [op.ramp, draft.fn(`ramp_${lanes}${draft.real}`), to, from, slot.lane, fresh]
    : [op.route, draft.fn(`route_${lanes}${draft.real}`), to, from, slot.gain, fresh]
}

function emitRun(draft: Draft, group: Group, forward: number[], taped: number[]): void {
  if (draft.series.has(group)) return
  const words = callOf(draft, group)
  pushCall(forward, [...words, 0])
  pushCall(taped, [...words, 1])
}
/** The call that runs a group, and the group before it if the two are in series; `keep` comes after these words. */
function callOf(draft: Draft, group: Group): number[] {
  const automated = draft.automatedOf.get(group)
  if (automated !== undefined) return [op.runAutomated, automated]
  const host = draft.hostOf.get(group)
  if (host !== undefined) return [op.host, host]
  const { name, mono } = group.def.kernel!,
    kernel = mono === 'kernel' && group.lanes === 1 ? `${name}_mono` : name
  const { record } = draft.homes.get(group)!
  const first = [...draft.series].find(([, second]) => second === group)?.[0]
  return first
    ? [op.run2, draft.fn(`${kernel}_run2_${draft.real}`), draft.homes.get(first)!.record, record]
    : [op.run, draft.fn(`${kernel}_run_${draft.real}`), record]
}

/** The graph's inputs and lanes of automation. */
function emitSource(draft: Draft, group: Group, both: Emit): void {
  const { real, pairBytes, width } = draft
  const y = draft.y.get(group)![0]!,
    // An only input fills all lanes (`aliasOf`).
    alone = group.kind === 'input' && group.members.length < width,
    how = group.lanes === 1 ? 'mono_' : alone ? 'alone_' : ''
  if (group.lanes === 1 && group.members.length < 4) both(op.clear, draft.fn('clear_all'), y)
  group.members.forEach((cell, member) => {
    const to = y + draft.seat(group, member)
    if (group.kind === 'input')
      both(op.weave, draft.fn(`weave_${how}${real}`), to, ...draft.planar.inputs[cell.input!]!)
    else both(op.line, draft.fn(`line_${real}`), to, draft.laneOf.get(cell)!)
  })
  if (group.lanes === 2 && !alone)
    for (let pair = group.members.length; pair < width; pair++)
      both(op.clear, draft.fn(`clear_${real}`), y + pair * pairBytes)
}

/**
 * Block buffers by liveness: a buffer is free again when its last reader has been given its own outlets (kernels work
 * in place).
 */
function pool(draft: Draft) {
  const free: number[] = [],
    left = new Map<string, number>()
  const give = (group: Group, outlet: number) => {
    if (!draft.kept.has(group)) free.push(draft.y.get(group)![outlet]!)
  }
  return {
    take: () => free.pop() ?? (draft.buffers++, draft.alloc(draft.segment * 16)),
    release(group: Group, xs: readonly number[]) {
      group.taps.forEach((perMember, inlet) => {
        for (const key of new Set(perMember.flat().map(tap => `${tap.group.index}.${tap.outlet}`))) {
          const tap = perMember.flat().find(t => `${t.group.index}.${t.outlet}` === key)!,
            rest = (left.get(key) ?? draft.readers(tap.group, tap.outlet)) - 1
          left.set(key, rest)
          if (rest === 0) give(tap.group, tap.outlet)
        }
        if (!group.alias[inlet] && xs[inlet] && !draft.kept.has(group)) free.push(xs[inlet]!)
      })
    },
    /** Outlets that nobody reads are free as soon as the graph's outputs have been taken from them. */
    dead(group: Group) {
      draft.y.get(group)!.forEach((_, outlet) => {
        if (draft.readers(group, outlet) === 0) give(group, outlet)
      })
    }
  }
}
