/** The command line as a process: what it answers, and what Ctrl-C leaves. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type Param, type Params, processors, range, show } from '@mixwright/dsp'
import { type Graph, parseGraph } from '@mixwright/graph'
import { mixOptions } from '@mixwright/tasks'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openClip } from '../src/node/audio-files.ts'
import { call, graphText, patched, run, start, tone, wavBytes, type Workplace, workplace } from './command.ts'
import { app } from './packed.ts'

let place: Workplace
const rate = 44100,
  seconds = 4
const hits = (hz: number, period: number): Float32Array =>
  tone(seconds * rate, hz).map((x, i) => x * Math.exp(-(i % (period * rate)) / 3000))
const song = async (folder: string) => {
  await place.wav(`${folder}/1 Kick.wav`, [hits(60, 0.5)])
  await place.wav(`${folder}/Gitarre übersteuert.wav`, [tone(seconds * rate, 330), tone(seconds * rate, 333)])
  await place.wav(`${folder}/bass 48k.wav`, [tone(3 * 48000, 80, 48000)], 48000, 's24')
}
const json = async <T>(...args: string[]): Promise<T> => {
  const { code, out, err } = await call(place.folder, [...args, '--json'])
  expect({ code, err: err.replace(/^! .*\n/gm, '') }).toEqual({ code: 0, err: '' }) // remarks are allowed
  return JSON.parse(out) as T
}
const chain = (length: number): string => {
  const ids = Array.from({ length }, (_, i) => `n${i}`),
    ends = ['input', ...ids, 'output']
  return graphText({
    nodes: Object.fromEntries(ids.map(id => [id, { type: 'compressor' }])),
    edges: ends.slice(1).map((to, i) => ({ from: [ends[i], i ? 'main' : 'in'], to: [to, 'main'] }))
  })
}

beforeAll(async () => {
  place = workplace()
  await place.wav('tone.wav', [tone(rate), tone(rate)])
  await place.wav('long.wav', [tone(60 * rate), tone(60 * rate)])
  place.put('g.json', graphText())
  place.put('slow.json', chain(150))
  mkdirSync(place.at('tmp'))
})
afterAll(() => {
  place?.remove()
})

describe('help', () => {
  const plain = (text: string) => text.replace(/\s+/g, ' ')
  it('of mix has every option of the task with its words, range and default', async () => {
    const { out, code } = await run(place.folder, ['mix', '--help']),
      help = plain(out)
    expect(code).toBe(0)
    for (const [name, param] of Object.entries(mixOptions as Params))
      expect(help).toContain(`--${name} <value> ${param.doc} (${range(param)}; default ${show(param, param.default)})`)
    for (const option of ['--json', '--out', '--force', '--skip-bad', '--roles', '--rate', '--threads'])
      expect(help).toContain(option)
    expect(help).toContain('8000 to 192000')
  })
  it.each([
    ['measure', ['true peak', '--json']],
    ['compare', ['2 to 8', '--labels', '--reference', '--from', '--results', '--seed', '2 to 60', '--trials']],
    ['render', ['--in', '--out', '--to', '--format', '0 to 600', '8000 to 192000']],
    ['graph', ['print', 'validate', 'draw', 'random', 'stats']],
    ['processors', ['[id]', '--html']]
  ] as const)('of %s', async (command, parts) => {
    const { out, code } = await call(place.folder, [command, '--help'])
    expect(code).toBe(0)
    for (const part of parts) expect(plain(out)).toContain(part)
  })
  it('of a processor has every parameter with its words, range and default', async () => {
    const { out } = await call(place.folder, ['processors', 'compressor']),
      help = plain(out)
    for (const [name, param] of Object.entries<Param>(processors.compressor.params))
      expect(help).toContain(`${name} ${range(param)} default ${show(param, param.default)} ${param.doc}`)
  })
  it('lists all processors', async () => {
    const { out } = await call(place.folder, ['processors'])
    expect(
      out
        .trim()
        .split('\n')
        .slice(1)
        .map(line => line.split(' ')[0])
    ).toEqual(Object.keys(processors))
  })
})

describe('--json', () => {
  it('processors', async () => {
    expect((await json<{ id: string }[]>('processors')).map(p => p.id)).toEqual(Object.keys(processors))
    expect(await json('processors', 'gain')).toMatchObject({
      id: 'gain',
      params: { gain: { type: 'number', unit: 'dB' } }
    })
  })
  it('graph', async () => {
    expect(await json('graph', 'print', 'g.json')).toEqual(JSON.parse(graphText()))
    expect(await json('graph', 'validate', 'g.json')).toEqual({ valid: true, nodes: 1, edges: 2 })
  })
  it('measure', async () => {
    const found = await json<Record<string, { samplePeak: number }>>('measure', 'tone.wav')
    expect(found['tone.wav']!.samplePeak).toBeCloseTo(20 * Math.log10(0.3), 2)
  })
  it('render', async () => {
    expect(await json('render', 'g.json', '--in', 'in=tone.wav', '--out', 'main=half.wav', '--tail', '0')).toEqual({
      frames: rate,
      sampleRate: rate,
      outputs: { main: 'half.wav' }
    })
    const clip = await openClip({ kind: 'file', path: place.at('half.wav'), name: 'half', allowTruncated: false }),
      [left] = await clip.read(0, rate)
    clip.close()
    // −6 dB in 32-bit floats: a factor, rounded twice.
    const gain = 10 ** (-6 / 20)
    expect(Math.max(...tone(rate).map((x, i) => Math.abs(left![i]! - gain * x)))).toBeLessThan(0.3 * 2 ** -23)
  })
})

describe('graph', () => {
  it('draw writes a picture, and not over another', async () => {
    expect(await call(place.folder, ['graph', 'draw', 'g.json'])).toMatchObject({ code: 0 })
    expect(readFileSync(place.at('g.svg'), 'utf8')).toMatch(/^<svg /)
    const again = await run(place.folder, ['graph', 'draw', 'g.json'])
    expect(again.code).toBe(2)
    expect(again.err).toMatch(/g\.svg/)
  })
  it('random gives the same graph for the same seed, and stats reads what it wrote', async () => {
    const drawn = async () => (await call(place.folder, ['graph', 'random', '--preset', 'drum-kit', '--seed', '7'])).out
    expect(await drawn()).toBe(await drawn())
    writeFileSync(place.at('kit.json'), await drawn())
    expect(await json('graph', 'stats', 'kit.json')).toMatchObject({ graphs: 1 })
    const { err, code } = await call(place.folder, ['graph', 'random', '--preset', 'drums'])
    expect(code).toBe(2)
    expect(err).toMatch(/--preset.*drums/)
  })
  it('random with sound writes graph, dry and wet of each example, all together', async () => {
    const { code } = await run(place.folder, [
      ...['graph', 'random', '--preset', 'singing-voice', '--count', '2', '--dry', 'tone.wav'],
      ...['--seconds', '0.5', '--out', 'examples']
    ])
    expect(code).toBe(0)
    expect(readdirSync(place.at('examples')).sort()).toEqual(
      [1, 2].flatMap(n => [`${n}-dry-voice.wav`, `${n}-wet.wav`, `${n}.json`])
    )
  })
})

it('a reader that has heard enough is no error', () => {
  const { stderr } = spawnSync(
    'sh',
    ['-c', `"${process.execPath}" "${app}/dist/cli.js" processors --json | head -c 1`],
    { encoding: 'utf8' }
  )
  expect(stderr).toBe('')
}, 20_000)

describe('mix', () => {
  it('a folder with spaces and umlauts, stems of several rates and lengths, bad files left out', async () => {
    await song('Mein Lied')
    place.put('Mein Lied/kaputt.wav', 'this is no audio')
    const whole = await wavBytes([tone(rate)])
    place.put(
      'Mein Lied/unendlich.wav',
      patched(whole, view => view.setFloat32(whole.length - 4, Number.POSITIVE_INFINITY, true))
    )
    const result = await json<{
      files: string[]
      sampleRate: number
      skipped: { place: string }[]
      measured: { master: { integrated: number; truePeak: number } }
    }>('mix', 'Mein Lied', '--skip-bad', '--loudness', '-18', '--dynamics', '0.5', '--report', 'text', '--refine', '0')
    expect(result.sampleRate).toBe(48000)
    expect(result.skipped.map(bad => bad.place).sort()).toEqual(['kaputt.wav', 'unendlich.wav'])
    expect(Math.abs(result.measured.master.integrated + 18)).toBeLessThan(0.2)
    expect(result.measured.master.truePeak).toBeLessThanOrEqual(-1)
    const names = place
      .list()
      .filter(line => line.startsWith('Mein Lied/mixwright/'))
      .map(line => line.replace('Mein Lied/mixwright/', '').replace(/ \d+ [\d.]+$/, ''))
    expect(names).toEqual(
      [
        'balance.wav',
        'decisions.json',
        'graph.json',
        'master.json',
        'master.wav',
        'mix.wav',
        'report.html',
        'stems',
        'stems/1-Kick.wav',
        'stems/Gitarre-übersteuert.wav',
        'stems/bass-48k.wav',
        'stems/hall.wav',
        'stems/room.wav',
        'stems/stems.json'
      ].sort()
    )
  })

  it('stems, among them what the returns give, sum to what enters the mix bus: null below -90 dB', async () => {
    const folder = 'Mein Lied/mixwright',
      graph: Graph = parseGraph(readFileSync(place.at(`${folder}/graph.json`), 'utf8'))
    const files = Object.entries(graph.inputs).flatMap(([name, port]) => ['--in', `${name}=Mein Lied/${port.doc}.wav`])
    await json('render', `${folder}/graph.json`, ...files, '--out', 'mix-input=again.wav', '--rate', '48000')
    const read = async (path: string) => {
      const clip = await openClip({ kind: 'file', path: place.at(path), name: path, allowTruncated: false })
      const audio = await clip.read(0, clip.frames)
      clip.close()
      return audio
    }
    const whole = await read('again.wav'),
      stems = await Promise.all(
        Object.keys(graph.outputs)
          .filter(name => name.startsWith('stem:'))
          .map(name => read(`${folder}/stems/${name.slice(5)}.wav`))
      )
    const power = (x: (i: number) => number) => whole[0]!.reduce((sum, _, i) => sum + x(i) ** 2, 0)
    for (const c of [0, 1]) {
      const level = power(i => whole[c]![i]!),
        rest = power(i => whole[c]![i]! - stems.reduce((sum, stem) => sum + (stem[c]![i] ?? 0), 0))
      expect(level).toBeGreaterThan(1)
      expect(10 * Math.log10(rest / level)).toBeLessThan(-90)
    }
  })
})

describe.skipIf(process.platform === 'win32')('Ctrl-C', () => {
  const interrupted = { code: 1, out: '' }
  it('while rendering leaves everything as it was', async () => {
    place.put('earlier.wav', 'earlier')
    const before = place.list(),
      { child, says, ended } = start(
        place.folder,
        ['render', 'slow.json', '--in', 'in=long.wav', '--out', 'main=earlier.wav', '--force', '--rate', '48000'],
        { TMPDIR: place.at('tmp') }
      )
    await says('Rendering')
    child.kill('SIGINT')
    const result = await ended
    expect(result).toMatchObject(interrupted)
    expect(result.err).toMatch(/^Rendering …\nInterrupted; nothing half-written was left\.\n$/)
    expect(place.list()).toEqual(before)
  })
  it('while measuring is heard at once', async () => {
    await place.wav('hour.wav', [new Float32Array(20 * 60 * rate)])
    const { child, says, ended } = start(place.folder, ['measure', 'hour.wav', 'hour.wav', 'hour.wav'])
    await says('Measuring')
    const asked = performance.now()
    child.kill('SIGINT')
    expect(await ended).toMatchObject(interrupted)
    expect(performance.now() - asked).toBeLessThan(3000)
  })
  it.each([
    ['Analysing', 1],
    ['Mixing', 1],
    ['Mixing', 2]
  ])('in mix, at "%s", %i times: earlier results stand', async (stage, times) => {
    await song('earlier song')
    place.put('earlier song/mixwright/master.wav', 'earlier')
    place.put('earlier song/mixwright/balance.wav', 'earlier')
    place.put('earlier song/mixwright/stems/mine.txt', 'my own')
    const before = place.list(),
      { child, says, ended } = start(place.folder, ['mix', 'earlier song', '--force', '--refine', '0'])
    await says(stage)
    for (let k = 0; k < times; k++) child.kill('SIGINT')
    const { code, err } = await ended
    expect({ code, err }).toMatchObject({ code: 1 })
    expect(err).not.toMatch(/^\s+at |fault of Mixwright/m)
    expect(place.list()).toEqual(before)
  })
  it('in a first mix: no folder is left', async () => {
    await song('first song')
    const before = place.list(),
      { child, says, ended } = start(place.folder, ['mix', 'first song', '--out', 'made/on the way/here'])
    await says('A first balance to listen to: ')
    child.kill('SIGTERM')
    expect(await ended).toMatchObject(interrupted)
    expect(place.list()).toEqual(before)
  })
})

it('a stem that is written again while it is mixed: no results of two songs', async () => {
  const stem = 'other song/bass 48k.wav',
    later = wavBytes([tone(3 * 48000, 90, 48000)], 48000, 's24')
  await song('other song')
  const { says, ended } = start(place.folder, ['mix', 'other song', '--report', 'text', '--refine', '0'])
  await says('Mixing')
  place.put(stem, await later)
  const { code, err } = await ended
  expect({ code, err }).toMatchObject({
    code: 2,
    err: expect.stringMatching(/bass 48k\.wav: the file was changed while it was used; [^\n]+\n$/)
  })
  expect(place.list().filter(name => name.startsWith('other song/mixwright'))).toEqual([])
})
