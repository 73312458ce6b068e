/** The published package as its users meet it: types, Node, a browser. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Audio } from '@mixwright/dsp'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type * as Program from './consumer/program.ts'
import { serve, startBrowser } from './chromium.ts'
import { type Installed, installPacked, root } from './packed.ts'

let installed: Installed, program: typeof Program, mixing: ReturnType<typeof Program.mixed> | undefined
/** In Node, once. */
const mixed = () => (mixing ??= program.mixed())
const at = (name: string): string => join(installed.folder, name)
const tsc = (...files: string[]) => {
  writeFileSync(
    at('tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2023',
        module: 'NodeNext',
        moduleResolution: 'NodeNext',
        strict: true,
        exactOptionalPropertyTypes: true,
        noUncheckedIndexedAccess: true,
        skipLibCheck: false,
        noEmit: true,
        lib: ['ES2023', 'DOM'],
        types: ['node'],
        typeRoots: [join(root, 'node_modules/@types')]
      },
      files
    })
  )
  return spawnSync(
    process.execPath,
    [join(root, 'node_modules/typescript/bin/tsc'), '-p', installed.folder, '--pretty', 'false'],
    { encoding: 'utf8' }
  )
}
const bundled = async (platform: 'node' | 'browser', outfile: string) => {
  await build({
    entryPoints: [at('program.ts')],
    bundle: true,
    format: 'esm',
    platform,
    target: 'es2023',
    outfile: at(outfile),
    logLevel: 'error',
    ...(platform === 'node' && { packages: 'external' as const })
  })
  return at(outfile)
}
/** Bits of all channels: NaN and -0 count as well. */
const bits = (audio: Audio): number[][] => audio.map(channel => [...new Uint32Array(Float32Array.from(channel).buffer)])

beforeAll(async () => {
  installed = installPacked()
  program = (await import(
    /* @vite-ignore */ pathToFileURL(await bundled('node', 'program.node.mjs')).href
  )) as typeof Program
})
afterAll(() => {
  installed?.remove()
})

describe('the package', () => {
  it('holds what its manifest names, and no sources or tests', () => {
    const manifest = JSON.parse(readFileSync(at('node_modules/mixwright/package.json'), 'utf8')) as {
      bin: { mixwright: string }
      exports: { '.': Record<string, string> }
    }
    for (const path of [manifest.bin.mixwright, ...Object.values(manifest.exports['.'])])
      expect(existsSync(at(join('node_modules/mixwright', path))), path).toBe(true)
    expect(
      installed.files.filter(
        file => !/^(bin\/mixwright\.js|dist\/.*\.(js|d\.ts)|package\.json|LICENSE|NOTICES|README\.md)$/.test(file)
      )
    ).toEqual([])
    expect(installed.files).toContain('LICENSE')
  })

  it('compiles under strict, with its declarations checked too', () => {
    const { status, stdout } = tsc('program.ts')
    expect(stdout).toBe('')
    expect(status).toBe(0)
  })

  it('does not compile where an option is misspelt, missing or of another type', () => {
    const { stdout } = tsc('wrong.ts'),
      wrong = readFileSync(at('wrong.ts'), 'utf8').split('\n')
    const expected = wrong.flatMap((line, i) => (/^(void|export)/.test(line) ? [i + 1] : [])),
      found = [...stdout.matchAll(/wrong\.ts\((\d+),/g)].map(m => Number(m[1]))
    expect([...new Set(found)]).toEqual(expected)
    expect(stdout).toContain("'lodness' does not exist in type 'MixSettings'")
  })

  it('runs as a command', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [at('node_modules/mixwright/bin/mixwright.js'), 'processors', 'bell', '--json'],
      { encoding: 'utf8' }
    )
    expect(status).toBe(0)
    expect((JSON.parse(stdout) as { id: string }).id).toBe('bell')
  })
})

describe('in Node', () => {
  it('renders', async () => {
    const main = await program.rendered()
    expect(main).toHaveLength(2)
    expect(main[0]!.length).toBeGreaterThanOrEqual(44100)
    const energy = (x: Float32Array) => x.reduce((sum, v) => sum + v * v, 0)
    expect(energy(main[1]!)).toBeGreaterThan(energy(main[0]!)) // panned to the right
  })

  it('gives gradients', async () => {
    // 8192 products in single precision, summed in double.
    expect(Math.abs((await program.learned()) - 1)).toBeLessThan(1e-6)
  })

  it('mixes stems in memory to the loudness that was asked for, with the roles that were given', async () => {
    const { audio, measured, roles, graph, decisions } = await mixed()
    expect(Object.keys(audio)).toEqual(
      expect.arrayContaining(['mix', 'master', ...Object.keys(graph.outputs).filter(name => name.startsWith('stem:'))])
    )
    expect(Math.abs(measured.master.integrated! + 16)).toBeLessThan(0.2)
    expect(roles.map(role => role.role)).toEqual(['kick', 'bass', 'pad'])
    expect(decisions.stems.map(stem => stem.stem)).toEqual(['kick', 'bass', 'pad'])
  })

  it('refuses nonsense with place, value and remedy', async () => {
    expect(await program.refusals()).toEqual([
      'GraphError: nodes.eq.type: no such processor "bel"; did you mean bell?',
      'RangeError: inputs: no such input of the graph "vioce"; did you mean voice?',
      'RangeError: inputs.voice: sample 1 of channel 1 is NaN; give finite numbers',
      'RangeError: stems.a: channels of 10 and 9 samples; give equal lengths',
      'RangeError: stems.a: 0 channels; give an array of one or two Float32Array, one per channel',
      'RangeError: stems.a: no samples; give at least one, or leave it out',
      'TaskError: there are no stems; give at least one',
      'RangeError: sample rate 4000 Hz is not allowed; give a whole number, 8000 to 192000',
      'TaskError: mix.loudness: 3 is not allowed; give -40 dB to -5 dB',
      'TaskError: mix.lodness: no such option of mix "lodness"; did you mean loudness?',
      'TaskError: roles: no such stem "b"; did you mean a?'
    ])
  })
})

describe('in a browser', () => {
  it('gives the same samples as Node, bit for bit', async () => {
    const page =
      '<!doctype html><meta charset="utf-8"><title>Mixwright</title><script type="module">import * as program from "/program.js"; window.program = program</script>'
    const site = await serve({
      '/': { type: 'text/html', body: page },
      '/program.js': { type: 'text/javascript', body: readFileSync(await bundled('browser', 'program.js')) }
    })
    const browser = await startBrowser()
    try {
      const tab = await browser.newPage(),
        problems: string[] = []
      tab.on('pageerror', error => problems.push(String(error)))
      tab.on('console', message => {
        if (
          message.type() === 'error' &&
          !message.text().includes('favicon') &&
          !message.location().url.endsWith('/favicon.ico')
        )
          problems.push(message.text())
      })
      await tab.goto(site.url)
      await tab.waitForFunction('"program" in window')
      expect(await tab.evaluate('crossOriginIsolated')).toBe(true)
      const found = await tab.evaluate(
        'program.rendered().then((audio) => audio.map((channel) => [...new Uint32Array(channel.buffer, channel.byteOffset, channel.length)]))'
      )
      expect(found).toEqual(bits(await program.rendered()))
      // Analysis takes logarithms and sines from the engine that runs it, so a mix need not be the same to the last
      // bit; -100 dB it is.
      const master = (await mixed()).audio.master!,
        there = await tab.evaluate<number[][]>(
          'program.mixed().then(({ audio }) => audio.master.map((channel) => [...channel]))'
        )
      expect(
        Math.max(
          ...master.map((channel, c) => channel.reduce((most, x, i) => Math.max(most, Math.abs(x - there[c]![i]!)), 0))
        )
      ).toBeLessThan(1e-5)
      expect(await tab.evaluate('program.refusals()')).toEqual(await program.refusals())
      expect(problems).toEqual([])
    } finally {
      await browser.close()
      site.close()
    }
  })
})
