import type { Audio } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { decoded } from '../test/signal.ts'
import { createWavWriter, memorySink, openAudio, sourceOf, type WavFormat } from './index.ts'
import { wavHeader } from './wav-writer.ts'

const write = async (blocks: readonly Audio[], format: WavFormat, seed = 1) => {
  const sink = memorySink(),
    writer = await createWavWriter(sink, {
      sampleRate: 48000,
      channels: blocks[0]!.length,
      format,
      seed,
      name: 'out.wav'
    })
  for (const block of blocks) await writer.write(block)
  const result = await writer.close()
  return { bytes: sink.bytes(), result }
}
const wave = (frames: number, level: number) => new Float32Array(frames).map((_, i) => level * Math.sin(i * 0.1))

describe('WAV writer', () => {
  it.each([1, 2])('32-bit floats come back as they were, %d channels, in any blocks', async channels => {
    const audio = [wave(20001, 1.7), wave(20001, 0.3)].slice(0, channels)
    const { bytes, result } = await write([audio], 'f32'),
      file = await openAudio(sourceOf(bytes), 'out.wav')
    expect(result).toEqual({ frames: 20001, bytes: bytes.length, clipped: 0 })
    expect(file).toMatchObject({ format: 'wav', sampleRate: 48000, channels, bits: 32, frames: 20001 })
    expect(await decoded(file)).toEqual(audio)
    const inBlocks = await write(
      [0, 1, 128, 17000].map((from, k, all) => audio.map(c => c.subarray(from, all[k + 1]))),
      'f32'
    )
    expect(Buffer.compare(inBlocks.bytes, bytes)).toBe(0)
  })

  it.each([
    ['s16', 2 ** 15],
    ['s24', 2 ** 23]
  ] as const)('%s: every sample within 1.5 steps, whatever the blocks', async (format, full) => {
    const audio = [wave(5000, 0.9), wave(5000, 0.5)],
      { bytes, result } = await write([audio], format),
      found = await decoded(await openAudio(sourceOf(bytes), 'x'))
    expect(result.clipped).toBe(0)
    // Dither of up to one step and rounding of up to half a step.
    audio.forEach((channel, c) =>
      expect(Math.max(...channel.map((x, i) => Math.abs(x - found[c]![i]!))) * full).toBeLessThanOrEqual(
        1.5 + full * 2 ** -25
      )
    )
    expect(Buffer.compare((await write([audio], format, 1)).bytes, bytes)).toBe(0)
    expect(Buffer.compare((await write([audio], format, 2)).bytes, bytes)).not.toBe(0)
  })

  it('an odd number of bytes is padded, and the sizes say so', async () => {
    const { bytes } = await write([[wave(3, 0.5)]], 's24'),
      view = new DataView(bytes.buffer)
    expect(bytes.length).toBe(80 + 9 + 1)
    expect(view.getUint32(4, true)).toBe(bytes.length - 8)
    expect(view.getUint32(76, true)).toBe(9)
  })

  it('counts what is limited, and limits it to the ends', async () => {
    const { bytes, result } = await write([[Float32Array.of(0, 1.5, -1.5, 0.5, 3), new Float32Array(5)]], 's16')
    expect(result.clipped).toBe(3)
    const [left] = await decoded(await openAudio(sourceOf(bytes), 'x'))
    expect([left![1], left![2], left![4]]).toEqual([32767 / 32768, -1, 32767 / 32768])
  })

  it('refuses NaN, other channels, and impossible forms', async () => {
    const writer = await createWavWriter(memorySink(), {
      sampleRate: 48000,
      channels: 1,
      format: 's16',
      seed: 0,
      name: 'out.wav'
    })
    await writer.write([new Float32Array(10)])
    await expect(writer.write([Float32Array.of(0, Number.NaN)])).rejects.toThrow('out.wav: sample 11 of channel 1')
    await expect(writer.write([new Float32Array(1), new Float32Array(1)])).rejects.toThrow(RangeError)
    await expect(
      createWavWriter(memorySink(), { sampleRate: 48000, channels: 3, format: 's16', seed: 0, name: 'x' })
    ).rejects.toThrow(/3 channels/)
  })
})

describe('TPDF dither', () => {
  // N errors: mean 0 ± 1/sqrt(4N) steps, power 1/4 step² (1/12 of rounding and 1/6 of the dither), at any level of the
  // signal.
  const N = 200000,
    full = 2 ** 15
  const errors = async (signal: Float32Array, seed = 7) => {
    const [found] = await decoded(await openAudio(sourceOf((await write([[signal]], 's16', seed)).bytes), 'x'))
    return Float64Array.from(signal, (x, i) => (found![i]! - x) * full)
  }
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length
  const correlation = (a: Float64Array, b: ArrayLike<number>) => {
    let ab = 0,
      aa = 0,
      bb = 0
    for (let i = 0; i < a.length; i++) {
      ab += a[i]! * b[i]!
      aa += a[i]! ** 2
      bb += b[i]! ** 2
    }
    return ab / Math.sqrt(aa * bb)
  }

  it.each([0, 0.25, 0.5, 0.75])(
    'a constant of %d steps: mean and power of the error do not depend on it',
    async steps => {
      const e = await errors(new Float32Array(N).fill(steps / full))
      expect(Math.abs(mean(e))).toBeLessThan(5 * Math.sqrt(0.25 / N))
      // The variance of e² is below E[e⁴] < 1.5²·E[e²].
      expect(Math.abs(mean(e.map(x => x * x)) - 0.25)).toBeLessThan(5 * Math.sqrt((1.5 ** 2 * 0.25) / N))
    }
  )

  it('a sine of one step: the error knows neither the signal, nor its harmonics, nor itself before', async () => {
    const at = (harmonic: number) => new Float32Array(N).map((_, i) => Math.sin(harmonic * i * 0.05) / full)
    const e = await errors(at(1)),
      limit = 5 / Math.sqrt(N)
    for (const harmonic of [1, 2, 3, 5]) expect(Math.abs(correlation(e, at(harmonic)))).toBeLessThan(limit)
    for (const lag of [1, 2, 3]) expect(Math.abs(correlation(e.slice(lag), e.subarray(0, N - lag)))).toBeLessThan(limit)
    // Nor its size the signal's: what rectangular dither gets wrong.
    expect(
      Math.abs(
        correlation(
          e.map(x => x * x - 0.25),
          at(1)
        )
      )
    ).toBeLessThan(limit)
    expect(
      Math.abs(
        correlation(
          e.map(x => x * x - 0.25),
          at(2).map(x => x * full)
        )
      )
    ).toBeLessThan(limit)
  })

  it('both channels have noise of their own', async () => {
    const [left, right] = await decoded(
      await openAudio(sourceOf((await write([[new Float32Array(N), new Float32Array(N)]], 's16')).bytes), 'x')
    )
    expect(Math.abs(correlation(Float64Array.from(left!), right!))).toBeLessThan(5 / Math.sqrt(N))
  })
})

describe('beyond 4 GiB', () => {
  const options = { sampleRate: 44100, channels: 1, format: 'f32', seed: 0, name: 'long.wav' } as const
  const word = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4))

  it('the header becomes RF64 with exact sizes, and reads back', async () => {
    const frames = 2 ** 32 + 10,
      head = wavHeader(options, frames),
      size = head.length + 4 * frames,
      view = new DataView(head.buffer)
    expect([word(head, 0), view.getUint32(4, true), word(head, 12), word(head, 48), word(head, 86)]).toEqual([
      'RF64',
      0xffffffff,
      'ds64',
      'fmt ',
      'data'
    ])
    expect([20, 28, 36].map(at => view.getBigUint64(at, true))).toEqual([size - 8, 4 * frames, frames].map(BigInt))
    // The header, then silence.
    const read = async (offset: number, length: number, into = new Uint8Array(length)) => {
      const out = into.subarray(0, Math.min(length, size - offset)).fill(0)
      out.set(head.subarray(offset, offset + out.length))
      return out
    }
    expect(await openAudio({ size, read }, 'long.wav')).toMatchObject({ format: 'rf64', frames, channels: 1 })
  })

  it('is written as it comes, and the header in front becomes that of RF64', async () => {
    let size = 0,
      front = new Uint8Array()
    const sink = {
      async write(bytes: Uint8Array) {
        if (size === 0) front = bytes.slice()
        size += bytes.length
      },
      async patch(offset: number, bytes: Uint8Array) {
        front.set(bytes, offset)
      }
    }
    const writer = await createWavWriter(sink, { ...options, broadcast: { timeReference: 2 ** 33 } }),
      block = [new Float32Array(2 ** 20)]
    for (let i = 0; i < 1025; i++) await writer.write(block)
    expect(await writer.close()).toMatchObject({ bytes: size, frames: 1025 * 2 ** 20 })
    expect(size).toBe(front.length + 4 * 1025 * 2 ** 20)
    const read = async (offset: number, length: number) => {
      const out = new Uint8Array(Math.min(length, size - offset))
      out.set(front.subarray(offset, offset + out.length))
      return out
    }
    expect(await openAudio({ size, read }, 'long.wav')).toMatchObject({
      format: 'rf64',
      frames: 1025 * 2 ** 20,
      broadcast: { timeReference: 2 ** 33 }
    })
  })

  it('exactly where 32 bits end', () => {
    // 86 bytes of header behind the RIFF size, then 4 a frame.
    const most = Math.floor((2 ** 32 - 1 - 86) / 4)
    expect(word(wavHeader(options, most), 0)).toBe('RIFF')
    expect(new DataView(wavHeader(options, most).buffer).getUint32(4, true)).toBe(86 + 4 * most)
    expect(word(wavHeader(options, most + 1), 0)).toBe('RF64')
    expect(wavHeader(options, most + 1).length).toBe(wavHeader(options, 0).length)
  })
})
