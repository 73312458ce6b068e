/** Faders: level by role on what each stem plays itself, the microphones of a kit as they were recorded. */
import { powerOfByte, type StemAnalysis } from './analysis.ts'
import { onFader, type Reasoned, rounded, signed } from './decisions.ts'
import { loudnessOfSum } from './level.ts'
import type { Relations } from './relations.ts'
import { type Group, isLeadVoice, type Role, rulesOf } from './roles.ts'
import { type Steering, settled, unsteered } from './settled.ts'

export interface Fader extends Reasoned {
  readonly gain: number
}
export interface Part {
  readonly analysis: StemAnalysis
  readonly role: Role
  readonly muted: boolean
  /** It leads the song. */
  readonly lead?: boolean
}

/**
 * LU by which an instrument that leads stands above others of its kind, and where it counts among them at least. Their
 * group is as loud as without it: at the level of a voice, leads stood 1 dB farther from the authors' balance.
 */
const leadRise = 2,
  amongMusic = -6
/** Where a stem stands, LU relative to the whole kit. */
const levelOf = ({ role, lead }: Part): number => {
  const { level } = rulesOf(role)
  return lead && !isLeadVoice(role) ? Math.max(amongMusic, level) + leadRise : level
}

/** Loudness of the mix before mastering, LUFS: leaves peaks about 6 dB of room. */
export const mixLoudness = -20
/**
 * How far a microphone of a kit is moved from where the recording has it, dB; more where every file was normalised on
 * its own.
 */
const kitMoves = 2,
  normalisedKitMoves = 5
/**
 * How loud a group may be together, LU relative to a kit; a group that is thinner than that comes up by at most `lift`.
 */
const together: readonly {
  readonly name: string
  readonly target: number
  readonly lift: number
  readonly has: (part: Part) => boolean
}[] = [
  { name: 'drums', target: 0, lift: 4, has: ({ role }) => rulesOf(role).group === 'drums' },
  { name: 'bass', target: -3, lift: 0, has: ({ role }) => role === 'bass' },
  { name: 'music', target: -2, lift: 4, has: ({ role }) => rulesOf(role).group === 'music' },
  { name: 'lead voices', target: 2, lift: 0, has: ({ role }) => role === 'lead-vocal' || role === 'vocals' },
  { name: 'backing voices', target: -3, lift: 0, has: ({ role }) => role === 'backing-vocal' }
]

/** Several microphones in front of one kit: they hear each other, or the kit from above or afar. */
export function isKit(parts: readonly Part[], relations: Relations): boolean {
  const mics = parts.flatMap((part, i) => (!part.muted && rulesOf(part.role).kitMic ? [i] : []))
  const heard = relations.bleed.filter(b => mics.includes(b.into) && mics.includes(b.from)).length
  return mics.length >= 3 && (heard >= 2 || mics.some(i => parts[i]!.role === 'overhead' || parts[i]!.role === 'room'))
}

/** @param trim dB per group that the user asks for @param balance how far levels go from the recorded ones, 0 to 1 */
export function faders(
  parts: readonly Part[],
  relations: Relations,
  trim: Partial<Record<Group, number>> = {},
  steering: Steering = unsteered,
  balance = 1
): Fader[] {
  const kit = isKit(parts, relations),
    own = (i: number) => relations.own[i]?.loudness ?? parts[i]!.analysis.loudness
  const mics = parts.flatMap((part, i) => (kit && !part.muted && rulesOf(part.role).kitMic ? [i] : []))
  const byRole = parts.map((part, i) => (part.muted ? 0 : levelOf(part) - own(i))),
    raw = rawKit(parts, mics, byRole, relations)
  const first = parts.map((_, i) => raw.get(i)?.gain ?? byRole[i]!),
    shift = groupShifts(parts, first, mics)
  const aims = settled(
      parts,
      first.map((gain, i) => gain + shift.gains[i]!),
      steering,
      balance
    ),
    gains = aims.map(({ gain }, i) => gain + (trim[rulesOf(parts[i]!.role).group] ?? 0))
  const common =
    mixLoudness -
    loudnessOfSum(
      parts.flatMap((part, i) => (part.muted ? [] : [{ level: part.analysis.tracks.level, gain: gains[i]! }])),
      parts[0]?.analysis.tracks.hop ?? 0.023
    )
  const offset = Number.isFinite(common) ? common : 0
  return parts.map((part, i) => {
    if (part.muted) return { gain: 0, reason: 'Muted.' }
    const gain = onFader(gains[i]! + offset)
    return {
      gain,
      reason: `${aims[i]!.reason ?? `${raw.get(i)?.reason ?? roleReason(part, own(i), relations.own[i]?.share ?? 1)}${shift.reasons[i] ?? ''}`} Fader ${signed(gain)} dB.`,
      cites: { measure: 'place', recorded: rounded(own(i)), target: rounded(own(i) + gains[i]! + offset) }
    }
  })
}

function roleReason(part: Part, loudness: number, share: number): string {
  const { role, analysis, lead } = part,
    { title } = rulesOf(role),
    where =
      analysis.activity.share < 0.95
        ? ` while it plays (${Math.round(analysis.activity.share * 100)} % of the time)`
        : ''
  const bleed = share < 0.9 ? `, other sources' bleed left out` : ''
  return `${title} at ${loudness.toFixed(1)} LUFS${where}${bleed}; its place${lead && !isLeadVoice(role) ? ' as the lead' : ''} is ${signed(levelOf(part), 0)} LU against the kit.`
}

/** A kit keeps the balance of its recording: to make quiet microphones equally loud would raise the bleed in them. */
function rawKit(
  parts: readonly Part[],
  mics: readonly number[],
  byRole: readonly number[],
  relations: Relations
): Map<number, Fader> {
  if (mics.length === 0) return new Map()
  const peaks = mics.map(i => parts[i]!.analysis.peak),
    normalised = Math.max(...peaks) - Math.min(...peaks) < 0.3,
    most = normalised ? normalisedKitMoves : kitMoves
  const sorted = mics.map(i => byRole[i]!).sort((a, b) => a - b),
    middle = sorted[sorted.length >> 1]!
  return new Map(
    mics.map(i => {
      const share = relations.own[i]?.share ?? 1,
        wish = 0.3 * (byRole[i]! - middle),
        move = Math.max(-most, Math.min(share < 0.5 ? Math.min(0.5, most) : most, wish))
      const loudest = relations.bleed
        .filter(b => b.into === i && parts[b.from]!.role !== parts[i]!.role)
        .sort((a, b) => b.ratio - a.ratio)[0]
      const heard = loudest
        ? `; it hears ${parts[loudest.from]!.analysis.name}, ${signed(loudest.ratio, 0)} dB against that one's own microphone`
        : ''
      return [
        i,
        { gain: move, reason: `Microphone of a kit${heard}: the recorded balance stays, moved by ${signed(move)} dB.` }
      ]
    })
  )
}

function groupShifts(
  parts: readonly Part[],
  gains: readonly number[],
  mics: readonly number[]
): { gains: number[]; reasons: (string | undefined)[] } {
  const shifts = parts.map(() => 0),
    reasons: (string | undefined)[] = parts.map(() => undefined)
  // The kit first comes to its place as one instrument, then joins its group.
  const sets = [
    { name: 'the kit', target: rulesOf('drums').level, lift: 99, members: mics },
    ...together.map(t => ({ ...t, members: parts.flatMap((part, i) => (!part.muted && t.has(part) ? [i] : [])) }))
  ]
  for (const { name, target, lift, members } of sets) {
    if (members.length === 0) continue
    const sum = loudnessOfSum(
        members.map(i => ({ level: parts[i]!.analysis.tracks.level, gain: gains[i]! + shifts[i]! })),
        parts[members[0]!]!.analysis.tracks.hop
      ),
      shift = Math.min(lift, target - sum)
    if (!Number.isFinite(shift) || Math.abs(shift) < 0.3) continue
    for (const i of members) {
      shifts[i]! += shift
      if (members.length > 1) reasons[i] = ` ${name[0]!.toUpperCase()}${name.slice(1)} together: ${signed(shift)} dB.`
    }
  }
  return { gains: shifts, reasons }
}

/** Mean power per band of all parts in the mix, and of some of them while another plays. */
export function bandPowers(
  parts: readonly Part[],
  gains: readonly number[],
  members: readonly number[],
  when?: (frame: number) => boolean
): number[] {
  const tracks = parts[0]!.analysis.tracks.bands.length
  return Array.from({ length: tracks }, (_, b) =>
    members.reduce((total, i) => {
      const track = parts[i]!.analysis.tracks.bands[b]!
      let sum = 0,
        count = 0
      for (let f = 0; f < track.length; f++)
        if (!when || when(f)) {
          sum += powerOfByte[track[f]!]!
          count++
        }
      return total + (count ? sum / count : 0) * 10 ** (gains[i]! / 10)
    }, 0)
  )
}
