// Builds kernels.wasm (AssemblyScript), then the bundles and type declarations of the published package.
// --if-changed: only what is older than its sources. --text: also the kernels as WebAssembly text.
import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync
} from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const lazy = process.argv.includes('--if-changed')
const newest = path =>
  !existsSync(path)
    ? 0
    : !statSync(path).isDirectory()
      ? statSync(path).mtimeMs
      : Math.max(
          0,
          ...readdirSync(path)
            .filter(name => !['node_modules', 'dist', 'build', 'test'].includes(name))
            .map(name => newest(join(path, name)))
        )
const stale = (output, ...sources) =>
  !lazy || !existsSync(output) || statSync(output).mtimeMs < Math.max(...sources.map(newest), newest('tools/build.mjs'))
// What fails has said why.
const node = (...args) => {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

const kernels = 'packages/dsp/build/kernels.wasm'
if (stale(kernels, 'packages/dsp/kernels')) {
  mkdirSync(dirname(kernels), { recursive: true })
  const entries = readdirSync('packages/dsp/kernels')
    .filter(name => name.endsWith('.ts'))
    .map(name => join('packages/dsp/kernels', name))
    // Shared arithmetic is inlined where it is imported; only files with a function for the outside are entries.
    .filter(path => /^export function/m.test(readFileSync(path, 'utf8')))
  // Plans allocate above memoryBase + 64 KiB (reservedBytes in packages/dsp/src/kernels.ts).
  node(
    'node_modules/assemblyscript/bin/asc.js',
    ...entries,
    '-o',
    kernels,
    '-O3',
    '--enable',
    'simd',
    '--noAssert',
    '--runtime',
    'stub',
    '--importMemory',
    '--initialMemory',
    '2',
    '--maximumMemory',
    '65536',
    '--memoryBase',
    '65536',
    ...(process.argv.includes('--text') ? ['-t', kernels.replace('.wasm', '.wat')] : [])
  )
}

const app = 'apps/mixwright',
  dist = `${app}/dist`
if (existsSync(`${app}/src/cli.ts`) && stale(`${dist}/index.js`, 'packages', 'apps', 'example', kernels)) {
  const { build } = await import('esbuild')
  const manifest = JSON.parse(readFileSync(`${app}/package.json`, 'utf8')),
    external = Object.keys(manifest.dependencies ?? {})
  rmSync(dist, { recursive: true, force: true })
  const common = {
    bundle: true,
    format: 'esm',
    target: 'es2023',
    loader: { '.wasm': 'binary' },
    external,
    sourcemap: false,
    logLevel: 'warning',
    define: { MIXWRIGHT_VERSION: JSON.stringify(manifest.version) }
  }
  const withoutNode = {
    name: 'without-node',
    setup(bundle) {
      bundle.onResolve({ filter: /^node:module$/ }, ({ path }) => ({ path, namespace: 'absent' }))
      bundle.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({
        contents: 'export const createRequire = undefined'
      }))
    }
  }
  // The first two go into every page that `compare` and `mix` write.
  for (const [name, script] of [
    ['MIXWRIGHT_LISTENING', 'listening/page'],
    ['MIXWRIGHT_REPORT', 'listening/report'],
    ['MIXWRIGHT_WORKLET', 'live/worklet']
  ]) {
    const bundle = await build({
      ...common,
      format: 'iife',
      target: 'es2022',
      platform: 'browser',
      minify: true,
      external: [],
      plugins: [withoutNode],
      write: false,
      entryPoints: [`${app}/src/${script}.ts`]
    })
    common.define[name] = JSON.stringify(bundle.outputFiles[0].text)
  }
  await build({
    ...common,
    platform: 'node',
    outdir: dist,
    // The command line also stands by itself, for tests within one process.
    entryPoints: Object.fromEntries(
      ['index', 'cli', 'cli/command-line', 'worker'].map(path => [basename(path), `${app}/src/${path}.ts`])
    ),
    splitting: true,
    chunkNames: 'chunk-[hash]'
  })
  // libopus comes along as a chunk of its own: bundlers for browsers stumble over what it asks of Node, as of itself it does not.
  await build({
    ...common,
    platform: 'browser',
    outdir: dist,
    entryPoints: { browser: `${app}/src/browser.ts` },
    splitting: true,
    chunkNames: 'browser-[hash]',
    external: external.filter(name => name !== 'libopus-wasm'),
    plugins: [withoutNode]
  })
  await build({
    ...common,
    platform: 'node',
    outfile: 'build/example.js',
    entryPoints: ['example/write.ts'],
    external: []
  })
  declarations()
  // npm packs them only from the package's own folder.
  for (const name of ['LICENSE', 'NOTICES', 'README.md']) if (existsSync(name)) copyFileSync(name, `${app}/${name}`)
}

/** One tree of .d.ts files for the package, the workspace's bare names turned into relative paths. */
function declarations() {
  const types = `${dist}/types`
  writeFileSync(
    'build/tsconfig.types.json',
    JSON.stringify({
      extends: '../tsconfig.base.json',
      compilerOptions: {
        noEmit: false,
        declaration: true,
        emitDeclarationOnly: true,
        rewriteRelativeImportExtensions: true,
        rootDir: '..',
        outDir: `../${types}`,
        lib: ['ES2023', 'DOM'],
        types: ['node'],
        typeRoots: ['../node_modules/@types'],
        // Found by these paths the packages are sources; found through node_modules they would be libraries, of which
        // nothing is written.
        paths: Object.fromEntries(
          readdirSync('packages').map(name => [`@mixwright/${name}`, [`../packages/${name}/src/index.ts`]])
        )
      },
      files: [`../${app}/src/index.ts`, `../${app}/src/browser.ts`, `../${app}/src/wasm.d.ts`]
    })
  )
  node('node_modules/typescript/bin/tsc', '-p', 'build/tsconfig.types.json')
  for (const file of readdirSync(types, { recursive: true }).filter(name => name.endsWith('.d.ts'))) {
    const path = join(types, file),
      text = readFileSync(path, 'utf8')
    const fixed = text
      .replace(
        /(['"])@mixwright\/([a-z]+)\1/g,
        (_, quote, name) =>
          `${quote}${relative(dirname(path), join(types, 'packages', name, 'src/index.js'))
            .replaceAll('\\', '/')
            .replace(/^(?!\.)/, './')}${quote}`
      )
      .replace(/((?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2')
    if (fixed !== text) writeFileSync(path, fixed)
  }
}
