/**
 * One process makes song after song through the API, as a server would: random songs, random jobs, every result opened.
 * `node tools/run.mjs experiments/soak/run.ts [minutes] [seed]` prints the slope of its memory over the jobs.
 */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { createRandom, type Random } from '@mixwright/dsp'
import { createWavWriter, memorySink, type OutputFormat, outputNames } from '@mixwright/files'
import { openAudioFile } from '../../apps/mixwright/src/node/audio-files.ts'

declare const ENTRY_FOLDER: string
/** The built package: its threads are files beside it. */
const api = (await import(
  join(ENTRY_FOLDER, '../../apps/mixwright/dist/index.js')
)) as typeof import('../../apps/mixwright/src/index.ts')

const home = mkdtempSync(join(tmpdir(), 'soak-')),
  [minutes = '10', seed = '1'] = process.argv.slice(2),
  random = createRandom(Number(seed)),
  pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!

/** Tones, hits and noise: nobody's music, but never twice the same. */
function recording(frames: number, rate: number, { below, uniform }: Random): Float32Array {
  const hz = 50 * 2 ** (6 * uniform()),
    every = Math.round(rate * (0.2 + uniform())),
    kind = below(3),
    level = 0.05 + 0.4 * uniform()
  return Float32Array.from({ length: frames }, (_, i) => {
    const decay = Math.exp((-8 * (i % every)) / every),
      source =
        kind === 0
          ? Math.sin((2 * Math.PI * hz * i) / rate)
          : kind === 1
            ? 2 * uniform() - 1
            : Math.sign(Math.sin((hz * i) / rate))
    return level * decay * source
  })
}

async function song(folder: string): Promise<void> {
  const { mkdirSync } = await import('node:fs')
  mkdirSync(folder)
  const rate = pick([44100, 48000]),
    frames = rate * (3 + random.below(5))
  for (const name of ['Kick', 'Bass', 'Lead Vox', 'Guitar', 'Keys', 'Pad'].slice(0, 2 + random.below(5))) {
    const audio = Array.from({ length: 1 + random.below(2) }, () => recording(frames, rate, random)),
      sink = memorySink(),
      writer = await createWavWriter(sink, { sampleRate: rate, channels: audio.length, format: 's24', seed: 1, name })
    await writer.write(audio)
    await writer.close()
    writeFileSync(join(folder, `${name}.wav`), sink.bytes())
  }
}

async function check(folder: string): Promise<void> {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (name.includes('.mixwright-')) throw new Error(`left behind: ${name}`)
    if (!['.wav', '.flac', '.mp3', '.ogg', '.opus'].includes(extname(name))) continue
    const file = await openAudioFile(join(folder, name))
    let power = 0
    for await (const audio of file.blocks()) for (const x of audio[0]!) power += x * x
    file.close()
    if (!Number.isFinite(power) || (power === 0 && /^master/.test(name))) throw new Error(`${name}: power ${power}`)
  }
}

const counts: Record<string, number> = {}
async function job(n: number): Promise<void> {
  const at = join(home, `song ${n}`),
    out = join(at, 'mixwright'),
    format = pick(outputNames.filter(name => name !== 'f32')) as OutputFormat,
    did = (what: string) => {
      counts[what] = (counts[what] ?? 0) + 1
    }
  await song(at)
  await api.mixFolder(at, { threads: 2, format, report: 'text' })
  did('mix')
  for (let k = random.below(3); k > 0; k--) {
    await api.reviseSession(out, pick(['kick up 1', 'bass down 2', 'bass brighter', 'louder', 'quieter']), {
      threads: 2
    })
    did('revise')
  }
  if (random.below(2)) {
    await api.masterFile(join(out, 'mix.wav'), { out: join(at, 'm'), threads: 2 })
    did('master')
  }
  if (random.below(2)) {
    await api.exportSession(out, { format: pick(['rpp', 'dawproject']), out: join(at, 'e'), threads: 2 })
    did('export')
  }
  if (random.below(3) === 0) {
    const end = new AbortController()
    setTimeout(() => end.abort(new Error('enough')), random.below(400))
    await api
      .mixFolder(at, { out: join(at, 'aborted'), threads: 2, signal: end.signal, report: 'text' })
      .catch((error: Error) => {
        if (error.message !== 'enough') throw error
      })
    did('aborted')
  }
  await check(at)
  rmSync(at, { recursive: true })
}

const until = Date.now() + 60_000 * Number(minutes),
  points: { readonly n: number; readonly heap: number; readonly rss: number }[] = []
let n = 0
try {
  while (Date.now() < until) {
    await job(n++)
    global.gc?.()
    const { heapUsed, rss } = process.memoryUsage()
    points.push({ n, heap: heapUsed / 1e6, rss: rss / 1e6 })
    console.log(
      `${n} songs: heap ${(heapUsed / 1e6).toFixed(1)} MB, resident ${(rss / 1e6).toFixed(0)} MB ${JSON.stringify(counts)}`
    )
  }
} finally {
  rmSync(home, { recursive: true, force: true })
}
/** MB a song, by least squares over the second half: the first one warms up. */
const slope = (key: 'heap' | 'rss'): number => {
  const half = points.slice(points.length >> 1),
    mean = (of: (p: (typeof points)[number]) => number) => half.reduce((sum, p) => sum + of(p), 0) / half.length,
    [x, y] = [mean(p => p.n), mean(p => p[key])]
  return half.reduce((sum, p) => sum + (p.n - x) * (p[key] - y), 0) / half.reduce((sum, p) => sum + (p.n - x) ** 2, 0)
}
console.log(
  `${n} songs, all results whole; heap ${slope('heap').toFixed(3)} MB a song, resident ${slope('rss').toFixed(3)} MB a song (second half)`
)
