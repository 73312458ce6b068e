/** What every meter asks of its input, and the growing lists that meters keep. */
import type { Audio } from '../define.ts'

/** A measure of a stream: blocks of any size, in order. `result` may be asked at any time and changes nothing. */
export interface Meter<Result> {
  /** @throws RangeError for a wrong number of channels or channels of unequal length */
  push(audio: Audio): void
  result(): Result
}

/** @throws RangeError unless `sampleRate` (Hz) is from 8000 to 192000 and `channels` is one of `allowed` */
export function requireFormat(sampleRate: number, channels: number, allowed: readonly number[] = [1, 2]): void {
  if (!(sampleRate >= 8000 && sampleRate <= 192000))
    throw new RangeError(`sample rate ${sampleRate} Hz is not allowed; give 8000 to 192000`)
  if (!allowed.includes(channels))
    throw new RangeError(`${channels} channels cannot be measured; give ${allowed.join(', ')}`)
}

/** The number of frames. @throws RangeError as `Meter.push` */
export function framesOf(audio: Audio, channels: number): number {
  const frames = audio[0]?.length ?? 0
  if (audio.length !== channels || audio.some(c => c.length !== frames))
    throw new RangeError(
      `push expects ${channels} channels of equal length, not ${audio.map(c => c.length).join(', ') || 'none'}`
    )
  return frames
}

/** Feeds audio in memory to a meter. */
export function measured<Result>(meter: Meter<Result>, audio: Audio): Result {
  meter.push(audio)
  return meter.result()
}

/** Numbers that grow in number. */
export interface Series {
  readonly length: number
  push(value: number): void
  values(): Float64Array
}
export function createSeries(): Series {
  let data = new Float64Array(256),
    length = 0
  return {
    get length() {
      return length
    },
    push(value) {
      if (length === data.length) {
        const larger = new Float64Array(2 * length)
        larger.set(data)
        data = larger
      }
      data[length++] = value
    },
    values: () => data.slice(0, length)
  }
}

/** 10 lg x: -Infinity for 0. */
export const decibels = (power: number): number => 10 * Math.log10(power)
