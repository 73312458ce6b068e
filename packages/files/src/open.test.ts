import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aiffOf, be, bytesOf, wavOf } from '../test/forms.ts'
import { AudioFileError, openAudio, sniff, sourceOf } from './index.ts'

const fixture = (name: string): Uint8Array =>
  Uint8Array.from(readFileSync(new URL(`../test/fixtures/${name}`, import.meta.url)))
const wav = wavOf({ encoding: 's16', channels: 2, frames: 50 }),
  aiff = aiffOf({ encoding: 's24', channels: 1, frames: 50 })
/** An Ogg page with nothing but `packet`; checksums do not matter to sniffing. */
const page = (packet: string) => bytesOf('OggS', Array<number>(22).fill(0), [1, packet.length], packet)

describe('what a file is', () => {
  it.each([
    ['wav', wav],
    ['rf64', bytesOf('RF64', [255, 255, 255, 255], 'WAVE')],
    ['aiff', aiff],
    ['aifc', aiffOf({ encoding: 's16', channels: 1, frames: 2, codec: 'sowt' })],
    ['flac', fixture('sweep-s16.flac')],
    ['mp3', fixture('sweep.mp3')],
    ['mp3', fixture('sweep-untagged.mp3')],
    ['vorbis', fixture('sweep.ogg')],
    ['opus', fixture('sweep.opus')],
    ['ogg', page('\x7fFLAC')],
    ['ogg', page('Speex   ')],
    ['m4a', bytesOf(be(24, 4), 'ftypM4A ', Array<number>(12).fill(0))],
    ['aac', bytesOf([0xff, 0xf1, 0x50, 0x80])],
    ['matroska', bytesOf([0x1a, 0x45, 0xdf, 0xa3])],
    ['unknown', bytesOf('Just text, long enough to be something')],
    ['unknown', bytesOf([])],
    ['unknown', bytesOf([0xff, 0xfb, 0x90, 0x64], Array<number>(5000).fill(1))],
    ['unknown', bytesOf('RIFF', [4, 0, 0, 0], 'AVI ')]
  ] as const)('%s', async (format, bytes) => {
    expect((await sniff(sourceOf(bytes))).format).toBe(format)
  })

  it('steps over ID3 tags of any size, before MP3 and others', async () => {
    // 200 000 bytes as four times seven bits.
    const size = 200000,
      tag = bytesOf(
        'ID3',
        [4, 0, 0, (size >> 21) & 127, (size >> 14) & 127, (size >> 7) & 127, size & 127],
        Array<number>(size).fill(0xff)
      )
    for (const [format, name] of [
      ['mp3', 'sweep-untagged.mp3'],
      ['flac', 'sweep-s16.flac']
    ] as const)
      expect(await sniff(sourceOf(Uint8Array.from([...tag, ...fixture(name)])))).toEqual({ format, start: size + 10 })
  })
})

describe('refusals', () => {
  it.each([
    ['empty', bytesOf([]), 'x: the file is empty (0 bytes); '],
    ['not-audio', bytesOf('Just text'), 'x: the file is not audio, '],
    [
      'unsupported',
      bytesOf(be(24, 4), 'ftypM4A ', Array<number>(12).fill(0)),
      'x: the file is in a format (MPEG-4 (AAC or ALAC)) that is not read here; it needs ffmpeg on the PATH'
    ],
    ['unsupported', page('Speex   '), 'x: the file is in a format (Ogg with another codec']
  ])('%s', async (fault, bytes, message) => {
    const error: unknown = await openAudio(sourceOf(bytes), 'x').catch((e: unknown) => e)
    expect(error).toBeInstanceOf(AudioFileError)
    expect(error).toMatchObject({ fault, place: 'x' })
    expect((error as Error).message).toContain(message)
  })
})
