/** Where each stem sits between the loudspeakers, and how wide. */
import type { StemAnalysis } from './analysis.ts'
import { type Bleed, ownFrames } from './bleed.ts'
import { type Reasoned, rounded, type Send } from './decisions.ts'
import type { Part } from './levels.ts'
import { sideFromName } from './role-names.ts'
import { type Role, rulesOf } from './roles.ts'

export type Pan = Reasoned & { readonly pan: number }
const side = (pan: number): string =>
  Math.abs(pan) < 0.01 ? 'centre' : `${Math.round(Math.abs(pan) * 100)} % ${pan < 0 ? 'left' : 'right'}`

/** Undefined: it stays where it is (stereo recordings, centred sources). */
export function pans(
  parts: readonly Part[],
  gains: readonly number[],
  bleed: readonly Bleed[] = []
): (Pan | undefined)[] {
  const found: (Pan | undefined)[] = parts.map(() => undefined),
    mono = (i: number) => parts[i]!.analysis.stereo.kind !== 'stereo'
  const open = parts.flatMap((part, i) => (!part.muted && mono(i) ? [i] : []))
  for (const i of open) {
    const half = sideFromName(parts[i]!.analysis.name),
      twin = half && open.find(j => j !== i && sideFromName(parts[j]!.analysis.name)?.pair === half.pair)
    if (!half || twin === undefined) continue
    const pan = (half.side === 'left' ? -1 : 1) * Math.max(0.8, rulesOf(parts[i]!.role).pan)
    found[i] = {
      pan,
      reason: `One half of a pair with ${parts[twin]!.analysis.name}: ${side(pan)}.`,
      cites: { measure: 'apart', stems: [parts[twin]!.analysis.name] }
    }
  }
  asOverheadsHear(parts, found, bleed)
  spreadOut(
    parts,
    open.filter(i => !found[i] && !parts[i]!.lead && rulesOf(parts[i]!.role).place === 'spread'),
    found
  )
  takeTurns(
    parts,
    gains,
    open.filter(i => !found[i] && !parts[i]!.lead && rulesOf(parts[i]!.role).place === 'side'),
    found
  )
  return found
}

/** Drums that stand off the middle. */
const offMiddle: ReadonlySet<Role> = new Set(['hihat', 'tom'])
/** dB by which one overhead hears a drum louder than the other, for full pan; and the most that a close microphone gets. */
const perPan = 10,
  mostClose = 0.7

/**
 * The microphones of a kit where a pair of overheads has their drums. The preamplifiers of the pair differ: what stands in
 * the middle tells by how much.
 */
function asOverheadsHear(parts: readonly Part[], found: (Pan | undefined)[], bleed: readonly Bleed[]): void {
  const over = parts.flatMap((part, i) => (part.role === 'overhead' && found[i] ? [i] : [])),
    left = over.find(i => found[i]!.pan < 0),
    right = over.find(i => found[i]!.pan > 0)
  if (left === undefined || right === undefined) return
  const analyses = parts.map(part => part.analysis),
    louderRight = (i: number) => differenceOfHits(analyses, i, [left, right], bleed),
    middle = (['kick', 'snare'] as const)
      .flatMap(role => parts.flatMap((part, i) => (part.role === role && !part.muted ? [louderRight(i)] : [])))
      .find(difference => difference !== undefined)
  parts.forEach(({ role, muted, analysis }, i) => {
    if (muted || !offMiddle.has(role) || analysis.stereo.kind === 'stereo' || found[i]) return
    const heard = louderRight(i)
    if (heard === undefined) return
    const louder = heard - (middle ?? 0),
      pan = Math.max(-mostClose, Math.min(mostClose, louder / perPan))
    found[i] = {
      pan,
      reason: `${rulesOf(role).title} as the overheads hear it, ${Math.abs(louder).toFixed(1)} dB louder ${louder < 0 ? 'left' : 'right'}${middle === undefined ? '' : ' than the middle of the kit'}: ${side(pan)}.`,
      cites: { measure: 'centre', target: rounded(Math.tanh((louder / 20) * Math.LN10), 3) }
    }
  })
}
/** Mean difference of two microphones, dB, in the hits of a third: frames in which it leads, near its loudest. */
function differenceOfHits(
  analyses: readonly StemAnalysis[],
  index: number,
  [one, other]: readonly [number, number],
  bleed: readonly Bleed[]
): number | undefined {
  const own = ownFrames(analyses, index, bleed),
    level = (i: number) => analyses[i]!.tracks.level,
    top = level(index).reduce((most, byte) => Math.max(most, byte), 0)
  let sum = 0,
    count = 0
  for (let f = 0; f < own.length; f++)
    if (own[f] && level(index)[f]! > top - hits && level(one)[f]! > 0 && level(other)[f]! > 0) {
      sum += (level(other)[f]! - level(one)[f]!) / 2
      count++
    }
  return count < 8 ? undefined : sum / count
}
/** Half decibels below its loudest frame. */
const hits = 24

/** Toms and unnamed pairs from left to right in the order of their names, per role. */
function spreadOut(parts: readonly Part[], members: readonly number[], found: (Pan | undefined)[]): void {
  for (const role of new Set(members.map(i => parts[i]!.role))) {
    const row = members
      .filter(i => parts[i]!.role === role)
      .sort((a, b) => parts[a]!.analysis.name.localeCompare(parts[b]!.analysis.name, 'en', { numeric: true }))
    row.forEach((i, place) => {
      const pan = row.length === 1 ? 0 : rulesOf(role).pan * ((2 * place) / (row.length - 1) - 1)
      if (row.length > 1)
        found[i] = {
          pan,
          reason: `${place + 1} of ${row.length} ${rulesOf(role).title.toLowerCase()}s across the picture: ${side(pan)}.`,
          cites: { measure: 'aside' }
        }
    })
  }
}

/**
 * Loudest first; each goes to the side that has less in its own register, so that like stands opposite like and the
 * sides balance.
 */
function takeTurns(
  parts: readonly Part[],
  gains: readonly number[],
  members: readonly number[],
  found: (Pan | undefined)[]
): void {
  const power = (i: number) => 10 ** ((parts[i]!.analysis.loudness + gains[i]!) / 10),
    register = (i: number) => Math.log2(parts[i]!.analysis.features.centroid)
  const sorted = [...members].sort((a, b) => power(b) - power(a)),
    placed: { i: number; left: boolean }[] = []
  const near = (a: number, b: number) =>
    0.25 + (parts[a]!.role === parts[b]!.role ? 1 : 0) + 2 ** -((register(a) - register(b)) ** 2)
  for (const i of sorted) {
    const weight = (left: boolean) =>
      placed.filter(p => p.left === left).reduce((sum, p) => sum + power(p.i) * near(p.i, i), 0)
    const left = weight(true) < weight(false) || (weight(true) === weight(false) && placed.length % 2 === 0)
    placed.push({ i, left })
    const like = members.filter(j => parts[j]!.role === parts[i]!.role).length,
      { pan: most, title } = rulesOf(parts[i]!.role)
    // One of a kind stands half as far out as one of two; a lonely side instrument would tilt the picture.
    const pan = (left ? -1 : 1) * most * (like > 1 ? 1 : members.length > 1 ? 0.6 : 0.3),
      other = placed.filter(p => p.left !== left).sort((a, b) => near(b.i, i) - near(a.i, i))[0]
    found[i] = {
      pan,
      reason: `${title}${other ? ` opposite ${parts[other.i]!.analysis.name}` : like > 1 ? `, one of ${like}` : ''}: ${side(pan)}.`,
      cites: other ? { measure: 'apart', stems: [parts[other.i]!.analysis.name] } : { measure: 'aside' }
    }
  }
}

/** Mono backing gets width from the sides alone. Only what stands in the middle: a panned part has its place. */
export function widths(
  parts: readonly Part[],
  placed: readonly (Pan | undefined)[],
  amount: number
): (Send | undefined)[] {
  return parts.map((part, i) => {
    const { widen, title } = rulesOf(part.role)
    if (
      part.muted ||
      widen === undefined ||
      part.lead ||
      (part.analysis.stereo.kind === 'stereo' && part.analysis.stereo.correlation < 0.95) ||
      Math.abs(placed[i]?.pan ?? 0) > 0.3
    )
      return undefined
    return {
      to: 'width',
      gain: widen + amount,
      reason: `${title} recorded in mono (correlation ${part.analysis.stereo.correlation.toFixed(2)}): a copy on the sides at ${widen} dB makes it wide and vanishes in mono.`,
      cites: { measure: 'width' }
    }
  })
}
