/**
 * The direction of the packages: each may import only what stands to its left, and only another package's front door.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('..', import.meta.url).pathname
/** dsp → graph → files, estimate → tasks → apps */
const allowed: Record<string, readonly string[]> = {
  'packages/dsp': [],
  'packages/graph': ['dsp'],
  'packages/files': ['dsp', 'graph'],
  'packages/estimate': ['dsp', 'graph'],
  'packages/tasks': ['dsp', 'graph', 'files', 'estimate'],
  'apps/mixwright': ['dsp', 'graph', 'files', 'estimate', 'tasks']
}
const platform = new Set(['vitest'])

const sources = (folder: string) =>
  readdirSync(join(root, folder, 'src'), { recursive: true, withFileTypes: true })
    .filter(f => f.isFile() && f.name.endsWith('.ts'))
    .map(f => join(f.parentPath, f.name))
const imports = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import\s+|(?:import|export)\s[^'"=]*?\sfrom\s+)['"]([^'"]+)['"]/gm)].map(
    m => m[1]!
  )

/** Every import of a source file that its package may not have, in words. */
function violations(folder: string, file: string, names: readonly string[]): string[] {
  const pure = folder.startsWith('packages/'),
    test = /[.]test[.]ts$/.test(file),
    manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>
      devDependencies?: Record<string, string>
    }
  return names.flatMap(name => {
    if (name.startsWith('.')) return []
    const own = /^@mixwright\/([^/]+)(\/.*)?$/.exec(name)
    if (own)
      return !allowed[folder]!.includes(own[1]!)
        ? [`${file} imports ${name}, which stands to its right`]
        : own[2] && own[2] !== '/kernels.wasm'
          ? [`${file} imports ${name}: go through the package's index`]
          : []
    if (name.startsWith('node:')) return pure && !test ? [`${file} imports ${name}: packages are pure`] : []
    const listed = { ...manifest.dependencies, ...(test && manifest.devDependencies) }
    return platform.has(name) || listed[name] || Object.keys(listed).some(d => name.startsWith(`${d}/`))
      ? []
      : [`${file} imports ${name}, which its package.json does not list`]
  })
}

describe('package direction', () => {
  it.each(Object.keys(allowed))('%s imports only what stands to its left', folder => {
    expect(sources(folder).flatMap(file => violations(folder, file, imports(file)))).toEqual([])
  })
  it('sees a wrong import', () => {
    expect(violations('packages/dsp', 'x.ts', ['@mixwright/graph', 'node:fs', 'left-pad'])).toHaveLength(3)
    expect(violations('packages/graph', 'x.ts', ['@mixwright/dsp/src/define.ts', '@mixwright/dsp'])).toHaveLength(1)
  })
})
