/** A process that is killed at every step of giving its results their places, and the one after it. */
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { before, mend, note, ownName } from './leftovers.ts'

let out = ''
beforeEach(() => {
  out = mkdtempSync(join(tmpdir(), 'mixwright-'))
})
afterEach(() => rmSync(out, { recursive: true, force: true }))
const put = (name: string, text: string) => {
  mkdirSync(dirname(join(out, name)), { recursive: true })
  writeFileSync(join(out, name), text)
}
const files = () =>
  Object.fromEntries(
    readdirSync(out, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')])
  )
/** Of a process that has ended. */
const dead = spawnSync(process.execPath, ['-e', '']).pid!
const left = (pid = dead) => ownName().replace(`-${process.pid}-`, `-${pid}-`)

/** What a revision of a, b and c to A, B and D does, up to a step: as staging.ts, which is not killed so easily. */
const steps: readonly ((scratch: string) => void)[] = [
  s => note(s, { committing: false, names: ['a'], stale: [] }),
  s => mkdirSync(join(s, before)),
  s => renameSync(join(out, 'a'), join(s, before, 'a')),
  s => renameSync(join(s, 'a'), join(out, 'a')),
  s => note(s, { committing: true, names: ['a', 'b', 'x/d'], stale: ['c'] }),
  s => renameSync(join(out, 'b'), join(s, before, 'b')),
  s => renameSync(join(s, 'b'), join(out, 'b')),
  () => mkdirSync(join(out, 'x')),
  s => renameSync(join(s, 'x/d'), join(out, 'x/d')),
  s => renameSync(join(out, 'c'), join(s, before, 'c'))
]
it.each(steps.map((_, i) => i).concat(steps.length))('killed after %d steps: all as before, or all new', count => {
  const scratch = left()
  for (const name of ['a', 'b', 'c']) put(name, name)
  for (const name of ['a', 'b', 'x/d']) put(join(scratch, name), name.toUpperCase())
  put('mine', 'mine')
  for (const step of steps.slice(0, count)) step(join(out, scratch))
  mend(out)
  expect(files()).toEqual(
    count < 5 ? { a: 'a', b: 'b', c: 'c', mine: 'mine' } : { a: 'A', b: 'B', d: 'X/D', mine: 'mine' }
  )
  expect(readdirSync(out).filter(name => name.startsWith('.'))).toEqual([])
})
it('unfinished files go', () => {
  put(`${left()}.part`, 'x')
  mend(out)
  expect(files()).toEqual({})
})
it('what is of a living process, another computer or somebody else stays', () => {
  const names = [
    left(process.pid),
    left().replace(
      hostname()
        .replace(/[^A-Za-z0-9]/g, '')
        .slice(0, 32),
      'elsewhere'
    ),
    '.mixwright-abc',
    '.other'
  ]
  for (const name of names) put(join(name, 'x'), 'x')
  mend(out)
  expect(readdirSync(out).sort()).toEqual(names.sort())
})
it('a journal names nothing outside', () => {
  const home = out
  put('theirs', 'theirs')
  out = join(home, 'song')
  put(join(left(), 'y'), 'y')
  const [scratch] = readdirSync(out)
  note(join(out, scratch!), { committing: false, names: ['../theirs'], stale: ['../theirs'] })
  mend(out)
  expect(existsSync(join(home, 'theirs'))).toBe(true)
  expect(readdirSync(out)).toEqual([])
  out = home
})
