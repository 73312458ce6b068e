/**
 * Half a period of 50 Hz, in seconds: a tone of at least that frequency has one level, whatever its waveform does in
 * between.
 */
const halfPeriod = 0.01

/**
 * Samples over which a detector takes the largest: the smallest power of two of at least 10 ms. @param sampleRate Hz
 */
export const peakWindow = (sampleRate: number): number => 2 ** Math.ceil(Math.log2(halfPeriod * sampleRate))
