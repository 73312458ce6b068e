// What both commands need first: dependencies as locked, kernels and bundles built. Fast when there is nothing to do.
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'

const root = new URL('..', import.meta.url)
const at = path => new URL(path, root)
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node ${process.versions.node} is too old: Mixwright needs 20.19 or newer (https://nodejs.org).`)
  process.exit(2)
}
const stamp = at('node_modules/.package-lock.json')
if (!existsSync(stamp) || statSync(stamp).mtimeMs < statSync(at('package-lock.json')).mtimeMs) {
  console.log('Installing dependencies (npm ci) …')
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32'
  })
}
execFileSync(process.execPath, ['tools/build.mjs', '--if-changed'], { cwd: root, stdio: 'inherit' })
