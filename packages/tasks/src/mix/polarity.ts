/** Which microphones to flip, so that those which hear one source add up. */
import type { Part } from './levels.ts'
import type { Coherence, Relations } from './relations.ts'
import { type Role, rulesOf } from './roles.ts'

/** Two microphones of one source lie closer than this, s. */
export const nearTogether = 0.003
/** Overheads hear the whole kit; what they share with a drum's own microphone counts above this correlation. */
const believed = 0.3

/** Two microphones of one drum (or DI and amplifier), and each drum in the overheads. */
function counts({ a, b, delay, strength }: Coherence, parts: readonly Part[]): boolean {
  const [one, other] = [parts[a]!.role, parts[b]!.role]
  if (one === other) return Math.abs(delay) < nearTogether * parts[a]!.analysis.sampleRate && one !== 'tom'
  return strength > believed && ((one === 'overhead' && isClose(other)) || (isClose(one) && other === 'overhead'))
}
const isClose = (role: Role): boolean => rulesOf(role).kitMic === true && role !== 'overhead' && role !== 'room'

/**
 * The fewest flips after which as much as possible agrees: one stem after another is flipped while that helps. The one
 * that stands against
 * the most goes first, so the odd one out is flipped and not its neighbours; of two, the second.
 * @returns flipped stem → the one it stood against most
 */
export function flips(
  parts: readonly Part[],
  coherent: Relations['coherent']
): Map<number, { readonly other: number; readonly strength: number }> {
  const pairs = coherent.filter(c => counts(c, parts)),
    flipped = new Set<number>()
  const agreement = (i: number) =>
    pairs.reduce(
      (sum, { a, b, polarity, strength }) =>
        a !== i && b !== i ? sum : sum + strength * polarity * (flipped.has(a) !== flipped.has(b) ? -1 : 1),
      0
    )
  for (;;) {
    const worst = parts
      .map((_, i) => ({ i, agreement: agreement(i) }))
      .reverse()
      .sort((x, y) => x.agreement - y.agreement)[0]
    if (!worst || worst.agreement >= 0) break
    if (flipped.has(worst.i)) flipped.delete(worst.i)
    else flipped.add(worst.i)
  }
  return new Map(
    [...flipped].flatMap(i => {
      const against = pairs
        .filter(c => (c.a === i || c.b === i) && c.polarity === -1)
        .sort((x, y) => y.strength - x.strength)[0]
      return against
        ? [[i, { other: against.a === i ? against.b : against.a, strength: against.strength }] as const]
        : []
    })
  )
}
