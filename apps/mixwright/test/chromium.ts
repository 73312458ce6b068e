/** A real browser for tests, from npm alone: the Chromium of @sparticuz/chromium, driven by playwright-core. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type Browser, chromium } from 'playwright-core'
import { root } from './packed.ts'

const home = join(root, 'build/chromium')

/**
 * Unpacks Chromium once, with the libraries that a bare system lacks (nss, nspr, expat …). The package unpacks into the
 * temporary folder,
 * and those libraries only where it believes itself in a cloud function: so it runs in a process that has both.
 */
function unpackChromium(): void {
  if (existsSync(home)) return
  mkdirSync(join(root, 'build'), { recursive: true })
  const partial = mkdtempSync(join(root, 'build/chromium-'))
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', "import chromium from '@sparticuz/chromium'; await chromium.executablePath()"],
    {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, TMPDIR: partial, TEMP: partial, TMP: partial, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' }
    }
  )
  if (status !== 0) {
    rmSync(partial, { recursive: true, force: true })
    throw new Error(`Chromium could not be unpacked: ${stderr}`)
  }
  try {
    renameSync(partial, home)
  } catch {
    rmSync(partial, { recursive: true, force: true })
  } // another process was first
}

/** The system's own libraries where they suffice, else the ones that came along. */
function environment(): Record<string, string> {
  const env = Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))
  )
  const starts = (more: object) =>
    spawnSync(join(home, 'chromium'), ['--version'], { env: { ...env, ...more }, timeout: 30_000 }).status === 0
  const own = { LD_LIBRARY_PATH: join(home, 'al2023/lib'), FONTCONFIG_PATH: join(home, 'fonts') }
  return starts({}) ? env : { ...env, ...own }
}

/** Beside playwright's; not the list of @sparticuz/chromium, which turns web security off. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-zygote',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings'
]

export async function startBrowser(): Promise<Browser> {
  unpackChromium()
  return chromium.launch({ executablePath: join(home, 'chromium'), args, env: environment(), timeout: 60_000 })
}

export interface Site {
  readonly url: string
  close(): void
}
/** Serves files from memory on the loopback interface, isolated as pages with shared memory must be. */
export async function serve(
  files: Readonly<Record<string, { readonly type: string; readonly body: string | Uint8Array }>>
): Promise<Site> {
  const server = createServer((request, response) => {
    const file = files[request.url ?? '']
    response
      .writeHead(file ? 200 : 404, {
        'content-type': file?.type ?? 'text/plain',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp'
      })
      .end(file?.body)
  })
  await new Promise<void>(resolve => {
    server.listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections()
      server.close()
    }
  }
}

/** Serves a page on which the built package is `mixwright`. */
export async function servePackage(): Promise<Site> {
  const { outputFiles } = await build({
    stdin: {
      contents: `export * from ${JSON.stringify(join(root, 'apps/mixwright/dist/browser.js'))}`,
      resolveDir: root
    },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'error'
  })
  return serve({
    '/': {
      type: 'text/html',
      body: '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module">import * as mixwright from "/mixwright.js"; window.mixwright = mixwright</script>'
    },
    '/mixwright.js': { type: 'text/javascript', body: outputFiles[0]!.contents }
  })
}
