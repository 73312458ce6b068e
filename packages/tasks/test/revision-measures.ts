/** What a revision's measures read of a rendering: written apart from what is tested. 44.1 kHz. */
import { type Audio, createFft, measureLoudness } from '@mixwright/dsp'
import type { RevisionMeasure, Verb } from '../src/revise/index.ts'

const rate = 44100
export type Sounds = Readonly<Record<string, Audio>>
const dB = (ratio: number) => 10 * Math.log10(ratio)
const energy = (x: Float32Array, from = 0, to = x.length) => {
  let sum = 1e-20
  for (let i = from; i < Math.min(to, x.length); i++) sum += x[i]! ** 2
  return sum
}
export const sumOf = (all: Sounds, parts: readonly string[]): Float32Array[] =>
  [0, 1].map(c => {
    const out = new Float32Array(all.mix![c]!.length)
    for (const part of parts) all[part]?.[c]?.forEach((v, i) => (out[i]! += v))
    return out
  })
/** What was rendered before is asked again with every revision. */
const known = new WeakMap<Audio, number>()
export function loudness(audio: Audio): number {
  const found = known.get(audio) ?? measureLoudness(audio, rate).integrated
  known.set(audio, found)
  return found
}

/** Energy after each onset: between two times, against that between two others. */
function after(
  onsets: readonly number[],
  audio: Audio,
  [a, b]: readonly [number, number],
  [c, d]: readonly [number, number]
): number {
  let one = 0,
    two = 0
  for (const beat of onsets)
    for (const x of audio) {
      one += energy(x, Math.round((beat + a) * rate), Math.round((beat + b) * rate))
      two += energy(x, Math.round((beat + c) * rate), Math.round((beat + d) * rate))
    }
  return dB(one / two)
}

/** @param subject stems, or the mix @param onsets s, of what `decay` and `attack` are read */
export function measured(
  measure: RevisionMeasure,
  all: Sounds,
  subject: readonly string[] | 'mix',
  { band, returns }: Pick<Verb, 'band' | 'returns'> = {},
  onsets: readonly number[] = []
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
      return after(onsets, audio, [0.08, 0.5], [0, 0.08])
    case 'attack':
      return after(onsets, audio, [0, 0.02], [0.02, 0.12])
    case 'spread': {
      const size = Math.round(0.05 * rate),
        levels = Array.from({ length: Math.floor(audio[0]!.length / size) }, (_, k) =>
          dB(audio.reduce((sum, x) => sum + energy(x, k * size, (k + 1) * size), 0))
        ),
        weights = levels.map(l => 10 ** (l / 10)),
        total = weights.reduce((a, b) => a + b, 0),
        weighted = (values: readonly number[]) => values.reduce((sum, v, k) => sum + v * weights[k]!, 0) / total,
        mean = weighted(levels)
      return Math.sqrt(weighted(levels.map(l => (l - mean) ** 2)))
    }
  }
}

/** One transform of everything: left in the real part, right in the imaginary one. */
function bandAgainstRest([left, right]: Audio, [from, to]: readonly [number, number]): number {
  const size = 2 ** Math.ceil(Math.log2(left!.length)),
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
