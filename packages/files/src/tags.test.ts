/** Tags byte by byte from the specifications, apart from the code that writes them. */
import { describe, expect, it } from 'vitest'
import { aiffOf, be, bytesOf, chunk, le, planar, type WavForm, wavOf } from '../test/forms.ts'
import { decoded } from '../test/signal.ts'
import { readId3 } from './id3.ts'
import { createWavWriter, memorySink, openAudio, sourceOf, type Tags } from './index.ts'

const form: WavForm = { encoding: 's16', channels: 1, frames: 9 }
const open = (bytes: Uint8Array) => openAudio(sourceOf(bytes), 'x')
const ascii = (text: string) => [...bytesOf(text)]
const utf16 = (text: string) => [0xff, 0xfe, ...[...text].flatMap(letter => le(letter.charCodeAt(0), 2))]
/** Four times 7 bits. */
const safe = (value: number) => [value >> 21, (value >> 14) & 127, (value >> 7) & 127, value & 127]
const id3 = (version: number, body: number[], flags = 0) => bytesOf('ID3', [version, 0, flags], safe(body.length), body)
const frame = (id: string, data: number[], version = 3, flags = 0) => [
  ...ascii(id),
  ...(version === 4 ? safe(data.length) : be(data.length, 4)),
  0,
  flags,
  ...data
]

describe('ID3', () => {
  it('2.3 in UTF-16, with comment and picture', () => {
    const body = [
      ...frame('TIT2', [1, ...utf16('Übung'), 0, 0]),
      ...frame('TYER', [0, ...ascii('1999')]),
      ...frame('COMM', [1, ...ascii('eng'), ...utf16(''), 0, 0, ...utf16('plain')]),
      ...frame('COMM', [0, ...ascii('eng'), ...ascii('iTunNORM'), 0, ...ascii('machine')]),
      ...frame('APIC', [1, ...ascii('image/png'), 0, 3, ...utf16('Hi'), 0, 0, 9, 8, 7])
    ]
    const { pictures, ...texts } = readId3(id3(3, body))!
    expect(texts).toEqual({ title: 'Übung', date: '1999', comment: 'plain' })
    expect(pictures).toMatchObject([{ type: 3, mime: 'image/png', data: Uint8Array.of(9, 8, 7) }])
  })
  it('2.4 in UTF-8, several values, unsynchronised, behind an extended header, before padding', () => {
    const body = [
      ...safe(6),
      1,
      0,
      ...frame('TPE1', [3, ...bytesOf('A'), 0, ...new TextEncoder().encode('ß')], 4),
      ...frame('TALB', [0, 0xff, 0, 0xe0], 4, 2),
      ...frame('TCOP', [0, ...ascii('secret')], 4, 4),
      ...Array<number>(40).fill(0)
    ]
    expect(readId3(id3(4, body, 0x40))).toEqual({ artist: 'A\nß', album: 'ÿà' })
  })
  it('2.2, with its short names', () => {
    const short = (id: string, data: number[]) => [...ascii(id), ...be(data.length, 3), ...data]
    const body = [...short('TT2', [0, ...ascii('Old')]), ...short('PIC', [0, ...ascii('PNG'), 3, 0, 1, 2])]
    expect(readId3(id3(2, body))).toEqual({
      title: 'Old',
      pictures: [{ type: 3, mime: 'image/png', description: '', data: Uint8Array.of(1, 2) }]
    })
  })
  it('long runs of anything are read in passing', () => {
    const long = 2 ** 20,
      letters = new Array<number>(long).fill(65),
      zeros = new Array<number>(long).fill(0)
    const body = frame('APIC', [0].concat(letters, 0, 3, 0, 1), 4).concat(frame('TIT2', [0].concat(zeros, 65), 4))
    const found = readId3(id3(4, body))!
    expect(found.pictures![0]!.mime.length).toBe(long)
    expect(found.title!.length).toBe(long + 1)
  }, 5000)
  it('of any length cut off: what came before', () => {
    const whole = id3(4, [...frame('TIT2', [3, 65], 4), ...frame('APIC', [3, ...ascii('image/png'), 0, 3, 0, 1], 4)])
    for (let end = 0; end < whole.length; end++) {
      const found = readId3(whole.subarray(0, end))
      expect([undefined, 'A']).toContain(found?.title)
      expect(found?.pictures).toBeUndefined()
    }
  })
})

describe('chunks', () => {
  const info = chunk('LIST', [
    ...ascii('INFO'),
    ...chunk('INAM', [...ascii('Song'), 0]),
    ...chunk('IART', [0xdc, 0x62, 0]),
    ...chunk('IZZZ', [1])
  ])
  it('INFO of WAV, before or behind the samples', async () => {
    for (const bytes of [wavOf(form, info), wavOf(form, [], info)])
      expect((await open(bytes)).tags).toEqual({ title: 'Song', artist: 'Üb' })
  })
  it('ID3 and text chunks of AIFF, before or behind the samples', async () => {
    const own = [...chunk('NAME', ascii('Song'), true), ...chunk('ID3 ', [...id3(4, frame('TPE1', [3, 65], 4))], true)]
    for (const bytes of [aiffOf({ ...form }, own), aiffOf({ ...form }, [], own)]) {
      const file = await open(bytes)
      expect(file.tags).toEqual({ title: 'Song', artist: 'A' })
      expect(await decoded(file)).toEqual(planar(form))
    }
  })
  it('WAV is written with what it reads', async () => {
    const tags: Tags = {
      title: 'Übung',
      isrc: 'DEA122300001',
      pictures: [{ type: 3, mime: 'image/png', description: '', data: new Uint8Array(301).fill(5) }]
    }
    const sink = memorySink(),
      writer = await createWavWriter(sink, { sampleRate: 48000, channels: 1, format: 's24', seed: 0, name: 'x', tags })
    await writer.write([new Float32Array(3)])
    const { bytes } = await writer.close(),
      file = await open(sink.bytes())
    expect(bytes).toBe(sink.bytes().length)
    expect(new DataView(sink.bytes().buffer).getUint32(4, true)).toBe(bytes - 8)
    expect(file).toMatchObject({ frames: 3, tags })
  })
})
