/**
 * The calls of one block, backwards: output gradients in, adjoints in reverse order, gradients handed to the sources.
 */
import { op, pushCall } from './calls.ts'
import type { Draft } from './draft.ts'
import type { Group } from './groups.ts'

export function backwardCalls(draft: Draft): number[] {
  const { real, pairBytes, width } = draft,
    calls: number[] = [],
    free: number[] = [],
    started = new Set<string>()
  const emit = (...words: number[]) => pushCall(calls, words)
  const take = () => free.pop() ?? (draft.buffers++, draft.alloc(draft.block * 16))
  const gyOf = (group: Group) =>
    draft.gy.get(group) ??
    draft.gy
      .set(
        group,
        Array.from({ length: group.members[0]!.outlets }, () => undefined)
      )
      .get(group)!
  const gradientOf = (group: Group, outlet: number) => (gyOf(group)[outlet] ??= take())
  const begin = (group: Group, outlet: number, pair: number) => {
    const key = `${group.index}.${outlet}.${pair}`,
      fresh = !started.has(key)
    started.add(key)
    return fresh
  }

  // Two in series run when the first's turn comes: the gradients between them stay in a register.
  const first = draft.series,
    second = new Set(draft.series.values())
  const loadOutputs = (group: Group) => {
    for (const [name, source] of Object.entries(draft.net.outputs)) {
      const pair = group.members.indexOf(source.cell)
      if (pair < 0) continue
      const to = gradientOf(group, source.outlet) + pair * pairBytes,
        weave = draft.fn(`weave_${real}`)
      if (begin(group, source.outlet, pair)) {
        emit(op.weaveBack, weave, to, ...draft.planar.outputGradients[name]!)
        continue
      }
      const extra = take()
      emit(op.weaveBack, weave, extra, ...draft.planar.outputGradients[name]!)
      emit(op.routeBack, draft.fn(`route_${real}`), to, extra, draft.one, 0)
      free.push(extra)
    }
  }
  /** What nobody wrote is zero, not what the buffer held. */
  const complete = (group: Group) => {
    for (let outlet = 0; outlet < group.members[0]!.outlets; outlet++)
      for (let pair = 0; pair < width; pair++)
        if (begin(group, outlet, pair))
          emit(op.clearBack, draft.fn(`clear_${real}`), gradientOf(group, outlet) + pair * pairBytes)
  }
  const distribute = (group: Group, inlet: number, gx: number) => {
    const alias = group.alias[inlet]
    const wanted = (source: Group) => source.kind !== 'input' || draft.inputGradients
    if (
      alias &&
      wanted(alias.group) &&
      draft.readers(alias.group, alias.outlet) === 1 &&
      alias.group.members.length === group.members.length &&
      gyOf(alias.group)[alias.outlet] === undefined
    ) {
      gyOf(alias.group)[alias.outlet] = gx
      for (let pair = 0; pair < width; pair++) begin(alias.group, alias.outlet, pair)
      return
    }
    group.taps[inlet]!.forEach((taps, pair) => {
      for (const tap of taps) {
        const from = gx + pair * pairBytes,
          slot = draft.gains.get(tap)!
        if (tap.source.edge !== undefined)
          emit(
            op.dot,
            draft.fn(`${slot.lane >= 0 ? 'moments' : 'dot'}_${real}`),
            from,
            draft.y.get(tap.group)![tap.outlet]! + tap.member * pairBytes,
            slot.sums,
            slot.lane
          )
        if (!wanted(tap.group)) continue
        const to = gradientOf(tap.group, tap.outlet) + tap.member * pairBytes,
          fresh = begin(tap.group, tap.outlet, tap.member) ? 1 : 0
        if (slot.lane >= 0) emit(op.rampBack, draft.fn(`ramp_${real}`), to, from, slot.lane, fresh)
        else emit(op.routeBack, draft.fn(`route_${real}`), to, from, slot.gain, fresh)
      }
    })
    free.push(gx)
  }
  for (const group of [...draft.order].reverse()) {
    if (group.kind === 'input' && !draft.inputGradients) continue
    loadOutputs(group)
    complete(group)
    const gy = gyOf(group) as number[]
    if (group.kind !== 'processor') {
      group.members.forEach((cell, pair) => {
        const from = gy[0]! + pair * pairBytes
        if (group.kind === 'input')
          emit(op.unweaveBack, draft.fn(`unweave_${real}`), from, ...draft.planar.inputGradients[cell.input!]!)
        else emit(op.lineBack, draft.fn(`total_${real}`), from, draft.laneOf.get(cell)!)
      })
      free.push(gy[0]!)
      continue
    }
    // In place: the gradient of the first inlet overwrites that of the first outlet (kernels read before they write).
    const gx = group.connected.map((connected, inlet) => (!connected ? 0 : inlet === 0 && gy.length ? gy[0]! : take()))
    draft.gx.set(group, gx)
    const automated = draft.automatedOf.get(group),
      host = draft.hostOf.get(group)
    if (automated !== undefined) emit(op.adjointAutomated, automated)
    else if (host !== undefined) emit(op.hostAdjoint, host)
    else if (first.has(group))
      emit(
        op.adjoint2,
        draft.fn(`${group.def.kernel!.name}_adj2_${real}`),
        draft.homes.get(group)!.record,
        draft.homes.get(draft.series.get(group)!)!.record
      )
    else if (!second.has(group))
      emit(op.adjoint, draft.fn(`${group.def.kernel!.name}_adj_${real}`), draft.homes.get(group)!.record)
    gy.forEach((buffer, outlet) => {
      if (outlet > 0 || !group.connected[0]) free.push(buffer)
    })
    gx.forEach((buffer, inlet) => {
      if (buffer) distribute(group, inlet, buffer)
    })
  }
  return calls
}
