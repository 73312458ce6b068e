/** What is written is read back by libFLAC: an independent decoder. */
import { createHash } from 'node:crypto'
import { createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { decoded } from '../test/signal.ts'
import { createFlacWriter, flacBytes, memorySink, openAudio, sourceOf, type Tags } from './index.ts'

const random = createRandom(5),
  noise = (level: number) => (n: number) => new Float32Array(n).map(() => level * (2 * random.uniform() - 1)),
  tone = (n: number) => new Float32Array(n).map((_, i) => 0.5 * Math.sin(i / 20))
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
  it.each([16, 24] as const)(
    '%d bits: STREAMINFO has the length, the frame sizes and the MD5 of the samples',
    async bits => {
      const audio = [noise(1)(10000), tone(10000)],
        sink = memorySink(),
        writer = await createFlacWriter(sink, { ...options, channels: 2, bits })
      for (const [from, to] of [
        [0, 1],
        [1, 5000],
        [5000, 5000],
        [5000, 10000]
      ])
        await writer.write(audio.map(c => c.subarray(from, to)))
      const bytes = sink.bytes().length,
        result = await writer.close()
      expect(result).toEqual({ frames: 10000, bytes: sink.bytes().length, clipped: expect.any(Number) })
      const file = await read(sink.bytes()),
        view = new DataView(sink.bytes().buffer)
      expect(file).toMatchObject({ bits, frames: 10000, channels: 2 })
      audio.forEach((wanted, c) => {
        const worst = Math.max(...wanted.map((x, i) => Math.abs(x - file.audio[c]![i]!)))
        expect(worst * 2 ** (bits - 1)).toBeLessThanOrEqual(bits === 16 ? 2.51 : 3)
      })
      // Offsets of RFC 9639, section 8.2, behind marker and block header.
      expect([view.getUint16(8), view.getUint16(10)]).toEqual([4096, 4096])
      const least = (view.getUint16(12) << 8) | view.getUint8(14),
        most = (view.getUint16(15) << 8) | view.getUint8(17)
      expect(least).toBe(sink.bytes().length - bytes)
      expect(most).toBeLessThan(bytes - 42)
      expect(42 + least + 2 * most).toBeGreaterThanOrEqual(sink.bytes().length)
      const samples = Buffer.alloc((10000 * 2 * bits) / 8)
      for (let i = 0; i < 20000; i++)
        samples.writeIntLE(file.audio[i % 2]![i >> 1]! * 2 ** (bits - 1), (i * bits) / 8, bits / 8)
      const sum = createHash('md5').update(samples).digest('hex')
      expect(Buffer.from(sink.bytes().subarray(26, 42)).toString('hex')).toBe(sum)
    }
  )
  it('one writer and one call give the same bytes', async () => {
    const sink = memorySink(),
      writer = await createFlacWriter(sink, { ...options, channels: 1 }),
      audio = [tone(9000)]
    await writer.write(audio)
    await writer.close()
    expect(Buffer.compare(sink.bytes(), flacBytes(audio, options))).toBe(0)
  })
  it('tags and artwork come back', async () => {
    const tags: Tags = {
      title: 'Übung №1',
      artist: 'A\nB',
      track: '3/12',
      pictures: [
        { type: 3, mime: 'image/png', description: 'Front', data: Uint8Array.of(1, 2, 3, 255) },
        { type: 4, mime: 'image/jpeg', description: '', data: new Uint8Array(70000).fill(7) }
      ]
    }
    const file = await read(flacBytes([tone(5000)], { ...options, tags }))
    expect(file.tags).toEqual(tags)
    expect(file.frames).toBe(5000)
    expect(() => flacBytes([tone(5)], { ...options, tags: { comment: 'x'.repeat(2 ** 24) } })).toThrow('16777215')
  })
})
