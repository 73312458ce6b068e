/**
 * Harms files of every format that is read (audio, notes, graphs, sessions, answers, styles; `others`: files as ffmpeg and sox write them) and demands sound or our error: no
 * other error, no hang, no memory above 1 GB. `npm run fuzz [rounds of each file] [first seed] [name of a file]`; the
 * same seed gives the same harm.
 */
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { createRandom } from '@mixwright/dsp'
import { trials } from './kinds.ts'

/** Files of a second or so: more is a hang. */
const patience = 20_000
const mostBytes = 1e9

interface Told {
  readonly name: string
  readonly seed: number
  readonly done?: boolean
  readonly wrong?: string
  readonly counts?: Readonly<Record<string, number>>
}

if (isMainThread) watch(process.argv.slice(2))
else await fuzz(workerData as readonly string[])

function watch(args: readonly string[]): void {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: args, stderr: true })
  let last: Told | undefined,
    wrong = 0,
    most = 0
  const hung = () => {
    console.error(`${last?.name} seed ${last?.seed}: no answer in ${patience / 1000} s`)
    process.exit(1)
  }
  let timer = setTimeout(hung, 6 * patience) // files are made first
  worker.on('message', (told: Told) => {
    clearTimeout(timer)
    timer = setTimeout(hung, patience)
    last = told
    most = Math.max(most, process.memoryUsage.rss())
    if (told.wrong && ++wrong) console.error(`${told.name} seed ${told.seed}: ${told.wrong}`)
    if (told.counts) console.log(`${told.name.padEnd(16)} ${JSON.stringify(told.counts)}`)
    if (most > mostBytes) {
      console.error(`${told.name} seed ${told.seed}: ${(most / 1e6).toFixed(0)} MB of memory`)
      process.exit(1)
    }
  })
  worker.on('error', error => {
    console.error(`after ${last?.name} seed ${last?.seed}: ${error}`)
    process.exit(1)
  })
  worker.on('exit', () => {
    clearTimeout(timer)
    console.log(`${wrong} wrong; at most ${(most / 1e6).toFixed(0)} MB`)
    process.exit(wrong ? 1 : 0)
  })
}

async function fuzz([rounds = '300', first = '1', only]: readonly string[]): Promise<void> {
  console.error = () => {} // the decoders print what they stumble over
  const tell = (told: Told) => parentPort!.postMessage(told)
  for (const [name, trial] of Object.entries(await trials(only))) {
    const counts: Record<string, number> = { heard: 0, refused: 0, wrong: 0 }
    let seed = Number(first)
    for (const end = seed + Number(rounds); seed < end; seed++) {
      tell({ name, seed })
      const result = await (async () => trial(createRandom(seed), seed))().catch((error: unknown) => error)
      if (result === 'heard' || result === 'refused') counts[result]!++
      else {
        counts.wrong!++
        tell({ name, seed, wrong: result instanceof Error ? (result.stack ?? result.message) : String(result) })
      }
    }
    tell({ name, seed, counts })
  }
}
