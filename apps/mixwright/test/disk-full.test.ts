/**
 * A disk that is full: one clear error, exit code 2, nothing half-written, earlier results as they were. A limit on the
 * size of a file (setrlimit(2), RLIMIT_FSIZE) makes a write fail in the middle of it as a full disk does, on any machine.
 */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphText, run, tone, type Workplace, workplace } from './command.ts'
import { app } from './packed.ts'

let place: Workplace
const rate = 44100,
  /** Of 512 or 1024 bytes, by the shell: less than a second of sound, more than any text that is written before. */
  blocks = 128

beforeAll(async () => {
  place = workplace()
  const left = tone(1.5 * rate, 80),
    right = tone(1.5 * rate, 330)
  await place.wav('song/bass.wav', [left])
  await place.wav('song/keys.wav', [left, right])
  await place.wav('stereo.wav', [left, right])
  place.put('graph.json', graphText())
  const { code, err } = await run(place.folder, [...commands.mix, ...plainly])
  expect(code, err).toBe(0)
  // Earlier results of the others: what they are is not asked.
  for (const name of ['mastered/master.wav', 'mastered/master.json', 'rendered.wav', 'exported/settings.html'])
    place.put(name, name)
})
afterAll(() => {
  place?.remove()
})

const plainly = ['--quiet', '--threads', '1']
const commands = {
  mix: ['mix', 'song', '--report', 'text', '--refine', '0', '--force'],
  master: ['master', 'stereo.wav', '--out', 'mastered', '--force'],
  render: ['render', 'graph.json', '--in', 'in=stereo.wav', '--out', 'main=rendered.wav', '--force'],
  export: ['export', 'song/mixwright', '--format', 'dawproject', '--out', 'exported', '--force'],
  revise: ['revise', 'song/mixwright', 'bass up 1']
} as const

describe.skipIf(process.platform === 'win32')('a full disk', () => {
  it.each(Object.entries(commands))('%s leaves everything as it was', (_, args) => {
    const before = place.list(),
      { status, stdout, stderr } = spawnSync(
        '/bin/sh',
        ['-c', `ulimit -f ${blocks}; exec "$@"`, 'sh', process.execPath, join(app, 'dist/cli.js'), ...args, ...plainly],
        { cwd: place.folder, encoding: 'utf8' }
      )
    expect(stdout).toBe('')
    expect(stderr).toMatch(
      /^[^\n]+: the file would become larger than the system allows [^\n]+; raise the limit [^\n]+\n$/
    )
    expect(status).toBe(2)
    expect(place.list()).toEqual(before)
  })
})
