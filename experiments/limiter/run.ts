/**
 * Limiters at equal loudness and equal true peak, as Markdown tables.
 * node tools/run.mjs experiments/limiter/run.ts MASTERS WORK SET TARGETS [songs=5] [release=80 …]
 * MASTERS: folders of unpacked Debian packages of games, named as in songs.ts. WORK: excerpts and results are kept
 * there; what other limiters gave is not computed again. SET: tuning or held-out. TARGETS: LUFS, as -9,-7. songs: the first so many only.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { measureLoudness } from '@mixwright/dsp'
import { apply, level } from '../processor-figures/bench.ts'
import { readSound, writeSound } from '../sound-files.ts'
import { rate, type SetName, type Source, sets, sourcesOf } from './songs.ts'
import { type Row, tables } from './tables.ts'

declare const ENTRY_FOLDER: string
const kinds = ['song', 'tone'] as const,
  ceiling = -1
type Kind = (typeof kinds)[number]

const judge = (...args: readonly string[]) =>
  execFileSync('python3', [join(ENTRY_FOLDER, 'judge.py'), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit']
  })
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Row)

/** Mixwright's limiter with the gain that gives the loudness: secants. */
async function driven(path: string, target: number, params: Readonly<Record<string, number>>) {
  const { audio } = await readSound(path)
  let gain = target - measureLoudness(audio, rate).integrated + 1,
    last: { gain: number; loudness: number } | undefined,
    slope = 0.8
  for (let k = 0; ; k++) {
    const y = await apply(
        'limiter',
        { ceiling, ...params },
        audio.map(x => x.map(v => v * level(gain))),
        rate
      ),
      loudness = measureLoudness([...y], rate).integrated
    if (Math.abs(target - loudness) < 0.03 || k === 12) return [...y]
    if (last) slope = Math.max(0.15, Math.min(1, (loudness - last.loudness) / (gain - last.gain)))
    last = { gain, loudness }
    gain += Math.max(-6, Math.min(6, (target - loudness) / slope))
  }
}

async function rowsOf(
  source: Source,
  target: number,
  kind: Kind,
  work: string,
  params: Readonly<Record<string, number>>
) {
  const kept = join(work, `${source.name}.${kind}.${-target}.json`),
    label = { song: source.name, target, kind }
  if (!existsSync(kept)) writeFileSync(kept, JSON.stringify(judge('peers', source[kind], `${target}`, kind)))
  const peers = JSON.parse(readFileSync(kept, 'utf8')) as Row[],
    output = join(work, 'output.wav')
  await writeSound(output, { audio: await driven(source[kind], target, params), sampleRate: rate })
  const [ours] = judge('file', source[kind], output, kind)
  rmSync(output)
  return [{ ...ours!, contender: 'Mixwright' }, ...peers].map(row => ({ ...row, ...label }))
}

const [masters, work, set = 'tuning', levels = '', ...settings] = process.argv.slice(2)
if (!masters || !work || !(set in sets) || !levels)
  throw new Error('usage: run.ts MASTERS WORK tuning|held-out TARGETS [parameter=value …]')
const { songs, ...params }: Record<string, number> = Object.fromEntries(
    settings.map(s => [s.split('=')[0]!, Number(s.split('=')[1])])
  ),
  rows: Row[] = []
const sources = (await sourcesOf(masters, set as SetName, join(work, set))).slice(0, songs)
for (const target of levels.split(',').map(Number))
  for (const source of sources) {
    for (const kind of kinds) rows.push(...(await rowsOf(source, target, kind, join(work, set), params)))
    console.error(target, source.name)
  }
console.log(tables(rows))
