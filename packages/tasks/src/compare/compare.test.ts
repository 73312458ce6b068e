import { clipOf, createRandom, measureLoudness, measureTruePeak } from '@mixwright/dsp'
import { openAudio, sourceOf } from '@mixwright/files'
import { describe, expect, it } from 'vitest'
import { alignmentOf } from './align.ts'
import { compare } from './compare.ts'
import { excerptStart } from './excerpt.ts'
import { profileOf } from './profile.ts'

const rate = 44100
/** Noise in bursts at irregular times: a recording of its own for every seed. */
function recording(seed: number, seconds = 6): Float32Array {
  const random = createRandom(seed),
    out = new Float32Array(seconds * rate)
  let level = 0
  for (let i = 0; i < out.length; i++) {
    if (random.below(12000) === 0) level = 0.5
    level *= 0.9997
    out[i] = level * random.between(-1, 1)
  }
  return out
}
const later = (x: Float32Array, lag: number) => x.map((_, i) => x[i - lag] ?? 0)
const profiled = async (x: Float32Array) => {
  const clip = clipOf([x], rate)
  return { clip, profile: await profileOf(clip) }
}

describe('alignment', () => {
  const x = recording(1),
    one = profiled(x)
  it.each([0, 3, 20000, -30000])('finds a lag of %i samples to the sample, under noise and upside down', async lag => {
    const hiss = createRandom(9),
      y = later(x, lag).map(v => -0.3 * v + hiss.between(-0.02, 0.02)),
      found = await alignmentOf(await one, await profiled(y))
    expect(found?.lag).toBe(lag)
  })
  it('takes two recordings for two', async () => {
    expect(await alignmentOf(await one, await profiled(recording(2)))).toBeUndefined()
  })
})

it('the excerpt is the most active of the loudest', () => {
  const power = new Float64Array(300).map((_, i) => (i < 100 ? 0.1 : 1)),
    onsets = new Float64Array(3000).map((_, i) => (i >= 2000 && i % 50 === 0 ? 10 : i < 500 ? 20 : 0))
  expect(excerptStart([power], [onsets], 5)).toBeGreaterThanOrEqual(20)
  // The first within 1 dB of the loudest: (10 + s + 0.1 (10 - s)) / 20 ≥ 10^-0.1 from s = 5.43 on, in steps of 0.5.
  expect(excerptStart([power], [new Float64Array(3000)], 20)).toBe(5.5)
})

describe('compare', () => {
  const services = { script: 'void 0' }
  const wavsOf = (html: readonly string[]) =>
    [...html.join('').matchAll(/data:audio\/wav;base64,([^<]+)/g)].map(m =>
      Uint8Array.from(Buffer.from(m[1]!, 'base64'))
    )
  const stimuli = () => {
    const x = recording(1)
    return [
      { label: 'a', clip: clipOf([x], rate) },
      { label: 'b', clip: clipOf([later(x, 500).map(v => 0.2 * v), later(x, 500).map(v => 0.2 * v)], rate) }
    ]
  }
  it('levels all to one loudness below the ceiling, in step', async () => {
    const result = await compare.run({ stimuli: stimuli() }, { seconds: 4 }, services)
    expect(Math.round((result.stimuli[1]!.from - result.stimuli[0]!.from) * rate)).toBe(500)
    const wavs = wavsOf(result.html)
    expect(wavs).toHaveLength(2)
    for (const wav of wavs) {
      const file = await openAudio(sourceOf(wav), 'excerpt'),
        audio = await file.clip!.read(0, file.frames!)
      expect([file.channels, file.frames]).toEqual([2, 4 * rate])
      // Dither of 16 bits adds noise at -93 dBFS.
      expect(Math.abs(measureLoudness(audio, rate).integrated - result.loudness)).toBeLessThan(0.01)
      expect(measureTruePeak(audio, rate).max).toBeLessThan(-1 + 0.01)
    }
  })
  it('gives the same page for the same seed, another for another', async () => {
    const page = async (seed: number) =>
      (await compare.run({ stimuli: stimuli() }, { seconds: 2, seed }, services)).html.join('')
    const first = await page(1)
    expect(await page(1)).toBe(first)
    expect(await page(2)).not.toBe(first)
  })
  it('refuses what cannot be compared', async () => {
    const [a, b] = stimuli() as [ReturnType<typeof stimuli>[0], ReturnType<typeof stimuli>[0]],
      refusal = (input: Parameters<typeof compare.run>[0]) => expect(compare.run(input, {}, services)).rejects
    await refusal({ stimuli: [a] }).toThrow('1 files to compare; give 2 to 8')
    await refusal({ stimuli: [a, { ...b, label: 'a' }] }).toThrow('"a" stands for two files')
    await refusal({ stimuli: [a, b], from: 5.5 }).toThrow('--from: 5.5 s leaves less than 1 s')
    const silent = { label: 'quiet', clip: clipOf([new Float32Array(6 * rate)], rate) }
    await refusal({ stimuli: [a, silent] }).toThrow('quiet: silent')
  })
})
