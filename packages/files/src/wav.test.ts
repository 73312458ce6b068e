import { describe, expect, it } from 'vitest'
import { chunk, bytesOf, le, planar, sampleBytes, wavData, wavFormat, type WavForm, wavOf } from '../test/forms.ts'
import { decoded } from '../test/signal.ts'
import { AudioFileError, type ByteSource, type Encoding, openAudio, sourceOf } from './index.ts'

const encodings: readonly Encoding[] = ['u8', 's16', 's24', 's32', 'f32', 'f64']
const open = (bytes: Uint8Array, options = {}) => openAudio(sourceOf(bytes), 'take.wav', options)
const fault = (bytes: Uint8Array) =>
  open(bytes).then(
    () => 'none',
    (error: unknown) => (error instanceof AudioFileError ? error.fault : `not ours: ${error}`)
  )

describe('WAV', () => {
  for (const encoding of encodings)
    for (const channels of [1, 2])
      for (const extensible of [false, true])
        it(`${encoding}, ${channels} channels${extensible ? ', extensible' : ''}: exact samples`, async () => {
          const form = { encoding, channels, frames: 37, extensible },
            file = await open(wavOf(form))
          expect(file).toMatchObject({
            format: 'wav',
            sampleRate: 48000,
            channels,
            frames: 37,
            bits: Number(encoding.slice(1))
          })
          expect(await decoded(file)).toEqual(planar(form))
        })

  it('20 valid bits in 24: left-justified, so they read as 24', async () => {
    const form: WavForm = { encoding: 's24', channels: 1, frames: 9, bits: 20 }
    for (const extensible of [false, true])
      expect(await decoded(await open(wavOf({ ...form, extensible })))).toEqual(planar(form))
  })

  it('unknown and odd chunks before and after', async () => {
    const form: WavForm = { encoding: 's24', channels: 1, frames: 11 }
    const file = await open(
      wavOf(form, [...chunk('LIST', [1, 2, 3]), ...chunk('bext', Array<number>(602).fill(65))], chunk('id3 ', [1]))
    )
    expect(await decoded(file)).toEqual(planar(form))
  })

  it('reads anywhere, with silence outside', async () => {
    const form: WavForm = { encoding: 's16', channels: 2, frames: 50 },
      { clip } = await open(wavOf(form)),
      [left] = planar(form)
    const [found] = await clip!.read(-3, 60)
    expect([...found!]).toEqual([0, 0, 0, ...left!, ...Array<number>(7).fill(0)])
    expect([...(await clip!.read(20, 4))[1]!]).toEqual([...planar(form)[1]!.slice(20, 24)])
    expect([...(await clip!.read(70, 2))[0]!]).toEqual([0, 0])
    const into = planar(form).map(() => new Float32Array(60).fill(9))
    expect(await clip!.read(-3, 60, into)).toEqual(await clip!.read(-3, 60))
    expect(into[0]).toEqual(found)
  })

  it('overlapping reads do not disturb each other', async () => {
    const form: WavForm = { encoding: 's24', channels: 2, frames: 50 },
      { clip } = await open(wavOf(form))
    await clip!.read(0, 10) // leaves a buffer behind, for two to fight over
    const reads = await Promise.all(Array.from({ length: 40 }, (_, i) => clip!.read(i, 10)))
    reads.forEach((audio, i) => expect(audio[1]).toEqual(planar(form)[1]!.slice(i, i + 10)))
  })

  it.each([
    [0, 0],
    [0xffffffff, 0xffffffff],
    [0, 0xffffffff],
    [0xffffffff, 0]
  ])('a recording without its sizes (RIFF %d, data %d) goes on to the end', async (riff, data) => {
    const form: WavForm = { encoding: 's16', channels: 2, frames: 33 }
    const file = await open(
      bytesOf('RIFF', le(riff, 4), 'WAVE', chunk('fmt ', wavFormat(form)), chunk('data', wavData(form), false, data))
    )
    expect(file.frames).toBe(33)
    expect(await decoded(file)).toEqual(planar(form))
  })

  it('a "data" chunk of size 0 before other chunks is empty, not a stream', async () => {
    const form: WavForm = { encoding: 's16', channels: 2, frames: 0 }
    expect(await fault(wavOf(form))).toBe('no-samples')
    expect(await fault(wavOf(form, [], chunk('LIST', [1, 2, 3, 4, 5, 6])))).toBe('no-samples')
  })

  it('truncation at every length: an error that says so, or the right samples', async () => {
    const form: WavForm = { encoding: 's24', channels: 2, frames: 21 },
      whole = wavOf(form, chunk('LIST', [1, 2, 3]), chunk('LIST', [9, 9, 9, 9]))
    for (let length = 0; length < whole.length; length++) {
      const bytes = whole.slice(0, length)
      const result = await open(bytes).then(decoded, (error: unknown) => error)
      if (result instanceof AudioFileError)
        expect(result.fault, `${length} bytes`).toBe(length === 0 ? 'empty' : length < 12 ? 'not-audio' : 'truncated')
      else expect(result, `${length} bytes`).toEqual(planar(form))
    }
    expect(await fault(whole.slice(0, whole.length - 12))).toBe('none')
    expect(await fault(whole.slice(0, whole.length - 13))).toBe('truncated')
  })

  it('what is there of a truncated file, if asked for', async () => {
    const form: WavForm = { encoding: 's16', channels: 2, frames: 21 },
      file = await open(wavOf(form).slice(0, 44 + 10 * 4 + 3), { allowTruncated: true })
    expect(file.frames).toBe(10)
    expect(await decoded(file)).toEqual(planar(form).map(c => c.slice(0, 10)))
  })

  it('refuses what it cannot mean, with the reason', async () => {
    const form: WavForm = { encoding: 's16', channels: 2, frames: 5 }
    expect(await fault(wavOf({ ...form, channels: 0 }))).toBe('no-channels')
    expect(await fault(wavOf({ ...form, channels: 6 }))).toBe('too-many-channels')
    expect(await fault(wavOf({ ...form, sampleRate: 0 }))).toBe('corrupt')
    expect(await fault(wavOf({ ...form, bits: 24 }))).toBe('corrupt')
    expect(await fault(wavOf({ ...form, tag: 6 }))).toBe('unsupported')
    expect(await fault(bytesOf('RIFF', le(28, 4), 'WAVE', chunk('data', [1, 2, 3, 4])))).toBe('corrupt')
    expect(await fault(bytesOf('RIFF', le(28, 4), 'WAVE', chunk('fmt ', wavFormat(form))))).toBe('corrupt')
    await expect(open(wavOf({ ...form, channels: 6 }))).rejects.toThrow(
      /take.wav: the file has 6 channels; one or two can be used; split it .* ffmpeg/
    )
  })

  it('finds NaN and infinity and says where', async () => {
    const form: WavForm = { encoding: 'f32', channels: 2, frames: 100, sampleRate: 1000 }
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const bytes = wavOf(form)
      bytes.set(sampleBytes(bad, 'f32'), bytes.length - 800 + 8 * 42 + 4)
      const file = await open(bytes)
      await expect(decoded(file)).rejects.toThrow(`take.wav: sample 42 of channel 2 (at 0.042 s) is ${bad}`)
      await expect(file.clip!.read(40, 10)).rejects.toThrow('sample 42')
      expect((await file.clip!.read(43, 10))[0]!.length).toBe(10)
    }
  })
})

describe('RF64', () => {
  const form: WavForm = { encoding: 's16', channels: 1, frames: 12 }
  const ds64 = (data: number) => chunk('ds64', [...le(0, 8), ...le(data, 8), ...le(0, 8), ...le(0, 4)])
  it.each(['RF64', 'BW64'])('%s with its sizes in ds64', async id => {
    const file = await open(
      bytesOf(
        id,
        le(0xffffffff, 4),
        'WAVE',
        ds64(24),
        chunk('fmt ', wavFormat(form)),
        chunk('data', wavData(form), false, 0xffffffff),
        chunk('LIST', [1, 2])
      )
    )
    expect(file).toMatchObject({ format: 'rf64', frames: 12 })
    expect(await decoded(file)).toEqual(planar(form))
  })

  it('beyond 4 GiB, on a source that makes up its samples', async () => {
    const stereo: WavForm = { encoding: 's16', channels: 2, frames: 0 },
      frames = 2 ** 31 + 5,
      data = 4 * frames
    const head = bytesOf(
      'RF64',
      le(0xffffffff, 4),
      'WAVE',
      ds64(data),
      chunk('fmt ', wavFormat(stereo)),
      chunk('data', [], false, 0xffffffff)
    )
    // Left: the low 16 bits of the frame's number. Right: the high ones.
    const source: ByteSource = {
      size: head.length + data,
      async read(offset, length, into = new Uint8Array(length)) {
        const count = Math.min(length, head.length + data - offset)
        for (let i = 0; i < count; i++) {
          const at = offset + i - head.length
          into[i] = at < 0 ? head[offset + i]! : Math.floor(Math.floor(at / 4) / 2 ** (8 * (at % 4))) % 256
        }
        return into.subarray(0, count)
      }
    }
    const { clip, frames: found } = await openAudio(source, 'long.wav'),
      at = 2 ** 31 + 2
    expect(found).toBe(frames)
    expect((await clip!.read(at, 2)).map(c => [...c].map(x => x * 32768))).toEqual([
      [2, 3],
      [-32768, -32768]
    ])
    expect((await clip!.read(frames - 1, 3))[0]![1]).toBe(0)
  })
})
