/** `mixwright revise` as a process, over the results of a mix. */
import { readFileSync } from 'node:fs'
import { parseGraph } from '@mixwright/graph'
import { parseSession, type Session, verbNames, verbOf } from '@mixwright/tasks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClip } from '../src/node/audio-files.ts'
import { call, type Outcome, start, tone, type Workplace, workplace } from './command.ts'

let place: Workplace
const rate = 44100,
  home = 'Mein Lied/mixwright'
const revise = (...args: string[]): Promise<Outcome> => call(place.folder, ['revise', ...args, '--quiet'])
const text = (name: string): string => readFileSync(place.at(name), 'utf8')
const session = (folder = home): Session => parseSession(text(`${folder}/decisions.json`))
const stemOf = (of: Session, name: string) => of.stems.find(stem => stem.stem === name)!
async function audio(path: string): Promise<Float32Array> {
  const clip = await openClip({ kind: 'file', path: place.at(path), name: path, allowTruncated: false }),
    [left] = await clip.read(0, clip.frames)
  clip.close()
  return left!
}
/** Level of a tone in a file, dB: its Fourier coefficient over the whole seconds there are. */
async function levelAt(path: string, hz: number): Promise<number> {
  const x = (await audio(path)).subarray(0, 3 * rate)
  let re = 0,
    im = 0
  x.forEach((v, i) => {
    re += v * Math.cos((2 * Math.PI * hz * i) / rate)
    im += v * Math.sin((2 * Math.PI * hz * i) / rate)
  })
  return 20 * Math.log10((2 * Math.hypot(re, im)) / x.length)
}

beforeAll(async () => {
  place = workplace()
  await place.wav('Mein Lied/1 Bass.wav', [tone(3 * rate, 80)])
  await place.wav('Mein Lied/Gitarre übersteuert.wav', [tone(3 * rate, 330)])
  await place.wav('Mein Lied/Keys.wav', [tone(3 * rate, 500), tone(3 * rate, 505)], rate, 's24')
  place.put('Mein Lied/notes.txt', 'no stem')
  const { code, err } = await call(place.folder, [
    'mix',
    'Mein Lied',
    '--dynamics',
    '0',
    '--loudness',
    '-20',
    '--report',
    'text',
    '--refine',
    '0',
    '--quiet'
  ])
  expect(code, err).toBe(0)
})
afterAll(() => {
  place?.remove()
})

it('help has every verb with what it does', async () => {
  const { code, out } = await call(place.folder, ['revise', '--help'])
  expect(code).toBe(0)
  for (const name of verbNames) expect(out).toContain(verbOf(name).does)
})

describe('a revision in place', () => {
  it('does what it understood, says what it did not, and leaves the way back', async () => {
    const before = { text: text(`${home}/decisions.json`), bass: await levelAt(`${home}/mix.wav`, 80) },
      keys = await levelAt(`${home}/mix.wav`, 500),
      { code, out, err } = await revise(home, 'bass up 2 dB, gitare up 1')
    expect({ code, err }).toEqual({
      code: 0,
      err: expect.stringMatching(/^\? "gitare up 1": no stem, role or group "gitare" in this song; did you mean .*\n$/)
    })
    expect(out).toMatch(/^bass up 2 dB +1 Bass +\+2\.0 dB$/m)
    expect(out).toMatch(/master -20\.\d LUFS/)
    expect(out).toMatch(/^Still of the mix before: report\.html, balance\.wav, stems/m)
    expect(text(`${home}/decisions.before.json`)).toBe(before.text)
    expect(stemOf(session(), '1 Bass').trim).toEqual({ gain: 2, reason: 'You asked: bass up 2 dB.' })
    expect((await levelAt(`${home}/mix.wav`, 80)) - before.bass).toBeCloseTo(2, 1)
    expect((await levelAt(`${home}/mix.wav`, 500)) - keys).toBeCloseTo(0, 1)
    expect(parseGraph(text(`${home}/graph.json`)).outputs).toHaveProperty('stem:1-Bass')
  })
  it('goes back by the session before', async () => {
    expect(await revise(`${home}/decisions.before.json`)).toMatchObject({ code: 0, err: '' })
    expect(stemOf(session(), '1 Bass').trim).toBeUndefined()
  })
  it('renders what was edited by hand, with stems if they are wanted, elsewhere', async () => {
    const edited = session(),
      stems = edited.stems.map(one => (one.stem === 'Keys' ? { ...one, muted: { reason: 'Mine.' } } : one))
    place.put('edited/decisions.json', JSON.stringify({ ...edited, folder: '../Mein Lied', stems }))
    const { code, out, err } = await revise('edited', '--stems', '--out', 'made/here', '--json')
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const { files, done } = JSON.parse(out) as { files: string[]; done: unknown[] }
    expect(done).toEqual([])
    expect(files.map(file => file.replace('made/here/', '')).sort()).toEqual(
      expect.arrayContaining([
        'decisions.json',
        'graph.json',
        'master.json',
        'master.wav',
        'mix.wav',
        'stems/1-Bass.wav'
      ])
    )
    expect(files).not.toContain('made/here/stems/Keys.wav')
    expect(session('made/here').folder).toBe('../../Mein Lied')
    expect(await levelAt('made/here/mix.wav', 500)).toBeLessThan((await levelAt(`${home}/mix.wav`, 500)) - 40)
  })
})

describe('refuses in one message, with exit code 2, and changes nothing', () => {
  // biome-ignore format: a table
  it.each<[string, string[], RegExp[]]>([
    ['a phrase of which nothing is understood', [home, 'frobnicate, kik tighter'], [/"frobnicate": no stem/, /"kik tighter": no stem/]],
    ['an empty phrase', [home, ' '], [/phrase is empty/, /vocals up 1/]],
    ['a folder without a session', ['Mein Lied'], [/decisions\.json/, /no session there/, /results of a mix/]],
    ['a place that is not there', ['nowhere'], [/nowhere/, /no such file/]],
    ['nonsense by hand', ['bad', 'bass up 1'], [/bad.decisions\.json: stems\[0\]\.fader\.gain: "loud" is not allowed; give -120 to 48 dB/]],
    ['a stem that is gone', ['gone', 'bass up 1'], [/other.1 Bass/, /no such stem any more/]],
    ['other results that stand', [home, 'bass up 1', '--out', 'taken'], [/taken.master\.wav/, /--force/]],
    ['results among the stems', [home, 'bass up 1', '--out', 'Mein Lied'], [/among the stems/]]
  ])('%s', async (_, args, says) => {
    const good = session(),
      stems = good.stems.map((one, i) => (i === 0 ? { ...one, fader: { ...one.fader, gain: 'loud' } } : one))
    place.put('bad/decisions.json', JSON.stringify({ ...good, stems }))
    place.put('gone/decisions.json', JSON.stringify({ ...good, folder: '../other' }))
    await place.wav('other/Keys.wav', [tone(rate)])
    place.put('taken/master.wav', 'earlier')
    const before = place.list(),
      { code, out, err } = await revise(...args)
    expect({ code, out }, err).toEqual({ code: 2, out: '' })
    for (const part of says) expect(err).toMatch(part)
    expect(err).not.toMatch(/^\s+at |fault of Mixwright|undefined|\[object/m)
    expect(place.list()).toEqual(before)
  })
})

it.skipIf(process.platform === 'win32')('Ctrl-C leaves the results as they were', async () => {
  const before = place.list(),
    { child, says, ended } = start(place.folder, ['revise', home, 'bass up 3'])
  await says('Mixing')
  child.kill('SIGINT')
  expect(await ended).toMatchObject({ code: 1, out: '' })
  expect(place.list()).toEqual(before)
})
