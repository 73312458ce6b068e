/**
 * Who leads a song: voices, or where nobody sings the instrument that carries a tune. Decided once, for the stem in its
 * song; what follows from it (level, place, room) reads it there.
 */
import type { StemAnalysis } from './analysis.ts'
import { percent } from './decisions.ts'
import { wordsOf } from './role-names.ts'
import { isLeadVoice, type Role, rulesOf } from './roles.ts'

/** A stem as far as its leading depends on it. */
export interface Candidate {
  readonly analysis: StemAnalysis
  readonly role: Role
  /** What its role is known from. */
  readonly from: 'you' | 'name' | 'sound' | 'name and sound'
  /** The user's word on whether it leads. */
  readonly wish?: boolean | undefined
}

const leadWords: ReadonlySet<string> = new Set(
  'lead leads solo soli melody melodie melodia melodic theme thema hook topline tune leadline'.split(' ')
)
/** How readily a role carries a tune, 0 to 1, for equally tuneful playing. */
const tuneful: Partial<Record<Role, number>> = {
  brass: 1,
  synth: 0.9,
  strings: 0.9,
  guitar: 0.8,
  keys: 0.7,
  pad: 0.3
}
/** What a name like "solo" adds: more than any tune has. */
const named = 9
/** A tune scores as much at least; what scores nearly as much as the best leads with it. */
const clear = 0.25,
  beside = 0.85
/** A named solo is a lead beside a voice if this share of it lies where the voice rests. */
const apart = 0.6

/** Per stem why it leads; undefined: it does not. */
export function leadsOf(stems: readonly Candidate[]): (string | undefined)[] {
  const found = stems.map(({ role, wish }) =>
    wish === true ? 'You said that it leads.' : wish !== false && isLeadVoice(role) ? voiceReason(role) : undefined
  )
  const wished = stems.some(stem => stem.wish === true),
    sounding = stems.filter(({ analysis }) => !analysis.silent),
    voices = sounding.filter(({ role }) => rulesOf(role).group === 'vocals' || rulesOf(role).group === 'speech')
  if (wished) return found
  if (voices.length > 0)
    return stems.map((stem, i) => found[i] ?? (mayLead(stem) && isNamed(stem) ? soloReason(stem, voices) : undefined))
  const open = stems.flatMap((stem, i) => (mayLead(stem) ? [i] : [])),
    scores = new Map(open.map(i => [i, open.length === 1 ? 1 : tune(stems[i]!)])),
    best = Math.max(0, ...scores.values())
  return stems.map((stem, i) => {
    const score = scores.get(i)
    return (
      found[i] ?? (score === undefined || score < clear || score < beside * best ? undefined : tuneReason(stem, open))
    )
  })
}

/** What stems are, with why they lead, decided anew. */
export function withLeads<One extends Omit<Candidate, 'analysis'> & { readonly lead?: string }>(
  stems: readonly One[],
  analyses: readonly StemAnalysis[]
): One[] {
  const leads = leadsOf(stems.map((stem, i) => ({ ...stem, analysis: analyses[i]! })))
  return stems.map(({ lead: _, ...stem }, i) => ({ ...stem, ...(leads[i] && { lead: leads[i] }) }) as One)
}

/** Whole accompaniments (`music`) hold their own leads; what only sounds like one may be an instrument. */
const tunefulness = ({ role, from }: Candidate): number =>
  tuneful[role] ?? (role === 'music' && from === 'sound' ? 0.5 : 0)
const mayLead = (stem: Candidate): boolean => !stem.analysis.silent && stem.wish !== false && tunefulness(stem) > 0
const isNamed = ({ analysis }: Candidate): boolean => wordsOf(analysis.name).some(word => leadWords.has(word))

const voiceReason = (role: Role): string =>
  role === 'speech' ? 'What is spoken leads.' : `What is sung leads (${rulesOf(role).title.toLowerCase()}).`

function soloReason(stem: Candidate, voices: readonly Candidate[]): string | undefined {
  const { regions } = stem.analysis.activity,
    length = (list: readonly (readonly [number, number])[]) => list.reduce((sum, [from, to]) => sum + to - from, 0),
    whole = length(regions)
  // Regions of one stem lie apart; those of several voices may overlap and are counted at most once each.
  const covered = Math.max(
      0,
      ...voices.map(({ analysis }) =>
        length(
          regions.flatMap(([a, b]) =>
            analysis.activity.regions.flatMap(([c, d]) =>
              Math.min(b, d) > Math.max(a, c) ? [[Math.max(a, c), Math.min(b, d)] as const] : []
            )
          )
        )
      )
    ),
    alone = whole > 0 ? 1 - covered / whole : 0
  return alone >= apart ? `Its name says so, and ${percent(alone)} of it lies where the voice rests.` : undefined
}

const within = (value: number, from: number, to: number): number =>
  Math.max(0, Math.min(1, (value - from) / (to - from)))
/** 1 from 220 Hz to 1 kHz (A3 to C6, where tunes lie); half of it an octave outside. */
const register = (pitch: number): number =>
  2 ** -Math.max(0, Math.log2(220 / Math.max(pitch, 20)), Math.log2(Math.max(pitch, 20) / 1000))

/** How much of a tune a stem is, 0 to 1: one note at a time, that moves, where tunes lie, for a good part of the song. */
function tune(stem: Candidate): number {
  const { analysis } = stem,
    { voiced, pitch, movement, centroid } = analysis.features,
    line = 0.2 + 0.8 * within(voiced, 0.15, 0.75),
    moves = 0.2 + 0.8 * within(movement, 0.1, 1),
    present = 0.2 + 0.8 * within(analysis.activity.share, 0.02, 0.35),
    score = line * moves * present * register(pitch > 0 ? pitch : centroid / 2) * tunefulness(stem)
  return isNamed(stem) ? named + score : score
}

function tuneReason(stem: Candidate, open: readonly number[]): string {
  const { analysis } = stem,
    { voiced, pitch, movement } = analysis.features
  if (open.length === 1) return 'Nobody sings, and it alone may carry a tune.'
  const heard = `one note at a time in ${percent(voiced)} of its time, ${movement.toFixed(1)} changes a second about ${Math.round(pitch)} Hz, playing ${percent(analysis.activity.share)} of the song`
  return isNamed(stem)
    ? `Nobody sings, and its name says so: ${heard}.`
    : `Nobody sings, and of all it is most of a tune: ${heard}.`
}
