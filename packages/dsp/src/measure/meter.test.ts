import { describe, expect, it } from 'vitest'
import { createRandom } from '../math/random.ts'
import { measureLoudness } from './loudness.ts'
import { createMeter, measureAudio, measures } from './meter.ts'
import { measureTruePeak } from './true-peak.ts'

const random = createRandom(4),
  noise = (): Float32Array => new Float32Array(4 * 44100).map(() => 0.1 * random.normal())

describe('meter', () => {
  const audio = [noise(), noise()]
  it('joins the single meters', () => {
    const got = measureAudio(audio, 44100)
    expect(got.integrated).toBe(measureLoudness(audio, 44100).integrated)
    expect(got.truePeak).toBe(measureTruePeak(audio, 44100).max)
    expect(got.duration).toBe(4)
    expect(got.width).toBeCloseTo(1, 1)
    expect(got.plr).toBe(got.truePeak! - got.integrated!)
    expect(got.bands.length).toBe(29)
    expect(measures.every(({ key }) => Number.isFinite(got[key]))).toBe(true)
  })
  it('gives plain data: the same after JSON', () => {
    const meter = createMeter(44100, 2)
    for (let at = 0; at < audio[0]!.length; at += 10007) meter.push(audio.map(c => c.subarray(at, at + 10007)))
    for (const value of [meter.result(), meter.series()]) expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    expect(meter.series().truePeak.length).toBe(40)
    expect(meter.series().shortTerm.length).toBe(11)
  })
  it.each([0, 1, 100, 5000, 44100])('has a number or null for %i samples of silence, of mono, never NaN', count => {
    for (const level of [0, 0.5])
      for (const channels of [1, 2]) {
        const result = measureAudio(
          Array.from({ length: channels }, () => new Float32Array(count).fill(level)),
          44100
        )
        for (const { key } of measures) expect(result[key] === null || Number.isFinite(result[key]), key).toBe(true)
        expect(JSON.parse(JSON.stringify(result))).toEqual(result)
        if (level === 0)
          expect([result.integrated, result.truePeak, result.crest, result.width]).toEqual([null, null, null, null])
      }
  })
  it('declares every measure once, with label and doc', () => {
    expect(new Set(measures.map(m => m.key)).size).toBe(measures.length)
    for (const { label, doc } of measures) expect(label.length > 3 && /[.]$/.test(doc)).toBe(true)
  })
  it('refuses what is no audio', () => {
    expect(() => createMeter(44100, 0)).toThrow('0 channels cannot be measured; give 1, 2')
    expect(() => createMeter(44100, 6)).toThrow(/6 channels/)
    expect(() => createMeter(44100, 1).push([Float32Array.of(0, Number.NaN)])).toThrow(
      'sample 1 of channel 1 is not a finite number'
    )
  })
})
