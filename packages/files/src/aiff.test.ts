import { describe, expect, it } from 'vitest'
import { type AiffForm, aiffOf, chunk, planar } from '../test/forms.ts'
import { decoded } from '../test/signal.ts'
import { AudioFileError, openAudio, sourceOf } from './index.ts'

const open = (bytes: Uint8Array, options = {}) => openAudio(sourceOf(bytes), 'take.aif', options)
const fault = (bytes: Uint8Array) =>
  open(bytes).then(
    () => 'none',
    (error: unknown) => (error instanceof AudioFileError ? error.fault : `not ours: ${error}`)
  )

const forms: readonly AiffForm[] = [
  ...(['s8', 's16', 's24', 's32'] as const).map(encoding => ({ encoding, channels: 2, frames: 29 })),
  { encoding: 's16', channels: 1, frames: 29, codec: 'NONE' },
  { encoding: 's24', channels: 2, frames: 29, codec: 'sowt' },
  { encoding: 's16', channels: 2, frames: 29, codec: 'sowt' },
  { encoding: 's16', channels: 2, frames: 29, codec: 'twos' },
  { encoding: 'u8', channels: 2, frames: 29, codec: 'raw ' },
  { encoding: 's24', channels: 1, frames: 29, codec: 'in24', bits: 16 },
  { encoding: 's32', channels: 1, frames: 29, codec: 'in32', bits: 16 },
  { encoding: 's24', channels: 1, frames: 29, codec: '42ni', bits: 16 },
  { encoding: 's32', channels: 2, frames: 29, codec: '23ni', bits: 16 },
  { encoding: 'f32', channels: 2, frames: 29, codec: 'fl32' },
  { encoding: 'f32', channels: 1, frames: 29, codec: 'FL32' },
  { encoding: 'f64', channels: 2, frames: 29, codec: 'fl64' },
  { encoding: 'f64', channels: 2, frames: 29, codec: 'FL64' }
]

describe('AIFF', () => {
  it.each(forms)('$encoding $codec, $channels channels: exact samples', async form => {
    const file = await open(aiffOf(form))
    expect(file).toMatchObject({
      format: form.codec ? 'aifc' : 'aiff',
      sampleRate: 44100,
      channels: form.channels,
      frames: 29,
      bits: Number(form.encoding.slice(1))
    })
    expect(await decoded(file)).toEqual(planar(form))
  })

  it.each([8000, 22050, 44100, 96000, 192000])('a rate of %d Hz as an 80-bit float', async sampleRate => {
    expect((await open(aiffOf({ encoding: 's16', channels: 1, frames: 3, sampleRate }))).sampleRate).toBe(sampleRate)
  })

  it('other chunks, an offset before the samples, 12 bits in 16', async () => {
    const form: AiffForm = { encoding: 's16', channels: 2, frames: 7, offset: 6, bits: 12 }
    expect(
      await decoded(await open(aiffOf(form, chunk('NAME', [65, 66, 67], true), chunk('MARK', [0, 0], true))))
    ).toEqual(planar(form))
  })

  it('truncation at every length: an error that says so, or the right samples', async () => {
    const form: AiffForm = { encoding: 's16', channels: 2, frames: 17, codec: 'sowt' },
      whole = aiffOf(form, chunk('NAME', [65], true), chunk('AUTH', [65, 66], true))
    for (let length = 0; length < whole.length; length++) {
      const result = await open(whole.slice(0, length)).then(decoded, (error: unknown) => error)
      if (result instanceof AudioFileError)
        expect(result.fault, `${length} bytes`).toBe(length === 0 ? 'empty' : length < 12 ? 'not-audio' : 'truncated')
      else expect(result, `${length} bytes`).toEqual(planar(form))
    }
    expect(await fault(whole.slice(0, whole.length - 10))).toBe('none')
    expect(await fault(whole.slice(0, whole.length - 11))).toBe('truncated')
    expect((await open(whole.slice(0, whole.length - 11), { allowTruncated: true })).frames).toBe(16)
  })

  it('refuses what it cannot mean', async () => {
    const form: AiffForm = { encoding: 's16', channels: 2, frames: 5 }
    expect(await fault(aiffOf({ ...form, frames: 0 }))).toBe('no-samples')
    expect(await fault(aiffOf({ ...form, channels: 0 }))).toBe('no-channels')
    expect(await fault(aiffOf({ ...form, channels: 3 }))).toBe('too-many-channels')
    expect(await fault(aiffOf({ ...form, codec: 'ima4' }))).toBe('unsupported')
    expect(await fault(aiffOf({ ...form, bits: 40 }))).toBe('corrupt')
  })
})
