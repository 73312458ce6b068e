/**
 * The package as a consumer gets it: packed, unpacked where npm would put it, its dependencies linked from the
 * workspace.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

export const root = fileURLToPath(new URL('../../..', import.meta.url)),
  app = join(root, 'apps/mixwright')

export interface Installed {
  readonly folder: string
  readonly files: readonly string[]
  remove(): void
}

export function installPacked(): Installed {
  if (!existsSync(join(app, 'dist/index.js')))
    throw new Error('apps/mixwright/dist is missing; run npm run build first')
  const folder = mkdtempSync(join(tmpdir(), 'mixwright-consumer-')),
    modules = join(folder, 'node_modules')
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder], {
    cwd: app,
    shell: process.platform === 'win32'
  })
  const tarball = readdirSync(folder).find(name => name.endsWith('.tgz'))!,
    files = unpack(gunzipSync(readFileSync(join(folder, tarball))), join(modules, 'mixwright'))
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'mixwright/package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), join(modules, name), 'junction')
  }
  cpSync(join(app, 'test/consumer'), folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  return { folder, files, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** A tar as npm writes it: `package/…`, regular files, long paths in the prefix field (POSIX.1-2001 ustar). */
function unpack(tar: Buffer, into: string): string[] {
  const files: string[] = [],
    text = (at: number, length: number) => tar.toString('utf8', at, at + length).replace(/\0.*$/s, '')
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const size = Number.parseInt(text(at + 124, 12), 8),
      type = text(at + 156, 1),
      prefix = text(at + 345, 155),
      path = `${prefix ? `${prefix}/` : ''}${text(at, 100)}`.replace(/^package\//, '')
    if (type === '0' || type === '') {
      mkdirSync(dirname(join(into, path)), { recursive: true })
      writeFileSync(join(into, path), tar.subarray(at + 512, at + 512 + size))
      files.push(path)
    }
    at += 512 + 512 * Math.ceil(size / 512)
  }
  return files
}
