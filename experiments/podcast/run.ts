/**
 * A podcast of real speech through `--preset podcast`, measured.
 *   node tools/run.mjs experiments/podcast/run.ts DATA [OUT]
 * DATA is the folder of development data (material.ts says what of it is used); into OUT go the stems and the masters.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Audio,
  measureBarkFrames,
  measureChatter,
  measureClicks,
  measureLoudness,
  measurePumping
} from '@mixwright/dsp'
import { consoleGraph, type Decisions } from '@mixwright/tasks'
import { mix, render } from '../../apps/mixwright/src/api.ts'
import { wide, writeSound } from '../sound-files.ts'
import { podcast, rate, type Turn } from './material.ts'

const [data, out] = process.argv.slice(2)
if (!data) {
  console.error('usage: node tools/run.mjs experiments/podcast/run.ts DATA [OUT]')
  process.exit(2)
}
const { stems, words, turns } = await podcast(data),
  made = await mix(stems, rate, { preset: 'podcast' }),
  alone = await mix({ host: stems.host, guest: stems.guest }, rate, { preset: 'podcast' }),
  who = ['host', 'guest'] as const

const cut = (audio: Audio, from: number, to: number) =>
    wide(audio).map(c => c.subarray(Math.round(from * rate), Math.round(to * rate))),
  joined = (audio: Audio, list: readonly Turn[]): Float32Array[] =>
    [0, 1].map(c => Float32Array.from(list.flatMap(({ from, to }) => [...cut(audio, from, to)[c]!]))),
  loudness = (audio: Audio) => measureLoudness(wide(audio), rate).integrated,
  of = (name: (typeof who)[number]) => turns.filter(turn => turn.who === name),
  figure = (v: number | null | undefined, digits = 1) => (v === null || v === undefined ? '–' : v.toFixed(digits))
/** The stems that decisions make, without the tail. */
const played = (decisions: Decisions) =>
  render(
    consoleGraph(
      decisions,
      Object.entries(stems).map(([name, audio]) => ({ name, channels: audio.length as 1 | 2 }))
    ),
    stems,
    { sampleRate: rate, tail: 0 }
  )

const full = await played(made.decisions),
  without = (change: (stem: Decisions['stems'][number]) => Decisions['stems'][number]) =>
    played({ ...made.decisions, stems: made.decisions.stems.map(change) }),
  open = await without(stem => ({ ...stem, chain: stem.chain.filter(device => device.slot !== 'expander') })),
  still = await without(({ ride: _, ...stem }) => stem)

console.log('| figure | value |\n|---|---|')
const row = (name: string, ...values: (string | number)[]) => console.log(`| ${name} | ${values.join(' | ')} |`)
for (const [name, result] of [
  ['with music', made],
  ['two voices alone', alone]
] as const)
  row(
    `master, ${name}`,
    `${figure(result.measured.master.integrated, 2)} LUFS, ${figure(result.measured.master.truePeak, 2)} dBTP, ${result.audio.master!.length} channel(s), limiter ${figure(result.master.limiting, 2)} LU`
  )
const dry = who.map(name => loudness(joined(stems[name], of(name)))),
  level = who.map(name => loudness(joined(full[`stem:${name}`]!, of(name)))),
  unridden = who.map(name => loudness(joined(still[`stem:${name}`]!, of(name))))
row(
  'guest against host as recorded, faders and dynamics alone, ridden, LU',
  [dry, unridden, level].map(([h, g]) => figure(g! - h!, 2)).join(', ')
)
const turnsOf = (audio: typeof full) =>
    who.map(name => of(name).map(({ from, to }) => loudness(cut(audio[`stem:${name}`]!, from, to)))),
  range = (lists: readonly (readonly number[])[]) => figure(Math.max(...lists.flat()) - Math.min(...lists.flat()), 2)
row(
  'loudest against softest turn of both: faders and dynamics alone, ridden, LU',
  `${range(turnsOf(still))}, ${range(turnsOf(full))}`
)
const above = (audio: typeof full) =>
  turns.map(
    ({ who: name, from, to }) =>
      loudness(cut(audio[`stem:${name}`]!, from, to)) - loudness(cut(audio['stem:music']!, from, to))
  )
for (const [name, list] of [
  ['without ducking', above(still)],
  ['ducked', above(full)]
] as const)
  row(
    `speech above music while talking, ${name}: least, mean, LU`,
    `${figure(Math.min(...list))}, ${figure(list.reduce((a, b) => a + b, 0) / list.length)}`
  )

/** Cells (Bark × 23 ms) of the words, as spoken, within 30 dB of the loudest: by how much something changes them. */
function changes(name: (typeof who)[number], before: Audio, after: Audio): number[] {
  const spoken = measureBarkFrames(wide([words[name]]), rate),
    [a, b] = [before, after].map(audio => measureBarkFrames(wide(audio), rate)),
    least = Math.max(...spoken.power) * 1e-3,
    found: number[] = []
  spoken.power.forEach((p, i) => {
    if (p > least && a!.power[i]! > 0) found.push(10 * Math.log10(b!.power[i]! / a!.power[i]!))
  })
  return found.sort((x, y) => x - y)
}
for (const name of who) {
  const list = changes(name, open[`stem:${name}`]!, full[`stem:${name}`]!)
  row(
    `cells of ${name}'s words changed by the expander: least, 1 %, median, dB`,
    [list[0], list[Math.floor(list.length / 100)], list[list.length >> 1]].map(v => figure(v, 2)).join(', ')
  )
}
/** Level between the words of a speaker against the words. */
function pauses(name: (typeof who)[number], audio: Audio): number {
  const spoken = measureBarkFrames(wide([words[name]]), rate),
    heard = measureBarkFrames(wide(audio), rate),
    sums = (f: typeof heard) =>
      Array.from({ length: Math.min(spoken.frames, heard.frames) }, (_, t) =>
        f.power.subarray(t * f.bands, (t + 1) * f.bands).reduce((x, y) => x + y, 0)
      ),
    dry = sums(spoken),
    wet = sums(heard),
    top = Math.max(...dry),
    near = (t: number) => dry.slice(Math.max(0, t - 10), t + 5).some(p => p > top * 1e-4),
    inTurn = (t: number) =>
      of(name).some(({ from, to }) => (t / spoken.frames) * 56 > from - 0.5 && (t / spoken.frames) * 56 < to + 0.7),
    quiet = wet.filter((_, t) => inTurn(t) && !near(t)).sort((x, y) => x - y),
    loud = wet.filter((_, t) => dry[t]! > top * 1e-2)
  return 10 * Math.log10(quiet[quiet.length >> 1]! / (loud.reduce((x, y) => x + y, 0) / loud.length))
}
row(
  'pauses against words, host and guest: as recorded, mixed without expander, mixed, dB',
  [
    (name: (typeof who)[number]) => stems[name],
    (name: (typeof who)[number]) => open[`stem:${name}`]!,
    (name: (typeof who)[number]) => full[`stem:${name}`]!
  ]
    .map(audio => who.map(name => figure(pauses(name, audio(name)))).join(' and '))
    .join('; ')
)
const artefacts = (audio: Audio) =>
  `chatter ${figure(measureChatter(audio, rate).rate, 2)}/s, pumping ${figure(measurePumping(audio, rate).depth, 2)} dB, clicks ${figure(measureClicks(audio, rate).rate, 2)}/s`
row('guest as recorded', artefacts(stems.guest))
row('guest mixed', artefacts(full['stem:guest']!))
row('host as recorded', artefacts(stems.host))
row('host mixed', artefacts(full['stem:host']!))
row('music as recorded', artefacts(stems.music))
row('music mixed', artefacts(full['stem:music']!))
row(
  'mix without rides and expander, and with',
  `${artefacts((await played({ ...made.decisions, stems: made.decisions.stems.map(({ ride: _, ...stem }) => ({ ...stem, chain: stem.chain.filter(device => device.slot !== 'expander') })) })).mix!)}; ${artefacts(full.mix!)}`
)
for (const [how, audio] of [
  ['unridden', still],
  ['ridden', full]
] as const)
  console.error(
    `turns, ${how}: ${turnsOf(audio)
      .map(list => list.map(v => figure(v)).join(' '))
      .join(' | ')}`
  )
for (const { stem, role, fader, chain, ride } of made.decisions.stems) {
  console.error(`${stem} (${role}): ${fader.reason}`)
  for (const one of [
    ...chain.map(device => ({ what: device.slot, ...device })),
    ...(ride ? [{ what: `ride, ${ride.points.length} points`, ...ride }] : [])
  ])
    console.error(`  ${one.what}: ${one.reason}`)
}
if (out) {
  mkdirSync(out, { recursive: true })
  for (const [name, audio] of Object.entries({
    ...stems,
    master: made.audio.master!,
    'two-voices': alone.audio.master!
  }))
    await writeSound(join(out, `${name}.wav`), { audio: [...audio], sampleRate: rate })
}
