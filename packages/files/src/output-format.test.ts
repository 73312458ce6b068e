import { describe, expect, it } from 'vitest'
import { decoded, signalOf, snr } from '../test/signal.ts'
import { memorySink, openAudio, outputFormatOf, outputFormats, outputNames, sourceOf } from './index.ts'

describe('what can be written', () => {
  it.each(outputNames)('%s keeps sound, length and tags', async name => {
    const { rate: sampleRate = 44100 } = outputFormats[name] as { rate?: number },
      audio = signalOf(2, sampleRate, 30000),
      sink = memorySink(),
      tags = { title: 'Ü', pictures: [{ type: 3, mime: 'image/png', description: '', data: Uint8Array.of(1, 2) }] }
    const writer = await outputFormats[name].create(sink, { sampleRate, channels: 2, seed: 1, name: 'x', tags })
    await writer.write(audio)
    await writer.close()
    const file = await openAudio(sourceOf(sink.bytes()), 'x')
    expect(file).toMatchObject({ frames: 30000, sampleRate, channels: 2, tags })
    ;(await decoded(file)).forEach((channel, c) => expect(snr(audio[c]!, channel, 2000)).toBeGreaterThan(30))
  })
  it('names decide, and may not contradict', () => {
    const names = ['a.wav', 'a.FLAC', 'b/a.mp3', 'a.ogg', 'a.opus', 'a.b/c', 'a.xyz']
    expect(names.map(name => outputFormatOf(name))).toEqual(['f32', 'flac24', 'mp3', 'ogg', 'opus', 'f32', 'f32'])
    expect(outputFormatOf('a.flac', 'flac16')).toBe('flac16')
    expect(outputFormatOf('a', 'mp3')).toBe('mp3')
    expect(() => outputFormatOf('a.wav', 'mp3')).toThrow('.mp3, or choose f32 or s24 or s16')
    expect(() => outputFormatOf('a.m4a')).toThrow('ffmpeg -i out.wav out.m4a')
  })
})
