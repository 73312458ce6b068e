/** A mix without one of its moves, from the mix and what the move changes. */
import type { ReportSound } from '@mixwright/tasks'

export type Move = ReportSound['moves'][number]
/** How a move is heard. The mix with it is the version itself; the others are made when they are asked for. */
export type Way = 'with' | 'without' | 'difference'

const factor = (dB: number) => 10 ** (dB / 20)

/**
 * One channel, as long as the mix. Outside of the move's seconds nothing changes.
 * @param change as it is embedded, from sample `from` of the mix on
 */
export function heardAs(
  way: Exclude<Way, 'with'>,
  mix: Float32Array,
  change: Float32Array,
  from: number,
  { down, turn, boost }: Pick<Move, 'down' | 'turn' | 'boost'>,
  out: Float32Array
): void {
  const [own, other, all] = way === 'without' ? [1, factor(down), factor(turn)] : [0, factor(down), factor(boost)]
  for (let i = 0; i < out.length; i++) out[i] = (own * mix[i]! + other * (change[i - from] ?? 0)) * all
}
