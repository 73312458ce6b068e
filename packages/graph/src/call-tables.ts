/**
 * The tables that some calls index because a record is not enough for them: processors in TypeScript, and groups that
 * follow lanes or a clock.
 */
import type { Draft } from './draft.ts'
import { type Group, tapeOf } from './groups.ts'
import type { HostCall } from './plan.ts'

/** Enters a group whose signals have addresses, and gives it its tape. */
export function enterTables(draft: Draft, group: Group): void {
  if (group.kind !== 'processor') return
  if (!group.def.kernel) draft.hostOf.set(group, draft.hosts.push(hostCall(draft, group)) - 1)
  else if (draft.gradients) draft.homes.get(group)!.tape = draft.alloc(tapeOf(group) * (draft.segment + 1) * 16)
  enterAutomated(draft, group)
}

function hostCall(draft: Draft, group: Group): HostCall {
  const { gradients, segment, block, elementBytes, alloc } = draft
  const home = draft.homes.get(group)!
  const planes = (ports: number, length: number) =>
    Array.from({ length: 2 * ports }, () => alloc(length * elementBytes))
  const inlets = group.taps.length
  const outlets = Object.keys(group.def.outlets).length
  const kept = gradients ? segment : block
  // hosts.ts calls them, whether or not the graph has an input or output of its own that needs them.
  for (const name of ['weave', 'unweave']) draft.fn(`${name}_${draft.real}`)
  return {
    id: group.def.id,
    values: group.members[0]!.values,
    params: home.params,
    gp: home.gp,
    x: draft.x.get(group)!,
    y: draft.y.get(group)!,
    gx: [],
    gy: [],
    planarX: planes(inlets, kept),
    planarY: planes(outlets, kept),
    planarTape: gradients ? planes(group.def.tape ?? 0, segment) : [],
    planarGx: gradients ? planes(inlets, block) : [],
    planarGy: gradients ? planes(outlets, block) : [],
    state: home.state,
    adjointState: home.adjointState,
    stateWords: group.state.bytes / 8
  }
}

function enterAutomated(draft: Draft, group: Group): void {
  const { kernel, clock, latency } = group.def
  const { followers, record } = draft.homes.get(group)!
  const shift = group.members[0]!.arrival - (latency?.(draft.env) ?? 0)
  if (!followers.length && !(clock && shift > 0)) return
  const by = kernel
    ? {
        fn: draft.fn(`${kernel.name}_run_${draft.real}`),
        adjoint: draft.fn(`${kernel.name}_adj_${draft.real}`),
        record
      }
    : { host: draft.hostOf.get(group)! }
  draft.automatedOf.set(group, draft.automated.push({ by, shift, params: followers }) - 1)
}

/** What only the finished call lists tell: where gradients lie, and which pairs a clock that has not started clears. */
export function completeTables(draft: Draft): void {
  const pairsOf = (group: Group, buffers: readonly (number | undefined)[] = []) =>
    buffers.flatMap(at => (at ? group.members.map((_, pair) => at + pair * draft.pairBytes) : []))
  for (const [group, i] of draft.automatedOf)
    if (group.def.clock)
      draft.automated[i]!.clear = {
        fn: draft.fn(`clear_${draft.real}`),
        y: pairsOf(group, draft.y.get(group)),
        gx: pairsOf(group, draft.gx.get(group))
      }
  for (const [group, i] of draft.hostOf) {
    const host = draft.hosts[i]!
    host.gx = draft.gx.get(group) ?? []
    host.gy = (draft.gy.get(group) ?? []).map(address => address ?? 0)
  }
}
