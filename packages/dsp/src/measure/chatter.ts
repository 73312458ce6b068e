/**
 * Gate chatter: the level drops by 12 dB or more and is back within 60 ms. Levels of 2.5 ms above 800 Hz (two poles),
 * so that the waves of low tones do not count; what lies 35 dB below the whole signal counts as that.
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
/** dBFS of silence; dB below the whole signal, whose level is held and falls by 20 dB a second. */
const floor = -90,
  below = 35,
  fall = 20

/** @throws RangeError unless there are 1 or 2 channels */
export function createChatter(sampleRate: number, channels: number): Meter<Chatter> {
  requireFormat(sampleRate, channels)
  const width = Math.round(slotSeconds * sampleRate),
    slot = width / sampleRate,
    follow = 1 - Math.exp((-2 * Math.PI * 800) / sampleRate),
    lows = new Float64Array(2 * channels),
    times: number[] = []
  let energy = 0,
    whole = 0,
    held = floor,
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
    const short = (slots - highAt) * slot <= longest
    if (level >= Math.max(low + swing, high - swing / 2)) {
      if (short) {
        count++
        if (times.length < 1000) times.push(slots * slot)
      }
    } else if (short) return
    down = false
    high = level
    highAt = slots
  }
  return {
    push(audio: Audio) {
      const n = framesOf(audio, channels)
      for (let i = 0; i < n; i++) {
        for (let c = 0; c < channels; c++) {
          const v = audio[c]![i]!,
            first = v - (lows[2 * c]! += follow * (v - lows[2 * c]!)),
            high = first - (lows[2 * c + 1]! += follow * (first - lows[2 * c + 1]!))
          energy += high * high
          whole += v * v
        }
        if (++filled < width) continue
        held = Math.max(floor, held - fall * slot, 10 * Math.log10(whole / width / channels))
        judge(Math.max(held - below, 10 * Math.log10(energy / width / channels)))
        slots++
        energy = whole = filled = 0
      }
      frames += n
    },
    result: () => ({ rate: frames > 0 ? (count * sampleRate) / frames : 0, times: times.slice() })
  }
}
/** Chatter of audio in memory. @throws RangeError as `createChatter` */
export const measureChatter = (audio: Audio, sampleRate: number): Chatter =>
  measured(createChatter(sampleRate, audio.length), audio)
