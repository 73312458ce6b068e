import type { Env, KernelState } from './define.ts'

/**
 * Half a period of 50 Hz, in seconds: a tone of at least that frequency has one level, whatever its waveform does in
 * between.
 */
const halfPeriod = 0.01

/**
 * Samples over which a detector takes the largest: the smallest power of two of at least 10 ms. @param sampleRate Hz
 */
export const peakWindow = (sampleRate: number): number => 2 ** Math.ceil(Math.log2(halfPeriod * sampleRate))

/** Bytes of a sliding maximum over so many samples (kernels/detector.ts), and of one that can tell the winners. */
export const windowBytes = (length: number): number => 16 * (length + 1)
export const notedBytes = (length: number): number => 2 * windowBytes(length)

/** What the level detector of gate and expander remembers, as kernels/noisegate.ts has it. */
export const gateMemory = (env: Env): KernelState => {
  const length = peakWindow(env.sampleRate)
  return { bytes: 64 + notedBytes(length), words: [0, length] }
}
