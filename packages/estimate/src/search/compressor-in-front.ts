/** A compressor in front of a room, whose reverberation hides what becomes of the level. */
import type { Kernels, Samples } from '@mixwright/dsp'
import { type Console, type Device, freshId, startOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { type LongPassage, responsesTo } from './long-passage.ts'
import { turnedBy } from './proposals.ts'

/** Samples that are listened to: many settings are tried. */
const listened = 180_000
/** dB below the loudest 10 ms, where thresholds are tried first. */
const depths = [4, 12, 20]
const start = { ratio: 4, attack: 8, release: 120 }
/** Steps of the search, dB and factors, halved in each sweep. */
const steps = { threshold: 4, ratio: 1.6, attack: 3, release: 2 } as const
const sweeps = 2
/** Of what no response explains without it, a compressor must leave less. */
const worth = 0.8,
  /** As it starts. */
  hopeless = 0.97

type Setting = Readonly<Record<keyof typeof steps, number>>

/**
 * Whatever is linear behind a compressor, a filter or a room, one response explains the more of the wet, the nearer the compressor
 * is to the true one: the setting by which it explains most, found one number after the other.
 * @returns the console with it in front of all, no louder and no softer than before; undefined where none explains much of what is left without it
 */
export function compressorInFront(console: Console, passage: LongPassage, kernels: Kernels): Console | undefined {
  const { sampleRate, input } = passage,
    short = {
      ...passage,
      dry: passage.dry.map(channel => channel.subarray(0, listened)),
      wet: passage.wet.slice(0, 1).map(channel => channel.subarray(0, listened))
    },
    heard = (one: Console) => {
      const sound = heardInFull(one, { [input]: short.dry }, sampleRate, kernels)
      return { missing: 1 - responsesTo(short, sound)[0]!.explained, level: levelOf(sound[0]!) }
    },
    tried = (setting: Setting) => {
      const found = withCompressor(console, setting)
      return { setting, console: found, ...heard(found) }
    },
    without = heard(console),
    loudest = loudestStep(short.dry[0]!, sampleRate)
  let best = depths
    .map(depth => tried({ ...start, threshold: loudest - depth }))
    .reduce((a, b) => (b.missing < a.missing ? b : a))
  if (best.missing > hopeless * without.missing) return undefined
  for (let sweep = 0; sweep < sweeps; sweep++)
    for (const name of ['threshold', 'ratio', 'attack', 'release'] as const)
      for (const side of [1, -1]) {
        const size = side / (sweep + 1),
          value = best.setting[name],
          next = tried({
            ...best.setting,
            [name]: name === 'threshold' ? value + size * steps[name] : value * steps[name] ** size
          })
        if (!(next.missing < best.missing)) continue
        best = next
        break
      }
  return best.missing < worth * without.missing ? turnedBy(best.console, 0, without.level - best.level) : undefined
}
const levelOf = (x: Samples): number => {
  let sum = 1e-20
  for (const v of x) sum += v * v
  return 10 * Math.log10(sum)
}

const withCompressor = (console: Console, setting: Setting): Console => {
  const [strip] = console.strips,
    device: Device = {
      id: freshId(console, strip!.input, 'compressor'),
      type: 'compressor',
      params: startOf('compressor', setting)
    }
  return { ...console, strips: [{ ...strip!, chain: [device, ...strip!.chain] }] }
}

/** dBFS, the peak of a sine as loud as the loudest 10 ms. */
function loudestStep(samples: Float32Array, sampleRate: number): number {
  const size = Math.round(0.01 * sampleRate)
  let most = 1e-10
  for (let at = 0; at + size <= samples.length; at += size) {
    let sum = 0
    for (let i = at; i < at + size; i++) sum += samples[i]! ** 2
    most = Math.max(most, sum / size)
  }
  return 10 * Math.log10(2 * most)
}
