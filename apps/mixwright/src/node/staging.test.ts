import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createStaging } from './staging.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'mixwright-'))
})
afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})
const out = () => join(home, 'a/b'),
  text = (name: string) => readFileSync(join(out(), name), 'utf8')
const tree = (folder: string) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()
const begin = (files: Record<string, string>, force = false) => {
  const staging = createStaging(out(), { force })
  for (const [name, words] of Object.entries(files)) writeFileSync(staging.path(name), words)
  return staging
}

describe('staging', () => {
  it('shows nothing until it is committed, then everything and no more', () => {
    const staging = begin({ x: '1', 'stems/y': '2', 'decoded/z': '3' })
    expect(tree(out()).filter(name => !name.startsWith('.'))).toEqual([])
    expect(staging.commit(['x', 'stems/y'])).toEqual([join(out(), 'x'), join(out(), 'stems/y')])
    expect(tree(out())).toEqual(['stems', 'stems/y', 'x'])
    staging.discard()
    expect(text('x')).toBe('1')
  })
  it('leaves no folder that it made', () => {
    const staging = begin({ x: '1', 'stems/y': '2' })
    staging.place('x')
    staging.place('stems/y')
    expect(text('x')).toBe('1')
    staging.discard()
    expect(existsSync(join(home, 'a'))).toBe(false)
  })
  it('gives earlier files back when it is discarded', () => {
    begin({ x: 'earlier', 'stems/y': 'earlier' }).commit(['x', 'stems/y'])
    const staging = begin({ x: 'new', 'stems/y': 'new' }, true)
    staging.place('x')
    staging.place('stems/y')
    expect(text('x')).toBe('new')
    staging.discard()
    expect([text('x'), text('stems/y')]).toEqual(['earlier', 'earlier'])
    expect(tree(out())).toEqual(['stems', 'stems/y', 'x'])
  })
  it('replaces with force, and takes away what earlier results had more', () => {
    begin({ x: 'earlier', 'stems/y': 'earlier', mine: 'mine' }).commit(['x', 'stems/y', 'mine'])
    begin({ x: 'new', 'stems/z': 'new' }, true).commit(['x', 'stems/z'], ['stems/y'])
    expect(tree(out())).toEqual(['mine', 'stems', 'stems/z', 'x'])
  })
  it('a folder that goes meanwhile is named, and leaves nothing to undo', () => {
    begin({ x: 'earlier' }).commit(['x'])
    const staging = begin({ x: 'new', y: 'new' }, true)
    staging.place('x')
    rmSync(out(), { recursive: true })
    expect(() => staging.commit(['x', 'y'])).toThrow(`${out()}: the folder does not exist`)
    staging.discard()
    expect(existsSync(out())).toBe(false)
  })
  it('without force refuses a name that was taken meanwhile', () => {
    const staging = begin({ x: 'new' })
    writeFileSync(join(out(), 'x'), 'theirs')
    expect(() => staging.commit(['x'])).toThrow(/x: the file has appeared meanwhile/)
    staging.discard()
    expect(tree(out())).toEqual(['x'])
    expect(text('x')).toBe('theirs')
  })
})
