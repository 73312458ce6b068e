/**
 * Every bad input gets one clear message with place, value and remedy, exit code 2, and changes nothing on the disk.
 */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, symlinkSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, graphText, patched, run, tone, wavBytes, type Workplace, workplace } from './command.ts'

let place: Workplace, before: string[]
const posix = process.platform !== 'win32',
  second = tone(44100)
const wire = (...nodes: string[]) =>
  nodes.slice(1).map((node, i) => ({ from: [nodes[i], nodes[i] === 'input' ? 'in' : 'main'], to: [node, 'main'] }))

beforeAll(async () => {
  place = workplace()
  const { wav, put } = place,
    good = await wavBytes([second])
  put('none/.keep', '')
  put('texts/notes.txt', 'x')
  put('texts/cover.jpg', 'x')
  for (let i = 0; i <= 500; i++) put(`crowd/${i}.wav`, '')
  for (const folder of ['bad', 'zero', 'nan', 'wide', 'hollow', 'low', 'aac', 'good', 'song with spaces/mixwright'])
    await wav(`${folder}/a kick.wav`, [second])
  put('bad/b bass.wav', 'this is no audio')
  put(
    'zero/b bass.wav',
    patched(good, (view, fmt) => view.setUint16(fmt + 2, 0, true))
  )
  put('nan/b bass.wav', await withSample(good, 12345, Number.NaN))
  put(
    'wide/b bass.wav',
    patched(good, (view, fmt) => {
      view.setUint16(fmt + 2, 6, true)
      view.setUint32(fmt + 8, 44100 * 24, true)
      view.setUint16(fmt + 12, 24, true)
    })
  )
  put('hollow/b bass.wav', await wavBytes([new Float32Array(0)]))
  put(
    'low/b bass.wav',
    patched(good, (view, fmt) => {
      view.setUint32(fmt + 4, 4000, true)
      view.setUint32(fmt + 8, 16000, true)
    })
  )
  put('aac/b bass.m4a', Buffer.from('00000020667479704d344120000000004d3441206d70343269736f6d0000000000000008', 'hex'))
  put('good/mixwright/master.wav', 'earlier')
  await wav('stereo.wav', [second, second])
  await wav('mono.wav', [second])
  put('file', '')
  put('earlier.wav', 'earlier')
  put('g.json', graphText())
  put('mono.json', graphText({ inputs: { in: { channels: 1 } } }))
  put('broken.json', '{ "version": 1,')
  put('future.json', graphText({ version: 99 }))
  put('type.json', graphText({ nodes: { g: { type: 'gian' } } }))
  put('param.json', graphText({ nodes: { g: { type: 'gain', params: { gian: 3 } } } }))
  put('range.json', graphText({ nodes: { g: { type: 'gain', params: { gain: 300 } } } }))
  put(
    'cycle.json',
    graphText({
      nodes: { a: { type: 'gain' }, b: { type: 'gain' }, c: { type: 'gain' } },
      edges: [...wire('input', 'a', 'b', 'c', 'output'), { from: ['c', 'main'], to: ['a', 'main'] }]
    })
  )
  put('port.json', graphText({ edges: [...wire('input', 'g'), { from: ['g', 'mian'], to: ['output', 'main'] }] }))
  put('many.json', graphText({ nodes: { g: { type: 'gian' }, h: { type: 'gain', params: { gain: 300 } } } }))
  if (posix) {
    symlinkSync('loop.wav', place.at('loop.wav'))
    spawnSync('mkfifo', [place.at('pipe.wav')])
    await wav('loops/a kick.wav', [second])
    symlinkSync('b bass.wav', place.at('loops/b bass.wav'))
    put('locked/.keep', '')
    chmodSync(place.at('locked'), 0o555)
  }
  before = place.list()
})
afterAll(() => {
  if (posix && existsSync(place.at('locked'))) chmodSync(place.at('locked'), 0o755)
  place?.remove()
})

const withSample = async (bytes: Uint8Array<ArrayBuffer>, index: number, value: number) =>
  patched(bytes, view => view.setFloat32(bytes.length - 4 * (44100 - index), value, true))

/** What, the arguments, and what the message says: place, value, remedy. */
type Row = readonly [string, readonly string[], readonly (string | RegExp)[], Record<string, string>?]
const rows: readonly Row[] = [
  ['no such folder', ['mix', 'nowhere'], ['nowhere', 'no such file or folder', 'check the name']],
  ['a file for a folder', ['mix', 'mono.wav'], ['mono.wav', 'a file, not a folder', 'name the folder']],
  ['empty folder', ['mix', 'none'], ['none', 'no files', 'put WAV']],
  ['folder without audio', ['mix', 'texts'], ['texts', 'no audio files, only cover.jpg, notes.txt', 'put WAV']],
  ['more stems than a song has', ['mix', 'crowd'], ['crowd', '501 audio files', '500 stems', 'sum some']],
  ['one unreadable file', ['mix', 'bad'], ['b bass.wav', 'not audio', '--skip-bad']],
  ['zero channels', ['mix', 'zero'], ['b bass.wav', 'zero channels', '--skip-bad']],
  ['six channels', ['mix', 'wide'], ['b bass.wav', '6 channels', 'split it', '--skip-bad']],
  [
    'a sample that is not a number',
    ['mix', 'nan'],
    ['b bass.wav', 'sample 12345 of channel 1', 'NaN', 'export', '--skip-bad']
  ],
  ['length 0', ['mix', 'hollow'], ['b bass.wav', 'length 0', '--skip-bad']],
  ['4 kHz', ['mix', 'low'], ['b bass.wav', '4000 Hz', '8000 to 192000', '--skip-bad']],
  [
    'AAC without ffmpeg',
    ['mix', 'aac'],
    ['b bass.m4a', 'MPEG-4 (AAC or ALAC)', 'ffmpeg on the PATH', '--skip-bad'],
    { PATH: '' }
  ],
  ['results that exist', ['mix', 'good'], ['master.wav', 'results already', '--force', '--out']],
  ['results among the stems', ['mix', 'good', '--out', 'good'], ['good', 'among the stems', '--out']],
  [
    'results below a file',
    ['mix', 'bad', '--skip-bad', '--out', 'file/x'],
    ['file/x', /is a file, not a folder/, 'check the name']
  ],
  [
    'an unknown stem for a role',
    ['mix', 'bad', '--skip-bad', '--out', 'one', '--roles', 'a kik=kick'],
    ['roles', '"a kik"', 'a kick']
  ],
  [
    'an unknown role',
    ['mix', 'bad', '--skip-bad', '--out', 'two', '--roles', 'a kick=kik'],
    ['roles.a kick', '"kik"', 'kick']
  ],
  ['a role twice', ['mix', 'bad', '--roles', 'a=kick', '--roles', 'a=bass'], ['--roles', '"a"', 'give it once']],
  ['a role without a stem', ['mix', 'bad', '--roles', 'kick'], ['--roles', '"kick"', 'NAME=VALUE']],
  [
    'a rough mix that is not there',
    ['mix', 'bad', '--skip-bad', '--out', 'three', '--rough', 'no.wav'],
    ['no.wav', 'no such file']
  ],
  [
    'a reference that is no audio',
    ['mix', 'bad', '--skip-bad', '--out', 'four', '--reference', 'g.json'],
    ['g.json', 'not audio']
  ],
  [
    'a lock on nobody',
    ['mix', 'bad', '--skip-bad', '--out', 'five', '--lock', 'tuba'],
    ['lock', 'no stem, role or group "tuba"']
  ],
  [
    'nobody apart',
    ['mix', 'bad', '--skip-bad', '--out', 'six', '--solo-out', '../x'],
    ['solo-out', 'no stem, role or group "../x"']
  ],
  ['unknown option', ['mix', 'bad', '--lodness', '-14'], ['--lodness', '--loudness']],
  ['option out of range', ['mix', 'bad', '--loudness', '3'], ['--loudness', '"3"', '-40 dB to -5 dB']],
  ['option that is no number', ['mix', 'bad', '--loudness', 'loud'], ['--loudness', '"loud"', '-40 dB to -5 dB']],
  ['threads out of range', ['mix', 'bad', '--threads', '0'], ['--threads', '"0"', '1 to 64']],
  ['rate out of range', ['mix', 'bad', '--rate', '44.1'], ['--rate', '"44.1"', '8000 to 192000']],
  ['missing argument', ['mix'], ['folder']],
  ['one argument too many', ['mix', 'bad', 'good'], ['argument', '2']],
  ['unknown command', ['mxi'], ['mxi', 'mix']],
  ['no such file', ['measure', 'nowhere.wav'], ['nowhere.wav', 'no such file', 'check the name']],
  ['a folder for a file', ['measure', 'good'], ['good', 'a folder, not a file', 'name a file']],
  ['no audio', ['measure', 'bad/b bass.wav'], ['b bass.wav', 'not audio', 'WAV']],
  ['NaN', ['measure', 'mono.wav', 'nan/b bass.wav'], ['b bass.wav', 'sample 12345', 'export']],
  ['a rate that cannot be measured', ['measure', 'low/b bass.wav'], ['b bass.wav', '4000 Hz', 'convert']],
  ['unknown processor', ['processors', 'comprssor'], ['"comprssor"', 'compressor']],
  ['one file to compare', ['compare', 'stereo.wav'], ['1 file to compare', '2 to 8']],
  ['labels too few', ['compare', 'stereo.wav', 'mono.wav', '--labels', 'a'], ['1 labels for 2 files', 'one for each']],
  ['no time', ['compare', 'stereo.wav', 'mono.wav', '--from', '1:75'], ['--from', '"1:75"', '1:23.5']],
  [
    'a part that is not there',
    ['compare', 'stereo.wav', 'mono.wav', '--from', '9:00', '--out', 'new.html'],
    ['--from', '540 s', 'start earlier']
  ],
  [
    'a page over one of its files',
    ['compare', 'stereo.wav', 'mono.wav', '--out', 'mono.wav', '--force'],
    ['mono.wav', 'overwrite', 'another name']
  ],
  [
    'a page that exists',
    ['compare', 'stereo.wav', 'mono.wav', '--out', 'g.json'],
    ['g.json', 'exists already', '--force']
  ],
  ['answers that are none', ['compare', '--results', 'g.json'], ['g.json', 'not answers', 'saved']],
  ['no such answers', ['compare', '--results', 'nowhere.json'], ['nowhere.json', 'no such file', 'check the name']],
  ['no such graph', ['graph', 'print', 'nowhere.json'], ['nowhere.json', 'no such file', 'check the name']],
  ['not JSON', ['graph', 'validate', 'broken.json'], ['broken.json', 'not JSON']],
  ['a newer version', ['graph', 'validate', 'future.json'], ['future.json', '99', 'update Mixwright']],
  ['unknown type', ['graph', 'validate', 'type.json'], ['type.json', 'nodes.g.type', '"gian"', 'gain']],
  ['unknown parameter', ['graph', 'validate', 'param.json'], ['nodes.g.params.gian', '"gian"', 'gain']],
  [
    'parameter out of range',
    ['render', 'range.json', '--in', 'in=stereo.wav', '--to', 'new'],
    ['nodes.g.params.gain', '300', 'dB to']
  ],
  [
    'a cycle',
    ['graph', 'validate', 'cycle.json'],
    ['cycle', /a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c/, 'remove one']
  ],
  ['unknown outlet', ['graph', 'validate', 'port.json'], ['"mian"', 'main']],
  ['several problems at once', ['graph', 'validate', 'many.json'], ['nodes.g.type', 'nodes.h.params.gain', 'nodes.h']],
  ['nothing to write', ['render', 'g.json', '--in', 'in=stereo.wav'], ['nothing to write', '--out main=']],
  ['input without a file', ['render', 'g.json', '--to', 'new'], ['in', 'no file', '--in in=']],
  ['unknown input', ['render', 'g.json', '--in', 'on=stereo.wav', '--to', 'new'], ['"on"', 'in']],
  ['unknown output', ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'mian=x.wav'], ['"mian"', 'main']],
  [
    'stereo into mono',
    ['render', 'mono.json', '--in', 'in=stereo.wav', '--to', 'new'],
    ['stereo.wav', 'stereo', 'mono']
  ],
  [
    'an output that exists',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'main=earlier.wav'],
    ['earlier.wav', 'exists', '--force']
  ],
  [
    'an output over its input',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'main=stereo.wav', '--force'],
    ['stereo.wav', 'overwrite the input in', 'another name']
  ],
  [
    'an output below a file',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'main=file/x.wav'],
    ['file', 'not a folder', 'check the name']
  ],
  [
    'an output that is a folder',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'main=good', '--force'],
    ['good', 'folder', 'another name']
  ],
  [
    'unknown format',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--to', 'new', '--format', 's32'],
    ['--format', '"s32"', 's24']
  ],
  [
    'tail out of range',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--to', 'new', '--tail', '-1'],
    ['--tail', '"-1"', '0 to 600 seconds']
  ],
  [
    'an unreadable input',
    ['render', 'g.json', '--in', 'in=bad/b bass.wav', '--to', 'new'],
    ['b bass.wav', 'not audio', 'WAV']
  ]
]
const posixRows: readonly Row[] = [
  ['a device', ['measure', '/dev/zero'], ['/dev/zero', 'not a regular file', 'name a file']],
  ['a device as a graph', ['graph', 'print', '/dev/zero'], ['/dev/zero', 'not a regular file', 'name a file']],
  [
    'a device to write to',
    ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'main=/dev/null', '--force'],
    ['/dev/null', 'not a regular file', 'another name']
  ],
  ['a pipe', ['measure', 'pipe.wav'], ['pipe.wav', 'not a regular file', 'name a file']],
  ['a link to itself', ['measure', 'loop.wav'], ['loop.wav', 'leads to itself', 'remove the link']],
  ['a link to itself among stems', ['mix', 'loops'], ['b bass.wav', 'leads to itself', '--skip-bad']]
]

async function refused([, args, says, env]: Row, how = env ? run : call): Promise<void> {
  const { code, out, err } = await how(place.folder, args, env)
  expect({ code, out, err }, err).toMatchObject({ code: 2, out: '' })
  const message = err.replace(/^.* …\n/gm, '')
  for (const part of says)
    expect(message).toMatch(part instanceof RegExp ? part : new RegExp(part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
  expect(message).not.toMatch(/^\s+at |node:internal|fault of Mixwright|undefined|\[object/m)
  expect(message.trim().split('\n').length, message).toBeLessThanOrEqual(3)
}

describe('bad input is refused in one message', () => {
  it.concurrent.each(rows)('%s', async (...row) => refused(row as unknown as Row))
  it.skipIf(!posix).concurrent.each(posixRows)('%s', async (...row) => refused(row as unknown as Row, run))
  // Root may write everywhere.
  it.skipIf(!posix || process.getuid?.() === 0).each(['mix', 'render'])(
    '%s into a folder that may not be written',
    async command =>
      refused(
        command === 'mix'
          ? ['', ['mix', 'bad', '--skip-bad', '--out', 'locked/x'], ['locked/x', 'not allowed to write', 'permissions']]
          : [
              '',
              ['render', 'g.json', '--in', 'in=stereo.wav', '--out', 'main=locked/x.wav'],
              ['locked', 'not allowed to write', 'permissions']
            ]
      )
  )
})

it('nothing was changed, left behind or lost by all of that', () => {
  expect(place.list()).toEqual(before)
})
