import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createFileSink, inWords, openFileSource } from './byte-files.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mixwright-'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})
const at = (name: string): string => join(folder, name)
const text = (name: string): string => readFileSync(at(name), 'utf8')
const bytes = (words: string): Uint8Array => new TextEncoder().encode(words)

describe('file sink', () => {
  it('appears only when committed, complete', async () => {
    const sink = await createFileSink(at('a'))
    await sink.write(bytes('hello '))
    await sink.write(bytes('world'))
    await sink.patch(0, bytes('J'))
    expect(readdirSync(folder).every(name => name.startsWith('.'))).toBe(true)
    await sink.commit()
    expect(readdirSync(folder)).toEqual(['a'])
    expect(text('a')).toBe('Jello world')
    await sink.discard()
    expect(text('a')).toBe('Jello world')
    await expect(sink.write(bytes('more'))).rejects.toThrow('complete')
  })

  it('keeps the order of writes that do not wait for each other', async () => {
    const sink = await createFileSink(at('a'))
    await Promise.all(['one ', 'two ', 'three'].map(words => sink.write(bytes(words))))
    await sink.commit()
    expect(text('a')).toBe('one two three')
  })

  it('leaves nothing when discarded', async () => {
    const sink = await createFileSink(at('a'))
    await sink.write(bytes('x'))
    await sink.discard()
    expect(readdirSync(folder)).toEqual([])
  })

  it('never overwrites without force: neither before nor meanwhile', async () => {
    const late = await createFileSink(at('a'))
    writeFileSync(at('a'), 'mine')
    await expect(createFileSink(at('a'))).rejects.toMatchObject({
      fault: 'exists',
      message: `${at('a')}: the file exists already; use --force to replace it, or choose another name`
    })
    await late.write(bytes('other'))
    await expect(late.commit()).rejects.toMatchObject({ fault: 'exists' })
    expect(readdirSync(folder)).toEqual(['a'])
    expect(text('a')).toBe('mine')
    const forced = await createFileSink(at('a'), { force: true })
    await forced.write(bytes('new'))
    await forced.commit()
    expect(text('a')).toBe('new')
  })

  it('says in words where it cannot write', async () => {
    mkdirSync(at('d'))
    await expect(createFileSink(at('d'), { force: true })).rejects.toMatchObject({ fault: 'is-folder' })
    await expect(createFileSink(at('none/a'))).rejects.toMatchObject({
      fault: 'missing',
      what: 'the folder does not exist'
    })
    writeFileSync(at('f'), '')
    await expect(createFileSink(at('f/a'))).rejects.toMatchObject({ fault: 'missing' })
  })

  it.each([
    ['ENOSPC', 'disk-full'],
    ['EACCES', 'denied'],
    ['EROFS', 'denied'],
    ['EISDIR', 'is-folder'],
    ['EIO', 'unreadable']
  ])('%s in words', (code, fault) => {
    expect(inWords('p', 'write', Object.assign(new Error('x'), { code }))).toMatchObject({
      name: 'AudioFileError',
      fault,
      place: 'p'
    })
  })

  // A process of its own, ended in the midst of writing.
  it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)(
    '%s leaves nothing half-written, and still ends the process',
    async signal => {
      const script = at('writer.mjs'),
        module = fileURLToPath(new URL('byte-files.ts', import.meta.url))
      writeFileSync(
        at('writer.ts'),
        `import { createFileSink } from ${JSON.stringify(module)}
      const sink = await createFileSink(process.argv[2]); await sink.write(new Uint8Array(1000)); console.log('ready'); setInterval(() => {}, 1000)`
      )
      const esbuild = fileURLToPath(new URL('../../../../node_modules/.bin/esbuild', import.meta.url)),
        decoders = ['@wasm-audio-decoders/*', 'mpg123-decoder', 'ogg-opus-decoder']
      execFileSync(esbuild, [
        at('writer.ts'),
        '--bundle',
        '--platform=node',
        '--format=esm',
        `--outfile=${script}`,
        '--log-level=error',
        ...decoders.map(d => `--external:${d}`)
      ])
      mkdirSync(at('out'))
      const child: ChildProcess = spawn(process.execPath, [script, at('out/mix.wav')], {
        stdio: ['ignore', 'pipe', 'inherit']
      })
      await once(child.stdout!, 'data')
      expect(readdirSync(at('out'))).toHaveLength(1)
      child.kill(signal)
      const [, by] = (await once(child, 'exit')) as [number | null, string]
      expect(by).toBe(signal)
      expect(readdirSync(at('out'))).toEqual([])
    }
  )
})

describe('file source', () => {
  it('reads anywhere, also into a given buffer, and ends at the end', async () => {
    writeFileSync(at('a'), 'abcdefgh')
    const source = openFileSource(at('a')),
      into = new Uint8Array(6)
    expect(source.size).toBe(8)
    expect(await source.read(2, 3)).toEqual(bytes('cde'))
    const found = await source.read(5, 6, into)
    expect(found).toEqual(bytes('fgh'))
    expect(found.buffer).toBe(into.buffer)
    expect((await source.read(100, 4)).length).toBe(0)
    source.close()
    source.close()
  })
  it('says in words what it cannot read', () => {
    expect(() => openFileSource(at('none'))).toThrow(/none: no such file or folder; check the name/)
    expect(() => openFileSource(folder)).toThrow(/this is a folder/)
  })
})
