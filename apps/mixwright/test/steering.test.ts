/** What a user may settle for a mix, from the command line: files beside the mix, and what becomes of earlier ones. */
import { readdirSync, readFileSync } from 'node:fs'
import type { Audio } from '@mixwright/dsp'
import type { Decisions, VariantFigures } from '@mixwright/tasks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClip } from '../src/node/audio-files.ts'
import { call, tone, type Workplace, workplace } from './command.ts'

let place: Workplace
const rate = 44100,
  frames = 5 * rate,
  hits = (hz: number, period: number, decay: number): Float32Array =>
    tone(frames, hz).map((x, i) => x * Math.exp(-(i % (period * rate)) / decay))
const kick = hits(60, 0.5, 3000),
  bass = tone(frames, 80),
  vox = tone(frames, 440).map((x, i) => x * (0.6 + 0.4 * Math.sin(i / 9000)))

beforeAll(async () => {
  place = workplace()
  await place.wav('song/Kick.wav', [kick])
  await place.wav('song/Bass.wav', [bass])
  await place.wav('song/Lead Vox.wav', [vox])
  await place.wav('rough.wav', [kick.map((x, i) => 0.2 * x + 0.1 * bass[i]! + 0.05 * vox[i]!)], 48000 - 3900)
})
afterAll(() => place?.remove())

const mix = async (...more: string[]) => {
  const { code, out, err } = await call(place.folder, [
    'mix',
    'song',
    '--out',
    'made',
    '--json',
    '--report',
    'text',
    '--refine',
    '0',
    ...more
  ])
  expect({ code, err: err.replace(/^! .*\n/gm, '') }).toEqual({ code: 0, err: '' })
  return JSON.parse(out) as {
    decisions: Decisions
    variants?: { name: string; figures: VariantFigures }[]
    warnings: string[]
  }
}
const names = () =>
  place
    .list()
    .filter(line => line.startsWith('made/'))
    .map(line => line.slice(5).replace(/ \d+ [\d.]+$/, ''))
const read = async (name: string) => {
  const clip = await openClip({ kind: 'file', path: place.at(`made/${name}`), name, allowTruncated: false }),
    audio = await clip.read(0, clip.frames)
  clip.close()
  return audio
}

it('a rough mix, a lock, stems apart and variants; the next mix takes away what it does not make', async () => {
  const { decisions, variants } = await mix(
      '--rough',
      'rough.wav',
      '--lock',
      'bass',
      '--solo-out',
      'vocals',
      '--variants'
    ),
    stem = (name: string) => decisions.stems.find(one => one.stem === name)!
  expect(stem('Kick').fader.gain - stem('Lead Vox').fader.gain).toBeCloseTo(20 * Math.log10(4), 0)
  expect(stem('Bass')).toMatchObject({ locked: true, chain: [] })
  const variantFiles = [
    'decisions.json',
    'graph.json',
    'master.json',
    'master.wav',
    'mix.wav',
    'only-vocals.wav',
    'without-vocals.wav'
  ]
  for (const name of ['punchy', 'vocal-forward'])
    expect(names().filter(file => file.startsWith(`${name}/`))).toEqual(variantFiles.map(file => `${name}/${file}`))

  const [natural, forward, punchy] = variants!
  expect(variants!.map(one => one.name)).toEqual(['natural', 'vocal-forward', 'punchy'])
  expect(forward!.figures.vocals! - natural!.figures.vocals!).toBeGreaterThan(1)
  expect(punchy!.figures.drums! - natural!.figures.drums!).toBeGreaterThan(1)

  const [whole, only, without] = await Promise.all(['mix.wav', 'only-vocals.wav', 'without-vocals.wav'].map(read)),
    power = (x: (c: number, i: number) => number) =>
      [0, 1].reduce((sum, c) => sum + whole![c]!.reduce((s, _, i) => s + x(c, i) ** 2, 0), 0)
  const rest = power((c, i) => whole![c]![i]! - only![c]![i]! - without![c]![i]!)
  expect(10 * Math.log10(rest / power((c, i) => whole![c]![i]!))).toBeLessThan(-90)

  // A variant is a session like any other: it can be revised.
  const again = await call(place.folder, ['revise', 'made/punchy', 'bass down 1', '--json'])
  expect(again.code).toBe(0)
  expect((JSON.parse(readFileSync(place.at('made/punchy/decisions.json'), 'utf8')) as Decisions).apart).toHaveLength(1)

  await mix('--force')
  expect(names().filter(file => /punchy|forward|only|without/.test(file))).toEqual([])
})

describe('a revision takes processed stems that have not changed as they lie there', () => {
  beforeAll(async () => {
    await place.wav('song/Snare.wav', [hits(190, 1, 1500)])
    await mix('--force', '--out', 'made')
    expect(readdirSync(place.at('made/stems'))).toContain('stems.json')
  })
  const revised = async (phrase: string, from: string, to: string) => {
    // On one thread: that more of them revise, other files of tests see (revise.test.ts).
    const once = ['--out', to, '--force', '--quiet', '--threads', '1'],
      { code, err } = await call(place.folder, ['revise', from, phrase, ...once])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const clip = await openClip({ kind: 'file', path: place.at(`${to}/mix.wav`), name: to, allowTruncated: false }),
      audio = await clip.read(0, clip.frames)
    clip.close()
    return audio
  }
  const difference = (a: Audio, b: Audio) => {
    const power = (x: (c: number, i: number) => number) =>
      a.reduce((sum, channel, c) => sum + channel.reduce((s, _, i) => s + x(c, i) ** 2, 0), 0)
    return 10 * Math.log10((power((c, i) => a[c]![i]! - b[c]![i]!) + 1e-30) / power((c, i) => a[c]![i]!))
  }
  it.each(['vocals up 1, drier', 'kick tighter', 'bass wider, drums up 2', 'mix brighter'])('%s', async phrase => {
    const fast = await revised(phrase, 'made', 'fast')
    // The same session where no stems lie.
    place.put('alone/decisions.json', readFileSync(place.at('made/decisions.json'), 'utf8'))
    const slow = await revised(phrase, 'alone', 'slow')
    expect(fast[0]!.length).toBe(slow[0]!.length)
    // Stems are stored in single precision: 24 bits of mantissa, once more rounded.
    expect(difference(slow, fast)).toBeLessThan(-120)
  })
  it('makes again what was recorded anew, or is no longer as it was written', async () => {
    const before = await revised('mix brighter', 'made', 'fast')
    await place.wav('song/Lead Vox.wav', [vox.map(x => -x)])
    const sung = await revised('mix brighter', 'made', 'fast')
    expect(difference(before, sung)).toBeGreaterThan(-60)
    await place.wav('made/stems/Kick.wav', [kick, kick])
    expect(difference(sung, await revised('mix brighter', 'made', 'fast'))).toBeLessThan(-120)
  })
})
