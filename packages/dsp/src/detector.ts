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

/** What the level detector of gate and expander remembers, as kernels/noisegate.ts has it. */
export const gateMemory = (env: Env): KernelState => {
  const length = peakWindow(env.sampleRate)
  return { bytes: 64 + 16 * (length - 1), words: [0, length] }
}
