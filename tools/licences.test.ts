/** What the lock file brings in: permissive licences, and LGPL or MPL only where NOTICES names the package. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (name: string) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const permissive = new Set(['MIT', 'Apache-2.0', 'MIT OR Apache-2.0', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD']),
  named = new Set(['LGPL-2.1-or-later', 'LGPL-3.0-or-later', 'MPL-2.0'])
interface Locked {
  readonly license?: string
  readonly link?: boolean
  readonly dev?: boolean
}

/** Why a package may not be depended on; undefined: it may. */
function objection(name: string, licence: string | undefined, notices: string): string | undefined {
  if (licence !== undefined && permissive.has(licence)) return undefined
  // lightningcss comes with one package per platform.
  if (licence !== undefined && named.has(licence))
    return notices.includes(name.replace(/^(lightningcss)-.*/, '$1'))
      ? undefined
      : `${name}: ${licence}, not in NOTICES`
  return `${name}: ${licence ?? 'no licence stated'}`
}

it('every dependency may be depended on', () => {
  const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> },
    notices = read('NOTICES')
  const installed = Object.entries(packages)
    .filter(([path, entry]) => path.includes('node_modules/') && !entry.link)
    .map(([path, entry]) => [path.slice(path.lastIndexOf('node_modules/') + 13), entry] as const)
  expect(installed.length).toBeGreaterThan(10)
  expect(installed.flatMap(([name, { license }]) => objection(name, license, notices) ?? [])).toEqual([])
  expect(
    installed.filter(([name, entry]) => !entry.dev && !notices.includes(name)).map(([name]) => name),
    'shipped, not in NOTICES'
  ).toEqual([])
})
it('objects to GPL, to nothing stated, and to an unnamed LGPL', () => {
  expect(objection('x', 'GPL-3.0-only', '')).toContain('GPL')
  expect(objection('x', undefined, '')).toContain('no licence')
  expect(objection('x', 'LGPL-3.0-or-later', '')).toContain('NOTICES')
})
