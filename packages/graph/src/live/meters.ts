/**
 * Meters over shared memory: the audio thread leaves the last samples of each output, whoever looks computes what he
 * wants of them.
 */
import { type Audio, type LongTermSpectrum, measureSpectrum } from '@mixwright/dsp'
import { quantum } from './live.ts'

/** Samples that are kept of each channel: a third of a second at 48 kHz. */
const kept = 16384,
  readable = kept - 2 * quantum
const bytesOf = (outputs: number) => outputs * (4 + 8 * kept)

/** Memory for meters of so many outputs. */
export const meterMemory = (outputs: number): SharedArrayBuffer => new SharedArrayBuffer(bytesOf(outputs))

const planesOf = (memory: SharedArrayBuffer, outputs: number, output: number) =>
  [0, 1].map(c => new Float32Array(memory, 4 * outputs + 4 * kept * (2 * output + c), kept))

/** [audio thread] @returns what takes the next samples (≤ quantum) of an output */
export function meterWriter(memory: SharedArrayBuffer, outputs: number) {
  const counts = new Int32Array(memory, 0, outputs),
    planes = Array.from({ length: outputs }, (_, output) => planesOf(memory, outputs, output))
  return (output: number, audio: readonly Float32Array[], frames: number): void => {
    const count = counts[output]!,
      at = count & (kept - 1)
    for (let c = 0; c < 2; c++)
      for (let i = 0; i < frames; i++) planes[output]![c]![(at + i) & (kept - 1)] = audio[c]![i]!
    Atomics.store(counts, output, (count + frames) | 0)
  }
}

export interface Levels {
  /** dB of full scale, left and right, since the last look (at most the last third of a second); −∞ for silence. */
  readonly peak: readonly [number, number]
  readonly rms: readonly [number, number]
}
export interface LiveMeter {
  levels(): Levels
  /** Of the last third of a second. */
  spectrum(): LongTermSpectrum
}

/** @param output its place among the outputs */
export function meterReader(memory: SharedArrayBuffer, outputs: number, output: number, sampleRate: number): LiveMeter {
  const counts = new Int32Array(memory, 0, outputs),
    planes = planesOf(memory, outputs, output)
  let seen = Atomics.load(counts, output)
  /** The samples before `count`; what the writer may be overwriting meanwhile is not among them. */
  const before = (count: number, frames: number): Audio =>
    planes.map(plane => Float32Array.from({ length: frames }, (_, i) => plane[(count - frames + i) & (kept - 1)]!))
  return {
    levels() {
      const count = Atomics.load(counts, output),
        audio = before(count, Math.min(readable, (count - seen) | 0)),
        both = (level: (channel: Float32Array) => number) => [level(audio[0]!), level(audio[1]!)] as const
      seen = count
      return {
        peak: both(channel => decibels(channel.reduce((top, x) => Math.max(top, Math.abs(x)), 0) ** 2)),
        rms: both(channel => decibels(channel.reduce((sum, x) => sum + x * x, 0) / Math.max(1, channel.length)))
      }
    },
    spectrum: () => measureSpectrum(before(Atomics.load(counts, output), readable), sampleRate)
  }
}
const decibels = (power: number) => 10 * Math.log10(power)
