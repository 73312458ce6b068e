/** `mixwright transfer` as a process. */
import { existsSync, readFileSync } from 'node:fs'
import { parseGraph } from '@mixwright/graph'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, run, tone, type Workplace, workplace } from './command.ts'

let place: Workplace
const rate = 44100
/** Notes of a fifth of a second over three octaves, at two levels. */
const notes = (first: number, level = 0.5) => {
  const out = new Float32Array(4 * rate)
  for (let note = 0; note < 20; note++) {
    const start = (note * rate) / 5,
      loud = note % 3 ? level : level / 4
    tone(rate / 5, first * 2 ** (((note * 7) % 36) / 12)).forEach((v, i) => (out[start + i] = loud * v))
  }
  return out
}
beforeAll(async () => {
  place = workplace()
  await place.wav('song.wav', [notes(110)])
  await place.wav('like.wav', [notes(131, 0.2)])
  await place.wav('short.wav', [tone(rate)])
  await place.wav('silent.wav', [new Float32Array(4 * rate)])
  for (const [folder, level] of [
    ['stems', 0.5],
    ['others', 0.2]
  ] as const) {
    await place.wav(`${folder}/bass.wav`, [notes(55, level)])
    await place.wav(`${folder}/${folder === 'stems' ? 'Lead Vox' : 'vocals'}.wav`, [notes(220, level)])
  }
  await place.wav('stems/Zzyzx.wav', [notes(330)])
  place.put('no-style.json', '{}')
})
afterAll(() => place?.remove())

describe('transfer', () => {
  it('writes audio, graph and page, and keeps the style, which gives the same again', async () => {
    const { code, out, err } = await run(place.folder, [
      'transfer',
      'song.wav',
      'like.wav',
      '--save-style',
      'like.json'
    ])
    expect(code, err).toBe(0)
    // Fifths of full scale instead of halves: 7.96 dB.
    const [before, after] = /Loudness, LUFS +(\S+) +(\S+)/.exec(out)!.slice(1).map(Number) as [number, number]
    expect(Math.abs(before - after - 20 * Math.log10(0.5 / 0.2))).toBeLessThan(0.5)
    const graph = parseGraph(readFileSync(place.at('song-transfer/transfer.json'), 'utf8'))
    expect(Object.keys(graph.inputs)).toEqual(['sound'])
    const page = readFileSync(place.at('song-transfer/report.html'), 'utf8')
    for (const part of ['Equaliser', 'Dynamics', 'Width']) expect(page).toContain(part)
    expect(page.match(/id="audio-version-\d"/g)).toHaveLength(3)
    expect(existsSync(place.at('song-transfer/toned.wav'))).toBe(false)
    const again = await call(place.folder, ['transfer', 'song.wav', '--style', 'like.json', '--out', 'again'])
    expect(again.code, again.err).toBe(0)
    // A style is rounded to hundredths of a dB.
    const nodes = (name: string) =>
      Object.keys(parseGraph(readFileSync(place.at(`${name}/transfer.json`), 'utf8')).nodes)
    expect(nodes('again')).toEqual(nodes('song-transfer'))
    const rendered = await call(place.folder, [
      'render',
      'song-transfer/transfer.json',
      '--in',
      'sound=song.wav',
      '--to',
      'rendered'
    ])
    expect(rendered.code).toBe(0)
  })
  it('blends named styles by their weights', async () => {
    const { code, out } = await call(place.folder, [
      '--json',
      'transfer',
      'song.wav',
      '--style',
      'warm:0.7,broadcast:0.3',
      '--dynamics',
      '0',
      '--out',
      'styled'
    ])
    expect(code).toBe(0)
    const { chain } = JSON.parse(out) as { chain: { tone: unknown[]; devices: unknown[] } }
    expect(chain.tone.length).toBeGreaterThan(0)
  })
  it('takes stems against stems by role', async () => {
    const { code, out, err } = await run(place.folder, ['transfer', 'stems', 'others'])
    expect(code, err).toBe(0)
    expect(err).toContain('Zzyzx: no stem of the reference has its name or its role')
    expect(out).toMatch(/Lead Vox +vocals/)
    const graph = parseGraph(readFileSync(place.at('stems-transfer/transfer.json'), 'utf8'))
    expect(Object.keys(graph.outputs)).toEqual(['bass', 'Lead-Vox'])
    expect(existsSync(place.at('stems-transfer/bass.wav'))).toBe(true)
  })
  it.each([
    [['song.wav', '--out', 'x'], /nothing to sound like; give a reference, or a style/],
    [['song.wav', 'short.wav', '--out', 'x'], /short\.wav: 1\.00 s are too short for a reference; give at least 3 s/],
    [['song.wav', 'silent.wav', '--out', 'x'], /silent\.wav is silent/],
    [['song.wav', '--style', 'wram:0.5', '--out', 'x'], /no such style "wram"; did you mean warm/],
    [['song.wav', '--style', 'warm:none', '--out', 'x'], /"warm:none": "none" is no weight/],
    [['song.wav', '--style', 'gone.json', '--out', 'x'], /gone\.json: no such style/],
    [['song.wav', '--style', 'no-style.json', '--out', 'x'], /no-style\.json: this is no style/],
    [
      ['song.wav', '--style', 'warm', '--save-style', 'w.json', '--out', 'x'],
      /w\.json: a style is measured of a reference/
    ],
    [['song.wav', 'stems', '--out', 'x'], /song\.wav is no folder of stems/],
    [['song.wav', 'like.wav', '--tone', '2', '--out', 'x'], /--tone: "2" is not allowed; give 0 to 1/],
    [['song.wav', 'like.wav'], /song-transfer[/\\]\S+: there are results already; use --force/]
  ])('refuses %j in one sentence and leaves everything as it was', async (args, message) => {
    const before = place.list(),
      { code, err } = await call(place.folder, ['transfer', ...args, '--quiet'])
    expect(err.trim()).toMatch(message)
    expect(code).toBe(2)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect(place.list()).toEqual(before)
  })
})
