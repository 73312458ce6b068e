/** The spectral half of an analysis: level and band tracks, long-term spectra, brightness per frame. */
import {
  type Audio,
  createPowerFrames,
  hann,
  type Kernels,
  kCoefficients,
  loudnessOf,
  powerOfKWeighting
} from '@mixwright/dsp'
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

export function frameMeter(sampleRate: number, channels: number, kernels: Kernels): FrameMeter {
  const { size, hop } = gridOf(sampleRate),
    half = size / 2,
    window = hann(size)
  // Both sides of the spectrum, the window's power, and a mono stem on both sides of the bus.
  const scale = (2 / (size * window.reduce((sum, w) => sum + w * w, 0))) * (channels === 1 ? 2 : 1)
  // With BS.1770's offset: power to the power that loudness counts.
  const k = kCoefficients(sampleRate),
    offset = 10 ** (loudnessOf(1) / 10),
    weight = Float64Array.from({ length: half }, (_, bin) => powerOfKWeighting(k, bin / size) * offset),
    binOf = (frequency: number) => Math.min(half, Math.ceil((frequency * size) / sampleRate)),
    edges = [1, ...bandEdges.map(binOf), half]
  const level = byteList(),
    brightness = byteList(),
    tracks = Array.from({ length: bands }, byteList),
    energy = new Float64Array(bands),
    mean = new Float64Array(half),
    long = longTerm(sampleRate, size)
  let frames = 0,
    loudest = 0

  const silence = () => {
    for (const list of [level, brightness, ...tracks]) list.push(0)
  }
  function frame(power: Float64Array): void {
    let loud = 0,
      bright = 0,
      total = 0
    for (let b = 0; b < bands; b++) {
      let sum = 0
      for (let k = edges[b]!, end = edges[b + 1]!; k < end; k++) {
        const p = power[k]!
        sum += p
        loud += p * weight[k]!
        bright += p * k
      }
      total += energy[b] = sum
    }
    for (let b = 0; b < bands; b++) tracks[b]!.push(toByte(energy[b]!))
    level.push(toByte(loud))
    brightness.push(total > 0 ? toBrightness(((bright / total) * sampleRate) / size) : 0)
    if (total <= 1e-9) return
    for (let k = 1; k < half; k++) mean[k]! += power[k]!
    frames++
    loudest = Math.max(loudest, total)
    if (total > loudest * 1e-3) long.add(power)
  }
  const spectra = createPowerFrames(kernels, channels, window, hop, scale, power => (power ? frame(power) : silence()))

  return {
    push: spectra.push,
    done() {
      spectra.end()
      const share = (below: number) => {
        let low = 0,
          total = 0
        for (let k = 1; k < half; k++) {
          total += mean[k]!
          if ((k * sampleRate) / size < below) low += mean[k]!
        }
        return total > 0 ? low / total : 0
      }
      return {
        level: level.done(),
        bands: tracks.map(track => track.done()),
        brightness: brightness.done(),
        spectrum: long.done(mean, Math.max(1, frames)),
        below30: share(30),
        below80: share(80)
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
