/** How far apart the checkpoints of a backward pass lie. */
import { type Group, keptGroups, tapeOf } from './groups.ts'

/** Signals of a group that going backwards needs: its outlets, and inlets that have a buffer of their own. */
const signalsOf = (group: Group) =>
  group.members[0]!.outlets + group.alias.filter((alias, inlet) => !alias && group.connected[inlet]).length

/**
 * Samples from checkpoint to checkpoint, in whole blocks: between two of them all signals are kept. N samples with s
 * bytes of state and w bytes kept per sample: checkpoints (N s / K bytes) and kept signals (K w bytes) cost the same at
 * K = sqrt(N s / w).
 */
export function checkpointInterval(
  order: readonly Group[],
  frames: number,
  stateBytes: number,
  block: number,
  keep?: number
): number {
  if (keep !== undefined) return keep * block
  const kept = keptGroups(order)
  const words = order.reduce(
    (sum, group) => sum + (kept.has(group) ? signalsOf(group) : 0) + tapeOf(group) + (group.def.tape ?? 0),
    0
  )
  return Math.max(1, Math.ceil(Math.sqrt((frames * stateBytes) / Math.max(16 * words, 1)) / block)) * block
}
