/** What `render` writes: the format that the name says, with what the input says of itself. */
import { existsSync, readdirSync } from 'node:fs'
import { outputFormats, outputNames } from '@mixwright/files'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openAudioFile } from '../src/node/audio-files.ts'
import { graphText, run, tone, type Workplace, workplace } from './command.ts'

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
  const { createOutput } = await import('../src/node/takes.ts'),
    output = await createOutput(place.at('in.wav'), {
      ...{ sampleRate: 44100, channels: 2, format: 's24', force: false },
      tags,
      broadcast: { timeReference: 441, originator: 'Someone', loudness: { integrated: -3 } }
    })
  await output.write([tone(frames), tone(frames, 550)])
  await output.close()
})
afterAll(() => place?.remove())

const render = (...args: string[]) =>
  run(place.folder, ['render', 'g.json', '--in', 'in=in.wav', '--tail', '0', ...args])

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
      ['--out', 'main=x.opus'],
      ['.opus', 'ffmpeg -i out.wav']
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
  for (const left of ['x.opus', 'x.mp3', 'sub']) expect(existsSync(place.at(left))).toBe(false)
})
it('help has every format', async () => {
  const { out } = await run(place.folder, ['render', '--help']),
    plain = out.replace(/\s+/g, ' ')
  for (const name of outputNames) expect(plain).toContain(`${name}: ${outputFormats[name].title}`)
})
