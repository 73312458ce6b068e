/**
 * Kills the built command line at random moments, half of them near the end, where results get their places: nothing
 * half-written may stand under a final name; what the next run finds is all as before or all new, without leftovers; and
 * it works. `node tools/run.mjs experiments/kills/run.ts [kills] [seed] [these commands, with commas]` over the bundled example,
 * `mix` over its first 12 s.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, extname, join } from 'node:path'
import { blocksOf, createRandom, type Random } from '@mixwright/dsp'
import { openAudioFile } from '../../apps/mixwright/src/node/audio-files.ts'
import { mend } from '../../apps/mixwright/src/node/leftovers.ts'
import { createTake } from '../../apps/mixwright/src/node/takes.ts'

declare const ENTRY_FOLDER: string
const root = join(ENTRY_FOLDER, '../..'),
  cli = join(root, 'apps/mixwright/dist/cli.js'),
  home = mkdtempSync(join(tmpdir(), 'kills-')),
  at = (name: string) => join(home, name),
  env = { ...process.env, TMPDIR: at('tmp') },
  threads = ['--threads', '2', '--quiet']

interface Job {
  readonly args: readonly string[]
  /** Folder of the results. */
  readonly out: string
  /** All of them old or all of them new, where they are there. */
  readonly together: readonly string[]
}
const jobs: Readonly<Record<string, Job>> = {
  mix: {
    args: ['mix', at('short'), '--report', 'text', '--force', ...threads],
    out: at('short/mixwright'),
    together: ['mix.wav', 'master.wav', 'graph.json', 'decisions.json', 'report.html', 'stems/stems.json']
  },
  revise: {
    args: ['revise', at('song/mixwright'), 'vocals up 0.1', ...threads],
    out: at('song/mixwright'),
    together: ['mix.wav', 'master.wav', 'graph.json', 'decisions.json', 'decisions.before.json']
  },
  master: {
    args: ['master', at('song/mixwright/mix.wav'), '--out', at('mastered'), '--force', ...threads],
    out: at('mastered'),
    together: ['master.wav', 'master.json']
  },
  render: {
    args: [
      'render',
      at('pass.json'),
      '--in',
      `in=${at('song/mixwright/mix.wav')}`,
      '--out',
      `main=${at('rendered/main.flac')}`,
      '--force',
      ...threads
    ],
    out: at('rendered'),
    together: ['main.flac']
  },
  export: {
    args: ['export', at('song/mixwright'), '--format', 'rpp', '--out', at('exported'), '--force', ...threads],
    out: at('exported'),
    together: ['settings.html', 'settings.csv']
  }
}
const signals = ['SIGKILL', 'SIGKILL', 'SIGKILL', 'SIGTERM', 'SIGINT'] as const

const start = (job: Job): ChildProcess =>
  spawn(process.execPath, [cli, ...job.args], { env, stdio: ['ignore', 'ignore', 'pipe'] })
async function finish(child: ChildProcess): Promise<{ code: number | null; err: string }> {
  let err = ''
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    err += text
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, err }
}

const visible = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
        name => !/(^|[/\\])\.mixwright-/.test(name) && statSync(join(folder, name)).isFile()
      )
    : []
const hidden = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
        basename(name).startsWith('.mixwright-')
      )
    : []

/** What is wrong with the files under final names. */
async function broken(folder: string): Promise<string[]> {
  const faults: string[] = []
  for (const name of visible(folder)) {
    const path = join(folder, name)
    try {
      if (['.wav', '.flac'].includes(extname(name))) {
        const file = await openAudioFile(path)
        for await (const audio of file.blocks())
          if (audio[0]!.some(x => !Number.isFinite(x))) throw new Error('not finite')
        file.close()
      }
      if (extname(name) === '.json') JSON.parse(readFileSync(path, 'utf8'))
      if (extname(name) === '.html' && !readFileSync(path, 'utf8').trimEnd().endsWith('</html>'))
        throw new Error('no end')
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`)
    }
  }
  return faults
}
/** Whether results are partly old, partly new. */
function torn({ out, together }: Job, since: number): string[] {
  const there = together.filter(name => existsSync(join(out, name))),
    fresh = there.filter(name => statSync(join(out, name)).mtimeMs >= since)
  return fresh.length > 0 && fresh.length < together.length ? [`new: ${fresh.join(', ')} of ${there.join(', ')}`] : []
}

async function example(): Promise<void> {
  mkdirSync(at('tmp'))
  const stems = join(root, 'build/example')
  if (!existsSync(stems)) spawnSync(process.execPath, [join(root, 'build/example.js'), stems], { stdio: 'inherit' })
  mkdirSync(at('song'))
  mkdirSync(at('short'))
  for (const name of readdirSync(stems).filter(file => file.endsWith('.wav'))) {
    cpSync(join(stems, name), join(at('song'), name))
    const file = await openAudioFile(join(stems, name)),
      { sampleRate, channels } = file,
      take = await createTake(join(at('short'), name), { sampleRate, channels, format: 's24', force: true })
    for await (const { audio, start: from } of blocksOf(file.clip!))
      if (from < 12 * sampleRate) await take.write(audio.map(channel => channel.subarray(0, 12 * sampleRate - from)))
    ;(await take.close()).close()
    file.close()
  }
  const { writeFileSync } = await import('node:fs')
  writeFileSync(
    at('pass.json'),
    JSON.stringify({
      version: 1,
      inputs: { in: { channels: 2 } },
      outputs: { main: { channels: 2 } },
      nodes: {},
      edges: [{ from: ['input', 'in'], to: ['output', 'main'] }]
    })
  )
  if (only !== 'mix')
    await finish(
      spawn(process.execPath, [cli, 'mix', at('song'), '--report', 'text', ...threads], {
        env,
        stdio: ['ignore', 'ignore', 'pipe']
      })
    )
}

async function kill(name: string, job: Job, took: number, random: Random): Promise<string[]> {
  const signal = signals[random.below(signals.length)]!,
    after = took * (random.below(2) ? random.uniform() : 0.85 + 0.25 * random.uniform()),
    since = Date.now(),
    child = start(job),
    ended = finish(child)
  await Promise.race([ended, new Promise(resolve => setTimeout(resolve, after))])
  child.kill(signal)
  const { code, err } = await ended,
    said = code === null || code === 0 || /Interrupted/.test(err) ? [] : [`exit ${code}: ${err.trim()}`],
    half = await broken(job.out),
    // Who is asked to end cleans up; who is killed cannot.
    own = code === null ? [] : [...hidden(job.out), ...hidden(at('tmp'))]
  mend(job.out)
  mend(at('tmp'))
  const left = [...hidden(job.out), ...hidden(at('tmp'))],
    faults = [...said, ...half, ...own, ...left, ...torn(job, since), ...(await broken(job.out))]
  counts[code === null ? 'killed' : code === 0 ? 'finished' : 'interrupted']++
  return faults.map(fault => `${name} ${signal} after ${(after / 1000).toFixed(2)} s: ${fault}`)
}
const counts = { killed: 0, interrupted: 0, finished: 0 }

const [kills = '100', seed = '1', only] = process.argv.slice(2),
  random = createRandom(Number(seed)),
  faults: string[] = []
try {
  await example()
  const names = Object.keys(jobs).filter(name => !only || only.split(',').includes(name))
  for (const name of names) {
    const job = jobs[name]!,
      began = Date.now(),
      first = await finish(start(job)),
      took = Date.now() - began
    if (first.code !== 0) throw new Error(`${name}: ${first.err}`)
    let reruns = 0
    for (let k = 0; k < Number(kills) / names.length; k++) {
      for (const fault of await kill(name, job, took, random)) {
        console.error(fault)
        faults.push(fault)
      }
      if (k % 5 === 4) {
        reruns++
        const { code, err } = await finish(start(job))
        if (code !== 0) {
          console.error(`${name} again: ${err}`)
          faults.push(err)
        }
      }
      // As it goes: whoever ends this early has a count.
      console.log(
        `${name.padEnd(8)} takes ${(took / 1000).toFixed(1)} s; so far ${JSON.stringify(counts)}, ${reruns} reruns, ${faults.length} faults`
      )
    }
  }
} finally {
  rmSync(home, { recursive: true, force: true })
}
process.exitCode = faults.length ? 1 : 0
