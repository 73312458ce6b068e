import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { movingEcho } from './moving-echo.ts'

const rate = 16000,
  random = createRandom(3),
  dry = new Float32Array(5 * rate).map(() => 0.2 * random.normal()),
  /** Noise read between its samples by a straight line. */
  at = (t: number) => {
    const i = Math.floor(t)
    return (1 - (t - i)) * (dry[i] ?? 0) + (t - i) * (dry[i + 1] ?? 0)
  },
  with2 = (delay: number, swing: number, frequency: number, phase: number) =>
    dry.map(
      (v, i) =>
        v + 0.6 * at(i - rate * (delay + swing * Math.sin(2 * Math.PI * (frequency * (i / rate) + phase / 360))))
    )

describe('movingEcho', () => {
  it('finds how a second voice swings', () => {
    const found = movingEcho(dry, with2(0.018, 0.003, 0.9, 70), rate)!
    expect(found.delay).toBeCloseTo(0.018, 3)
    expect(found.swing).toBeCloseTo(0.003, 3)
    expect(found.frequency).toBeCloseTo(0.9, 1)
    // A window of 64 ms is a sixteenth of a cycle.
    expect(Math.abs(found.phase - 70)).toBeLessThan(15)
    // From 8 on a search believes it.
    expect(found.prominence).toBeGreaterThan(8)
  })
  it('finds nothing prominent in the dry alone', () => {
    expect(movingEcho(dry, dry, rate)!.prominence).toBeLessThan(6)
  })
})
