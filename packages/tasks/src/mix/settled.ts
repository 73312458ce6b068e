/** Levels that the user has settled, in place of the rules'. */
import { signed } from './decisions.ts'
import { loudnessOfSum } from './level.ts'
import type { Part } from './levels.ts'

export interface Steering {
  /** dB by which each stem was raised in a rough mix; undefined: not heard there. Absent: there is no rough mix. */
  readonly rough?: readonly (number | undefined)[]
  /** Stems, by their index, that only get a common level. */
  readonly locked: ReadonlySet<number>
}
export const unsteered: Steering = { locked: new Set() }

export interface Settled {
  readonly gain: number
  /** In place of the rules' own. */
  readonly reason?: string
}

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b),
    half = sorted.length >> 1
  return sorted.length % 2 ? sorted[half]! : 0.5 * (sorted[half - 1]! + sorted[half]!)
}

/**
 * Gains, dB, as the rules have them, with the user's in their place.
 * @param balance how far they go from the recorded levels (0) to those (1)
 */
export function settled(
  parts: readonly Part[],
  byRule: readonly number[],
  { rough, locked }: Steering,
  balance: number
): Settled[] {
  const playing = parts.flatMap((part, i) => (part.muted ? [] : [i])),
    known = playing.filter(i => rough?.[i] !== undefined),
    // A rough mix has its own level: the rules' for what it does not hold is brought to it.
    offset = known.length ? median(known.map(i => byRule[i]! - rough![i]!)) : 0
  const aims = byRule.map((gain, i): Settled => {
    const found = rough?.[i]
    if (!rough || parts[i]!.muted) return { gain }
    if (found === undefined) return { gain, reason: 'Not heard in the rough mix: placed by rule.' }
    return { gain: found + offset, reason: `As in the rough mix, which has it at ${signed(found)} dB.` }
  })
  const recorded = playing.length ? median(playing.map(i => aims[i]!.gain)) : 0,
    partly = aims.map(({ gain, reason }) => ({
      gain: recorded + balance * (gain - recorded),
      ...(balance < 1
        ? { reason: `${Math.round(balance * 100)} % of the way from its recorded level. ${reason ?? ''}`.trim() }
        : reason !== undefined && { reason })
    }))
  return rough ? partly : withLocked(parts, partly, locked)
}

/** Locked stems keep the balance that they have among themselves; together they are as loud as they would have been. */
function withLocked(parts: readonly Part[], gains: readonly Settled[], locked: ReadonlySet<number>): Settled[] {
  const members = [...locked].filter(i => !parts[i]!.muted)
  if (members.length === 0) return [...gains]
  const sum = (gainOf: (i: number) => number) =>
      loudnessOfSum(
        members.map(i => ({ level: parts[i]!.analysis.tracks.level, gain: gainOf(i) })),
        parts[members[0]!]!.analysis.tracks.hop
      ),
    common = sum(i => gains[i]!.gain) - sum(() => 0),
    gain = Number.isFinite(common) ? common : 0
  return gains.map((one, i) =>
    members.includes(i) ? { gain, reason: 'Locked: balance and sound stay as they are.' } : one
  )
}
