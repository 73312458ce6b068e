/** `mixwright master` as a process. */
import { existsSync, readFileSync } from 'node:fs'
import { parseGraph } from '@mixwright/graph'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run, tone, type Workplace, workplace } from './command.ts'

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
    const again = await run(place.folder, [
      'render',
      'song-master/master.json',
      '--in',
      'song=song.wav',
      '--to',
      'again'
    ])
    expect(again.code).toBe(0)
  })
  it.each([
    [['song.wav'], /song-master[/\\]master\.wav: there are results already; use --force/],
    [['nothing.wav'], /nothing\.wav: no such file/],
    [['song.wav', '--loudness', '9', '--force'], /--loudness: "9" is not allowed; give -40 dB to -5 dB/],
    [['song.wav', '--target', 'radio', '--force'], /--target: "radio" is not allowed/],
    [['song.wav', '--loudness', '-5', '--ceiling', '-12', '--out', 'loud'], /out of reach.*the loudest that is clean/]
  ])('refuses %j in one sentence and leaves everything as it was', async (args, message) => {
    const before = place.list(),
      { code, err } = await run(place.folder, ['master', ...args, '--quiet'])
    expect(code).toBe(2)
    expect(err.trim()).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(place.list()).toEqual(before)
  })
})
