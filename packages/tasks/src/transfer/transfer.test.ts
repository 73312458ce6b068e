import { type Audio, clipOf, measureAudio, measureLoudness, measureTruePeak, type Values } from '@mixwright/dsp'
import { builder, render, validate } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { inThread, take } from '../../test/in-thread.ts'
import { bass, filtered, hat, kick, noise, rate, scaled, snare, sum } from '../../test/stems.ts'
import type { Weighted } from '../master/tone.ts'
import type { transferOptions } from './options.ts'
import { stemPairs, stemsGraph } from './stems.ts'
import { measureStyle, type StyleSource } from './style.ts'
import { transfer } from './transfer.ts'

const seconds = 6
/** Drums over a bass and a little air, and the same band a while later. */
const band = (seed: number): Float32Array =>
  scaled(
    sum(
      kick(seconds, seed),
      snare(seconds, seed + 1),
      hat(seconds, seed + 2),
      scaled(bass(seconds), -12),
      filtered(noise(seconds, 0.01, seed), 2000, false)
    ),
    -12
  )
/** Hits that are over at once, a second apart; the loudest of all near 0 dBFS before the gain. */
const peaky = (seed: number, gain: number): Float32Array[] => [
  scaled(
    kick(seconds, seed).map(v => (v / 0.8) ** 5),
    gain
  )
]
const [own, other] = [[band(21)], [band(31)]]
/** By the audio, which nobody changes. */
function once<A extends object, B>(work: (audio: A) => B): (audio: A) => B {
  const done = new Map<A, B>()
  return audio => {
    if (!done.has(audio)) done.set(audio, work(audio))
    return done.get(audio)!
  }
}

const processed = once(async (audio: Audio): Promise<Audio> => {
  const b = builder('chain'),
    input = b.input('in', { channels: 1 })
  b.wire(input, b.node('shelf', { type: 'highshelf', params: { frequency: 3000, gain: -9 } }))
  b.wire(
    ['shelf', 'main'],
    b.node('comp', { type: 'compressor', params: { threshold: -32, ratio: 5, attack: 3, release: 80 } })
  )
  b.output('out', { channels: 1 }, ['comp', 'main'])
  return (await render(b.graph(), { in: audio }, { kernels, sampleRate: rate, tail: 0 })).out!
})
const styleOf = async (audio: Audio, name: string): Promise<Weighted<StyleSource>> => ({
  of: (await measureStyle(clipOf(audio, rate), name, { kernels })).style,
  weight: 1
})
const measured = once((audio: Audio) => styleOf(audio, 'the reference'))
async function transferred(
  sound: Audio,
  styles: readonly Weighted<StyleSource>[],
  options: Partial<Values<typeof transferOptions>> = {},
  fullScale = false
) {
  const made: Record<string, Audio> = {}
  const result = await transfer.run({ sound: clipOf(sound, rate), styles }, options, {
    ...inThread,
    fullScale,
    open: (_, { channels }) => take(made, 'sound', channels)
  })
  return { ...result, audio: made.sound! }
}
const nothing = { tone: 0, dynamics: 0, saturation: 0, width: 0, space: 0, loudness: 0 } as const
const loudness = (audio: Audio) => measureLoudness(audio, rate).integrated
/** dB of 50 ms, less their mean. */
function levels(audio: Audio): number[] {
  const size = rate / 20,
    all = Array.from({ length: seconds * 20 }, (_, i) =>
      Math.max(
        -60,
        10 * Math.log10(audio[0]!.subarray(i * size, (i + 1) * size).reduce((s, v) => s + v * v, 1e-9) / size)
      )
    ),
    mean = all.reduce((a, b) => a + b, 0) / all.length
  return all.map(dB => dB - mean)
}
const apart = (a: Audio, b: Audio): number => {
  const [p, q] = [levels(a), levels(b)]
  return p.reduce((total, dB, i) => total + Math.abs(dB - q[i]!), 0) / p.length
}

describe('transfer', () => {
  it('changes nothing between a sound and itself', async () => {
    const { graph, audio, reasons } = await transferred(own, [await measured(own)])
    expect(graph.nodes).toEqual({})
    expect(reasons).toEqual([])
    expect(audio).toEqual(own)
  })
  it('does to a sound what was done to another, as loud as that, and its graph is what was done', async () => {
    const [truth, reference] = [await processed(own), await processed(other)],
      { graph, audio, found, chain } = await transferred(own, [await measured(reference)]),
      again = (await render(graph, { sound: own }, { kernels, sampleRate: rate, tail: 0 })).transferred!
    expect(Math.abs(loudness(audio) - loudness(reference))).toBeLessThan(0.1)
    expect(apart(audio, truth)).toBeLessThan(0.4 * apart(own, truth))
    // A shelf of -9 dB at 3 kHz: 8.7 between its ends; what is left is of the pairing.
    const at = (f: number) => found.tone[found.centres.findIndex(centre => centre > f)]!
    expect(Math.abs(at(9000) - at(300) + 9)).toBeLessThan(3)
    expect(chain.devices.map(({ family }) => family)).toContain('compressor')
    audio.forEach((c, k) => {
      expect(again[k]!.reduce((most, v, i) => Math.max(most, Math.abs(v - c[i]!)), 0)).toBeLessThan(1e-5)
    })
  })
  it('does of each as much as is asked for', async () => {
    const like = [await measured(await processed(other))],
      loud = await transferred(own, like, { ...nothing, loudness: 0.5 }),
      half = 0.5 * (loudness(own) + loudness(await processed(other)))
    expect(Object.keys(loud.graph.nodes)).toEqual(['loudness'])
    expect(Math.abs(loudness(loud.audio) - half)).toBeLessThan(0.1)
    const [toned, halfToned] = [
      await transferred(own, like, { ...nothing, tone: 1 }),
      await transferred(own, like, { ...nothing, tone: 0.5 })
    ]
    expect(toned.chain.devices).toEqual([])
    expect(toned.chain.tone.length).toBeGreaterThan(0)
    halfToned.found.tone.forEach((dB, b) => void expect(dB).toBeCloseTo(toned.found.tone[b]! / 2, 6))
    // dB per octave of what comes out; filters are set to within 0.3 dB of what is found.
    const tilt = (audio: Audio) => measureAudio(audio, rate).tilt!,
      [none, some, all] = [tilt(own), tilt(halfToned.audio), tilt(toned.audio)]
    expect((some - none) / (all - none)).toBeGreaterThan(0.4)
    expect((some - none) / (all - none)).toBeLessThan(0.6)
  })
  it('widens by as much as is asked for', async () => {
    const spread = (seed: number, sides: number): Audio => {
        const middle = band(seed),
          side = scaled(band(seed + 7), sides)
        return [middle.map((v, i) => v + side[i]!), middle.map((v, i) => v - side[i]!)]
      },
      narrow = spread(21, -15),
      like = [await measured(spread(31, -9))],
      /** dB of the sides against the middle. */
      sides = async (width: number) =>
        10 * Math.log10(measureAudio((await transferred(narrow, like, { ...nothing, width })).audio, rate).width!),
      [none, half, all] = [await sides(0), await sides(0.5), await sides(1)]
    // 6 dB between them, and filters of sides to within half a dB.
    expect(Math.abs(all - none - 6)).toBeLessThan(1)
    expect(Math.abs(half - none - 3)).toBeLessThan(0.75)
  })
  it('keeps peaks below the ceiling where the reference does', async () => {
    const loud = other.map(c => c.map(v => Math.tanh(20 * v) * 0.6)),
      { audio, chain } = await transferred(own, [await measured(loud)], { ...nothing, loudness: 1 })
    expect(chain.loudness?.ceiling).toBe(-1)
    expect(measureTruePeak(audio, rate).max).toBeLessThan(-0.99)
    expect(Math.abs(loudness(audio) - loudness(loud))).toBeLessThan(0.1)
  })
  it('holds peaks above full scale where the reference has them, in floats; else at full scale, and says what that costs', async () => {
    const like = [await measured(peaky(31, 18))],
      top = 10 * Math.log10(peaky(31, 18)[0]!.reduce((most, v) => Math.max(most, v * v), 0)),
      floats = await transferred(peaky(21, 9), like, { ...nothing, loudness: 1 }),
      integers = await transferred(peaky(21, 9), like, { ...nothing, loudness: 1 }, true),
      again = await transferred(peaky(31, 18), like, {}, true)
    expect(Math.abs(loudness(floats.audio) - loudness(peaky(31, 18)))).toBeLessThan(0.1)
    expect(measureTruePeak(floats.audio, rate).max).toBeLessThan(top + 0.1)
    expect(floats.chain.loudness?.ceiling ?? top).toBeGreaterThan(12)
    expect(measureTruePeak(integers.audio, rate).max).toBeLessThan(0.01)
    expect(integers.warnings.some(text => /misses .* 32-bit floats/.test(text))).toBe(true)
    expect(again.graph.nodes).toEqual({})
  })
  it('makes a soft recording loud, by gains that can be set', async () => {
    const { audio, graph } = await transferred([scaled(own[0]!, -30)], [await measured(own)], {
      ...nothing,
      loudness: 1
    })
    expect(validate(graph)).toEqual([])
    expect(Math.abs(loudness(audio) - loudness(own))).toBeLessThan(0.1)
  })
  it('knows named styles, blends them, and leaves the loudness then', async () => {
    const slope = async (styles: readonly Weighted<StyleSource>[]) => {
        const { found, audio } = await transferred(own, styles, { dynamics: 0, saturation: 0, space: 0 })
        expect(Math.abs(loudness(audio) - loudness(own))).toBeLessThan(0.1)
        return found.tone[25]! - found.tone[3]!
      },
      bright = await slope([{ of: 'bright', weight: 1 }]),
      blend = await slope([
        { of: 'bright', weight: 1 },
        { of: 'warm', weight: 1 }
      ])
    // Two shelves of 23 dB against each other, and what smoothing leaves of that.
    expect(bright).toBeGreaterThan(30)
    expect(Math.abs(blend)).toBeLessThan(0.15 * bright)
  })
  it('says what it cannot use', async () => {
    const short = own.map(c => c.slice(0, 2 * rate)),
      silence = [new Float32Array(4 * rate)]
    await expect(styleOf(short, 'clip.wav')).rejects.toThrow(
      'clip.wav: 2.00 s are too short for a reference; give at least 3 s'
    )
    await expect(styleOf(silence, 'clip.wav')).rejects.toThrow('clip.wav is silent')
    await expect(transferred(silence, [await measured(own)])).rejects.toThrow('the sound is silent')
    await expect(transferred(own, [])).rejects.toThrow('give a reference or a style')
    const { warnings } = await transferred(own, [await measured([...own, ...other])], nothing)
    expect(warnings).toEqual(['the reference is stereo and the sound is mono: its width is not transferred.'])
  })
})

describe('stems', () => {
  it('go by names, then by roles', () => {
    expect(stemPairs(['Lead Vox', 'Kick', 'Zither x'], ['vocals', 'kick', 'BD in'])).toEqual([
      { stem: 'Lead Vox', like: ['vocals'] },
      { stem: 'Kick', like: ['kick'] },
      { stem: 'Zither x', like: [] }
    ])
  })
  it('share a graph, each with its own input and output', async () => {
    const { graph } = await transferred(own, [await measured(await processed(other))], { ...nothing, tone: 1 }),
      empty = (await transferred(own, [await measured(own)])).graph,
      all = stemsGraph([
        { stem: 'a 1', graph },
        { stem: 'b', graph: empty }
      ])
    expect(validate(all)).toEqual([])
    expect(Object.keys(all.outputs)).toEqual(['a-1', 'b'])
  })
})
