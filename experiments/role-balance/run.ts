/**
 * How well does the reader find the balance of a mix? Gains planted in sums of dry roles, plain and after processing; then
 * how far other mixes of each song stand from the human's.
 *   node tools/run.mjs experiments/role-balance/run.ts FOLDER …
 * Folders as for experiments/sabotage.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, clipOf, createRandom, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { createRoleReader, type RoleBalance } from '@mixwright/estimate'
import { readSound, wide } from '../sound-files.ts'

const kernels = await compileKernels(bytes)

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/role-balance/run.ts FOLDER …')
  process.exit(2)
}
const trials = 4

const load = async (path: string) => {
  const { audio, sampleRate } = await readSound(path)
  return { audio: wide(audio), sampleRate }
}
const energyOf = (audio: Audio) => audio.reduce((s, c) => s + c.reduce((q, v) => q + v * v, 0), 0),
  meanOf = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length,
  rank = (x: readonly number[], share: number) => [...x].sort((a, b) => a - b)[Math.round((x.length - 1) * share)]!
const sumOf = (parts: readonly Audio[], gains: readonly number[]): Audio =>
  [0, 1].map(c => {
    const out = new Float32Array(Math.min(...parts.map(p => p[0]!.length)))
    parts.forEach((p, k) => {
      const g = 10 ** (gains[k]! / 20)
      for (let i = 0; i < out.length; i++) out[i]! += g * p[c]![i]!
    })
    return out
  })
/** Saturation as of a bus: tanh with the mean level at 0.2. */
const saturated = (audio: Audio): Audio => {
  const rms = Math.sqrt(energyOf(audio) / 2 / audio[0]!.length)
  return audio.map(c => c.map(v => Math.tanh((0.2 * v) / rms)))
}
/** + 1.5 dB below 120 Hz and above 6 kHz. */
const equalised = (audio: Audio, rate: number): Audio =>
  audio.map(c => {
    const a = 1 - Math.exp((-2 * Math.PI * 120) / rate),
      b = 1 - Math.exp((-2 * Math.PI * 6000) / rate)
    let low = 0,
      top = 0
    return c.map(v => {
      low += a * (v - low)
      top += b * (v - top)
      return v + 0.19 * low + 0.19 * (v - top)
    })
  })
/** Reverb by feedback delays (some 1 s, -12 dB) and compression 2:1 of one role. */
function processed(audio: Audio): Audio {
  return audio.map((c, side) => {
    const delays = [1557, 1617, 1491, 1422, 1277, 1356].map(n => new Float32Array(n + 37 * side))
    let level = 0
    return c.map((v, i) => {
      let wet = 0
      for (const line of delays) {
        const y = line[i % line.length]!
        line[i % line.length] = v + 0.84 * y
        wet += y
      }
      const sum = v + 0.04 * wet
      level += 0.0005 * (sum * sum - level)
      return sum * 10 ** (-Math.max(0, 10 * Math.log10(level + 1e-9) + 30) / 40)
    })
  })
}

const errors: Record<string, number[]> = {},
  note = (kind: string, balance: RoleBalance, expected: readonly number[]) =>
    Object.values(balance.roles).forEach((role, i) => {
      ;(errors[kind] ??= []).push(Math.abs(role.relative - (expected[i]! - meanOf(expected))))
    })
console.log('| song | mix | mean of roles | lead | roles, dB relative to their mean | lost in mono, dB |')
console.log('|---|---|---|---|---|---|')
for (const folder of folders) {
  const audible = (name: string) => /\.(wav|flac|mp3|ogg)$/i.test(name),
    dry = readdirSync(join(folder, 'dry')).filter(audible).sort(),
    names = dry.map(name => basename(name, extname(name))),
    loaded = await Promise.all(dry.map(name => load(join(folder, 'dry', name)))),
    parts = loaded.map(l => l.audio),
    rate = loaded[0]!.sampleRate,
    reader = createRoleReader(Object.fromEntries(names.map((name, i) => [name, clipOf(parts[i]!, rate)])), kernels),
    random = createRandom(3),
    changed = parts.map(processed)
  for (let trial = 0; trial < trials; trial++) {
    const gains = parts.map(() => random.between(-8, 8)),
      plain = sumOf(parts, gains),
      read = async (audio: Audio) => (await reader.read(clipOf(audio, rate)))!
    note('plain', await read(plain), gains)
    note('saturation and EQ of the bus', await read(equalised(saturated(plain), rate)), gains)
    note(
      'reverb and compression of each role',
      await read(sumOf(changed, gains)),
      gains.map((g, i) => g + 10 * Math.log10(energyOf(changed[i]!) / energyOf(parts[i]!)))
    )
  }
  const files = readdirSync(folder).filter(audible),
    humanFile = files.find(name => name.startsWith('human'))!,
    human = (await reader.read(clipOf((await load(join(folder, humanFile))).audio, rate)))!
  for (const file of files) {
    const { roles } = (await reader.read(clipOf((await load(join(folder, file))).audio, rate)))!,
      apart = names.map(name => Math.abs(roles[name]!.relative - human.roles[name]!.relative)),
      lead = names.findIndex(name => /voc|vox|lead/i.test(name)),
      show = (of: 'relative' | 'monoLoss') => names.map(name => `${name} ${roles[name]![of].toFixed(1)}`).join(', ')
    console.log(
      `| ${basename(folder)} | ${basename(file, extname(file))} | ${meanOf(apart).toFixed(2)} | ${apart[lead]?.toFixed(2) ?? '–'} | ${show('relative')} | ${show('monoLoss')} |`
    )
  }
}
console.log(`\n| planted ± 8 dB, ${trials} mixes of each song | median error, dB | 95 % |\n|---|---|---|`)
for (const [kind, list] of Object.entries(errors))
  console.log(`| ${kind} | ${rank(list, 0.5).toFixed(2)} | ${rank(list, 0.95).toFixed(2)} |`)
