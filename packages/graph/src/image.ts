/** What a plan's memory holds before the first call: call records, parameters, edge gains. */
import { record, reservedBytes } from '@mixwright/dsp'
import type { Draft } from './draft.ts'
import { isLane } from './graph.ts'
import type { Group } from './groups.ts'

export function imageOf(draft: Draft, end: number): Uint8Array {
  const image = new Uint8Array(end - reservedBytes)
  const view = new DataView(image.buffer)
  view.setFloat64(draft.one - reservedBytes, 1, true)
  for (const [tap, slot] of draft.gains) {
    const { gain } = tap.source
    if (!isLane(gain)) view.setFloat64(slot.gain - reservedBytes, 10 ** (gain / 20), true)
  }
  for (const group of draft.order) {
    writeRecord(view, draft, group)
    if (group.kind === 'processor') writeParams(view, draft, group)
  }
  return image
}

/** Layout: `record` in dsp/src/kernels.ts. */
function writeRecord(view: DataView, draft: Draft, group: Group): void {
  const home = draft.homes.get(group)!
  const at = home.record - reservedBytes
  const word = (i: number, value: number) => view.setUint32(at + 4 * i, value, true)
  word(record.params, home.params)
  word(record.state, home.state)
  word(record.tape, home.tape)
  word(record.gp, home.gp)
  word(record.adjointState, home.adjointState)
  if (group.lanes === 2) word(record.pairs, group.members.length)
  view.setFloat64(at + 4 * record.rate, draft.env.sampleRate, true)
  const ports = [
    [record.x, draft.x],
    [record.y, draft.y],
    [record.gx, draft.gx],
    [record.gy, draft.gy]
  ] as const
  for (const [field, addresses] of ports)
    (addresses.get(group) ?? []).forEach((address, i) => word(field + i, address ?? 0))
}

/** One word of lanes per parameter. Lanes without a node have their neighbour's values. */
function writeParams(view: DataView, { homes, real, elementBytes }: Draft, group: Group): void {
  const at = homes.get(group)!.params - reservedBytes
  group.members[0]!.values.forEach((_, j) => {
    for (let lane = 0; lane < 16 / elementBytes; lane++) {
      const value = group.members[Math.min(Math.floor(lane / group.lanes), group.members.length - 1)]!.values[j]!
      if (real === 'f32') view.setFloat32(at + 16 * j + 4 * lane, value, true)
      else view.setFloat64(at + 16 * j + 8 * lane, value, true)
    }
  })
}
