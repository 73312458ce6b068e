import { describe, expect, it } from 'vitest'
import { levelFeatures, levelsOf } from './levels.ts'

const rate = 44100
const valuesOf = (audio: Float32Array[]) => {
  const { values } = levelsOf(audio, rate)
  return (of: string, quantile: number) =>
    values[levelFeatures.findIndex(one => one.of === of && one.quantile === quantile)]!
}

describe('levelsOf', () => {
  it('reads a steady sine: no movement, peaks 3 dB over the level, whatever the level', () => {
    for (const level of [0.5, 0.001]) {
      // 1 kHz: whole periods in 10 ms.
      const sine = new Float32Array(2 * rate).map((_, i) => level * Math.sin((2 * Math.PI * 1000 * i) / rate)),
        { values, reference } = levelsOf([sine], rate),
        read = valuesOf([sine])
      expect(reference).toBeCloseTo(20 * Math.log10(level) - 10 * Math.log10(2), 2)
      expect(read('peak', 0.98)).toBeCloseTo(10 * Math.log10(2), 1)
      // Silence counts as 60 dB below: 1e-6 of the power.
      levelFeatures.forEach(({ of }, i) => {
        if (!/rest|peak/i.test(of)) expect(values[i]).toBeCloseTo(0, 2)
      })
    }
  })
  it('reads a step of 20 dB where the quantiles have it', () => {
    // A tenth of each second at full level: the mean is 10 lg 0.109 below it, the rest 20 dB below that.
    const steps = new Float32Array(4 * rate).map(
        (_, i) => (i % rate < rate / 10 ? 1 : 0.1) * Math.sin((2 * Math.PI * 1000 * i) / rate)
      ),
      read = valuesOf([steps]),
      mean = 10 * Math.log10(0.1 + 0.9 * 0.01)
    expect(read('level', 0.98)).toBeCloseTo(-mean, 1)
    expect(read('level', 0.5)).toBeCloseTo(-20 - mean, 1)
  })
})
