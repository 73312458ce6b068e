/**
 * How evenly does the lead stand against the rest, with and without rides, and in a human mix of the same song?
 *   node tools/run.mjs experiments/rides/run.ts FOLDER …
 * Each folder is one song: its stems, in `dry/` or beside each other, and perhaps `human_mix…`. Read in windows of two
 * seconds, one every second, in which the lead sounds half of the time or more:
 * - by the rendered stems: loudness of the lead against the rest, and the share of the lead's Bark cells that stand out
 *   (glimpses). The rides are found from dry levels through other windows, before any processing.
 * - by the role reader, which knows only the finished mix and the dry stems, so that it can read the human mix too.
 * Figures: 90th minus 10th percentile over the windows.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, type BarkFrames, clipOf, measureBarkFrames, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { createRoleReader, leadOf, standingFrames } from '@mixwright/estimate'
import { stemIds, stemOutput } from '@mixwright/tasks'
import { mix } from '../../apps/mixwright/src/api.ts'
import { readSound, type Sound, wide } from '../sound-files.ts'

const kernels = await compileKernels(bytes)

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/rides/run.ts FOLDER …')
  process.exit(2)
}
const length = 2,
  step = 1,
  audible = (name: string) => /\.(wav|flac|mp3|ogg)$/i.test(name)

interface Song {
  readonly stems: Readonly<Record<string, Audio>>
  readonly sampleRate: number
  readonly human?: Sound
}
async function songOf(folder: string): Promise<Song> {
  const dry = existsSync(join(folder, 'dry')) ? join(folder, 'dry') : folder,
    files = readdirSync(dry).filter(name => audible(name) && !/mix/i.test(name)),
    sounds = await Promise.all(files.map(name => readSound(join(dry, name)))),
    human = readdirSync(folder).find(name => /^human/i.test(name))
  return {
    stems: Object.fromEntries(files.map((name, i) => [basename(name, extname(name)), sounds[i]!.audio])),
    sampleRate: sounds[0]!.sampleRate,
    ...(human && { human: await readSound(join(folder, human)) })
  }
}

/** Frames of a stretch of time. */
const cut = (frames: BarkFrames, from: number, to: number): BarkFrames => ({
  ...frames,
  frames: to - from,
  power: frames.power.slice(from * frames.bands, to * frames.bands)
})
const added = (a: BarkFrames | undefined, b: BarkFrames): BarkFrames =>
  a ? { ...a, power: a.power.map((p, i) => p + (b.power[i] ?? 0)) } : b
const spread = (values: readonly number[]) => {
  const sorted = [...values].sort((a, b) => a - b),
    at = (p: number) => sorted[Math.round(p * (sorted.length - 1))]!
  return sorted.length ? at(0.9) - at(0.1) : Number.NaN
}
interface Standing {
  readonly ratio: number
  readonly glimpses: number
}
const shown = (list: readonly (Standing | undefined)[]) => {
  const known = list.filter(one => one !== undefined)
  return `${spread(known.map(one => one.ratio)).toFixed(1)} LU, ${(100 * spread(known.map(one => one.glimpses))).toFixed(0)} %`
}

/** Windows in which the lead sounds, as pairs of frames. */
function windows(lead: BarkFrames, seconds: number): [number, number][] {
  const rate = lead.frames / seconds,
    levels = Array.from({ length: lead.frames }, (_, t) =>
      lead.power.subarray(t * lead.bands, (t + 1) * lead.bands).reduce((a, b) => a + b, 0)
    ),
    least = Math.max(...levels) * 1e-3
  return Array.from({ length: Math.max(0, Math.floor((seconds - length) / step) + 1) }, (_, k): [number, number] => [
    Math.round(k * step * rate),
    Math.round((k * step + length) * rate)
  ]).filter(([a, b]) => levels.slice(a, b).filter(level => level > least).length >= 0.5 * (b - a))
}

type Made = Awaited<ReturnType<typeof mix>>
function byStems({ decisions, audio, graph }: Made, song: Song, seconds: number, where: readonly [number, number][]) {
  const ids = stemIds(Object.keys(song.stems)),
    leads = new Set(decisions.stems.flatMap((stem, i) => (stem.lead ? [stemOutput(ids[i]!)] : [])))
  let lead: BarkFrames | undefined, rest: BarkFrames | undefined
  for (const name of Object.keys(graph.outputs).filter(output => output.startsWith('stem:'))) {
    const found = measureBarkFrames(
      wide(audio[name]!).map(c => c.subarray(0, Math.round(seconds * song.sampleRate))),
      song.sampleRate
    )
    if (leads.has(name)) lead = added(lead, found)
    else rest = added(rest, found)
  }
  return where.map(([a, b]) => standingOf({ lead: cut(lead!, a, b), rest: cut(rest!, a, b) }, 'lead'))
}
function standingOf(roles: Readonly<Record<string, BarkFrames>>, lead: string): Standing | undefined {
  const { ratio, glimpses } = leadOf<string>(roles, lead)
  return ratio === null || glimpses === null ? undefined : { ratio, glimpses }
}

/** The same from a finished mix beside the dry stems, window by window. */
async function byReader(mixed: Audio, song: Song, lead: string, starts: readonly number[]) {
  const { sampleRate, stems } = song,
    names = Object.keys(stems),
    clips = Object.fromEntries(names.map(name => [name, clipOf(wide(stems[name]!), sampleRate)])),
    whole = await createRoleReader(clips, kernels).read(clipOf(wide(mixed), sampleRate)),
    count = Math.round(length * sampleRate)
  if (!whole) return []
  const slice = async (audio: Audio, at: number) =>
    clipOf(await clipOf(wide(audio), sampleRate).read(at, count), sampleRate)
  const found: (Standing | undefined)[] = []
  for (const start of starts) {
    const at = Math.round(start * sampleRate),
      parts = Object.fromEntries(
        await Promise.all(names.map(async name => [name, await slice(stems[name]!, at)] as const))
      ),
      mixture = await slice(mixed, at + whole.alignment.delay),
      read = await createRoleReader(parts, kernels).read(mixture, { ...whole.alignment, delay: 0 })
    if (!read) continue
    const frames: Record<string, BarkFrames> = {}
    for (const name of names)
      frames[name] = standingFrames(
        measureBarkFrames(await parts[name]!.read(0, count), sampleRate),
        read.roles[name]!.bands
      )
    found.push(standingOf(frames, lead))
  }
  return found
}

console.log(
  '| song | lead | ride | by stems: without → with | by the reader: without → with | human mix by the reader |\n|---|---|---|---|---|---|'
)
for (const folder of folders) {
  const song = await songOf(folder),
    seconds = Math.max(...Object.values(song.stems).map(audio => audio[0]!.length)) / song.sampleRate,
    plain = await mix(song.stems, song.sampleRate, { rides: 0 }),
    ridden = await mix(song.stems, song.sampleRate, { rides: 1 }),
    lead = plain.decisions.stems.findIndex(stem => stem.lead && !stem.muted)
  if (lead < 0) {
    console.log(`| ${folder.split('/').slice(-2).join('/')} | none |`)
    continue
  }
  const { stem } = plain.decisions.stems[lead]!,
    ride = ridden.decisions.stems[lead]!.ride,
    dry = measureBarkFrames(wide(song.stems[stem]!), song.sampleRate),
    where = windows(dry, seconds),
    starts = where.map(([a]) => (a / dry.frames) * seconds),
    stems = [plain, ridden].map(made => shown(byStems(made, song, seconds, where))),
    reader = []
  for (const made of [plain.audio.mix!, ridden.audio.mix!, ...(song.human ? [song.human.audio] : [])])
    reader.push(shown(await byReader(made, song, stem, starts)))
  const values = ride?.points.map(([, v]) => v) ?? []
  console.log(
    `| ${[
      folder.split('/').slice(-2).join('/'),
      `${stem}, ${where.length} windows`,
      ride ? `${ride.points.length} points, ${Math.min(...values)} to ${Math.max(...values)} dB` : 'none',
      stems.join(' → '),
      reader.slice(0, 2).join(' → '),
      reader[2] ?? '–'
    ].join(' | ')} |`
  )
  console.error(ride?.reason ?? 'no ride')
}
