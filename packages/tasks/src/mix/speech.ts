/** Speech: every speaker at one level, sentence by sentence; breaths lowered; pauses as quiet as those of the others. */
import type { StemAnalysis } from './analysis.ts'
import { type Decisions, type Device, rounded, signed } from './decisions.ts'
import { gateDetector } from './dynamics.ts'
import type { Part } from './levels.ts'
import { type Points, pointsAt, type Ride, ridable } from './ride.ts'
import { heldBetween, kept, moved, powersOf, smoothed } from './rides.ts'
import type { Rules } from './presets.ts'
import type { AssignedRole } from './role-signal.ts'
import { rulesOf } from './roles.ts'
import { type Speaking, speakingOf } from './speaking.ts'

/** Half the width of the window of a sentence, seconds; what it may be off without being moved, and the most it is moved, dB. */
const reach = 1.5,
  band = 0.5,
  most = 6
const stride = 4

export const isSpeech = ({ role, muted }: Part): boolean => !muted && rulesOf(role).group === 'speech'

/** Who speaks: every voice of what is spoken, unless the user says otherwise. */
export const castFor = (roles: readonly AssignedRole[], { spoken }: Rules): readonly AssignedRole[] =>
  roles.map(one => {
    if (spoken) return rulesOf(one.role).group === 'vocals' && one.from !== 'you' ? { ...one, role: 'speech' } : one
    // Rap and plain singing sound spoken: in a song only a name says that somebody speaks.
    return one.role === 'speech' && one.from === 'sound' ? { ...one, role: 'lead-vocal' } : one
  })

/** Nothing but voices, none of them in stereo or to one side: one channel holds it all. */
export const isMonoSpeech = (decisions: Decisions, analyses: readonly StemAnalysis[]): boolean =>
  decisions.returns.length === 0 &&
  decisions.stems.every(
    ({ muted, group, pan }, i) =>
      muted || (group === 'speech' && !pan && ['mono', 'dual mono'].includes(analyses[i]!.stereo.kind))
  )

const dB = (power: number) => 10 * Math.log10(power + 1e-20)
/** Mean level, dB, of the frames that count. */
function meanLevel(power: Float64Array, counts: Uint8Array, gainAt: (frame: number) => number = () => 0): number {
  let sum = 0,
    n = 0
  for (let i = 0; i < counts.length; i++)
    if (counts[i]) {
      sum += power[i]! * 10 ** (gainAt(i) / 10)
      n++
    }
  return dB(n ? sum / n : 0)
}

/**
 * Each speaker ridden from sentence to sentence to one level.
 * @param amount 0 to 1 @param breaths dB by which breaths are lowered
 */
export function speechRides(
  parts: readonly Part[],
  chains: readonly (readonly Device[])[],
  gains: readonly number[],
  amount: number,
  breaths: number
): (Ride | undefined)[] {
  if (amount === 0) return parts.map(() => undefined)
  return parts.map((part, i) => {
    if (!isSpeech(part)) return undefined
    const speaking = speakingOf(part.analysis)
    return speaking.phrases.length
      ? speechRide(part.analysis, speaking, powersOf(part.analysis, chains[i]!, gains[i]!), amount, breaths)
      : undefined
  })
}

const gridOver = (phrases: Speaking['phrases']): number[][] =>
  phrases.map(([a, b]) => [...Array.from({ length: Math.ceil((b - a) / stride) }, (_, k) => a + k * stride), b])
/** Level of the words around frames, dB. */
const wordLevels = (frames: readonly number[], core: Speaking['core'], power: Float64Array, hop: number): number[] =>
  frames.map(f => dB(smoothed(power, core, f, Math.round(reach / hop))))
/** Level of the words along all phrases, dB. @param power per frame */
export const phraseLevels = ({ phrases, core }: Speaking, power: Float64Array, hop: number): number[] =>
  wordLevels(gridOver(phrases).flat(), core, power, hop)

function speechRide(
  { tracks: { hop } }: StemAnalysis,
  { core, phrases, breaths }: Speaking,
  power: Float64Array,
  amount: number,
  breathDepth: number
): Ride | undefined {
  const regions = gridOver(phrases),
    off = wordLevels(regions.flat(), core, power, hop),
    level = meanLevel(power, core),
    at = (middle: number): Points =>
      heldBetween(
        regions,
        off.map(l => amount * moved(middle - l, band, most)),
        hop
      ),
    levelWith = (points: Points) => meanLevel(power, core, f => pointsAt(points, f * hop)),
    // The whole stays as loud: what brings speakers together is their faders.
    middle = kept(m => levelWith(at(m)) - level, level, most),
    sentences = ridable(at(middle)) ?? [[0, 0]],
    depth = rounded(breathDepth * amount),
    points =
      depth > 0
        ? lowered(
            sentences,
            breaths.map(([a, b]) => [a * hop, (b + 1) * hop]),
            depth
          )
        : sentences
  if (points.every(([, v]) => v === 0)) return undefined
  const values = sentences.map(([, v]) => v),
    counted = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`
  return {
    points,
    reason: `${counted(phrases.length, 'phrase')} brought to one level, by ${signed(Math.min(...values))} to ${signed(Math.max(...values))} dB${points === sentences || breaths.length === 0 ? '' : `; ${counted(breaths.length, 'breath')} between them lowered by ${depth.toFixed(0)} dB`}.`,
    cites: { measure: 'phrases' }
  }
}

/** Seconds of the way down to a breath and up again, inside of it, so that the words beside it stay as they are. */
const ramp = 0.04

/** Points with some spans lower, between a short way down and a short way up. */
export function lowered(points: Points, spans: readonly (readonly [number, number])[], by: number): Points {
  const at = (t: number) => pointsAt(points, t),
    inner = spans
      .map(([a, b]) => [rounded(a, 2), rounded(a + ramp, 2), rounded(b - ramp, 2), rounded(b, 2)] as const)
      .filter(([, from, to]) => to > from),
    shifted = (t: number) => inner.some(([, from, to]) => t > from && t < to),
    inRamp = (t: number) => inner.some(([a, from, to, b]) => (t >= a && t <= from) || (t >= to && t <= b))
  return [
    ...points.flatMap(([t, v]) => (inRamp(t) ? [] : [[t, shifted(t) ? rounded(v - by) : v] as const])),
    ...inner.flatMap(([a, from, to, b]) => [
      [a, rounded(at(a))] as const,
      [from, rounded(at(from) - by)] as const,
      [to, rounded(at(to) - by)] as const,
      [b, rounded(at(b))] as const
    ])
  ].toSorted(([a], [b]) => a - b)
}

/** dB against the voice: quieter pauses than this need nothing, and the quietest that others are matched to. */
const quiet = -50,
  quietest = -60
/** The most that a pause is turned down, and the least that is worth a device, dB. */
const deepest = 12,
  leastDepth = 3
/** dB by which the expander's threshold clears the pauses: their own ups and downs stay below it. */
const clear = 8

/**
 * A gentle expander for a microphone that hears its room: between phrases it becomes as quiet as the quietest of the
 * others. It holds through the gaps of a sentence and lets go slowly, so it neither chatters nor cuts a word.
 */
export function expander(parts: readonly Part[], index: number): Device[] {
  const part = parts[index]!,
    pausesOf = ({ analysis }: Part) => {
      const { pauses } = speakingOf(analysis)
      return pauses === undefined ? undefined : pauses - analysis.loudness
    },
    own = isSpeech(part) ? pausesOf(part) : undefined
  if (own === undefined) return []
  const others = parts.filter(isSpeech).map(one => pausesOf(one) ?? quietest),
    goal = Math.max(quietest, Math.min(quiet, ...others)),
    depth = Math.min(deepest, own - goal)
  // Where pauses are hardly quieter than words no level tells them apart.
  if (depth < leastDepth || own > -15) return []
  return [
    {
      slot: 'expander',
      type: 'noisegate',
      params: {
        threshold: Math.max(-80, Math.min(0, own + part.analysis.loudness + gateDetector + clear)),
        ratio: 1 + depth / clear,
        attack: 5,
        hold: 200,
        release: 300,
        range: depth,
        knee: 8
      },
      reason: `Expander, ${depth.toFixed(0)} dB deep: its room stands ${(-own).toFixed(0)} dB below the voice between phrases, ${(-goal).toFixed(0)} dB is what the quietest microphone here has.`,
      cites: { measure: 'pauses', floor: rounded(own + part.analysis.loudness + clear) }
    }
  ]
}
