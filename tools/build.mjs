// Builds kernels.wasm (AssemblyScript) and, where their sources exist, the bundles of the published package.
// --if-changed: only what is older than its sources.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)
const lazy = process.argv.includes('--if-changed')
const newest = (dir) => !existsSync(dir) ? 0 : Math.max(0, ...readdirSync(dir, { recursive: true, withFileTypes: true })
  .filter((f) => f.isFile() && !/[/\\](node_modules|dist|build)([/\\]|$)/.test(f.parentPath)).map((f) => statSync(join(f.parentPath, f.name)).mtimeMs))
const stale = (output, ...sources) => !lazy || !existsSync(output) || statSync(output).mtimeMs < Math.max(...sources.map(newest), statSync('tools/build.mjs').mtimeMs)

const kernels = 'packages/dsp/build/kernels.wasm'
if (stale(kernels, 'packages/dsp/kernels')) {
  mkdirSync('packages/dsp/build', { recursive: true })
  const entries = readdirSync('packages/dsp/kernels').filter((f) => f.endsWith('.ts') && f !== 'lanes.ts').map((f) => join('packages/dsp/kernels', f))
  // The plan allocates above memoryBase + 64 KiB (reservedBytes in packages/dsp/src/kernels.ts).
  execFileSync(process.execPath, ['node_modules/assemblyscript/bin/asc.js', ...entries, '-o', kernels, '-O3', '--enable', 'simd', '--noAssert',
    '--runtime', 'stub', '--importMemory', '--initialMemory', '2', '--maximumMemory', '65536', '--memoryBase', '65536', ...(process.argv.includes('--text') ? ['-t', 'packages/dsp/build/kernels.wat'] : [])], { stdio: 'inherit' })
}
