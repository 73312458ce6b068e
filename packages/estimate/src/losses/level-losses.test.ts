import { measureBark, measureCrest, measureLoudness, measureMicrodynamics, measureStereo } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { coloured, judgesSound, mixed, rate, silent, stereo } from '../../test/sound-losses.ts'
import { audioFeatureLoss, type featureWeights } from './audio-features.ts'
import { barkSpectrumLoss } from './bark-spectrum-loss.ts'
import { loudnessLoss } from './loudness-loss.ts'
import { microdynamicsLoss } from './microdynamics-loss.ts'
import { sampleLoss } from './sample-loss.ts'

const single = (audio: Float64Array[]) => audio.map(channel => new Float32Array(channel)),
  length = 45000

describe('loudnessLoss', () => {
  judgesSound(target => loudnessLoss(target, rate), 30000, { step: 1e-6 })
  it('is the squared difference of the measure, where the gates agree', () => {
    const long = 80000,
      // The second half passes no gate: blocks from step 7 on hold none of the first 30000 samples.
      target = stereo(long).map(channel => channel.map((v, i) => (i < 30000 ? v : v / 1000))),
      sound = mixed(target, target, 0.25, 0.25),
      apart = measureLoudness(single(sound), rate).integrated - measureLoudness(single(target), rate).integrated
    expect(apart).toBeCloseTo(-6.0206, 3)
    // What the absolute gate's power adds at these levels is below 1e-4 LU.
    expect(Math.sqrt(loudnessLoss(target, rate).value(sound))).toBeCloseTo(6.0206, 3)
    // So noise there is free, though it is not that quiet; before, it is not.
    const noisy = (from: number) => target.map(x => x.map((v, i) => v + (i < from ? 0 : i % 2 ? 0.02 : -0.02)))
    expect(loudnessLoss(target, rate).value(noisy(10 * 4410))).toBe(0)
    expect(loudnessLoss(target, rate).value(noisy(9 * 4410))).toBeGreaterThan(1e-4)
  })
  it('refuses less than a block', () => {
    expect(() => loudnessLoss(silent(17000), rate)).toThrow('400 ms')
  })
})

describe('microdynamicsLoss', () => {
  judgesSound(target => microdynamicsLoss(target, rate), 60000, { step: 1e-6 })
  it('is what the measure reads: bursts against a steady sound, all of it above the mean', () => {
    const steady = [new Float64Array(90000).map((_, i) => 0.1 * Math.sin(i))],
      burst = steady.map(x => x.map((v, i) => (Math.floor(i / 2205) % 4 === 0 ? 3 * v : v))),
      value = microdynamicsLoss(steady, rate).value(burst),
      { ldr } = measureMicrodynamics(single(burst), rate)
    // Energies 9 1 1 1, mean 3: 4.77 dB above and 4.77 below.
    expect(ldr).toBeCloseTo(10 * Math.log10(3), 2)
    expect(value).toBeCloseTo(10 * Math.log10(3), 2)
  })
  it('refuses less than a second', () => {
    expect(() => microdynamicsLoss(silent(44000), rate)).toThrow('shorter than a second')
  })
})

describe('sampleLoss', () => {
  for (const kind of ['absolute', 'squared', 'error to signal'] as const)
    describe(kind, () => judgesSound(target => sampleLoss(target, { kind, emphasis: 0.9 }), 5000, { step: 1e-6 }))
  it('is what its name says', () => {
    const target = [Float64Array.of(1, 2, 3)],
      value = (options: object) => sampleLoss(target, options).value([Float64Array.of(1, 0, 4)])
    expect(value({ kind: 'absolute' })).toBeCloseTo(1, 12)
    expect(value({ kind: 'squared' })).toBeCloseTo(5 / 3, 12)
    expect(value({ kind: 'error to signal' })).toBeCloseTo(5 / 14, 9)
    // Errors 0 -2 1 become 0 -2 2, the target 1 1.5 2.
    expect(value({ kind: 'error to signal', emphasis: 0.5 })).toBeCloseTo(8 / 7.25, 9)
    expect(() => sampleLoss(target, { emphasis: 2 })).toThrow('0 to 1')
  })
})

describe('barkSpectrumLoss', () => {
  it('is of the bands that are measured', () => {
    const [a, b] = [stereo(length), stereo(length)],
      [x, y] = [measureBark(single(a), rate), measureBark(single(b), rate)],
      square = (one: Float64Array, other: Float64Array, floors: Float64Array) =>
        one.reduce((sum, v, i) => sum + (0.5 * Math.log((v * v + floors[i]!) / (other[i]! ** 2 + floors[i]!))) ** 2, 0),
      floors = y.mid.map((v, i) => 1e-8 + 1e-4 * (v * v + y.side[i]! ** 2))
    expect(barkSpectrumLoss(kernels, b, rate, { real: 'f64' }).value(a)).toBeCloseTo(
      (square(x.mid, y.mid, floors) + square(x.side, y.side, floors)) / 48,
      6
    )
  })
})
describe('audioFeatureLoss', () => {
  judgesSound((target, real) => audioFeatureLoss(kernels, target, rate, { real }), length, { step: 1e-6 })
  it('is of the features that are measured', () => {
    const [a, b] = [mixed(stereo(length), stereo(length), 1, 0.2), stereo(length)],
      weights = { rms: 0, crest: 0, width: 0, imbalance: 0, bark: 0 },
      value = (one: keyof typeof weights) =>
        audioFeatureLoss(kernels, b, rate, { weights: { ...weights, [one]: 2 } }).value(a),
      [x, y] = [measureCrest(single(a), rate), measureCrest(single(b), rate)],
      [v, w] = [measureStereo(single(a), rate), measureStereo(single(b), rate)],
      squares = (of: (channel: (typeof x.channels)[number]) => number) =>
        x.channels.reduce((sum, channel, c) => sum + (of(channel) - of(y.channels[c]!)) ** 2, 0)
    // Silence counts as -80 dBFS: a part in 1e5 of these levels' powers.
    expect(value('rms') / squares(({ rms }) => 10 ** (rms / 20))).toBeCloseTo(1, 3)
    expect(value('crest') / squares(({ crest }) => crest!)).toBeCloseTo(1, 2)
    expect(value('width') / (2 * (v.width! - w.width!) ** 2)).toBeCloseTo(1, 2)
    expect(value('imbalance') / (2 * (v.imbalance! - w.imbalance!) ** 2)).toBeCloseTo(1, 2)
  })
  it('counts them as Diff-MST does', () => {
    const [a, b] = [[coloured(length), coloured(length)], stereo(length)],
      one = (name: keyof typeof featureWeights) =>
        audioFeatureLoss(kernels, b, rate, {
          weights: { rms: 0, crest: 0, width: 0, imbalance: 0, bark: 0, [name]: 1 }
        }).value(a)
    expect(audioFeatureLoss(kernels, b, rate).value(a)).toBeCloseTo(
      0.1 * one('rms') + 0.001 * one('crest') + one('width') + one('imbalance') + 0.1 * one('bark'),
      6
    )
  })
})
