/** Files stay readable in one go: the goal is 250 lines, the bound 300. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
const bound = 300
/** What may be longer, and why. */
const longer: Readonly<Record<string, string>> = {
  'apps/mixwright/src/node/audio-files.test.ts': 'many formats against the same fixtures',
  'apps/mixwright/test/listening.test.ts': 'one page in one browser, which takes longer to start than to test'
}
const ignored = new Set(['node_modules', 'dist', 'build'])

/** Paths of TypeScript files below `folder`, built ones aside. */
const sources = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return ignored.has(entry.name) ? [] : sources(path)
    return /\.tsx?$/.test(entry.name) ? [path] : []
  })
const lines = (text: string): number => text.split('\n').length - 1

it(`no file has more than ${bound} lines`, () => {
  const files = ['packages', 'apps', 'tools', 'example', 'experiments'].flatMap(sources)
  expect(files).toContain('tools/sizes.test.ts')
  const long = files.flatMap(path => {
    const count = lines(readFileSync(join(root, path), 'utf8'))
    return count > bound ? [`${path}: ${count} lines`] : []
  })
  expect(long.filter(line => !longer[line.split(':')[0]!])).toEqual([])
  const excused = long.map(line => line.split(':')[0]!)
  expect(
    Object.keys(longer).filter(path => !excused.includes(path)),
    'no longer so long: strike them'
  ).toEqual([])
})
