// Runs a TypeScript file of the workspace: node tools/run.mjs experiments/x/y.ts [arguments]
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url)),
  [entry, ...rest] = process.argv.slice(2)
if (!entry) {
  console.error('usage: node tools/run.mjs FILE.ts [arguments]')
  process.exit(2)
}
// As deep as a package's own folders, so that paths relative to a module's place hold in the bundle too.
const outfile = join(root, 'build/run/bundle', `${entry.replace(/[^a-z0-9]+/gi, '-')}.mjs`)
await build({
  entryPoints: [entry],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2023',
  packages: 'bundle',
  external: ['playwright-core', '@sparticuz/chromium', 'esbuild'],
  outfile,
  loader: { '.wasm': 'binary' },
  logLevel: 'error',
  define: { ENTRY_FOLDER: JSON.stringify(join(root, entry, '..')) },
  banner: {
    js: "import { createRequire as __requireFrom } from 'node:module'; const require = __requireFrom(import.meta.url);"
  }
})
process.exit(spawnSync(process.execPath, [outfile, ...rest], { stdio: 'inherit' }).status ?? 1)
