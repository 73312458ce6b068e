import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Audio } from '@mixwright/dsp'
import { createWavWriter, memorySink, type WavFormat } from '@mixwright/files'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { inOne } from '../../../../packages/dsp/test/in-one.ts'
import { importClip, openClip, readAudioInfo } from './audio-files.ts'
import { openExternal } from './external-decoder.ts'
import { listStems } from './folder.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixwright-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const at = (name: string): string => join(folder, name)
const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../../packages/files/test/fixtures/${name}`, import.meta.url))
const cacheFolder = (): string => at('cache')

const tone = (frames: number, rate: number, hz: number): Float32Array =>
  new Float32Array(frames).map((_, i) => 0.5 * Math.sin((2 * Math.PI * hz * i) / rate))
async function writeWav(name: string, audio: Audio, sampleRate: number, format: WavFormat = 'f32'): Promise<string> {
  const sink = memorySink(),
    writer = await createWavWriter(sink, { sampleRate, channels: audio.length, format, seed: 1, name })
  await writer.write(audio)
  await writer.close()
  writeFileSync(at(name), sink.bytes())
  return at(name)
}

describe('import', () => {
  it('reads PCM of the session rate where it is', async () => {
    const audio = [tone(5000, 48000, 440), tone(5000, 48000, 1000)],
      path = await writeWav('a.wav', audio, 48000),
      shares: number[] = []
    const clip = await importClip(path, {
      sampleRate: 48000,
      cacheFolder: cacheFolder(),
      progress: x => shares.push(x)
    })
    expect(clip).toMatchObject({
      sampleRate: 48000,
      channels: 2,
      frames: 5000,
      info: { format: 'wav', sampleRate: 48000, channels: 2, bits: 32, frames: 5000 }
    })
    expect(await clip.read(100, 50)).toEqual(audio.map(c => c.slice(100, 150)))
    expect(existsSync(cacheFolder())).toBe(false)
    expect(shares).toEqual([1])
    clip.close()
  })

  it('converts other rates once, into the cache', async () => {
    const path = await writeWav('a.wav', [tone(44100, 44100, 440), tone(44100, 44100, 1000)], 44100),
      options = { sampleRate: 48000, cacheFolder: cacheFolder() }
    const clip = await importClip(path, options),
      [left, right] = await clip.read(0, 48000)
    expect(clip).toMatchObject({ sampleRate: 48000, channels: 2, frames: 48000, info: { sampleRate: 44100 } })
    // The resampler is flat within 0.01 dB (a factor of 1.0012) there; its ends ring.
    const wanted = [tone(48000, 48000, 440), tone(48000, 48000, 1000)]
    for (let i = 2000; i < 46000; i += 7) {
      expect(Math.abs(left![i]! - wanted[0]![i]!)).toBeLessThan(0.5 * 0.0013)
      expect(Math.abs(right![i]! - wanted[1]![i]!)).toBeLessThan(0.5 * 0.0013)
    }
    clip.close()
    const files = readdirSync(cacheFolder())
    expect(files).toHaveLength(2)
    expect(files.map(f => statSync(join(cacheFolder(), f)).size)).toEqual([4 * 48000, 4 * 48000])
    // Again: nothing new is made, and the same comes out.
    const made = files.map(f => statSync(join(cacheFolder(), f)).mtimeMs),
      again = await importClip(path, options)
    expect(readdirSync(cacheFolder()).map(f => statSync(join(cacheFolder(), f)).mtimeMs)).toEqual(made)
    expect((await again.read(0, 48000))[1]).toEqual(right)
    again.close()
    // A changed file is another file.
    await writeWav('a.wav', [tone(100, 44100, 440)], 44100)
    const changed = await importClip(path, options)
    expect(changed).toMatchObject({ channels: 1, frames: Math.ceil((100 * 48000) / 44100) })
    changed.close()
  })

  it.each([
    ['sweep.mp3', 44100, 22050],
    ['sweep.ogg', 44100, 22050],
    ['sweep.opus', 48000, 24000],
    ['sweep-s16.flac', 44100, 8820]
  ])('%s, decoded into the cache', async (name, sampleRate, frames) => {
    const clip = await importClip(fixture(name), { sampleRate, cacheFolder: cacheFolder() })
    expect(clip).toMatchObject({ sampleRate, channels: 2, frames })
    const [left] = await clip.read(2000, 4000),
      wanted = tone(6000, sampleRate, 440)
    expect(Math.max(...left!.map((x, i) => Math.abs(x - wanted[2000 + i]!)))).toBeLessThan(0.05)
    clip.close()
  })

  it('8 kHz and 192 kHz come in; other extremes are refused in words', async () => {
    for (const rate of [8000, 192000]) {
      const clip = await importClip(await writeWav(`${rate}.wav`, [tone(rate / 10, rate, 440)], rate), {
        sampleRate: 44100,
        cacheFolder: cacheFolder()
      })
      expect(clip.frames).toBe(4410)
      clip.close()
    }
    const path = await writeWav('low.wav', [tone(400, 4000, 440)], 4000)
    await expect(importClip(path, { sampleRate: 44100, cacheFolder: cacheFolder() })).rejects.toMatchObject({
      name: 'AudioFileError',
      what: 'a sampling rate of 4000 Hz cannot be used; 8000 to 192000 Hz can'
    })
  })

  it('another thread opens the same clip from its descriptor', async () => {
    for (const rate of [44100, 48000]) {
      const clip = await importClip(await writeWav('a.wav', [tone(5000, 44100, 440)], 44100), {
        sampleRate: rate,
        cacheFolder: cacheFolder()
      })
      const copy = await openClip(JSON.parse(JSON.stringify(clip.descriptor)) as typeof clip.descriptor)
      expect(copy).toMatchObject({ frames: clip.frames, channels: 1, sampleRate: rate })
      expect(await copy.read(-5, 3000)).toEqual(await clip.read(-5, 3000))
      clip.close()
      copy.close()
    }
  })

  it('leaves nothing behind when it is stopped or fails', async () => {
    const path = await writeWav('a.wav', [tone(400000, 44100, 440)], 44100),
      stop = new AbortController()
    const progress = (): void => stop.abort(new Error('enough'))
    await expect(
      importClip(path, { sampleRate: 48000, cacheFolder: cacheFolder(), signal: stop.signal, progress })
    ).rejects.toThrow('enough')
    expect(readdirSync(cacheFolder())).toEqual([])
    const bad = tone(200000, 44100, 440)
    bad[150000] = Number.NaN
    const sink = memorySink(),
      writer = await createWavWriter(sink, { sampleRate: 44100, channels: 1, format: 'f32', seed: 1, name: 'x' })
    await writer.write([tone(200000, 44100, 440)])
    await writer.close()
    const bytes = sink.bytes()
    new DataView(bytes.buffer).setFloat32(bytes.length - 4 * 50000, Number.NaN, true)
    writeFileSync(at('nan.wav'), bytes)
    await expect(importClip(at('nan.wav'), { sampleRate: 48000, cacheFolder: cacheFolder() })).rejects.toThrow(
      'nan.wav: sample 150000 of channel 1'
    )
    expect(readdirSync(cacheFolder())).toEqual([])
  })
})

describe('stems in a folder', () => {
  it('in natural order, without hidden files and our own', async () => {
    for (const name of ['10 vox.wav', '2 Bass.wav', '1 kick.WAV', 'mix.wav', '.hidden.wav'])
      await writeWav(name, [tone(100, 44100, 440)], 44100)
    copyFileSync(fixture('sweep.mp3'), at('kick.mp3'))
    await writeWav('kick.wav', [tone(100, 44100, 440)], 44100)
    writeFileSync(at('notes.txt'), 'x')
    mkdirSync(at('inner'))
    if (process.platform !== 'win32') symlinkSync(at('2 Bass.wav'), at('link.wav'))
    const found = await listStems(folder, { skip: ['mix.wav'] })
    expect(found.stems.map(s => s.name)).toEqual([
      '1 kick',
      '2 Bass',
      '10 vox',
      'kick.mp3',
      'kick.wav',
      ...(process.platform === 'win32' ? [] : ['link'])
    ])
    expect(found.stems[3]).toMatchObject({ path: at('kick.mp3'), info: { format: 'mp3', channels: 2, frames: 22050 } })
    expect(found.ignored).toEqual(['notes.txt'])
  })

  it('what is wrong with a folder, in words', async () => {
    await expect(listStems(at('none'))).rejects.toMatchObject({ fault: 'missing' })
    await expect(listStems(folder)).rejects.toMatchObject({ fault: 'empty', what: 'the folder has no files' })
    writeFileSync(at('a.txt'), 'x')
    await expect(listStems(folder)).rejects.toMatchObject({
      fault: 'not-audio',
      what: 'the folder has no audio files, only a.txt'
    })
    await expect(listStems(at('a.txt'))).rejects.toMatchObject({ what: 'this is a file, not a folder' })
  })

  it('one unreadable file among good ones: named, or left out if asked', async () => {
    await writeWav('a.wav', [tone(100, 44100, 440)], 44100)
    writeFileSync(at('b.wav'), 'this is no audio')
    writeFileSync(at('c.wav'), '')
    await expect(listStems(folder)).rejects.toThrow(/^b.wav: the file is not audio.*--skip-bad$/)
    const found = await listStems(folder, { skipBad: true })
    expect(found.stems.map(s => s.name)).toEqual(['a'])
    expect(found.bad.map(e => [e.place, e.fault])).toEqual([
      ['b.wav', 'not-audio'],
      ['c.wav', 'empty']
    ])
    rmSync(at('a.wav'))
    await expect(listStems(folder, { skipBad: true })).rejects.toThrow(/none of its 2 audio files can be read/)
  })
})

// Stand-ins for ffmpeg: what counts here is how it is called, read and ended.
describe.skipIf(process.platform === 'win32')('external decoder', () => {
  const script = (name: string, body: string): string => {
    writeFileSync(at(name), `#!${process.execPath}\n${body}`)
    chmodSync(at(name), 0o755)
    return at(name)
  }
  const open = (probe: object, decoder: string, more = {}) =>
    openExternal('song.m4a', 'song.m4a', 'm4a', 'the file is AAC', {
      ffprobe: script('ffprobe', `console.log(${JSON.stringify(JSON.stringify(probe))})`),
      ffmpeg: script('ffmpeg', decoder),
      ...more
    })
  const stereo = { streams: [{ sample_rate: '48000', channels: 2, duration: '1.0' }] }
  /** Left 1, 2, 3 …, right its negative, `count` frames, in pieces that do not end on frames. */
  const counting = (
    count: number,
    then = ''
  ) => `const f = new Float32Array(${2 * count}); for (let i = 0; i < ${count}; i++) { f[2 * i] = i + 1; f[2 * i + 1] = -i - 1 }
    const b = Buffer.from(f.buffer); (async () => { for (let at = 0; at < b.length; at += 1001) if (!process.stdout.write(b.subarray(at, at + 1001))) await new Promise((r) => process.stdout.once('drain', r)); ${then} })()`
  const drain = async (blocks: AsyncIterable<Audio>) => {
    const out: Audio[] = []
    for await (const audio of blocks) out.push(audio)
    return out
  }

  it('splits the floats of the pipe into channels', async () => {
    const file = await open(stereo, counting(20000))
    expect(file).toMatchObject({ sampleRate: 48000, channels: 2, format: 'm4a', expectedFrames: 48000 })
    const blocks = await drain(file.blocks()),
      [left, right] = inOne(blocks)
    expect(left).toEqual(new Float32Array(20000).map((_, i) => i + 1))
    expect(right).toEqual(left!.map(x => -x))
  })

  it('passes on what ffmpeg says of damage', async () => {
    await expect(
      drain(
        (await open(stereo, counting(100, "console.error('[mov @ 0x1] partial file'); process.exitCode = 0"))).blocks()
      )
    ).rejects.toThrow(/song.m4a: ffmpeg stumbles over it after 0.002 s \(partial file\)/)
    await expect(drain((await open(stereo, 'process.exit(1)')).blocks())).rejects.toMatchObject({ fault: 'corrupt' })
    await expect(drain((await open(stereo, '')).blocks())).rejects.toMatchObject({ fault: 'no-samples' })
  })

  it('refuses what is no audio or has too many channels', async () => {
    await expect(open({ streams: [] }, '')).rejects.toMatchObject({ fault: 'not-audio' })
    await expect(open({ streams: [{ sample_rate: '48000', channels: 6 }] }, '')).rejects.toMatchObject({
      fault: 'too-many-channels'
    })
  })

  it('says so where there is no ffmpeg', async () => {
    await expect(open(stereo, '', { ffprobe: at('nowhere') })).rejects.toThrow(
      'song.m4a: the file is AAC; it needs ffmpeg on the PATH (https://ffmpeg.org), or convert the file to WAV'
    )
    await expect(drain((await open(stereo, '', { ffmpeg: at('nowhere') })).blocks())).rejects.toMatchObject({
      fault: 'unsupported'
    })
  })

  it('ends ffmpeg when it is stopped or no longer wanted', async () => {
    const endless = `require('fs').writeFileSync(${JSON.stringify(at('pid'))}, String(process.pid)); ${counting(100, 'setInterval(() => {}, 1000)')}`
    const gone = async () => {
      const pid = Number(await import('node:fs').then(fs => fs.readFileSync(at('pid'), 'utf8')))
      for (let k = 0; k < 200; k++) {
        try {
          process.kill(pid, 0)
        } catch {
          return true
        }
        await new Promise(resolve => {
          setTimeout(resolve, 10)
        })
      }
      return false
    }
    for await (const audio of (await open(stereo, endless)).blocks()) {
      expect(audio).toHaveLength(2)
      break
    }
    expect(await gone()).toBe(true)
    const stop = new AbortController()
    const reading = (async () => {
      for await (const audio of (await open(stereo, endless, { signal: stop.signal })).blocks())
        if (audio.length) stop.abort(new Error('enough'))
    })()
    await expect(reading).rejects.toThrow('enough')
    expect(await gone()).toBe(true)
  })

  it('reads what headers say', async () => {
    expect(await readAudioInfo(fixture('sweep.opus'))).toEqual({
      format: 'opus',
      sampleRate: 48000,
      channels: 2,
      frames: 24000
    })
  })
})
