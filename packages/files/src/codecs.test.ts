import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { decoded, signalOf, snr } from '../test/signal.ts'
import { AudioFileError, openAudio, sourceOf } from './index.ts'

const fixture = (name: string): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../test/fixtures/${name}`, import.meta.url)))
const open = (name: string, options = {}) => openAudio(sourceOf(fixture(name)), name, options)
const shifted = (channel: Float32Array, by: number): Float32Array => channel.map((_, i) => channel[i + by] ?? 0)

describe('FLAC', () => {
  // Rounding to whole steps is all that may differ: half a step, and a float's last bit. (ffmpeg cuts 32 bits to 24: a
  // whole step.)
  it.each([
    ['sweep-s16.flac', 44100, 2, 16, 8820, 0.5],
    ['sweep-s24.flac', 48000, 1, 24, 7200, 1]
  ] as const)('%s: exact to the step', async (name, sampleRate, channels, bits, frames, steps) => {
    const file = await open(name),
      audio = await decoded(file),
      full = 2 ** (bits - 1)
    expect(file).toMatchObject({ format: 'flac', sampleRate, channels, bits, frames })
    signalOf(channels, sampleRate, frames).forEach((wanted, c) => {
      expect(audio[c]!.length).toBe(frames)
      expect(Math.max(...wanted.map((x, i) => Math.abs(x - audio[c]![i]!))) * full).toBeLessThanOrEqual(
        steps + 0.02 + full * 2 ** -26
      )
      expect(audio[c]!.every(x => Number.isInteger(x * full))).toBe(true)
    })
  })
})

describe('lossy formats', () => {
  // Frames as the encoder was given: its delay and padding are gone. Without a tag nobody knows them: whole frames of
  // 1152 remain, and
  // the signal lies behind LAME's delay of 576 and the decoder's of 529.
  it.each([
    ['sweep.mp3', 'mp3', 44100, 2, 22050, 0],
    ['sweep-mono.mp3', 'mp3', 22050, 1, 11025, 0],
    ['sweep-untagged.mp3', 'mp3', 44100, 2, 21 * 1152, 1105],
    ['sweep.ogg', 'vorbis', 44100, 2, 22050, 0],
    ['sweep.opus', 'opus', 48000, 2, 24000, 0],
    ['sweep-mono.opus', 'opus', 48000, 1, 24000, 0]
  ] as const)('%s: frames and alignment', async (name, format, sampleRate, channels, frames, delay) => {
    const file = await open(name),
      audio = await decoded(file)
    expect(file).toMatchObject({ format, sampleRate, channels, frames })
    const wanted = signalOf(channels, sampleRate, sampleRate / 2)
    for (let c = 0; c < channels; c++) {
      expect(audio[c]!.length).toBe(frames)
      const errors = [-1, 0, 1].map(by => snr(wanted[c]!, shifted(audio[c]!, by + delay), 600))
      expect(errors[1]).toBeGreaterThan(20)
      // One sample early or late is a phase error of 2 pi f / rate: plain to see on the sweep.
      expect(errors[1]! - Math.max(errors[0]!, errors[2]!)).toBeGreaterThan(3)
    }
  })

  it('an MP3 tag without delay and padding: all frames but its own', async () => {
    const bytes = fixture('sweep.mp3'),
      tag = Buffer.from(bytes).indexOf('Info')
    // Behind the word: flags, frames, bytes, table, quality; then 21 bytes of LAME's extension.
    bytes.fill(0, tag + 8 + 4 + 4 + 100 + 4 + 21, tag + 8 + 4 + 4 + 100 + 4 + 24)
    const file = await openAudio(sourceOf(bytes), 'x'),
      [left] = await decoded(file)
    expect([file.frames, left!.length]).toEqual([21 * 1152, 21 * 1152])
    expect(snr(signalOf(1, 44100, 22050)[0]!, shifted((await decoded(file))[1]!, 1105), 600)).toBeGreaterThan(20)
  })

  it('decodes again from the start each time it is asked', async () => {
    for (const name of ['sweep.mp3', 'sweep.ogg', 'sweep.opus', 'sweep-s16.flac']) {
      const file = await open(name)
      expect(await decoded(file)).toEqual(await decoded(file))
    }
  })

  it('gives up its decoder when the reader leaves early', async () => {
    for await (const audio of (await open('sweep.ogg')).blocks()) {
      expect(audio.length).toBe(2)
      break
    }
  })
})

describe('damage', () => {
  const cut = async (name: string, share: number, options = {}) => {
    const bytes = fixture(name)
    return openAudio(sourceOf(bytes.subarray(0, Math.floor(bytes.length * share))), name, options).then(decoded)
  }
  const names = ['sweep.mp3', 'sweep-mono.mp3', 'sweep.ogg', 'sweep.opus', 'sweep-s16.flac', 'sweep-s24.flac']
  it.each(names)('%s cut off: says so', async name => {
    for (const share of [0.999, 0.9, 0.6])
      await expect(cut(name, share), `${share}`).rejects.toMatchObject({ name: 'AudioFileError', fault: 'truncated' })
  })
  it.each([
    ['sweep.mp3', 0.6],
    ['sweep-s16.flac', 0.8]
  ] as const)('%s cut off: what is there, if asked for', async (name, share) => {
    const whole = await decoded(await open(name)),
      part = await cut(name, share, { allowTruncated: true }),
      length = part[0]!.length
    expect(length).toBeGreaterThan(0.3 * whole[0]!.length)
    expect(length).toBeLessThan(0.8 * whole[0]!.length)
    expect(snr(whole[0]!.subarray(0, length - 2000), part[0]!)).toBeGreaterThan(60)
  })
  it.each(['sweep.ogg', 'sweep.opus'])('%s with a bit turned: the checksum sees it', async name => {
    const bytes = fixture(name).slice()
    bytes[bytes.length - 100]! ^= 4
    await expect(openAudio(sourceOf(bytes), name).then(decoded)).rejects.toThrow(/checksum of the Ogg page/)
  })
  it('tags behind the last MP3 frame are no damage, noise between frames is', async () => {
    const bytes = fixture('sweep.mp3'),
      tag = new Uint8Array(128)
    tag.set([84, 65, 71])
    expect((await openAudio(sourceOf(Uint8Array.from([...bytes, ...tag])), 'x').then(decoded))[0]!.length).toBe(22050)
    const broken = Uint8Array.from([...bytes.subarray(0, 3000), 1, 2, 3, ...bytes.subarray(3000)])
    await expect(openAudio(sourceOf(broken), 'x')).rejects.toThrow(AudioFileError)
  })
})
