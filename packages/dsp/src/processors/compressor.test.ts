import { describe, expect, it } from 'vitest'
import { rig, stereo, type Settings } from '../../test/harness.ts'
import { compressor } from './compressor.ts'

const rate = 48000,
  dB = (v: number) => 20 * Math.log10(Math.abs(v)),
  level = (db: number) => 10 ** (db / 20)
/** Settled gain in dB for a constant level. */
function gainAt(db: number, values: Settings): number {
  const n = 24000,
    [y] = rig(compressor, { rate, frames: n, values: { attack: 1, release: 5, ...values } }).run([
      stereo(n, () => level(db))
    ])
  return dB(y![0][n - 1]!) - db
}
/** Gain in dB over time for a level that steps from `before` to `after` dB at `at`. */
function step(before: number, after: number, at: number, n: number, values: Settings, blocks: number[]): Float64Array {
  const x = stereo(n, i => level(i < at ? before : after)),
    [y] = rig(compressor, { rate, frames: n, values }).run([x], { blocks })
  return y![0].map((v, i) => dB(v) - dB(x[0][i]!))
}

describe('static curve', () => {
  it.each([
    [-40, 0],
    [-26, 0],
    [-10, (1 / 4 - 1) * 10],
    [0, (1 / 4 - 1) * 20]
  ])('%i dB in: %f dB of gain at threshold -20, ratio 4, knee 6', (db, gain) => {
    expect(gainAt(db, { threshold: -20, ratio: 4, knee: 6 })).toBeCloseTo(gain, 3)
  })
  it('bends through the knee without a jump, at its middle by slope × knee / 8', () => {
    const values = { threshold: -20, ratio: 4, knee: 12 }
    expect(gainAt(-20, values)).toBeCloseTo(((1 / 4 - 1) * 12) / 8, 3)
    for (const edge of [-26, -14]) expect(gainAt(edge - 0.001, values)).toBeCloseTo(gainAt(edge + 0.001, values), 2)
  })
  it('knows a knee of 0', () => {
    expect(gainAt(-20.1, { threshold: -20, ratio: 4, knee: 0 })).toBeCloseTo(0, 4)
    expect(gainAt(-16, { threshold: -20, ratio: 4, knee: 0 })).toBeCloseTo(-3, 3)
  })
})

describe('ballistics', () => {
  it.each([[[480000]], [[128]], [[1, 63]]])(
    'falls by the attack and rises by the release, decided per sample (blocks %j)',
    blocks => {
      const values = { threshold: -20, ratio: 4, knee: 0, attack: 5, release: 50 },
        at = 24000,
        full = -7.5
      const down = step(-40, -10, at, 48000, values, blocks),
        up = step(-10, -40, at, 48000, values, blocks)
      // One time constant after the step, 1 - 1/e of the way is done (e = exp(1)); one sample is 2 % of 1 ms.
      expect(down[at + Math.round(0.005 * rate) - 1]! / full).toBeCloseTo(1 - 1 / Math.E, 3)
      expect(1 - up[at + Math.round(0.05 * rate) - 1]! / full).toBeCloseTo(1 - 1 / Math.E, 3)
    }
  )
  it('arrives after a slow release in single precision too', () => {
    const n = 20 * 8000,
      x = stereo(n, i => level(i < 8000 ? 0 : -60)),
      [y] = rig(compressor, {
        rate: 8000,
        frames: n,
        values: { threshold: -40, ratio: 20, attack: 1, release: 3000, knee: 0 },
        real: 'f32'
      }).run([x])
    // exp(-19/3) of 38 dB is 0.07 dB; a stalled recursion stands further off.
    expect(dB(y![0][n - 1]!) + 60).toBeCloseTo(-38 * Math.exp(-19 / 3), 2)
  })
})

it('is linked: the louder channel turns both down, a sidechain does so instead of the signal', () => {
  const n = 9600,
    values = { threshold: -20, ratio: 4, knee: 0, attack: 1 },
    loudLeft = stereo(n, (_, c) => level(c ? -40 : 0)),
    quiet = stereo(n, () => level(-40))
  const [y] = rig(compressor, { rate, frames: n, values }).run([loudLeft, quiet]),
    [z] = rig(compressor, { rate, frames: n, values, connect: ['sidechain'] }).run([quiet, loudLeft])
  expect(dB(y![1][n - 1]!) + 40).toBeCloseTo(-15, 2)
  expect(dB(z![0][n - 1]!) + 40).toBeCloseTo(-15, 2)
})
