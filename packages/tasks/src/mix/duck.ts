/** Music and effects that give way while somebody speaks: as a fader is ridden, known beforehand and not by a detector. */
import { type Device, rounded, signed } from './decisions.ts'
import { powerOfByte } from './analysis.ts'
import type { Part } from './levels.ts'
import type { Points, Ride } from './ride.ts'
import { isSpeech } from './speech.ts'
import { merged, speakingOf } from './speaking.ts'
import { powersOf } from './rides.ts'

/** Seconds: the way down before the first word, the way up after the last one, pauses through which the music stays down. */
const down = 0.3,
  up = 1,
  bridged = 2.5
/** The most that music gives way, and the least that is worth it, dB. */
const deepest = 24,
  least = 1

/**
 * @param gains of the faders, dB @param above LU by which speech shall stand above all else together
 * @param amount 0 to 1
 * @returns per part; undefined for speech, where nobody speaks, and for what is soft enough already
 */
export function duckRides(
  parts: readonly Part[],
  chains: readonly (readonly Device[])[],
  gains: readonly number[],
  above: number,
  amount: number
): (Ride | undefined)[] {
  const others = parts.flatMap((part, i) => (!part.muted && !isSpeech(part) ? [i] : [])),
    speakers = parts.flatMap((part, i) => (isSpeech(part) ? [{ i, speaking: speakingOf(part.analysis) }] : []))
  if (amount === 0 || others.length === 0) return parts.map(() => undefined)
  const { hop } = parts[0]!.analysis.tracks,
    passages = merged(
      speakers
        .flatMap(({ speaking }) => speaking.phrases)
        .toSorted(([a], [b]) => a - b)
        .map(([a, b]) => [a, b + Math.round(bridged / hop)])
    ).map(([a, b]) => [a, b - Math.round(bridged / hop)] as const),
    speech = speechLevel(parts, speakers, gains),
    powers = others.map(i => powersOf(parts[i]!.analysis, chains[i]!, gains[i]!)),
    depths = passages.map(([a, b]) => {
      const background = powers.reduce((sum, power) => sum + mean(power, a, b), 0),
        excess = 10 * Math.log10(background + 1e-20) - (speech - above)
      return excess < least ? 0 : -rounded(amount * Math.min(deepest, excess))
    }),
    points = duckPoints(passages, depths, hop)
  if (depths.every(depth => depth === 0)) return parts.map(() => undefined)
  const count = depths.filter(depth => depth !== 0).length,
    reason = `Gives way by ${signed(Math.min(...depths))} dB at most in ${count === 1 ? 'one passage' : `${count} passages`}, down before the first word and up after the last, so that speech stands ${above} LU above it.`
  return parts.map((part, i) =>
    others.includes(i) && passages.some(([a, b], k) => depths[k] !== 0 && sounds(part, a, b))
      ? {
          points,
          reason,
          cites: { measure: 'shortfall', target: above, stems: speakers.map(({ i }) => parts[i]!.analysis.name) }
        }
      : undefined
  )
}

const mean = (power: Float64Array, a: number, b: number): number => {
  let sum = 0
  for (let i = a; i <= Math.min(b, power.length - 1); i++) sum += power[i]!
  return sum / Math.max(1, b + 1 - a)
}
const sounds = ({ analysis: { tracks } }: Part, a: number, b: number): boolean =>
  tracks.level.subarray(a, b + 1).some(byte => byte > 0)

/** Mean level of all that speak, while they do, as their faders have them. */
function speechLevel(
  parts: readonly Part[],
  speakers: readonly { readonly i: number; readonly speaking: { readonly core: Uint8Array } }[],
  gains: readonly number[]
): number {
  let sum = 0,
    frames = 0
  for (const { i, speaking } of speakers)
    speaking.core.forEach((one, f) => {
      if (!one) return
      sum += powerOfByte[parts[i]!.analysis.tracks.level[f]!]! * 10 ** (gains[i]! / 10)
      frames++
    })
  return 10 * Math.log10(sum / Math.max(1, frames) + 1e-20)
}

function duckPoints(passages: readonly (readonly [number, number])[], depths: readonly number[], hop: number): Points {
  return passages.flatMap(([a, b], k) => {
    const first = a * hop,
      last = (b + 1) * hop,
      points = [
        [first - down, 0],
        [first, depths[k]!],
        [last, depths[k]!],
        [last + up, 0]
      ] as const
    return depths[k] === 0 ? [] : points.flatMap(([t, v]) => (t >= 0 ? [[rounded(t, 2), v] as const] : []))
  })
}
