/** The spectral half of an analysis: level and band tracks, long-term spectra, brightness per frame. */
import { type Audio, createFft, createRealFft, hann, kCoefficients, loudnessOf } from '@mixwright/dsp'
import { bandEdges, bands, gridOf, type StemSpectrum, toByte } from './analysis.ts'

/** Bytes that grow. */
export function byteList(): { push(value: number): void; done(): Uint8Array } {
  let data = new Uint8Array(4096),
    count = 0
  return {
    push(value) {
      if (count === data.length) {
        const larger = new Uint8Array(count * 2)
        larger.set(data)
        data = larger
      }
      data[count++] = value
    },
    done: () => data.slice(0, count)
  }
}

/** |H|² of the K weighting at `frequency`, with BS.1770's offset: power to the power that loudness counts. */
export function kWeight(frequency: number, sampleRate: number): number {
  const w = (2 * Math.PI * frequency) / sampleRate,
    at = ([c0, c1, c2]: readonly number[]) =>
      (c0! + c1! * Math.cos(w) + c2! * Math.cos(2 * w)) ** 2 + (c1! * Math.sin(w) + c2! * Math.sin(2 * w)) ** 2
  const { shelf: s, highpass: h } = kCoefficients(sampleRate),
    part = (k: readonly number[]) => at(k) / at([1, k[3]!, k[4]!])
  return part(s) * part(h) * 10 ** (loudnessOf(1) / 10)
}

/** Brightness of a frame as a byte: 16 steps an octave above 20 Hz. */
export const toBrightness = (frequency: number): number =>
  Math.max(0, Math.min(255, Math.round(16 * Math.log2(Math.max(frequency, 20) / 20))))
export const fromBrightness = (byte: number): number => 20 * 2 ** (byte / 16)

export interface FrameTracks {
  readonly level: Uint8Array
  readonly bands: readonly Uint8Array[]
  readonly brightness: Uint8Array
  readonly spectrum: StemSpectrum
  readonly below30: number
  readonly below80: number
}
/** Takes the blocks of a stem in order. */
export interface FrameMeter {
  push(audio: Audio): void
  done(): FrameTracks
}

export function frameMeter(sampleRate: number, channels: number): FrameMeter {
  const { size, hop } = gridOf(sampleRate),
    half = size / 2,
    both = createFft(size),
    one = createRealFft(size),
    window = hann(size)
  // Both sides of the spectrum, the window's power, and a mono stem on both sides of the bus.
  const scale = (2 / (size * window.reduce((sum, w) => sum + w * w, 0))) * (channels === 1 ? 2 : 1)
  const weight = Float64Array.from({ length: half + 1 }, (_, k) => kWeight((k * sampleRate) / size, sampleRate))
  const bandOf = Uint8Array.from(
    { length: half + 1 },
    (_, k) => bandEdges.filter(edge => (k * sampleRate) / size >= edge).length
  )
  const pending = Array.from({ length: 2 }, () => new Float64Array(size)),
    re = new Float64Array(size),
    im = new Float64Array(size)
  const level = byteList(),
    brightness = byteList(),
    tracks = Array.from({ length: bands }, byteList),
    power = new Float64Array(half + 1),
    energy = new Float64Array(bands)
  const mean = new Float64Array(half + 1),
    spectrum = new Float64Array(half + 1),
    long = longTerm(sampleRate, size)
  let filled = 0,
    frames = 0,
    loudest = 0

  /** |L|² + |R|² of two real signals by one complex transform, or |X|² of one. */
  function transform(): void {
    const [left, right] = pending as [Float64Array, Float64Array]
    for (let i = 0; i < size; i++) re[i] = left[i]! * window[i]!
    if (channels === 1) {
      one.forward(re, spectrum, im)
      for (let k = 1; k < half; k++) power[k] = (spectrum[k]! * spectrum[k]! + im[k]! * im[k]!) * scale
      return
    }
    for (let i = 0; i < size; i++) im[i] = right[i]! * window[i]!
    both.forward(re, im)
    for (let k = 1, j = size - 1; k < half; k++, j--)
      power[k] = (re[k]! * re[k]! + im[k]! * im[k]! + re[j]! * re[j]! + im[j]! * im[j]!) * 0.5 * scale
  }

  function frame(): void {
    if (pending.every(channel => channel.every(x => x === 0))) {
      for (const list of [level, brightness, ...tracks]) list.push(0)
      return
    }
    transform()
    energy.fill(0)
    let loud = 0,
      bright = 0,
      total = 0
    for (let k = 1; k < half; k++) {
      const p = power[k]!
      energy[bandOf[k]!]! += p
      loud += p * weight[k]!
      total += p
      bright += p * k
    }
    for (let b = 0; b < bands; b++) tracks[b]!.push(toByte(energy[b]!))
    level.push(toByte(loud))
    brightness.push(total > 0 ? toBrightness(((bright / total) * sampleRate) / size) : 0)
    if (total > 1e-9) {
      for (let k = 1; k < half; k++) mean[k]! += power[k]!
      frames++
      loudest = Math.max(loudest, total)
      if (total > loudest * 1e-3) long.add(power)
    }
  }

  return {
    push(audio) {
      const count = audio[0]!.length
      for (let at = 0; at < count; ) {
        const take = Math.min(size - filled, count - at)
        for (let c = 0; c < channels; c++) pending[c]!.set(audio[c]!.subarray(at, at + take), filled)
        filled += take
        at += take
        if (filled === size) {
          frame()
          for (const channel of pending) channel.copyWithin(0, hop)
          filled = size - hop
        }
      }
    },
    done() {
      if (filled > 0) {
        for (const channel of pending) channel.fill(0, filled)
        frame()
      }
      let total = 0,
        below30 = 0,
        below80 = 0
      for (let k = 1; k < half; k++) {
        const f = (k * sampleRate) / size
        total += mean[k]!
        if (f < 30) below30 += mean[k]!
        if (f < 80) below80 += mean[k]!
      }
      return {
        level: level.done(),
        bands: tracks.map(track => track.done()),
        brightness: brightness.done(),
        spectrum: long.done(mean, Math.max(1, frames)),
        below30: total > 0 ? below30 / total : 0,
        below80: total > 0 ? below80 / total : 0
      }
    }
  }
}

/**
 * Sixth-octave bands from 25 Hz: their mean power, and the mean of their levels in dB. Bands narrower than a bin share
 * it.
 */
function longTerm(sampleRate: number, size: number) {
  const top = Math.min(20000, sampleRate * 0.45),
    count = Math.floor(6 * Math.log2(top / 25)) + 1
  const frequencies = Float64Array.from({ length: count }, (_, i) => 25 * 2 ** (i / 6)),
    typical = new Float64Array(count)
  const first = frequencies.map(f => Math.max(1, Math.round((f * 2 ** (-1 / 12) * size) / sampleRate))),
    last = frequencies.map((f, i) => Math.max(first[i]! + 1, Math.round((f * 2 ** (1 / 12) * size) / sampleRate)))
  const band = (power: Float64Array, i: number) => {
    let sum = 0
    for (let k = first[i]!; k < last[i]!; k++) sum += power[k]!
    return (sum / (last[i]! - first[i]!)) * frequencies[i]!
  }
  let frames = 0
  return {
    add(power: Float64Array) {
      frames++
      for (let i = 0; i < count; i++) typical[i]! += Math.log10(band(power, i) + 1e-14)
    },
    done: (sum: Float64Array, total: number): StemSpectrum => ({
      frequencies,
      power: frequencies.map((_, i) => 10 * Math.log10(band(sum, i) / total + 1e-14)),
      typical: typical.map(t => (10 * t) / Math.max(1, frames))
    })
  }
}
