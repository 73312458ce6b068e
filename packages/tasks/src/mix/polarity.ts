/** Which microphones to flip, so that those which hear one source add up. */
import type { Part } from './levels.ts'
import type { Coherence, Relations } from './relations.ts'
import { isCloseMic, rulesOf } from './roles.ts'

/** Two microphones of one source lie closer than this, s. */
export const nearTogether = 0.003
/** What overheads and rooms share with a drum's own microphone decides together, above this correlation in all. */
const believed = 0.3
/** Of two microphones at one drum; of one that hears the whole kit from above, and from afar. */
const weights = { near: 2, overhead: 1, room: 0.5 } as const

/** Waveforms that agree this well are one source, whatever the stems are taken for; drums in one room agree less. */
const oneSource = 0.5

/** Two microphones of one source (of one drum, DI and amplifier). */
export function shareSource({ a, b, strength }: Coherence, parts: readonly Part[]): boolean {
  const [one, other] = [parts[a]!.role, parts[b]!.role]
  return one === other || (strength > oneSource && !(rulesOf(one).kitMic && rulesOf(other).kitMic))
}

/** How much a pair tells about polarity: two microphones of one source, a drum where the kit is heard. */
function weightOf(pair: Coherence, parts: readonly Part[]): number {
  const { a, b, delay } = pair,
    roles = [parts[a]!.role, parts[b]!.role] as const,
    far = roles.find(role => !isCloseMic(role))
  if (shareSource(pair, parts))
    return Math.abs(delay) < nearTogether * parts[a]!.analysis.sampleRate && roles[0] !== 'tom' ? weights.near : 0
  return roles.some(isCloseMic) && (far === 'overhead' || far === 'room') ? weights[far] : 0
}

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
  const pairs = coherent.flatMap(c => {
      const weight = weightOf(c, parts)
      return weight ? [{ ...c, told: weight * c.strength }] : []
    }),
    flipped = new Set<number>()
  const agreement = (i: number) =>
    pairs.reduce(
      (sum, { a, b, polarity, told }) =>
        a !== i && b !== i ? sum : sum + told * polarity * (flipped.has(a) !== flipped.has(b) ? -1 : 1),
      0
    )
  for (;;) {
    const worst = parts
      .map((_, i) => ({ i, agreement: agreement(i) }))
      .reverse()
      .sort((x, y) => x.agreement - y.agreement)[0]
    if (!worst || worst.agreement > -believed) break
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
