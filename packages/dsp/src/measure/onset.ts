/**
 * Onsets: times at which something begins.
 *
 * Rectified rise of log-compressed band magnitudes (spectral flux; Dixon, DAFx 2006; with bands and logarithm as in
 * Böck, Krebs & Schedl,
 * ISMIR 2012) of L + R: Hann frames of about 23 ms every 10 ms, 24 bands of equal ratio from 40 Hz to 16 kHz. A peak
 * counts if it is the
 * largest of ±30 ms, exceeds the mean of ±100 ms by 1 dB per band, and lies 50 ms after the last one. Its time is then
 * read from the millisecond
 * within its frame at which the energy rises most (the last 12 ms of a sound are not searched); of two times less than
 * 30 ms apart the first counts.
 */
import type { Audio } from '../define.ts'
import { createRealFft } from '../math/fft.ts'
import { hann } from '../math/window.ts'
import { createFraming, frameSize } from './framing.ts'
import { createSeries, framesOf, type Meter, measured, requireFormat } from './input.ts'

const step = 0.01,
  slotsPerStep = 10,
  bandCount = 24,
  lowest = 40,
  highest = 16000
/** Frames around a peak: where it must be largest, over which the mean is taken, and the least distance. */
const around = 3,
  mean = 10,
  apart = 5
/** Seconds */
const closest = 0.03
/** dB per band above the mean, and the level (dB re full scale) below which rises do not count. */
const margin = 1,
  floor = -70

export interface Onsets {
  /** Seconds, rising. */
  readonly times: readonly number[]
  /** Rise in dB per band, one for each time. */
  readonly strengths: readonly number[]
  /** Onsets per second of the whole audio; 0 for none and for silence. */
  readonly rate: number
}

/** @throws RangeError unless there are 1 or 2 channels */
export function createOnsets(sampleRate: number, channels: number): Meter<Onsets> {
  requireFormat(sampleRate, channels)
  const size = frameSize(sampleRate, 0.0232),
    hop = Math.round(sampleRate * step),
    flux = fluxOf(sampleRate, size),
    risers = createRise(sampleRate, hop)
  const rises = createSeries(),
    mono = new Float64Array(size)
  // The first frame is centred on the first sample; frames that the end cuts off would show it as an onset.
  const framing = createFraming(channels, size, hop, size / 2, frame => {
    const l = frame[0]!,
      r = frame[channels - 1]!
    for (let i = 0; i < size; i++) mono[i] = (l[i]! + r[i]!) / 2
    rises.push(flux(mono))
  })
  let frames = 0
  return {
    push(audio) {
      const count = framesOf(audio, channels)
      framing.push(audio, count)
      risers.push(audio, count)
      frames += count
    },
    result() {
      const all = rises.values(),
        reach = Math.ceil(size / 2 / hop),
        timeNear = risers.reader()
      const found: { time: number; strength: number }[] = []
      for (const f of peaksOf(all)) {
        const time = timeNear(f, reach)
        if (found.length === 0 || time >= found.at(-1)!.time + closest) found.push({ time, strength: all[f]! })
      }
      return {
        times: found.map(o => o.time),
        strengths: found.map(o => o.strength),
        rate: frames === 0 ? 0 : (found.length * sampleRate) / frames
      }
    }
  }
}
/** Onsets of audio in memory. @throws RangeError as `createOnsets` */
export const measureOnsets = (audio: Audio, sampleRate: number): Onsets =>
  measured(createOnsets(sampleRate, audio.length), audio)

/** Mean over the bands of the rise in dB since the last frame. */
function fluxOf(sampleRate: number, size: number): (mono: Float64Array) => number {
  const fft = createRealFft(size),
    window = hann(size),
    x = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins)
  const top = Math.min(highest, 0.45 * sampleRate),
    edge = (i: number): number => Math.round((lowest * (top / lowest) ** (i / bandCount) * size) / sampleRate)
  const edges: number[] = []
  for (let i = 0; i <= bandCount; i++) edges.push(Math.max(edges.length ? edges.at(-1)! + 1 : 1, edge(i)))
  // A full-scale sine in the middle of a bin has the magnitude size / 4.
  const reference = (4 / size) ** 2,
    quiet = 10 ** (floor / 10),
    last = new Float64Array(bandCount)
  return mono => {
    for (let i = 0; i < size; i++) x[i] = mono[i]! * window[i]!
    fft.forward(x, re, im)
    let rise = 0
    for (let b = 0; b < bandCount; b++) {
      let power = 0
      for (let k = edges[b]!; k < Math.min(edges[b + 1]!, fft.bins); k++) power += re[k]! * re[k]! + im[k]! * im[k]!
      const level = 10 * Math.log10(1 + (power * reference) / quiet)
      rise += Math.max(0, level - last[b]!)
      last[b] = level
    }
    return rise / bandCount
  }
}

function peaksOf(rises: Float64Array): number[] {
  const found: number[] = []
  for (let f = 0; f < rises.length; f++) {
    const value = rises[f]!,
      near = rises.subarray(Math.max(0, f - around), f + around + 1),
      wide = rises.subarray(Math.max(0, f - mean), f + mean + 1)
    // Of two equal neighbours the first counts.
    if (near.indexOf(near.reduce((a, b) => Math.max(a, b), 0)) !== Math.min(f, around)) continue
    if (value <= wide.reduce((a, b) => a + b, 0) / wide.length + margin || f - (found.at(-1) ?? -apart) < apart)
      continue
    found.push(f)
  }
  return found
}

/**
 * Per step of 10 ms, the millisecond in which the energy rises most above the loudest of the eight before it (so that
 * waves of 60 Hz and
 * more do not count), and by how much.
 */
function createRise(
  sampleRate: number,
  hop: number
): { push(audio: Audio, frames: number): void; reader(): (frame: number, reach: number) => number } {
  const slot = hop / slotsPerStep,
    when = createSeries(),
    much = createSeries(),
    quiet = 10 ** (floor / 10)
  const recent = new Float64Array(8)
  let at = 0,
    index = 0,
    end = Math.round(slot),
    start = 0,
    energy = 0,
    most = 0,
    time = 0
  function close(): void {
    const power = energy / Math.max(1, end - start)
    const rise = 10 * Math.log10((power + quiet) / (recent.reduce((a, b) => Math.max(a, b), 0) + quiet))
    if (rise > most) {
      most = rise
      time = start / sampleRate
    }
    recent[index % recent.length] = power
    energy = 0
    index++
    start = end
    end = Math.round((index + 1) * slot)
    if (index % slotsPerStep !== 0) return
    when.push(time)
    much.push(most)
    most = 0
    time = start / sampleRate
  }
  return {
    push(audio, frames) {
      for (let i = 0; i < frames; i++) {
        const l = audio[0]![i]!,
          r = audio[audio.length - 1]![i]!,
          mono = (l + r) / 2
        energy += mono * mono
        if (++at >= end) close()
      }
    },
    reader() {
      const times = when.values(),
        rises = much.values()
      return (frame, reach) => {
        let best = 0,
          found = (frame * hop) / sampleRate
        for (let s = Math.max(0, frame - reach); s <= Math.min(times.length - 1, frame + reach); s++)
          if (rises[s]! > best) {
            best = rises[s]!
            found = times[s]!
          }
        return found
      }
    }
  }
}
