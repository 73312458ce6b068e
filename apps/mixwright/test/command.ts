/** The command line as a process, and files to try it on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Audio } from '@mixwright/dsp'
import { createWavWriter, memorySink, type WavFormat } from '@mixwright/files'
import { app } from './packed.ts'

const script = join(app, 'dist/cli.js')

export interface Outcome {
  readonly code: number | null
  readonly out: string
  readonly err: string
}
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Outcome>
  /** Resolves when stderr has said it. */ says(text: string): Promise<void>
}

/** Starts `mixwright` in a folder. */
export function start(cwd: string, args: readonly string[], env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let out = '',
    err = '',
    heard = () => {}
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    out += text
  })
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    err += text
    heard()
  })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out, err }))
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      heard = () => {
        if (err.includes(text)) resolve()
      }
      heard()
      void ended.then(() => reject(new Error(`it ended without saying "${text}": ${err}`)))
    })
  return { child, ended, says }
}
export const run = (cwd: string, args: readonly string[], env?: Record<string, string>): Promise<Outcome> =>
  start(cwd, args, env).ended

const { commandLine } = (await import(
  /* @vite-ignore */ pathToFileURL(join(app, 'dist/command-line.js')).href
)) as typeof import('../src/cli/command-line.ts')
/** Calls that are under way, all in one folder, and where this process was before. */
const within = { calls: 0, home: '' }
/** As `run`, within this process: for what does not matter to a process, and takes half the time. */
export async function call(cwd: string, args: readonly string[]): Promise<Outcome> {
  let out = '',
    err = ''
  if (within.calls++ === 0) {
    within.home = process.cwd()
    process.chdir(cwd)
  }
  try {
    const code = await commandLine(args, {
      signal: new AbortController().signal,
      out: text => {
        out += text
      },
      err: {
        write: text => {
          err += text
        }
      }
    })
    return { code, out, err }
  } finally {
    if (--within.calls === 0) process.chdir(within.home)
  }
}

/** A folder of its own. */
export function workplace() {
  const folder = mkdtempSync(join(tmpdir(), 'mixwright-')),
    at = (name: string) => join(folder, name)
  const put = (name: string, bytes: Uint8Array | string) => {
    mkdirSync(dirname(at(name)), { recursive: true })
    writeFileSync(at(name), bytes)
  }
  return {
    folder,
    at,
    put,
    async wav(name: string, audio: Audio, sampleRate = 44100, format: WavFormat = 'f32') {
      put(name, await wavBytes(audio, sampleRate, format))
    },
    /** Everything below, with sizes and times of change: what must not differ afterwards. */
    list: () =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .sort()
        .map(name => {
          const stat = lstatSync(at(name))
          return stat.isFile() ? `${name} ${stat.size} ${stat.mtimeMs}` : name
        }),
    remove: () => rmSync(folder, { recursive: true, force: true })
  }
}
export type Workplace = ReturnType<typeof workplace>

export async function wavBytes(
  audio: Audio,
  sampleRate = 44100,
  format: WavFormat = 'f32'
): Promise<Uint8Array<ArrayBuffer>> {
  const sink = memorySink(),
    writer = await createWavWriter(sink, { sampleRate, channels: audio.length, format, seed: 1, name: 'test' })
  await writer.write(audio)
  await writer.close()
  return sink.bytes() as Uint8Array<ArrayBuffer>
}
/**
 * The same file with other bytes: `fmt` is where the format chunk's fields begin (RIFF: tag, channels, rate, bytes a
 * second, block, bits).
 */
export function patched(bytes: Uint8Array<ArrayBuffer>, change: (view: DataView, fmt: number) => void): Uint8Array {
  const copy = bytes.slice()
  change(new DataView(copy.buffer), Buffer.from(copy.buffer).indexOf('fmt ') + 8)
  return copy
}
export const tone = (frames: number, hz = 440, rate = 44100): Float32Array =>
  new Float32Array(frames).map((_, i) => 0.3 * Math.sin((2 * Math.PI * hz * i) / rate))

/** A graph of one gain, or with other nodes and edges. */
export const graphText = (more: object = {}): string =>
  JSON.stringify({
    version: 1,
    inputs: { in: { channels: 2 } },
    outputs: { main: { channels: 2 } },
    nodes: { g: { type: 'gain', params: { gain: -6 } } },
    edges: [
      { from: ['input', 'in'], to: ['g', 'main'] },
      { from: ['g', 'main'], to: ['output', 'main'] }
    ],
    ...more
  })
