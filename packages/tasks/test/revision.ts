/** A small song as a session, and what a revision's measures read of its rendering: written apart from what is tested. */
import { type Audio, createFft, defaultsOf, measureLoudness } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { kernels } from '../../dsp/test/kernels.ts'
import { consoleGraph, stemIds, stemOutput } from '../src/mix/console.ts'
import { decide } from '../src/mix/decide.ts'
import { mixOptions } from '../src/mix/options.ts'
import { compareStems } from '../src/mix/relations.ts'
import { assignRoles } from '../src/mix/role-signal.ts'
import type { RevisionMeasure, Session, Verb } from '../src/revise/index.ts'
import { analyse, bass, chords, clip, delayed, hat, kick, pad, rate, snare, voice } from './stems.ts'

const seconds = 3
export const song: Readonly<Record<string, Float32Array[]>> = {
  Kick: [kick(seconds)],
  Snare: [snare(seconds)],
  'Hi-Hat': [hat(seconds)],
  Bass: [bass(seconds)],
  'Gtr L': [chords(seconds)],
  'Gtr R': [delayed(chords(seconds), 700)],
  'Keys and Strings': [chords(seconds), delayed(chords(seconds), 30000)],
  Pad: [pad(seconds)],
  'Lead Vox': [voice(seconds)],
  BGV: [voice(seconds, 21)]
}
const names = Object.keys(song),
  ids = stemIds(names)

export async function songSession(): Promise<Session> {
  const clips = names.map(name => clip(...song[name]!)),
    analyses = await Promise.all(clips.map((c, i) => analyse(c, names[i]!))),
    roles = assignRoles(analyses, { 'Keys and Strings': 'keys' }),
    relations = await compareStems(
      clips,
      analyses,
      roles.map(r => r.role)
    ),
    decisions = decide(analyses, roles, relations, defaultsOf(mixOptions)),
    // So that faders and mutes have somebody's glue to disturb.
    glue = {
      slot: 'glue',
      type: 'compressor',
      params: { threshold: -30, ratio: 3, attack: 5, release: 120, knee: 6 },
      reason: 'Glue for the test.'
    }
  return {
    version: 1,
    folder: '.',
    sampleRate: rate,
    ports: names.map((name, i) => ({
      name,
      channels: song[name]!.length as 1 | 2,
      level: relations.own[i]!.p50,
      peak: analyses[i]!.peak
    })),
    master: { loudness: -14, ceiling: -1 },
    ...decisions,
    groups: decisions.groups.map(group =>
      group.group === 'drums' || group.group === 'vocals' ? { ...group, glue } : group
    )
  }
}

export type Sounds = Readonly<Record<string, Audio>>
/** By stem, by return, and the `mix`. */
export async function sounds(session: Session): Promise<Sounds> {
  const audio = await render(
    consoleGraph(session, session.ports),
    Object.fromEntries(
      names.flatMap((name, i) => {
        const decision = session.stems.find(stem => stem.stem === name)!
        return decision.muted && !decision.muted.keyed ? [] : [[ids[i]!, song[name]!]]
      })
    ),
    { kernels, sampleRate: rate, tail: 0 }
  )
  return Object.fromEntries(
    Object.entries(audio).map(([output, sound]) => {
      const at = ids.findIndex(id => stemOutput(id) === output)
      return [at >= 0 ? names[at]! : output.replace(/^stem:/, ''), sound]
    })
  )
}

const dB = (ratio: number) => 10 * Math.log10(ratio)
const energy = (x: Float32Array, from = 0, to = x.length) => {
  let sum = 1e-20
  for (let i = from; i < Math.min(to, x.length); i++) sum += x[i]! ** 2
  return sum
}
export const sumOf = (all: Sounds, parts: readonly string[]): Float32Array[] =>
  [0, 1].map(c => {
    const out = new Float32Array(seconds * rate)
    for (const part of parts) all[part]?.[c]?.subarray(0, out.length).forEach((v, i) => (out[i]! += v))
    return out
  })
export const loudness = (audio: Audio): number => measureLoudness(audio, rate).integrated

/** Energy after each of the song's beats: between two times, against that between two others. */
function afterBeats(audio: Audio, [a, b]: readonly [number, number], [c, d]: readonly [number, number]): number {
  let one = 0,
    two = 0
  for (let beat = 0; beat + 0.5 <= seconds; beat += 0.5)
    for (const x of audio) {
      one += energy(x, Math.round((beat + a) * rate), Math.round((beat + b) * rate))
      two += energy(x, Math.round((beat + c) * rate), Math.round((beat + d) * rate))
    }
  return dB(one / two)
}

/** @param subject stems, or the mix */
export function measured(
  measure: RevisionMeasure,
  all: Sounds,
  subject: readonly string[] | 'mix',
  { band, returns }: Pick<Verb, 'band' | 'returns'> = {}
): number {
  const audio = subject === 'mix' ? all.mix! : sumOf(all, subject)
  switch (measure) {
    case 'level':
      return loudness(audio)
    case 'balance':
    case 'offset': {
      const balance = dB(energy(audio[1]!) / energy(audio[0]!))
      return measure === 'balance' ? balance : Math.abs(balance)
    }
    case 'width': {
      const [l, r] = subject === 'mix' ? all.mix! : sumOf(all, [...subject, 'width'])
      return dB(energy(l!.map((v, i) => v - r![i]!)) / energy(l!.map((v, i) => v + r![i]!)))
    }
    case 'wetness':
      return loudness(sumOf(all, returns!))
    case 'band':
      return bandAgainstRest(audio, band!)
    case 'decay':
      return afterBeats(audio, [0.08, 0.5], [0, 0.08])
    case 'attack':
      return afterBeats(audio, [0, 0.02], [0.02, 0.12])
    case 'spread': {
      const size = Math.round(0.05 * rate),
        levels = Array.from({ length: Math.floor(audio[0]!.length / size) }, (_, k) =>
          dB(audio.reduce((sum, x) => sum + energy(x, k * size, (k + 1) * size), 0))
        ),
        loud = levels.filter(l => l > Math.max(...levels) - 30),
        mean = loud.reduce((a, b) => a + b, 0) / loud.length
      return Math.sqrt(loud.reduce((sum, l) => sum + (l - mean) ** 2, 0) / loud.length)
    }
  }
}

/** One transform of everything: left in the real part, right in the imaginary one. */
function bandAgainstRest([left, right]: Audio, [from, to]: readonly [number, number]): number {
  const size = 2 ** 18,
    re = new Float64Array(size),
    im = new Float64Array(size)
  re.set(left!)
  im.set(right!)
  createFft(size).forward(re, im)
  let inside = 1e-20,
    outside = 1e-20
  for (let k = 1; k < size; k++) {
    const f = (Math.min(k, size - k) * rate) / size,
      power = re[k]! ** 2 + im[k]! ** 2
    if (f >= from && f <= to) inside += power
    else outside += power
  }
  return dB(inside / outside)
}
