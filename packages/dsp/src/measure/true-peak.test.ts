import { describe, expect, it } from 'vitest'
import { createFft } from '../math/fft.ts'
import { createRandom } from '../math/random.ts'
import { createTruePeak, measureTruePeak } from './true-peak.ts'

const sine = (cycles: number, degrees: number, amplitude: number, count = 48000): Float32Array =>
  new Float32Array(count).map((_, i) => amplitude * Math.sin(2 * Math.PI * (cycles * i + degrees / 360)))
/** The samples fade in and out, as those of the standard's files do: a sine cut off is not band-limited. */
const faded = (x: Float32Array, fade = 2400): Float32Array =>
  x.map((v, i) => v * Math.sin((Math.PI / 2) * Math.min(1, i / fade, (x.length - 1 - i) / fade)) ** 2)

describe('EBU Tech 3341, true peak, + 0.2 / - 0.4 dB', () => {
  const cases = [
    [15, 1 / 4, 0, 0.5, -6.02],
    [16, 1 / 4, 45, 0.5, -6.02],
    [17, 1 / 6, 60, 0.5, -6.02],
    [18, 1 / 8, 67.5, 0.5, -6.02],
    [19, 1 / 4, 45, 1.41, 2.98]
  ] as const
  it.each(cases)('case %i: fs · %d at %d°, amplitude %d', (_, cycles, degrees, amplitude, expected) => {
    const got = measureTruePeak([faded(sine(cycles, degrees, amplitude))], 48000).max
    expect(got - expected).toBeLessThan(0.01)
    expect(got - expected).toBeGreaterThan(-0.05)
  })
  // Cases 20 to 23 place a peak of full scale in a tone at fs/6 at offsets of a quarter of a sample; here the same as a
  // formula.
  it.each([0, 1, 2, 3])(
    'case 20 + %i: a band-limited peak of 1 in a tone at 0.5, %i quarters of a sample off the grid',
    quarter => {
      const x = new Float32Array(24000).map((_, i) => {
        const t = i - 12000 - quarter / 4
        return (0.5 + 0.5 * Math.exp(-((t / 40) ** 2))) * Math.cos((2 * Math.PI * t) / 6)
      })
      expect(Math.abs(measureTruePeak([faded(x)], 48000).max)).toBeLessThan(0.05)
    }
  )
})

describe('true peak', () => {
  it.each([
    [0.25, 45],
    [0.25, 33],
    [0.45, 0],
    [0.45, 45],
    [0.449, 17],
    [0.01, 5]
  ])('reads a sine at %d of the rate, %d°, within 0.05 dB', (cycles, degrees) => {
    expect(Math.abs(measureTruePeak([faded(sine(cycles, degrees, 1))], 44100).max)).toBeLessThan(0.05)
  })
  it('agrees with interpolation by the Fourier transform, on noise up to 0.45 of the rate, and skips nothing that counts', () => {
    const size = 4096,
      over = 32,
      random = createRandom(5),
      re = new Float64Array(size * over),
      im = new Float64Array(size * over),
      a = new Float64Array(size),
      b = new Float64Array(size)
    for (let k = 1; k < 0.45 * size; k++) {
      // Falling spectra are where most is skipped; equal ones where the bound is loosest.
      const r = random.normal() / Math.sqrt(k),
        i = random.normal() / Math.sqrt(k)
      a[k] = re[k] = a[size - k] = re[size * over - k] = r
      b[k] = im[k] = i
      b[size - k] = im[size * over - k] = -i
    }
    createFft(size * over).inverse(re, im)
    createFft(size).inverse(a, b)
    const scale = over * re.reduce((m, v) => Math.max(m, Math.abs(v)), 0),
      period = a.map(v => v / scale)
    const x = new Float32Array(5 * size)
    for (let r = 0; r < 5; r++) x.set(period, r * size)
    const { max, series } = measureTruePeak([x.map(v => v * 0.5), x], 48000)
    expect(Math.abs(max)).toBeLessThan(0.02)
    // Every 100 ms holds at least one whole period of 85 ms.
    expect(series.length).toBe(5)
    for (const value of series.subarray(0, 4)) expect(Math.abs(value)).toBeLessThan(0.02)
    expect(measureTruePeak([x.map(v => v * 0.5), x], 48000).channels[0]).toBeCloseTo(max - 6.0206, 3)
  })
  it('finds a peak between samples that are below the largest sample of the same 100 ms', () => {
    // First a slow sine whose peak is a sample of 1, then a quarter-rate sine of amplitude 1.2 whose samples are 0.849.
    const x = faded(sine(0.25, 45, 1.2, 2400), 480),
      slow = new Float32Array(2400).map((_, i) => Math.sin((Math.PI * i) / 1200))
    const { max } = measureTruePeak([Float32Array.from([...slow, ...x])], 48000)
    expect(Math.abs(max - 20 * Math.log10(1.2))).toBeLessThan(0.05)
  })
  it('reads no less than a meter with 12 Hann-windowed taps at 4 points, as most are', () => {
    const random = createRandom(11),
      weight = (t: number): number =>
        t === 0 ? 1 : (Math.sin(Math.PI * t) / (Math.PI * t)) * (0.5 + 0.5 * Math.cos((Math.PI * t) / 6))
    for (let trial = 0; trial < 60; trial++) {
      const x = new Float32Array(4800).map((_, i) => (i > 40 && i < 4760 ? random.normal() : 0))
      let short = 0
      for (let i = 6; i < x.length - 6; i++)
        for (const p of [0, 0.25, 0.5, 0.75]) {
          let sum = 0
          for (let k = -5; k <= 6; k++) sum += x[i + k]! * weight(k - p)
          short = Math.max(short, Math.abs(sum))
        }
      // Its rows do not sum to 1 exactly; with the long filter alone the least of these differences is -0.18 dB.
      expect(measureTruePeak([x], 48000).max - 20 * Math.log10(short)).toBeGreaterThan(-0.02)
    }
  })
  it('finds what lies at the ends and across blocks, whatever the sizes of the blocks', () => {
    const random = createRandom(1),
      x = new Float32Array(20011).map(() => random.between(-0.2, 0.2))
    for (const at of [0, 1, 4799, 4800, 4801, 20010]) {
      const y = x.slice()
      y[at] = 0.9
      if (at + 1 < y.length) y[at + 1] = 0.9
      const whole = measureTruePeak([y], 48000),
        meter = createTruePeak(48000, 1)
      for (let i = 0, size = 1; i < y.length; i += size, size = ((size * 5) % 3001) + 1)
        meter.push([y.subarray(i, i + size)])
      expect(meter.result()).toEqual(whole)
      expect(meter.result()).toEqual(whole)
      expect(whole.max).toBeGreaterThan(at === 20010 ? -0.92 : 0)
    }
  })
  it('is -Infinity for silence and nothing, and refuses no channels', () => {
    expect(measureTruePeak([new Float32Array(10000)], 48000).max).toBe(Number.NEGATIVE_INFINITY)
    expect(measureTruePeak([new Float32Array(0)], 48000)).toEqual({
      max: Number.NEGATIVE_INFINITY,
      channels: [Number.NEGATIVE_INFINITY],
      series: new Float64Array(0)
    })
    expect(() => createTruePeak(48000, 0)).toThrow(/0 channels/)
  })
  it.each([8000, 11025, 192000])('works at %i Hz', rate =>
    expect(Math.abs(measureTruePeak([faded(sine(0.25, 45, 1, rate), rate / 20)], rate).max)).toBeLessThan(0.05)
  )
})
