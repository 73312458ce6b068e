import { describe, expect, it } from 'vitest'
import { bytesOf, chunk, le, planar, type WavForm, wavOf } from '../test/forms.ts'
import { decoded } from '../test/signal.ts'
import { type Broadcast, createWavWriter, memorySink, openAudio, sourceOf } from './index.ts'

const form: WavForm = { encoding: 's24', channels: 2, frames: 11 }
const text = (value: string, length: number) => [...bytesOf(value), ...Array<number>(length - value.length).fill(0)]
/** The fields of EBU Tech 3285 v2, table in section 2.3, in their order. */
const bext = ({ version = 2, high = 0, levels = [-2300, 512, -105, -1802, 0x7fff] } = {}) => [
  ...text('A take', 256),
  ...text('A recorder', 32),
  ...text('REF01', 32),
  ...bytesOf('2024-02-29', '23:59:58'),
  ...le(3_600 * 48000, 4),
  ...le(high, 4),
  ...le(version, 2),
  ...Array<number>(64).fill(0),
  ...levels.flatMap(level => le(level < 0 ? level + 65536 : level, 2)),
  ...Array<number>(180).fill(0),
  ...bytesOf('A=PCM,F=48000,W=24\r\n')
]
const full: Broadcast = {
  description: 'A take',
  originator: 'A recorder',
  originatorReference: 'REF01',
  date: '2024-02-29',
  time: '23:59:58',
  timeReference: 172_800_000,
  loudness: { integrated: -23, range: 5.12, truePeak: -1.05, momentary: -18.02 },
  history: 'A=PCM,F=48000,W=24'
}
const open = (bytes: Uint8Array) => openAudio(sourceOf(bytes), 'take.wav')
async function written(broadcast: Broadcast): Promise<Uint8Array> {
  const sink = memorySink(),
    writer = await createWavWriter(sink, {
      sampleRate: 48000,
      channels: 1,
      format: 'f32',
      seed: 0,
      name: 'x',
      broadcast
    })
  await writer.write([Float32Array.of(0.5, -0.25, 1)])
  const { bytes } = await writer.close()
  expect(bytes).toBe(sink.bytes().length)
  return sink.bytes()
}

describe('Broadcast Wave', () => {
  it('every field, before or after the samples', async () => {
    for (const bytes of [wavOf(form, chunk('bext', bext())), wavOf(form, [], chunk('bext', bext()))]) {
      const file = await open(bytes)
      expect(file.broadcast).toEqual(full)
      expect(await decoded(file)).toEqual(planar(form))
    }
  })
  it('times of more than 32 bits; before version 2 there is no loudness', async () => {
    const { broadcast } = await open(wavOf(form, chunk('bext', bext({ version: 1, high: 3 }))))
    expect(broadcast).toMatchObject({ timeReference: 3 * 2 ** 32 + 172_800_000 })
    expect(broadcast).not.toHaveProperty('loudness')
  })
  it('a damaged chunk does not cost the sound', async () => {
    for (const bad of [bext().slice(0, 601), bext({ high: 0xffffffff })]) {
      const file = await open(wavOf(form, chunk('bext', bad)))
      expect(file.broadcast).toBeUndefined()
      expect(await decoded(file)).toEqual(planar(form))
    }
  })
  it('is written as it is read, and the samples stay', async () => {
    const bytes = await written(full),
      file = await open(bytes),
      at = 12 + 36
    expect([...bytes.subarray(at, at + 8 + bext().length)]).toEqual(chunk('bext', bext()))
    expect(file.broadcast).toEqual(full)
    expect((await decoded(file))[0]).toEqual(Float32Array.of(0.5, -0.25, 1))
  })
  it('what does not fit is cut, replaced or refused', async () => {
    const { broadcast } = await open(await written({ timeReference: 2 ** 40 + 1, originator: 'Ü'.repeat(40) }))
    expect(broadcast).toEqual({ timeReference: 2 ** 40 + 1, originator: '?'.repeat(32) })
    await expect(written({ timeReference: -1 })).rejects.toThrow('timeReference: -1')
    await expect(written({ timeReference: 0, loudness: { range: 328 } })).rejects.toThrow('loudness.range: 328')
  })
})
