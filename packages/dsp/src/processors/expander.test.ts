import { describe, expect, it } from 'vitest'
import { rig, stereo, type Settings } from '../../test/harness.ts'
import { peakWindow } from '../detector.ts'
import { expander } from './expander.ts'

const rate = 48000,
  level = (db: number) => 10 ** (db / 20)
/** Gain in dB over time, of a constant level that changes once. */
function gains(before: number, after: number, at: number, n: number, values: Settings, blocks = [n]): Float64Array {
  const x = stereo(n, i => level(i < at ? before : after)),
    [y] = rig(expander, { rate, frames: n, values }).run([x], { blocks })
  return y![0].map((v, i) => 20 * Math.log10(v / x[0][i]!))
}

describe('expander', () => {
  const quick = { attack: 0.05, release: 5 }
  // Below the knee (ratio - 1) dB for each dB under the threshold; in it (ratio - 1) w^2 / (2 knee), w from its upper end.
  it.each([
    [-20, 0],
    [-34, 0],
    [-37, (-1.5 * 3 ** 2) / 24],
    [-40, (-1.5 * 6 ** 2) / 24],
    [-50, -15],
    [-70, -45]
  ])('%i dB in: %f dB of gain at threshold -40, ratio 2.5, knee 12', (db, gain) => {
    const settled = gains(db, db, 0, 9600, { threshold: -40, ratio: 2.5, knee: 12, ...quick }).at(-1)!
    expect(settled).toBeCloseTo(gain, 2)
  })
  it.each([[[96000]], [[128]], [[1, 63]]])('rises by the attack and falls by the release, for blocks of %j', blocks => {
    const values = { threshold: -30, ratio: 2, knee: 0, attack: 8, release: 60 },
      at = 48000,
      n = 96000,
      up = gains(-50, -20, at, n, values, blocks),
      down = gains(-20, -50, at, n, values, blocks),
      after = (ms: number) => at + Math.round((ms * rate) / 1000)
    // A time constant after the step e^-1 of the way is left; the louder samples leave the window after its length.
    expect(up[at - 1]).toBeCloseTo(-20, 2)
    expect(up[after(8)]! / -20).toBeCloseTo(Math.exp(-1), 2)
    expect(down[after(60) + peakWindow(rate)]! / -20).toBeCloseTo(1 - Math.exp(-1), 2)
  })
})
