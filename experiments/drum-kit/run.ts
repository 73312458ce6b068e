/**
 * How near does the mix of a drum kit from microphones with bleed come to an engineer's?
 *   node tools/run.mjs experiments/drum-kit/run.ts SAMPLES FIRST LAST
 * SAMPLES holds one-shots named kick*, snare*, hihat_closed*, tom* (such as those that LMMS installs); a kit for each seed.
 * Two engineers, as nobody knows which one made a record: one trusts the recording and moves each fader by about 1.8 dB (what
 * raw sums of close-miked kits are off from their engineers' mixes); one sets each drum where authors of songs have it
 * (docs/results/author-mixes.md: snare +4, kick +1, hi-hat −4 dB about the mean), whatever the preamplifiers did. Both pan
 * as the overheads hear the kit.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type Audio, clipOf, createRandom, defaultsOf, measureLoudness } from '@mixwright/dsp'
import { mixDistances } from '@mixwright/estimate'
import { analyseStem, assignRoles, decide, mixOptions, relate } from '@mixwright/tasks'
import { loadKernels } from '../../apps/mixwright/src/api.ts'
import { readSound } from '../sound-files.ts'
import { drums, type Kit, makeKit, mics, rate } from './kit.ts'

const [folder, first = '1', last = '10'] = process.argv.slice(2)
if (!folder) {
  console.error('usage: node tools/run.mjs experiments/drum-kit/run.ts SAMPLES FIRST LAST')
  process.exit(2)
}
const kernels = await loadKernels(),
  files = readdirSync(folder).filter(name => /\.(ogg|wav|flac)$/.test(name)),
  sounds = new Map<string, Float32Array>()
for (const name of files.filter(one => /^(kick|snare|hihat_closed|tom)/.test(one)))
  await readSound(join(folder, name)).then(
    ({ audio }) => sounds.set(name, audio[0]!),
    () => {} // some are no audio at all
  )
const pick = (begin: string, place: number): Float32Array => {
  const found = [...sounds.keys()].filter(name => name.startsWith(begin)).sort()
  return sounds.get(found[Math.floor(place * found.length)]!)!
}

/** Gains, dB, and pans of an engineer. */
function engineer(kit: Kit, kind: 'trusts' | 'sets', seed: number) {
  const random = createRandom(1000 + seed),
    normal = () => [0, 0, 0, 0].reduce(sum => sum + random.between(-0.5, 0.5), 0) * Math.sqrt(3),
    aims: Record<string, number> = { kick: 1, snare: 4, hat: -4, tom1: 0, tom2: 0, floor: 0 }
  return mics.map(({ name, own, behind, at }, i) => ({
    gain:
      kind === 'trusts'
        ? 1.8 * normal()
        : (own ? aims[own]! - (behind ? 6 : 0) : name.startsWith('OH') ? 2 : -6) - kit.own[i]! + 1.5 * normal(),
    pan:
      own === undefined
        ? Math.sign(at[0])
        : own === 'kick' || own === 'snare'
          ? 0
          : Math.max(-1, Math.min(1, 0.7 * drums[own].at[0]))
  }))
}
type Setting = { readonly gain: number; readonly pan: number }

function mixOf(kit: Kit, settings: readonly Setting[], flips: ReadonlySet<string>): Audio {
  const out = [0, 1].map(() => new Float32Array(Object.values(kit.stems)[0]!.length))
  mics.forEach(({ name }, i) => {
    const { gain, pan } = settings[i]!,
      sign = flips.has(name) ? -1 : 1,
      angle = ((pan + 1) * Math.PI) / 4
    ;[Math.cos(angle), Math.sin(angle)].forEach((side, c) => {
      const g = sign * side * 10 ** (gain / 20),
        x = kit.stems[name]!
      for (let k = 0; k < x.length; k++) out[c]![k]! += g * x[k]!
    })
  })
  return out
}
const centred = (values: readonly number[]) => {
  const mean = values.reduce((a, b) => a + b, 0) / values.length
  return values.map(v => v - mean)
}
const meanOf = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)

const rows = new Map<string, { gain: number[]; pan: number[]; bark: number[] }>(),
  polarity = { planted: 0, found: 0, wrong: 0 }
const note = (name: string, gain: number, pan: number | undefined, bark: number) => {
  const row = rows.get(name) ?? { gain: [], pan: [], bark: [] }
  row.gain.push(gain)
  if (pan !== undefined) row.pan.push(pan)
  row.bark.push(bark)
  rows.set(name, row)
}

for (let seed = Number(first); seed <= Number(last); seed++) {
  const kit = makeKit(seed, pick)
  for (const named of [true, false]) {
    const names = mics.map(({ name }, i) => (named ? name : `Audio ${i + 1}`)),
      clips = mics.map(({ name }) => clipOf([kit.stems[name]!], rate)),
      analyses = await Promise.all(clips.map((clip, i) => analyseStem(clip, names[i]!, { kernels }))),
      { roles, relations } = await relate(clips, analyses, assignRoles(analyses)),
      decisions = decide(analyses, roles, relations, defaultsOf(mixOptions)),
      flips = new Set(
        mics.flatMap(({ name }, i) => (decisions.stems[i]!.chain.some(d => d.type === 'polarity') ? [name] : []))
      )
    const ours = decisions.stems.map(s => ({ gain: s.fader.gain, pan: s.pan?.pan ?? 0 })),
      loud = mics.map(({ name }) => measureLoudness([kit.stems[name]!, kit.stems[name]!], rate).integrated)
    if (named)
      for (const { name } of mics) {
        if (kit.reversed.has(name)) polarity.planted++
        if (kit.reversed.has(name) && flips.has(name)) polarity.found++
        if (!kit.reversed.has(name) && flips.has(name)) polarity.wrong++
      }
    for (const kind of ['trusts', 'sets'] as const) {
      const truth = engineer(kit, kind, seed),
        theirs = mixOf(kit, truth, kit.reversed),
        judge = (name: string, settings: readonly Setting[], turned: ReadonlySet<string>, pans = true) => {
          const a = centred(settings.map(s => s.gain)),
            b = centred(truth.map(s => s.gain))
          note(
            `${kind} | ${name}`,
            meanOf(a.map((v, i) => Math.abs(v - b[i]!))),
            pans ? meanOf(settings.map((s, i) => Math.abs(s.pan - truth[i]!.pan))) : undefined,
            mixDistances(mixOf(kit, settings, turned), theirs, rate).bark!
          )
        }
      judge(named ? 'ours' : 'ours, names scrambled', ours, flips)
      if (named) {
        judge(
          'raw sum',
          mics.map(() => ({ gain: 0, pan: 0 })),
          new Set()
        )
        judge(
          'equal loudness',
          loud.map(l => ({ gain: -l, pan: 0 })),
          new Set()
        )
        judge(
          'level rule',
          mics.map((_, i) => ({ gain: levelRule(roles[i]!.role) - loud[i]!, pan: 0 })),
          new Set()
        )
      }
    }
    if (process.env.SHOW)
      console.log(
        seed,
        named,
        decisions.stems
          .map(
            (s, i) =>
              `${mics[i]!.name}: ${s.role} ${s.fader.gain} ${s.pan?.pan ?? 0}${flips.has(mics[i]!.name) ? ' flipped' : ''}`
          )
          .join('; '),
        [...kit.reversed].join(',')
      )
  }
}
function levelRule(role: string): number {
  const levels: Record<string, number> = { kick: -5, snare: -5, hihat: -15, tom: -9, overhead: -4, room: -9 }
  return levels[role] ?? -6
}
console.log('| engineer | mix | gain, dB | pan | Bark, dB |\n|---|---|---|---|---|')
for (const [name, { gain, pan, bark }] of rows)
  console.log(
    `| ${name} | ${meanOf(gain).toFixed(2)} | ${pan.length ? meanOf(pan).toFixed(2) : '–'} | ${meanOf(bark).toFixed(2)} |`
  )
console.log(`polarity: ${polarity.found} of ${polarity.planted} found, ${polarity.wrong} turned that were right`)
