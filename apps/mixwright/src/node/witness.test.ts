import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createWitness } from './witness.ts'

let home = ''
const at = (name: string) => join(home, name)
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mixwright-'))
  for (const name of ['a.wav', 'b.wav']) writeFileSync(at(name), 'sound')
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})
const seen = () => {
  const witness = createWitness()
  for (const name of ['a.wav', 'b.wav']) witness.see(at(name))
  return witness
}

it('says which file is no longer what it was', () => {
  const witness = seen()
  expect(() => witness.check()).not.toThrow()
  writeFileSync(at('b.wav'), 'longer sound')
  expect(() => witness.check()).toThrow(`${at('b.wav')}: the file was changed while it was used; wait`)
})
it('notices a file of the same length that was written later, and goes by what it saw first', () => {
  const witness = seen()
  utimesSync(at('a.wav'), 1000, 1000)
  witness.see(at('a.wav'))
  expect(() => witness.check()).toThrow(`${at('a.wav')}: the file was changed`)
})
it('says which file has gone', () => {
  const witness = seen()
  rmSync(at('a.wav'))
  expect(() => witness.check()).toThrow(expect.objectContaining({ fault: 'missing', place: at('a.wav') }))
})
it('knows why a file breaks off that was whole, and leaves every other reason as it is', () => {
  const witness = seen(),
    broken = new AudioFileError('truncated', at('b.wav'), 'the file ends at frame 9 of 10', 'copy it again'),
    other = new Error('no room left')
  expect(witness.reasonFor(broken)).toBe(broken)
  writeFileSync(at('b.wav'), 'longer sound')
  expect(witness.reasonFor(broken)).toMatchObject({ message: expect.stringContaining('was changed while it was used') })
  expect(witness.reasonFor(other)).toBe(other)
})
