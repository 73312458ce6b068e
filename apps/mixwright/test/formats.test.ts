/** What `render`, `mix` and `revise` write: the wanted format, with what the inputs say of themselves. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { outputFormats, outputNames, type Tags } from '@mixwright/files'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openAudioFile } from '../src/node/audio-files.ts'
import { createOutput } from '../src/node/takes.ts'
import { call, graphText, tone, type Workplace, workplace } from './command.ts'

let place: Workplace
const frames = 44100,
  tags = { title: 'Ünison', pictures: [{ type: 3, mime: 'image/png', description: '', data: Uint8Array.of(1, 2, 3) }] }
const opened = async (name: string) => {
  const file = await openAudioFile(place.at(name))
  file.close()
  return file
}
beforeAll(async () => {
  place = workplace()
  place.put('g.json', graphText())
  await stem('in.wav', tags)
})
async function stem(name: string, words: Tags): Promise<void> {
  const output = await createOutput(place.at(name), {
    ...{ sampleRate: 44100, channels: 2, format: 's24', force: true },
    tags: words,
    broadcast: { timeReference: 441, originator: 'Someone', loudness: { integrated: -3 } }
  })
  await output.write([tone(frames), tone(frames, 550)])
  await output.close()
}
afterAll(() => place?.remove())

const render = (...args: string[]) =>
  call(place.folder, ['render', 'g.json', '--in', 'in=in.wav', '--tail', '0', ...args])

it('the name says the format; tags, artwork and time stay', async () => {
  for (const [file, format] of [
    ['a.wav', 'wav'],
    ['a.flac', 'flac'],
    ['a.mp3', 'mp3'],
    ['a.ogg', 'vorbis']
  ] as const) {
    expect(await render('--out', `main=${file}`)).toMatchObject({ code: 0 })
    expect(await opened(file)).toMatchObject({ format, frames, sampleRate: 44100, tags })
  }
  expect(await render('--out', 'main=a.opus')).toMatchObject({ code: 0 })
  expect(await opened('a.opus')).toMatchObject({ format: 'opus', frames: 48000, sampleRate: 48000, tags })
  expect(await render('--out', 'main=48.wav', '--rate', '48000', '--format', 's16')).toMatchObject({ code: 0 })
  const { broadcast, bits } = await opened('48.wav')
  // 10 ms; the loudness of another file is not this one's.
  expect({ broadcast, bits }).toEqual({ broadcast: { timeReference: 480, originator: 'Mixwright' }, bits: 16 })
})
it('--to and --format name the files', async () => {
  expect(await render('--to', 'out', '--format', 'flac16')).toMatchObject({ code: 0 })
  expect(readdirSync(place.at('out'))).toEqual(['main.flac'])
  expect(await opened('out/main.flac')).toMatchObject({ bits: 16, frames })
})
it('what cannot be is refused before anything is written', async () => {
  for (const [args, words] of [
    [
      ['--out', 'main=x.m4a'],
      ['.m4a', 'ffmpeg -i out.wav']
    ],
    [
      ['--out', 'main=x.mp3', '--format', 's16'],
      ['s16', '.mp3', '.wav']
    ],
    [
      ['--out', 'main=sub/x.mp3', '--rate', '96000'],
      ['96000', '44100', 'FLAC']
    ],
    [
      ['--out', 'main=x.mp3', '--format', 'wma'],
      ['wma', 'flac16']
    ]
  ] as const) {
    const { code, err } = await render(...args)
    expect(code).toBe(2)
    for (const word of words) expect(err).toContain(word)
  }
  for (const left of ['x.m4a', 'x.mp3', 'sub']) expect(existsSync(place.at(left))).toBe(false)
})
it.each(['render', 'mix', 'revise'])('the help of %s has every format', async command => {
  const { out } = await call(place.folder, [command, '--help']),
    plain = out.replace(/\s+/g, ' ')
  for (const name of outputNames) expect(plain).toContain(`${name}: ${outputFormats[name].title}`)
})
it('a mix says what its stems say alike, in the wanted format, and so does its revision', async () => {
  await stem('song/a.wav', { ...tags, title: 'Bass', artist: 'They' })
  await stem('song/b.wav', { ...tags, title: 'Keys', artist: 'They' })
  const masters = () => readdirSync(place.at('song/mixwright')).filter(name => name.startsWith('master.')),
    { pictures } = tags
  expect(
    await call(place.folder, ['mix', 'song', '--report', 'text', '--refine', '0', '--format', 'mp3'])
  ).toMatchObject({ code: 0 })
  expect(masters().sort()).toEqual(['master.json', 'master.mp3'])
  const named = { title: 'song', artist: 'They', pictures }
  const { broadcast, frames: whole } = await opened('song/mixwright/mix.wav')
  expect(broadcast).toEqual({ timeReference: 441, originator: 'Mixwright' })
  expect(await opened('song/mixwright/master.mp3')).toMatchObject({ format: 'mp3', frames: whole, tags: named })
  expect(readFileSync(place.at('song/mixwright/report.html'), 'utf8')).toContain('master.mp3')

  expect(await call(place.folder, ['revise', 'song/mixwright', 'louder'])).toMatchObject({ code: 0 })
  expect(masters().sort()).toEqual(['master.json', 'master.mp3'])
  const flac = await call(place.folder, ['revise', 'song/mixwright', '--format', 'flac16'])
  expect(flac.out).toContain(join('song', 'mixwright', 'master.flac'))
  expect(masters().sort()).toEqual(['master.flac', 'master.json'])
  await call(place.folder, ['revise', 'song/mixwright', 'quieter'])
  expect(await opened('song/mixwright/master.flac')).toMatchObject({ bits: 16, frames: whole, tags: named })

  place.put('earlier/master.flac', 'x')
  const taken = await call(place.folder, ['mix', 'song', '--out', 'earlier', '--report', 'text', '--refine', '0'])
  expect(taken).toMatchObject({ code: 2, err: expect.stringContaining('master.flac') as string })
})
it('a rate that the format has not is refused before the song is read', async () => {
  await stem('song/a.wav', {})
  const { code, err } = await call(place.folder, [
    'mix',
    'song',
    '--rate',
    '96000',
    '--format',
    'mp3',
    '--out',
    'high',
    '--report',
    'text',
    '--refine',
    '0'
  ])
  expect(code).toBe(2)
  expect(err).toContain('master.mp3: MP3 at 96000 Hz')
  expect(err).not.toContain('Listening')
  expect(existsSync(place.at('high'))).toBe(false)
})
