/** How much of a lead stands out of the others: the glimpses of masking.ts with a soft edge, and so with a gradient. */

import { glimpse, sounding } from './masking.ts'

/** dB over which a cell goes from a quarter to three quarters of a glimpse: 2 ln 3 times this. */
const soft = 2

/**
 * Share of the lead's cells that are glimpses, 0 to 1.
 * @param lead @param rest powers per frame and band; the rest of several signals, which add
 * @param cells 1 where the lead sounds
 * @param leadGradient @param restGradient d (-scale · share) / d power, added to
 */
export function glimpseLoss(
  lead: Float64Array,
  rest: Float64Array,
  cells: Uint8Array,
  leadGradient: Float64Array,
  restGradient: Float64Array,
  scale = 1
): number {
  let count = 0,
    share = 0
  for (let i = 0; i < cells.length; i++) count += cells[i]!
  if (count === 0) return 0
  for (let i = 0; i < cells.length; i++) {
    if (!cells[i]) continue
    const p = lead[i]! + tiny,
      q = rest[i]! + tiny,
      s = 1 / (1 + Math.exp(-(10 * Math.log10(p / q) - glimpse) / soft)),
      slope = (((scale * s * (1 - s)) / soft / count) * 10) / Math.LN10
    share += s
    leadGradient[i]! -= slope / p
    restGradient[i]! += slope / q
  }
  return share / count
}
/** Keeps the ratio finite in silence. */
const tiny = 1e-14

/** 1 for the cells in which a signal sounds (masking.ts). */
export function soundingCells(power: Float64Array): Uint8Array {
  const least = power.reduce((most, p) => Math.max(most, p), 0) * 10 ** (-sounding / 10)
  return Uint8Array.from(power, p => (p > least ? 1 : 0))
}
