/** `mixwright estimate` as a process. */
import { existsSync, readFileSync } from 'node:fs'
import { createRandom } from '@mixwright/dsp'
import { parseGraph } from '@mixwright/graph'
import { parseSession, type ReportSound } from '@mixwright/tasks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, run, start, type Workplace, workplace } from './command.ts'

let place: Workplace
const rate = 44100,
  seconds = 5
/** Plucked notes with overtones, as long as they are low. */
const plucked = (first: number, step: number): Float32Array => {
  const out = new Float32Array(seconds * rate)
  for (let note = 0; note < seconds / step; note++) {
    const start = Math.round(note * step * rate),
      f = first * 2 ** (((note * 7) % 24) / 12)
    for (let i = 0; i < step * rate && start + i < out.length; i++)
      for (let k = 1; k < 12; k++)
        out[start + i]! +=
          (0.3 / k) * Math.sin((2 * Math.PI * k * f * i) / rate) * Math.exp((-6 * i * k) / rate / (4 * step))
  }
  return out
}
beforeAll(async () => {
  place = workplace()
  const bass = plucked(55, 0.5),
    lead = plucked(330, 0.3)
  await place.wav('dry/bass.wav', [bass])
  await place.wav('dry/lead.wav', [lead])
  // The lead on the left, half as loud; the mix starts 20 ms late.
  const late = Math.round(0.02 * rate),
    at = (x: Float32Array, i: number) => x[i - late] ?? 0
  await place.wav('mix.wav', [bass.map((_, i) => at(bass, i) + 0.5 * at(lead, i)), bass.map((_, i) => at(bass, i))])
  // What no console gives takes long to be searched.
  await place.wav('bent.wav', [bass.map((v, i) => Math.tanh(4 * v) + 0.5 * Math.tanh(8 * lead[i]!))])
  const random = createRandom(1)
  await place.wav('other.wav', [bass.map((_, i) => 0.2 * random.normal() * Math.exp(-((i / rate) % 0.37) * 9))])
  await place.wav('silent.wav', [new Float32Array(seconds * rate)])
  await place.wav('short.wav', [bass.slice(0, rate)])
})
afterAll(() => place?.remove())
const estimate = (...args: string[]) => call(place.folder, ['estimate', ...args])

describe('estimate', () => {
  it('finds levels, places and the delay of a mix, and writes sound, graph, session and page', async () => {
    // A search that asks for the work of others ends with one thread too.
    const { code, out, err } = await run(place.folder, [
      ...['estimate', '--dry', 'dry', '--wet', 'mix.wav'],
      ...['--threads', '1', '--json']
    ])
    expect(code, err).toBe(0)
    const { loss, alignment, devices, ranges } = JSON.parse(out)
    expect(loss).toBeLessThan(0.01)
    expect(alignment.delay).toBe(Math.round(0.02 * rate))
    const param = (id: string, name: string) => devices.find((one: { id: string }) => one.id === id)?.params[name]
    expect(param('lead/panning', 'pan')).toBeCloseTo(-1, 2)
    expect(ranges['lead/gain'].gain).toMatchObject({ told: true })
    // Half on one side is the pan law's -3 dB of it.
    expect(param('lead/gain', 'gain')).toBeCloseTo(20 * Math.log10(0.5 / Math.SQRT2), 1)
    expect(devices.some((one: { id: string }) => one.id.startsWith('bass'))).toBe(false)
    expect(Object.keys(parseGraph(readFileSync(place.at('mix-estimate/graph.json'), 'utf8')).inputs)).toEqual([
      'bass',
      'lead'
    ])
    const session = parseSession(readFileSync(place.at('mix-estimate/decisions.json'), 'utf8'))
    expect(session.stems.map(({ stem }) => stem)).toEqual(['bass', 'lead'])
    const html = readFileSync(place.at('mix-estimate/report.html'), 'utf8')
    expect(html).toContain('What stays unexplained')
    expect(html).toMatch(/gain -9[^,(]* dB \(-9[^)]* to -[89]/)
    const { versions } = JSON.parse(/id="sound">([^<]*)</.exec(html)![1]!) as ReportSound
    expect(versions.map(({ title }) => title)).toEqual(['The mix', 'Made again'])
    expect((await estimate('--dry', 'dry', '--wet', 'mix.wav')).err).toContain('--force')
    const exported = await call(place.folder, ['export', 'mix-estimate', '--format', 'rpp'])
    expect(exported.code, exported.err).toBe(0)
  })
  it('gives an empty graph for what was not processed', async () => {
    const { code, out, err } = await estimate(
      '--dry',
      'dry/lead.wav',
      '--wet',
      'dry/lead.wav',
      '--out',
      'same',
      '--json'
    )
    expect(code, err).toBe(0)
    expect(JSON.parse(out).devices).toEqual([])
    expect(parseGraph(readFileSync(place.at('same/graph.json'), 'utf8')).nodes).toEqual({})
  })
  it('ends at once where it is interrupted in the midst of a search, and leaves nothing', async () => {
    const before = place.list(),
      { child, ended, says } = start(place.folder, [
        'estimate',
        '--dry',
        'dry',
        '--wet',
        'bent.wav',
        '--out',
        'stopped'
      ])
    await says('Searching')
    const asked = performance.now()
    child.kill('SIGINT')
    expect(await ended).toMatchObject({ code: 1, err: expect.stringContaining('Interrupted') })
    expect(performance.now() - asked).toBeLessThan(1500)
    expect(place.list()).toEqual(before)
  })
  it.each([
    ['another song', 'dry', 'other.wav', 'nothing in common'],
    ['silence', 'dry', 'silent.wav', 'silent'],
    ['a second of sound', 'dry/bass.wav', 'short.wav', 'less than 3 s'],
    ['a missing file', 'dry', 'none.wav', 'none.wav'],
    ['missing sources', 'none', 'mix.wav', 'none']
  ])('refuses %s in one line, and leaves nothing', async (_, dry, wet, says) => {
    const { code, err } = await estimate('--dry', dry, '--wet', wet, '--out', `refused-${dry.length}-${wet}`)
    expect(code).toBe(2)
    expect(err).toContain(says)
    expect(err).not.toContain('    at ')
    expect(existsSync(place.at(`refused-${dry.length}-${wet}`))).toBe(false)
  })
  it('finds the numbers of a given graph, and refuses one that the files do not fit', async () => {
    const graph = (inputs: object) =>
      JSON.stringify({
        version: 1,
        inputs,
        outputs: { main: { channels: 1 } },
        nodes: { fader: { type: 'gain' } },
        edges: [
          { from: ['input', 'bass'], to: ['fader', 'main'] },
          { from: ['fader', 'main'], to: ['output', 'main'] }
        ]
      })
    await place.wav('half.wav', [
      plucked(55, 0.5)
        .slice(0, rate)
        .map(v => v / 2)
    ])
    place.put('known.json', graph({ bass: { channels: 1 } }))
    place.put('two.json', graph({ bass: { channels: 1 }, lead: { channels: 1 } }))
    const files = ['--dry', 'short.wav', '--wet', 'half.wav'],
      { code, out, err } = await estimate('--graph', 'known.json', ...files, '--json')
    expect(err).toBe('')
    expect(code).toBe(0)
    expect(JSON.parse(out).settings).toMatchObject([{ name: 'fader.gain', told: true }])
    // Half the level: 20 log 0.5.
    expect(JSON.parse(out).settings[0].value).toBeCloseTo(-6.0206, 3)
    const refused = await estimate('--graph', 'two.json', ...files, '--out', 'other')
    expect(refused.code).toBe(2)
    expect(refused.err).toContain('bass, lead')
    expect((await estimate('--graph', 'known.json', ...files, '--tolerance', '5')).err).toContain('--tolerance')
  })
})
