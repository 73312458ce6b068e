/** What is written is read back by libFLAC: an independent decoder. */
import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { decoded } from '../test/signal.ts'
import { flacBytes, openAudio, sourceOf } from './index.ts'

const random = createRandom(5),
  noise = (level: number) => (n: number) => Float32Array.from({ length: n }, () => level * (2 * random.uniform() - 1)),
  tone = (n: number) => Float32Array.from({ length: n }, (_, i) => 0.5 * Math.sin(i / 20))
const options = { sampleRate: 44100, seed: 1, name: 'test' }
const read = async (bytes: Uint8Array) => {
  const file = await openAudio(sourceOf(bytes), 'test.flac')
  return { ...file, audio: await decoded(file) }
}

describe('FLAC', () => {
  const steps = 2 ** 15
  it.each([
    ['silence', 9000, (n: number) => new Float32Array(n)],
    ['a tone', 12288, tone],
    ['quiet noise', 5001, noise(0.001)],
    ['full noise', 4097, noise(1)],
    ['one sample', 1, tone],
    ['less than a predictor', 3, noise(1)]
  ] as const)('%s, mono and stereo, comes back to the step', async (_, frames, signal) => {
    const left = signal(frames)
    for (const audio of [[left], [left, left.slice()], [left, left.map(x => -x / 2)], [left, signal(frames)]]) {
      const file = await read(flacBytes(audio, options))
      expect(file).toMatchObject({ format: 'flac', sampleRate: 44100, channels: audio.length, bits: 16, frames })
      audio.forEach((wanted, c) => {
        // Half a step of rounding and a whole one of dither.
        const worst = Math.max(...wanted.map((x, i) => Math.abs(Math.min(x, 1 - 1 / steps) - file.audio[c]![i]!)))
        expect(worst * steps).toBeLessThanOrEqual(1.5 + 1e-6)
        expect(file.audio[c]!.length).toBe(frames)
      })
    }
  })
  it('is limited to full scale', async () => {
    const { audio } = await read(flacBytes([Float32Array.of(2, -2, 2, -2, 0)], options))
    expect([...audio[0]!].slice(0, 4)).toEqual([1 - 2 ** -15, -1, 1 - 2 ** -15, -1])
  })
  it('frames beyond 127 and 2047 are numbered as the format wants', async () => {
    const frames = 2050 * 4096 + 5,
      { audio } = await read(flacBytes([new Float32Array(frames)], options))
    expect(audio[0]!.length).toBe(frames)
  })
  it('is small where there is little: bits follow the level', () => {
    const bits = (audio: Float32Array[]) => (8 * flacBytes(audio, options).length) / 40960 / audio.length
    // Folded, noise over ± 128 steps is uniform over 256: a Rice code takes 7 bits, and 1 or 2 for the upper one.
    expect(bits([noise(2 ** -8)(40960)])).toBeLessThan(8.6)
    expect(bits([noise(2 ** -8)(40960)])).toBeGreaterThan(8.4)
    expect(bits([tone(40960)])).toBeLessThan(5)
    // Twice the same is hardly more than once.
    expect(bits([tone(40960), tone(40960)])).toBeLessThan(4.5)
  })
  it('refuses what is not finite', () => {
    expect(() => flacBytes([Float32Array.of(0, Number.NaN)], options)).toThrow('test')
  })
})
