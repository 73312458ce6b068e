/** What LAME, libvorbis and libopus write is read back by mpg123 and by other builds of libvorbis and libopus. */
import { describe, expect, it } from 'vitest'
import { decoded, signalOf, snr } from '../test/signal.ts'
import { lameVersion } from './mp3-info.ts'
import {
  type AudioFile,
  type AudioWriter,
  type ByteSink,
  createMp3Writer,
  createOpusWriter,
  createVorbisWriter,
  memorySink,
  openAudio,
  sourceOf,
  type Tags
} from './index.ts'

const tags: Tags = {
  title: 'Übung №1',
  artist: 'One\nTwo',
  comment: 'first\nsecond',
  date: '2024-02-29',
  track: '3/12',
  pictures: [
    { type: 3, mime: 'image/png', description: 'Frönt', data: Uint8Array.from({ length: 70001 }, (_, i) => i % 251) },
    { type: 4, mime: 'image/jpeg', description: '', data: Uint8Array.of(255, 0, 224) }
  ]
}
const of = (sampleRate: number, channels: number) => ({ sampleRate, channels, name: 'x', tags })
type Create = (sink: ByteSink, sampleRate: number, channels: number) => Promise<AudioWriter>
const mp3: Create = (sink, rate, channels) => createMp3Writer(sink, { ...of(rate, channels), bitrate: 256 })
const vorbis: Create = (sink, rate, channels) =>
  createVorbisWriter(sink, { ...of(rate, channels), quality: 8, seed: 3 })
const opus: Create = (sink, rate, channels) =>
  createOpusWriter(sink, { ...of(rate, channels), bitrate: 128 * channels, seed: 3 })

async function written(create: Create, audio: Float32Array[], rate: number): Promise<Uint8Array> {
  const sink = memorySink(),
    writer = await create(sink, rate, audio.length)
  for (let at = 0; at < audio[0]!.length; at += 7001) await writer.write(audio.map(c => c.subarray(at, at + 7001)))
  expect(await writer.close()).toEqual({ frames: audio[0]!.length, clipped: 0, bytes: sink.bytes().length })
  return sink.bytes()
}
const open = (bytes: Uint8Array): Promise<AudioFile> => openAudio(sourceOf(bytes), 'x')

describe.each([
  ['mp3', mp3],
  ['vorbis', vorbis]
] as const)('%s', (format, create) => {
  it.each([
    [44100, 2, 88200],
    [48000, 1, 50001],
    [44100, 1, 1],
    [32000, 2, 1153]
  ])('%d Hz, %d channels, %d frames: exact length, in time, with tags', async (rate, channels, frames) => {
    const audio = signalOf(channels, rate, frames) as Float32Array[],
      file = await open(await written(create, audio, rate)),
      found = await decoded(file)
    expect(file).toMatchObject({ format, sampleRate: rate, channels, frames, tags })
    found.forEach((channel, c) => {
      expect(channel.length).toBe(frames)
      // One sample late, a sine of 440 Hz at 44.1 kHz has 24 dB and the sweep less.
      if (frames > 10000) expect(snr(audio[c]!, channel, 2000)).toBeGreaterThan(30)
    })
  })
  it('counts what is limited, and refuses what is not finite', async () => {
    const sink = memorySink(),
      writer = await create(sink, 44100, 1)
    await writer.write([Float32Array.of(0, 1.5, -2, 1)])
    await expect(writer.write([Float32Array.of(Number.NaN)])).rejects.toThrow('sample 4')
    expect((await writer.close()).clipped).toBe(2)
  })
  it('the same twice is the same', async () => {
    const audio = signalOf(1, 44100, 9000) as Float32Array[],
      [one, two] = [await written(create, audio, 44100), await written(create, audio, 44100)]
    expect(Buffer.compare(one, two)).toBe(0)
  })
})

it('the first MP3 frame tells count, size, gaps and where to seek', async () => {
  const bytes = await written(mp3, signalOf(2, 44100, 441000) as Float32Array[], 44100),
    at = Buffer.from(bytes.buffer, 0, bytes.length).indexOf('Info'),
    view = new DataView(bytes.buffer)
  const count = view.getUint32(at + 8),
    start = at - 36,
    gaps = view.getUint32(at + 140) & 0xffffff
  expect(view.getUint32(at + 12)).toBe(bytes.length - start)
  expect(count * 1152 - (gaps >> 12) - (gaps & 0xfff)).toBe(441000)
  // Constant bit rate: the index is a straight line.
  for (let percent = 0; percent < 100; percent++)
    expect(Math.abs(bytes[at + 16 + percent]! - 2.56 * percent)).toBeLessThan(2)
})
it('the first MP3 frame names the encoder as it names itself', async () => {
  const bytes = Buffer.from(await written(mp3, [new Float32Array(44100)], 44100)),
    // Where a frame has room, the encoder fills it with its name.
    names = [...bytes.toString('latin1').matchAll(/LAME[\d.]+/g)].map(([name]) => name)
  expect(names.length).toBeGreaterThan(1)
  expect(new Set(names)).toEqual(new Set([lameVersion]))
})
it('refuses rates that they have not', async () => {
  await expect(mp3(memorySink(), 96000, 2)).rejects.toThrow('44100')
  await expect(vorbis(memorySink(), 384000, 2)).rejects.toThrow('384000')
  await expect(opus(memorySink(), 44100, 2)).rejects.toThrow('convert to 48000 Hz')
})

describe('opus', () => {
  // One sample late, the sweep has 15 dB.
  it.each([
    [2, 96000],
    [1, 50001],
    [2, 480 * 1000],
    [1, 1],
    [2, 648],
    [2, 649]
  ])('%d channels, %d frames: exact length, in time, with tags', async (channels, frames) => {
    const audio = signalOf(channels, 48000, frames) as Float32Array[],
      file = await open(await written(opus, audio, 48000)),
      found = await decoded(file)
    expect(file).toMatchObject({ format: 'opus', sampleRate: 48000, channels, frames, tags })
    found.forEach((channel, c) => {
      expect(channel.length).toBe(frames)
      if (frames > 10000 && frames < 100000) expect(snr(audio[c]!, channel, 2000)).toBeGreaterThan(25)
    })
  })
  it('pages are of a second, and the last one says where the sound ends', async () => {
    const bytes = Buffer.from(await written(opus, signalOf(2, 48000, 100000) as Float32Array[], 48000)),
      granules: number[] = []
    for (let at = bytes.indexOf('OggS'); at >= 0; at = bytes.indexOf('OggS', at + 4))
      granules.push(Number(bytes.readBigInt64LE(at + 6)))
    const preSkip = bytes.readUInt16LE(bytes.indexOf('OpusHead') + 10),
      sound = granules.filter(granule => granule > 0)
    expect(sound).toEqual([48000, 96000, preSkip + 100000])
  })
  it('the same twice is the same', async () => {
    const audio = signalOf(1, 48000, 9000) as Float32Array[],
      [one, two] = [await written(opus, audio, 48000), await written(opus, audio, 48000)]
    expect(Buffer.compare(one, two)).toBe(0)
  })
})
