/** Faults of the recordings, each with the devices that mend it. */
import type { StemAnalysis } from './analysis.ts'
import type { Bleed } from './bleed.ts'
import { type Device, percent, signed, type StemDecision } from './decisions.ts'
import { defectsOf, type Repair, told } from './defects.ts'
import type { Fault, FaultKind } from './faults.ts'
import type { Part } from './levels.ts'
import { isPair } from './pairs.ts'
import { flips, nearTogether, shareSource } from './polarity.ts'
import type { Duplicate, Relations } from './relations.ts'
import { rulesOf } from './roles.ts'

type Detector = (parts: readonly Part[], index: number, relations: Relations) => Repair | undefined

/** Flipped as an engineer would: within one source (two microphones of a drum, DI and amplifier), and overheads. */
const reversed: Detector = (parts, index, { coherent }) => {
  const against = flips(parts, coherent).get(index)
  if (!against) return undefined
  const other = parts[against.other]!.analysis.name
  return {
    fault: { kind: 'polarity', text: `Polarity against ${other}.` },
    devices: [
      {
        slot: 'polarity',
        type: 'polarity',
        params: {},
        reason: `Opposite polarity to ${other} (correlation −${against.strength.toFixed(2)}): flipped, so that they add up.`,
        cites: { measure: 'sum', stems: [other] }
      }
    ]
  }
}

/** Two microphones of one source are a fault from here on, s: the first notch of their sum comes below 5 kHz. */
const leastLate = 1e-4
/** Of one source for certain they may be farther apart than they can stand: converters and plug-ins delay too, s. */
const latest = 0.016

/** Delayed as an engineer would, within one source: overheads, rooms and toms keep the time of the air, pairs theirs. */
const early: Detector = (parts, index, { coherent }) => {
  const { analysis } = parts[index]!,
    keepsTime = (i: number) => ['overhead', 'room', 'tom'].includes(parts[i]!.role)
  const found = coherent
    .filter(c => (c.a === index || c.b === index) && shareSource(c, parts) && !keepsTime(c.a) && !keepsTime(c.b))
    .map(c => (c.a === index ? { ...c, by: c.delay, other: c.b } : { ...c, by: -c.delay, other: c.a }))
    .find(
      ({ by, other, strength }) =>
        by > leastLate * analysis.sampleRate &&
        by < (strength > 0.5 ? latest : nearTogether) * analysis.sampleRate &&
        strength > 0.3 &&
        !isPair(analysis.name, parts[other]!.analysis.name)
    )
  if (!found) return undefined
  const { name } = parts[found.other]!.analysis,
    reason = `${((found.by / analysis.sampleRate) * 1000).toFixed(2)} ms earlier than ${name} (correlation ${found.strength.toFixed(2)})`
  return {
    fault: { kind: 'timing', text: `${reason}.` },
    devices: [
      {
        slot: 'align',
        type: 'align',
        params: { samples: found.by },
        reason: `${reason}: brought together.`,
        cites: { measure: 'sum', stems: [name] }
      }
    ]
  }
}

/** A copy through a filter may be meant: it is said, not muted. */
const alike: Detector = (parts, index, { duplicates }) => {
  const twin = duplicates.find(d => d.copy === index && d.filtered)
  return (
    twin &&
    told(
      'duplicate',
      `The same as ${parts[twin.original]!.analysis.name} through a filter${lateBy(twin, parts[index]!.analysis)}: mute one of them, unless both are meant.`
    )
  )
}
const lateBy = ({ delay }: Duplicate, { sampleRate }: StemAnalysis): string =>
  delay === 0 ? '' : `, ${((1000 * Math.abs(delay)) / sampleRate).toFixed(2)} ms ${delay > 0 ? 'later' : 'earlier'}`

/** dB from which on two parts of one kind play together rather than hear each other. */
const unison = -6
/** dB against the stem from which on bleed is heard in it. */
const audible = -30

/**
 * Bleed that is certain is worth knowing, though no filter removes it. What a second microphone of the same drum or overheads
 * hear is no bleed.
 */
const bleeding: Detector = (parts, index, { bleed, own, duplicates }) => {
  const { role, analysis } = parts[index]!,
    levelOf = ({ from, ratio }: Bleed) => parts[from]!.analysis.loudness + ratio - analysis.loudness,
    isTwin = (other: number) =>
      duplicates.some(d => (d.copy === index && d.original === other) || (d.original === index && d.copy === other)),
    from = bleed
      .filter(
        b =>
          b.into === index &&
          b.certain === true &&
          levelOf(b) > audible &&
          (parts[b.from]!.role !== role || b.ratio < unison) &&
          !(rulesOf(role).kitMic && parts[b.from]!.role === role) &&
          role !== 'overhead' &&
          role !== 'room' &&
          !isTwin(b.from)
      )
      .sort((a, b) => levelOf(b) - levelOf(a))
      .slice(0, 3)
  return from.length
    ? told(
        'bleed',
        `Bleed: ${from.map(b => `${parts[b.from]!.analysis.name}, ${signed(levelOf(b), 0)} dB against all of this stem`).join(', ')}; its own source leads in ${percent(own[index]!.share)} of its active time.`
      )
    : undefined
}

/** In the order of the devices in the chain, after those of the recording by itself. */
const detectors: readonly Detector[] = [reversed, early, alike, bleeding]

export function repairs(
  parts: readonly Part[],
  index: number,
  relations: Relations
): { readonly faults: readonly Fault[]; readonly devices: readonly Device[] } {
  const found = [
    ...defectsOf(parts[index]!.analysis),
    ...detectors.flatMap(detect => detect(parts, index, relations) ?? [])
  ]
  return { faults: found.map(one => one.fault), devices: found.flatMap(one => one.devices) }
}

/** A stem that does not play, and why. */
export interface Needless {
  readonly fault: Fault
  readonly muted: NonNullable<StemDecision['muted']>
}
const needlessFor = (kind: FaultKind, text: string, more: Omit<Needless['muted'], 'reason'>): Needless => ({
  fault: { kind, text },
  muted: { reason: text, ...more }
})
/** Stems that say nothing, or say what another says. */
export const needless = (
  analyses: readonly StemAnalysis[],
  { duplicates }: Pick<Relations, 'duplicates'>
): (Needless | undefined)[] =>
  analyses.map((a, i) => {
    if (a.silent)
      return a.peak > -190
        ? needlessFor('silent', `Silent: nothing above ${Math.ceil(a.peak)} dBFS.`, { cites: { measure: 'noise' } })
        : needlessFor('silent', 'Silent: nothing above digital silence.', { empty: true })
    const twin = duplicates.find(d => d.copy === i && !d.filtered)
    if (!twin) return undefined
    const { name } = analyses[twin.original]!
    return needlessFor(
      'duplicate',
      `The same as ${name} (null test below −50 dB, ${twin.gain.toFixed(1)} dB apart${lateBy(twin, a)}): muted, it would only make that louder.`,
      { cites: { measure: 'twice', stems: [name] } }
    )
  })
