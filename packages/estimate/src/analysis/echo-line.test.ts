import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { echoLine } from './echo-line.ts'

const rate = 16000,
  random = createRandom(7)
/** A direct sound and reflections that fall by 60 dB in `time` seconds, together 6 dB softer. */
const room = (time: number) => {
  const density = 0.5 * Math.sqrt((2 * 3 * Math.LN10) / (time * rate))
  return new Float64Array(rate).map((_, i) =>
    i === 0 ? 1 : i < 80 ? 0 : density * random.normal() * 10 ** ((-3 * i) / rate / time)
  )
}
/** y = x + level · e, e = x[n - delay] + feedback · e[n - delay]; between two samples the mean of both. */
function echoed(x: Float64Array, delay: number, level: number, feedback: number): Float64Array {
  const e = new Float64Array(x.length),
    from = (source: Float64Array, n: number) => 0.5 * ((source[Math.floor(n)] ?? 0) + (source[Math.ceil(n)] ?? 0))
  return x.map((v, n) => {
    e[n] = from(x, n - delay) + feedback * from(e, n - delay)
    return v + level * e[n]!
  })
}

describe('echoLine', () => {
  it('reads an echo that a room follows', () => {
    for (const [delay, level, feedback] of [
      [1600, 0.3, 0],
      [3001.5, 0.45, 0],
      [800, 0.6, 0.5]
    ] as const) {
      const found = echoLine([echoed(room(0.6), delay, level, feedback)], rate)!
      expect(found.delay * rate).toBeCloseTo(delay, 0)
      // What the room has in its cepstrum there: some hundredths.
      expect(Math.abs(found.level - level)).toBeLessThan(0.06)
      expect(Math.abs(found.feedback - feedback)).toBeLessThan(0.15)
    }
  })
  it('is none in a room, not where it has two strong reflections, and none that is upside down', () => {
    const walls = room(0.6)
    expect(echoLine([walls, room(0.6)], rate)).toBeUndefined()
    walls[1000] = walls[1700] = 0.4
    expect(echoLine([walls], rate)).toBeUndefined()
    expect(echoLine([echoed(room(0.6), 1600, -0.4, 0)], rate)).toBeUndefined()
  })
  it('hears both channels', () => {
    const both = [room(0.6), room(0.6)].map(one => echoed(one, 1600, 0.3, 0))
    expect(echoLine(both, rate)!.delay * rate).toBeCloseTo(1600, 1)
  })
})
