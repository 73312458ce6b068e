/**
 * Gate chatter: the level drops by 12 dB or more and is back within 60 ms. Levels of 2.5 ms of the signal's slope
 * (first difference), so that waves of low tones do not count.
 */
import type { Audio } from '../define.ts'
import { framesOf, type Meter, measured, requireFormat } from './input.ts'

export interface Chatter {
  /** Drops per second. */
  readonly rate: number
  /** Seconds at which the sound is back, at most 1000. */
  readonly times: readonly number[]
}
const slotSeconds = 0.0025,
  swing = 12,
  longest = 0.06
/** dB: slopes of less than -90 dB re full scale are silence. */
const floor = -90

/** @throws RangeError unless there are 1 or 2 channels */
export function createChatter(sampleRate: number, channels: number): Meter<Chatter> {
  requireFormat(sampleRate, channels)
  const width = Math.round(slotSeconds * sampleRate),
    slot = width / sampleRate,
    last = new Float64Array(channels),
    times: number[] = []
  let energy = 0,
    filled = 0,
    slots = 0,
    frames = 0,
    count = 0
  // The last slot in which the sound was near its high, the high, and the low since; after a drop `down` is set.
  let high = floor,
    highAt = 0,
    low = floor,
    down = false
  function judge(level: number): void {
    if (!down) {
      if (level >= high - swing / 2) highAt = slots
      high = level > high ? level : high - 0.25
      if (level <= high - swing) {
        down = true
        low = level
      }
      return
    }
    low = Math.min(low, level)
    if (level < low + swing) return
    if ((slots - highAt) * slot <= longest && level >= high - swing / 2) {
      count++
      if (times.length < 1000) times.push(slots * slot)
    }
    down = false
    high = level
    highAt = slots
  }
  return {
    push(audio: Audio) {
      const n = framesOf(audio, channels)
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < channels; c++) {
          const step = audio[c]![i]! - last[c]!
          energy += step * step
          last[c] = audio[c]![i]!
        }
        if (++filled < width) continue
        judge(Math.max(floor, 10 * Math.log10(energy / width / channels)))
        slots++
        energy = filled = 0
      }
      frames += n
    },
    result: () => ({ rate: frames > 0 ? (count * sampleRate) / frames : 0, times: times.slice() })
  }
}
/** Chatter of audio in memory. @throws RangeError as `createChatter` */
export const measureChatter = (audio: Audio, sampleRate: number): Chatter =>
  measured(createChatter(sampleRate, audio.length), audio)
