/**
 * Clicks: moments of less than 0.7 ms in which the curvature of the waveform (its second difference, where music has
 * little) carries far more energy than in any other within 7 ms before and after. A drum's stroke rings on and does not
 * count. (Detection by a residual's local excess: Godsill & Rayner, Digital Audio Restoration, 1998, ch. 5.)
 */
import type { Audio } from '../define.ts'
import { framesOf, type Meter, measured, requireFormat } from './input.ts'

export interface Clicks {
  /** Per second. */
  readonly rate: number
  /** Seconds, rising, at most 1000. */
  readonly times: readonly number[]
  /** dB above their surroundings, one for each time. */
  readonly strengths: readonly number[]
}

/** dB */
export const clickThreshold = 12
const slotSeconds = 0.00036,
  around = 20

/** @throws RangeError unless there are 1 or 2 channels */
export function createClicks(sampleRate: number, channels: number): Meter<Clicks> {
  requireFormat(sampleRate, channels)
  const width = Math.max(4, Math.round(slotSeconds * sampleRate)),
    // Energies of the last slots; the one that is judged lies in the middle.
    ring = new Float64Array(2 * around + 1),
    before = new Float64Array(channels),
    last = new Float64Array(channels)
  const times: number[] = [],
    strengths: number[] = []
  let energy = 0,
    filled = 0,
    slots = 0,
    frames = 0,
    count = 0,
    blocked = 0
  function judge(): void {
    const centre = slots - 1 - around,
      at = (k: number): number => ring[(((centre + k) % ring.length) + ring.length) % ring.length]!
    let others = 0
    for (let k = 2; k <= around; k++) others = Math.max(others, at(k), at(-k))
    const own = at(0) + Math.max(at(1), at(-1))
    const strength = 10 * Math.log10(own / (others + 1e-12))
    // A click over two slots is found once.
    if (!(own > 1e-10) || strength < clickThreshold || centre < blocked || at(1) > at(0)) return
    blocked = centre + 2
    count++
    if (times.length < 1000) {
      times.push((centre * width) / sampleRate)
      strengths.push(strength)
    }
  }
  return {
    push(audio: Audio) {
      const n = framesOf(audio, channels)
      for (let from = 0; from < n; ) {
        // Slot by slot in local variables: one that outlives the loop is boxed at every step.
        const to = Math.min(n, from + width - filled)
        let sum = 0
        for (let c = 0; c < channels; c++) {
          const x = audio[c]!
          let older = before[c]!,
            old = last[c]!
          for (let i = from; i < to; i++) {
            const v = x[i]!,
              bend = v - 2 * old + older
            sum += bend * bend
            older = old
            old = v
          }
          before[c] = older
          last[c] = old
        }
        energy += sum
        filled += to - from
        from = to
        if (filled < width) continue
        ring[slots % ring.length] = energy
        slots++
        energy = filled = 0
        if (slots >= ring.length) judge()
      }
      frames += n
    },
    result: () => ({
      rate: frames > 0 ? (count * sampleRate) / frames : 0,
      times: times.slice(),
      strengths: strengths.slice()
    })
  }
}
/** Clicks of audio in memory. @throws RangeError as `createClicks` */
export const measureClicks = (audio: Audio, sampleRate: number): Clicks =>
  measured(createClicks(sampleRate, audio.length), audio)
