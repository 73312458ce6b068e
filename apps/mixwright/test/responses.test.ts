/** Graphs whose impulse responses lie beside them, as files. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { convolution, createRandom } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, graphText, run, type Workplace, workplace } from './command.ts'

let place: Workplace
const rate = 8000,
  random = createRandom(3),
  noise = (count: number) => new Float32Array(count).map(() => random.normal()),
  /** Of a room of 0.3 s, from 10 ms on. */
  response = Float32Array.from(noise(0.3 * rate), (v, i) => (i < 80 ? 0 : 0.06 * v * 10 ** ((-3 * i) / rate / 0.3))),
  hall = convolution('hall', [response], rate),
  dry = noise(3 * rate).map((v, i) => 0.2 * v * 10 ** (-1.5 * ((i / rate / 0.5) % 1)))
const branch = (id: string) => [
  { from: ['input', 'in'], to: [id, 'main'] },
  { from: [id, 'main'], to: ['output', id] }
]
beforeAll(async () => {
  place = workplace()
  await place.wav('dry.wav', [dry], rate)
  // Two outputs, so that there is something for two threads.
  place.put(
    'song/graph.json',
    graphText({
      outputs: { a: { channels: 1 }, b: { channels: 1 } },
      inputs: { in: { channels: 1 } },
      nodes: { a: { type: hall.id }, b: { type: 'gain', params: { gain: -6 } } },
      edges: [...branch('a'), ...branch('b')]
    })
  )
  await place.wav(`song/${hall.id}.wav`, [response], rate)
})
afterAll(() => place?.remove())
const render = (graph: string, to: string, ...args: string[]) =>
  call(place.folder, ['render', graph, '--in', 'in=dry.wav', '--to', to, '--format', 'f32', ...args])

describe('a graph with a response', () => {
  it('is rendered with the file beside it, on one thread as on two', async () => {
    for (const threads of ['1', '2']) {
      const { code, err } = await render('song/graph.json', `on-${threads}`, '--threads', threads)
      expect(code, err).toBe(0)
    }
    const [one, two] = ['on-1', 'on-2'].map(to => readFileSync(place.at(`${to}/a.wav`)))
    expect(two!.equals(one!)).toBe(true)
    const samples = new Float32Array(one!.buffer.slice(one!.length - 4 * Math.floor(one!.length / 4)))
    expect(samples.some(v => v !== 0)).toBe(true)
    const drawn = await call(place.folder, ['graph', 'draw', 'song/graph.json'])
    expect(drawn.code, drawn.err).toBe(0)
  })
  it.each([
    ['missing', () => {}, `${hall.id}.wav: the impulse response that`],
    ['no WAV file', () => place.put(`other/${hall.id}.wav`, 'RIFF, or not'), `${hall.id}.wav`],
    ['of other samples', () => place.wav(`other/${hall.id}.wav`, [response.map(v => v / 2)], rate), 'another response'],
    ['of another rate', () => place.wav(`other/${hall.id}.wav`, [response], 44100), '--rate 44100']
  ])('is refused where that is %s, in one line', async (_, put, says) => {
    place.put('other/graph.json', readFileSync(place.at('song/graph.json'), 'utf8'))
    await put()
    const { code, err } = await render('other/graph.json', 'refused')
    expect(code).toBe(2)
    expect(err).toContain(says)
    expect(err).not.toContain('    at ')
    expect(existsSync(place.at('refused'))).toBe(false)
  })
})

describe('estimate', () => {
  it('writes the room that it measured beside the graph, which renders to the same sound', async () => {
    const wet = dry.map((v, i) => {
      let sum = v
      for (let k = 80; k < response.length && k <= i; k++) sum += response[k]! * dry[i - k]!
      return 0.5 * sum
    })
    await place.wav('wet.wav', [wet], rate)
    const { code, out, err } = await run(place.folder, ['estimate', '--dry', 'dry.wav', '--wet', 'wet.wav', '--json'])
    expect(code, err).toBe(0)
    const { decays } = JSON.parse(out),
      [id] = Object.keys(decays)
    expect(readdirSync(place.at('wet-estimate')).sort()).toEqual(
      [`${id}.wav`, 'decisions.json', 'graph.json', 'mix.wav', 'report.html'].sort()
    )
    // T20 of 0.3 s over 4 kHz: three standard deviations.
    expect(Math.abs(decays[id!].broadband / 0.3 - 1)).toBeLessThan(0.15)
    const again = await call(place.folder, [
      'render',
      'wet-estimate/graph.json',
      '--in',
      'dry=dry.wav',
      '--out',
      'mix=again.wav'
    ])
    expect(again.code, again.err).toBe(0)
    // Its numbers are found again, whatever they were.
    const known = JSON.parse(readFileSync(place.at('wet-estimate/graph.json'), 'utf8')) as Graph,
      [fader, { params }] = Object.entries(known.nodes).find(([, { type }]) => type === 'gain')!,
      other = { ...known.nodes, [fader]: { type: 'gain', params: { gain: (params!.gain as number) - 7 } } }
    place.put('blind/graph.json', JSON.stringify({ ...known, nodes: other }))
    copyFileSync(place.at(`wet-estimate/${id}.wav`), place.at(`blind/${id}.wav`))
    const fit = ['estimate', '--graph', 'blind/graph.json', '--dry', 'dry.wav', '--wet', 'wet.wav', '--out', 'known'],
      fitted = await call(place.folder, [...fit, '--json'])
    expect(fitted.code, fitted.err).toBe(0)
    expect(JSON.parse(fitted.out).settings).toContainEqual(
      expect.objectContaining({ name: `${fader}.gain`, told: true, value: expect.closeTo(params!.gain as number, 1) })
    )
    expect(readdirSync(place.at('known')).sort()).toEqual([`${id}.wav`, 'graph.json'].sort())
    // Its return is printed, as no workstation has it; a revision says that it cannot.
    const exported = await call(place.folder, ['export', 'wet-estimate', '--format', 'rpp', '--editable'])
    expect(exported.code, exported.err).toBe(0)
    expect(readdirSync(place.at('wet-estimate/rpp-editable/audio')).sort()).toEqual(['dry.wav', 'room.wav'])
    expect((await call(place.folder, ['revise', 'wet-estimate', 'vocals up 1'])).err).toContain(id)
  }, 120_000)
})
