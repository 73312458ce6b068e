import { createRealFft, hann } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { coloured, judgesSound, mixed, rate, silent, stereo } from '../../test/sound-losses.ts'
import { graphMatchLoss } from './graph-match.ts'
import { aWeighting, melOf, melTriangles } from './mel.ts'

const length = 9000

describe('graphMatchLoss', () => {
  judgesSound((target, real) => graphMatchLoss(kernels, target, rate, { real }), length, { tolerance: 1e-6 })

  /** The definition, written out once more: dense matrices, one real transform per signal. */
  function written(sound: Float64Array[], target: Float64Array[]): number {
    const signals = ([l, r]: Float64Array[]) => [l!, r!, l!.map((v, i) => v + r![i]!), l!.map((v, i) => v - r![i]!)]
    const mels = (x: Float64Array, size: number) => {
      const fft = createRealFft(size),
        re = new Float64Array(fft.bins),
        im = new Float64Array(fft.bins),
        frames: number[] = [],
        most = melOf(rate / 2),
        window = hann(size),
        gains = Float64Array.from(re, (_, k) => aWeighting((k * rate) / size) ** 2),
        magnitudes = new Float64Array(fft.bins),
        hz = (mel: number) => (mel < 15 ? mel / 0.015 : 1000 * 6.4 ** ((mel - 15) / 27)),
        corners = Array.from({ length: 98 }, (_, i) => hz((most * i) / 97))
      for (let at = 0; at + size <= x.length; at += size / 4) {
        fft.forward(
          window.map((w, i) => w * x[at + i]!),
          re,
          im
        )
        for (let k = 0; k < fft.bins; k++) magnitudes[k] = Math.sqrt(gains[k]! * (re[k]! ** 2 + im[k]! ** 2) + 1e-4)
        for (let b = 0; b < 96; b++) {
          const [low, centre, high] = corners.slice(b, b + 3) as [number, number, number]
          let sum = 0,
            any = false
          for (let k = 1; k < size / 2; k++) {
            const f = (k * rate) / size,
              w = Math.max(0, Math.min((f - low) / (centre - low), (high - f) / (high - centre)))
            any ||= w > 0
            sum += ((w * 2) / (high - low)) * magnitudes[k]!
          }
          if (any) frames.push(sum)
        }
      }
      return frames
    }
    let total = 0
    for (const size of [512, 1024, 4096]) {
      const a = signals(sound).map(x => mels(x, size)),
        b = signals(target).map(x => mels(x, size))
      a.forEach((A, s) => {
        const pair = b[[1, 0, 3, 2][s]!]!,
          floors = b[s]!.map((v, i) => 1e-4 * (v ** 2 + pair[i]! ** 2)),
          floored = (x: number[]) => x.map((v, i) => Math.sqrt(v ** 2 + floors[i]!)),
          [x, y] = [floored(A), floored(b[s]!)],
          norm = (v: number[]) => Math.sqrt(v.reduce((sum, e) => sum + e * e, 0)),
          logs = x.reduce((sum, v, i) => sum + Math.abs(Math.log(v / y[i]!)), 0) / x.length
        total += (logs + norm(x.map((v, i) => v - y[i]!)) / norm(y)) / 12
      })
    }
    return total
  }
  it('is what its definition says', () => {
    const target = stereo(length),
      sound = mixed(target, stereo(length), 0.7, 0.3)
    expect(graphMatchLoss(kernels, target, rate, { real: 'f64' }).value(sound)).toBeCloseTo(written(sound, target), 9)
  })
  it('does not let a silent difference outweigh the rest', () => {
    const one = coloured(length),
      difference = coloured(length),
      target = [one, one],
      loss = graphMatchLoss(kernels, target, rate),
      // 40, 30 and 20 dB below the sum.
      values = [0.01, 0.0316, 0.1].map(gain =>
        loss.value([one.map((v, i) => v + gain * difference[i]!), one.map((v, i) => v - gain * difference[i]!)])
      )
    expect(values[0]).toBeLessThan(0.3)
    expect(values[2]).toBeLessThan(1.5)
    // It can be told all the same, and costs less than half the level would.
    expect(values[0]).toBeGreaterThan(0.01)
    expect(values[1]).toBeLessThan(loss.value(mixed(target, target, 0.5, 0)))
    expect(loss.value(silent(length))).toBeGreaterThan(3)
  })
  it('refuses what is shorter than a frame', () => {
    expect(() => graphMatchLoss(kernels, silent(4000), rate)).toThrow('shorter than a frame of 4096')
  })
})

describe('mel bands', () => {
  it('weigh as A does (IEC 61672-1, table 3) and stand where Slaney has them', () => {
    for (const [frequency, level] of [
      [31.623, -39.4],
      [100, -19.1],
      [1000, 0],
      [2511.886, 1.3],
      [10000, -2.5]
    ] as const)
      expect(20 * Math.log10(aWeighting(frequency))).toBeCloseTo(level, 1)
    expect(melOf(1000)).toBe(15)
    expect(melOf(6400)).toBeCloseTo(42, 12)
  })
  it('have equal areas', () => {
    const { starts, rising, falling } = melTriangles(rate, 4096, 96),
      area = (band: number) => {
        let sum = 0
        for (let k = starts[band]!; k < starts[band + 1]!; k++) sum += rising[k]!
        for (let k = starts[band + 1]!; k < starts[band + 2]!; k++) sum += falling[k]!
        return (sum * rate) / 4096
      }
    // 86 bins lie in the highest, so that its sum is its integral to a part in thousands.
    for (const band of [60, 80, 95]) expect(area(band)).toBeCloseTo(1, 2)
  })
})
