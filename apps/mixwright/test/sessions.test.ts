/** Sessions of workstations, out and in, as users meet them. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { type Audio, createRandom } from '@mixwright/dsp'
import { crc32, openAudio, sourceOf } from '@mixwright/files'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, run, tone, workplace } from './command.ts'

const place = workplace(),
  frames = 3 * 44100,
  noise = (seed: number) => {
    const random = createRandom(seed)
    return new Float32Array(frames).map((_, i) => 0.1 * random.normal() * Math.exp(-(i % 22050) / 3000))
  }
const project = (text: string) => `<REAPER_PROJECT 0.1 "7" 0\n  TEMPO 120 4 4\n  SAMPLERATE 44100 1 0\n${text}\n>\n`
const item = (file: string, start: number, offset: number, length: number) =>
  `<ITEM\nPOSITION ${start}\nLENGTH ${length}\nSOFFS ${offset}\n<SOURCE WAVE\nFILE "${file}"\n>\n>`

async function sound(path: string): Promise<Audio> {
  const file = await openAudio(sourceOf(readFileSync(place.at(path))), path)
  return file.clip!.read(0, file.frames!)
}
/** dB of the difference under the first, as far as the longer one reaches. */
async function residual(a: string, b: string): Promise<number> {
  const [x, y] = [await sound(a), await sound(b)]
  let power = 0,
    rest = 0
  for (const c of [0, 1])
    for (let i = 0; i < Math.max(x[c]!.length, y[c]!.length); i++) {
      power += (x[c]![i] ?? 0) ** 2
      rest += ((x[c]![i] ?? 0) - (y[c]![i] ?? 0)) ** 2
    }
  return 10 * Math.log10(rest / power)
}
const ok = async (...args: string[]) => {
  const done = await call(place.folder, [...args, '--quiet'])
  expect(done.err).toBe('')
  expect(done.code).toBe(0)
  return done.out
}

/** As Java's packer writes it: everything deflated, sizes in the directory alone. */
function deflatedZip(entries: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [],
    directory: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(entries)) {
    const packed = deflateRawSync(content),
      head = Buffer.alloc(30),
      entry = Buffer.alloc(46),
      check = crc32()
    check.push(content)
    head.writeUInt32LE(0x04034b50)
    head.writeUInt16LE(8, 6)
    head.writeUInt16LE(8, 8)
    head.writeUInt16LE(name.length, 26)
    entry.writeUInt32LE(0x02014b50)
    entry.writeUInt16LE(8, 8)
    entry.writeUInt16LE(8, 10)
    entry.writeUInt32LE(check.value(), 16)
    entry.writeUInt32LE(packed.length, 20)
    entry.writeUInt32LE(content.length, 24)
    entry.writeUInt16LE(name.length, 28)
    entry.writeUInt32LE(at, 42)
    directory.push(entry, Buffer.from(name))
    parts.push(head, Buffer.from(name), packed)
    at += 30 + name.length + packed.length
  }
  const end = Buffer.alloc(22),
    count = Object.keys(entries).length
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(count, 8)
  end.writeUInt16LE(count, 10)
  end.writeUInt32LE(Buffer.concat(directory).length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, ...directory, end])
}

beforeAll(async () => {
  await place.wav('song/Bass.wav', [tone(frames, 80)])
  await place.wav('song/Snare.wav', [noise(1)])
  await place.wav('song/Keys.wav', [tone(frames, 300), tone(frames, 420)])
  await ok('mix', 'song', '--report', 'text', '--refine', '0')
}, 60_000)
afterAll(place.remove)

describe('export', () => {
  it.each(['rpp', 'dawproject'])(
    'as %s, printed: adds up to the mix, and back again through the other format',
    async format => {
      await ok('export', 'song/mixwright', '--format', format)
      const out = join('song/mixwright', format)
      await ok('render', join(out, `song.${format}`), '--out', `main=${format}.wav`)
      expect(await residual('song/mixwright/mix.wav', `${format}.wav`)).toBeLessThan(-90)
      const other = format === 'rpp' ? 'dawproject' : 'rpp'
      await ok('export', join(out, `song.${format}`), '--format', other, '--out', `${format}-there`)
      await ok('export', `${format}-there/song.${other}`, '--format', format, '--out', `${format}-back`)
      await ok('render', `${format}-back/song.${format}`, '--out', `main=${format}-back.wav`)
      expect(await residual(`${format}.wav`, `${format}-back.wav`)).toBe(Number.NEGATIVE_INFINITY)
      expect(readFileSync(place.at(join(out, 'settings.csv')), 'utf8')).toContain('Bass,fader,Fader,gain,')
      expect(readFileSync(place.at(join(out, 'settings.html')), 'utf8')).toContain('<h2>Bass</h2>')
    }
  )
  it('editable, with audio beside the DAWproject; again only with --force', async () => {
    const args = ['export', 'song/mixwright', '--editable', '--reference', '--out', 'edit']
    await ok(...args)
    expect(readdirSync(place.at('edit')).sort()).toEqual(['audio', 'settings.csv', 'settings.html', 'song.dawproject'])
    const [bass] = await sound('edit/audio/Bass.wav')
    expect(Buffer.compare(Buffer.from(bass!.buffer, 0, 4 * frames), Buffer.from(tone(frames, 80).buffer))).toBe(0)
    expect(bass!.subarray(frames).every(value => value === 0)).toBe(true)
    await ok('render', 'edit/song.dawproject', '--out', 'main=edit.wav')
    const before = place.list(),
      again = await call(place.folder, args)
    expect([again.code, again.err]).toEqual([2, expect.stringContaining('use --force')])
    expect(place.list()).toEqual(before)
    await ok(...args, '--force')
  })
})

describe('import', () => {
  const text = project(
    `<TRACK\nNAME "Low end"\nVOLPAN 0.5 0 -1 -1 1\n${item('song/Bass.wav', 0.5, 0.25, 1)}\n${item('song/Bass.wav', 2, 0, 1)}\n>
<TRACK\nNAME Group\nISBUS 1 1\nVOLPAN 0.5 0 -1 -1 1\n>
<TRACK\nNAME Keys\nISBUS 2 -1\n<VOLENV2\nACT 1 -1\nPT 0 1 0\nPT 3 0 0\n>\n${item('song/Keys.wav', 0, 0, 3)}\n>
<TRACK\nNAME Old\nMUTESOLO 1 0 0\n${item('song/Snare.wav', 0, 0, 3)}\n>`
  )
  it('renders clips in time, faders, groups, mutes and automation', async () => {
    place.put('song.rpp', text)
    await ok('render', 'song.rpp', '--out', 'main=played.wav')
    const [left, right] = await sound('played.wav'),
      bass = tone(frames, 80),
      keys = [tone(frames, 300), tone(frames, 420)],
      at = (i: number, key: Float32Array) =>
        (i >= 22050 && i < 66150 ? 0.5 * bass[i - 22050 + 11025]! : 0) +
        (i >= 88200 ? 0.5 * bass[i - 88200]! : 0) +
        0.5 * key[i]! * (1 - i / frames)
    let worst = 0
    // The last tenth of a fade to nothing is below what lanes in dB follow as a line.
    for (let i = 0; i < 0.9 * frames; i++)
      worst = Math.max(worst, Math.abs(left![i]! - at(i, keys[0]!)), Math.abs(right![i]! - at(i, keys[1]!)))
    // 0.03 dB of 0.15
    expect(worst).toBeLessThan(6e-4)
  })
  it('plays loops as often as they come round, in the other format too', async () => {
    await place.wav('loops/one.wav', [tone(44100, 110.25)])
    place.put(
      'loops/song.rpp',
      project(`<TRACK\nNAME L\n${item('one.wav', 0.5, 0.25, 2.5).replace('SOFFS', 'LOOP 1\nSOFFS')}\n>`)
    )
    await ok('render', 'loops/song.rpp', '--out', 'main=loops.wav')
    const [left] = await sound('loops.wav'),
      one = tone(44100, 110.25)
    expect(left!.length).toBe(3 * 44100)
    expect(left!.every((v, i) => v === (i < 22050 ? 0 : one[(i - 22050 + 11025) % 44100]!))).toBe(true)
    await ok('export', 'loops/song.rpp', '--format', 'dawproject', '--out', 'loops-there')
    await ok('render', 'loops-there/song.dawproject', '--out', 'main=loops-there.wav')
    expect(await residual('loops.wav', 'loops-there.wav')).toBe(Number.NEGATIVE_INFINITY)
  })
  it('unpacks deflated audio, and finds audio that was moved beside the project', async () => {
    const xml = `<Project version="1.0"><Application name="x" version="1"/><Structure>
      <Track id="a" name="Keys"><Channel id="c" role="regular"/></Track><Track id="b" name="Bass"><Channel id="d" role="regular"/></Track></Structure>
      <Arrangement><Lanes timeUnit="seconds">${[
        ['a', 'samples/keys.wav', 'false'],
        ['b', 'C:/elsewhere/Bass.wav', 'true']
      ]
        .map(
          ([track, path, external]) =>
            `<Lanes track="${track}"><Clips><Clip time="0" duration="3"><Audio channels="2" sampleRate="44100" duration="3"><File path="${path}" external="${external}"/></Audio></Clip></Clips></Lanes>`
        )
        .join('')}</Lanes></Arrangement></Project>`
    place.put(
      'song/packed.dawproject',
      deflatedZip({ 'project.xml': Buffer.from(xml), 'samples/keys.wav': readFileSync(place.at('song/Keys.wav')) })
    )
    await ok('render', 'song/packed.dawproject', '--out', 'main=packed.wav')
    const [left] = await sound('packed.wav'),
      [bass, keys] = [tone(frames, 80), tone(frames, 300)]
    expect(left!.every((value, i) => value === Math.fround(bass[i]! + keys[i]!))).toBe(true)
  })
  it('mixes a project: its stems stay for revisions; its own balance on demand', async () => {
    place.put('daw/song.rpp', text.replaceAll('song/', '../song/'))
    const { code, err } = await run(place.folder, [
      'mix',
      'daw/song.rpp',
      '--start',
      'session',
      '--report',
      'text',
      '--quiet'
    ])
    expect([code, err]).toEqual([0, '! left out: Old is muted\n'])
    expect(readdirSync(place.at('daw/mixwright/recordings')).sort()).toEqual(['Keys.wav', 'Low end.wav'])
    const { stems } = JSON.parse(readFileSync(place.at('daw/mixwright/decisions.json'), 'utf8'))
    expect(stems.map((one: { fader: { reason: string } }) => /rough mix/.test(one.fader.reason))).toEqual([true, true])
    await ok('revise', 'daw/mixwright', 'keys up 2')
    await ok('export', 'daw/mixwright', '--format', 'rpp')
    expect(existsSync(place.at('daw/mixwright/rpp/daw.rpp'))).toBe(true)
  })
})

/** What a project may name that is no recording: nothing of it is opened as one. */
const strange = ['/etc/passwd', '/dev/zero', '/dev/stdin', 'pipe.wav', '../../../../etc/hosts'].map(
  path =>
    [
      `${path} as audio`,
      'x.rpp',
      project(`<TRACK\n${item(path, 0, 0, 1)}\n>`),
      'not audio|not a regular file|no such file'
    ] as const
)

describe('refusals: one line, exit code 2, nothing written', () => {
  beforeAll(() => {
    place.put('bad/.keep', '')
    if (process.platform !== 'win32') spawnSync('mkfifo', [place.at('bad/pipe.wav')])
  })
  it.each<readonly [string, string, string, string]>([
    ['no project', 'x.rpp', 'hello', 'this is no REAPER project'],
    ['a project that breaks off', 'x.rpp', '<REAPER_PROJECT\n<TRACK', 'the project breaks off'],
    ['an archive that is none', 'x.dawproject', 'PK', 'this is no ZIP archive'],
    ['audio that is missing', 'x.rpp', project(`<TRACK\n${item('gone.wav', 0, 0, 1)}\n>`), 'gone.wav is not there'],
    ...(process.platform === 'win32' ? [] : strange),
    ['silence', 'x.rpp', project('<TRACK\nNAME a\n>'), 'none of its tracks|the session is silent']
  ])('%s', async (_, name, content, message) => {
    place.put(`bad/${name}`, content)
    for (const args of [
      ['render', `bad/${name}`, '--out', 'main=bad.wav'],
      ['mix', `bad/${name}`],
      ['export', `bad/${name}`, '--format', 'rpp', '--out', 'bad-out']
    ]) {
      if (args[0] === 'export' && /silen/.test(message)) continue
      const before = place.list(),
        { code, err } = await call(place.folder, [...args, '--quiet'])
      expect(err).toMatch(new RegExp(message))
      expect([code, err.trim().split('\n').length]).toEqual([2, 1])
      expect(place.list()).toEqual(before)
    }
  })
  it.each([
    [['render', 'song.rpp', '--in', 'a=b.wav', '--out', 'main=x.wav'], '--in: a project has its own audio'],
    [['render', 'song.rpp', '--out', 'mian=x.wav'], 'mian'],
    [['mix', 'song', '--start', 'session', '--out', 'y'], 'song is none'],
    [['export', 'song/mixwright', '--format', 'logic'], 'logic'],
    [['export', 'song'], 'no session there']
  ])('%s', async (args, message) => {
    const { code, err } = await call(place.folder, args)
    expect(err).toContain(message)
    expect(code).toBe(2)
  })
})
