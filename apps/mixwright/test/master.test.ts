/** `mixwright master` as a process. */
import { existsSync, readFileSync } from 'node:fs'
import { parseGraph } from '@mixwright/graph'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, run, tone, type Workplace, workplace } from './command.ts'

let place: Workplace
beforeAll(async () => {
  place = workplace()
  await place.wav('song.wav', [tone(3 * 44100), tone(3 * 44100, 330)])
})
afterAll(() => place?.remove())

describe('master', () => {
  it('writes a master and its graph, and says what each platform makes of it', async () => {
    const { code, out } = await run(place.folder, ['master', 'song.wav', '--loudness', '-18'])
    expect(code).toBe(0)
    expect(out).toMatch(/Loudness, LUFS +-\d+\.\d +-18\.0/)
    expect(out).toMatch(/Apple Music +2\.0 dB/)
    expect(existsSync(place.at('song-master/master.wav'))).toBe(true)
    expect(existsSync(place.at('song-master/toned.wav'))).toBe(false)
    const graph = parseGraph(readFileSync(place.at('song-master/master.json'), 'utf8'))
    expect(Object.keys(graph.inputs)).toEqual(['song'])
    const again = await call(place.folder, [
      'render',
      'song-master/master.json',
      '--in',
      'song=song.wav',
      '--to',
      'again'
    ])
    expect(again.code).toBe(0)
  })
  it('shows before and after in a page, and keeps the format and words that are wanted', async () => {
    const { code, out } = await call(place.folder, ['master', 'song.wav', '--format', 'mp3', '--out', 'lossy'])
    expect(code).toBe(0)
    expect(out).toMatch(/SONG +MASTER +DECODED/)
    expect(existsSync(place.at('lossy/master.mp3'))).toBe(true)
    const page = readFileSync(place.at('lossy/report.html'), 'utf8')
    expect(page).toContain('Apple Music')
    expect(page.match(/id="audio-version-\d"/g)).toHaveLength(2)
  })
  it('masters several songs as an album, towards weighted references', async () => {
    await place.wav('other.wav', [tone(3 * 44100, 220).map(v => v / 4), tone(3 * 44100, 440).map(v => v / 4)])
    const { code, out } = await run(place.folder, [
      'master',
      'song.wav',
      'other.wav',
      '--evenness',
      '0',
      '--loudness',
      '-20',
      '--reference',
      'song.wav=2',
      '--reference',
      'other.wav=0.5'
    ])
    expect(code).toBe(0)
    expect(out).toMatch(/song +-\d+\.\d +-20\.0 +-20\.0/)
    for (const name of ['song.wav', 'song.json', 'song.html', 'other.wav'])
      expect(existsSync(place.at(`album-master/${name}`))).toBe(true)
  })
  it.each([
    [['song.wav', 'song.wav', '--out', 'twice'], /song: two songs of the album have this name; rename one of them/],
    [['song.wav', '--reference', 'song.wav=0', '--force'], /--reference: "song.wav=0": "0" is no weight/],
    [['song.wav', '--target', 'reference', '--force'], /"reference" needs a reference to be as loud as/],
    [['song.wav'], /song-master[/\\]master\.wav: there are results already; use --force/],
    [['nothing.wav'], /nothing\.wav: no such file/],
    [['song.wav', '--loudness', '9', '--force'], /--loudness: "9" is not allowed; give -40 dB to -5 dB/],
    [['song.wav', '--target', 'radio', '--force'], /--target: "radio" is not allowed/],
    [['song.wav', '--loudness', '-5', '--ceiling', '-12', '--out', 'loud'], /out of reach.*the loudest that is clean/]
  ])('refuses %j in one sentence and leaves everything as it was', async (args, message) => {
    const before = place.list(),
      { code, err } = await call(place.folder, ['master', ...args, '--quiet'])
    expect(code).toBe(2)
    expect(err.trim()).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(place.list()).toEqual(before)
  })
})
