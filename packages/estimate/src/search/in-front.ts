/** What holds or bends the level in front of a room, whose reverberation hides what becomes of the level. */
import { fromUnit, type Kernels, type NumberParam, type Params, processors, type Samples, toUnit } from '@mixwright/dsp'
import { type Console, type Device, freshId, startOf } from './console.ts'
import { heardAliasing } from './aliasing.ts'
import { heardInFull } from './console-rig.ts'
import { type PassageJob, responsesTo } from './long-passage.ts'
import { type Proposal, turnedBy } from './proposals.ts'

/** Seconds that are listened to: many settings are tried. */
const listened = 4
type Setting = Readonly<Record<string, number>>
interface Kind {
  readonly starts: (loudest: number) => readonly Setting[]
  /** Of the search, shares of a range, halved in each sweep. */
  readonly steps: Setting
}
/** Thresholds so many dB below the loudest 10 ms, bends so many dB above full scale there. */
const kinds = {
  compressor: {
    starts: loudest => [4, 12, 20].map(depth => ({ threshold: loudest - depth, ratio: 4, attack: 8, release: 120 })),
    steps: { threshold: 0.06, ratio: 0.15, attack: 0.15, release: 0.12 }
  },
  distortion: {
    starts: loudest => [0, 8, 16].map(over => ({ gain: over - loudest, hardness: 0.5, asymmetry: 0 })),
    steps: { gain: 0.08, hardness: 0.4, asymmetry: 0.15 }
  }
} as const satisfies Readonly<Record<string, Kind>>
export type FrontType = keyof typeof kinds
export const frontTypes = Object.keys(kinds) as FrontType[]
/** Sweeps through all numbers, each with steps half as long, and at most, as long as each leaves no more than a share. */
const sweeps = { least: 2, most: 5, worth: 0.7 } as const
/** Of what no response explains without it, a device must leave less. */
const worth = 0.8,
  /** As it starts. */
  hopeless = 0.97

/** A device to be looked for in front of a console, all of which is linear. */
export interface FrontJob extends PassageJob {
  readonly type: FrontType
}
/**
 * Whatever is linear behind such a device, a filter or a room, one response explains the more of the wet, the nearer the device
 * is to the true one: the setting by which it explains most, found one number after the other.
 * @returns the console with it in front of all, as loud as the wet; none where it does not explain much of what is left without it
 */
export function inFront({ type, console, passage }: FrontJob, kernels: Kernels): Proposal[] {
  const { sampleRate, input } = passage,
    frames = Math.round(listened * sampleRate),
    short = {
      ...passage,
      dry: passage.dry.map(channel => channel.subarray(0, frames)),
      wet: passage.wet.slice(0, 1).map(channel => channel.subarray(0, frames))
    },
    heard = (one: Console, aliasing: boolean) => {
      const sound =
        (aliasing && heardAliasing(one, short.dry, sampleRate, kernels)) ||
        heardInFull(one, { [input]: short.dry }, sampleRate, kernels)
      return { missing: 1 - responsesTo(short, sound)[0]!.explained, level: levelOf(sound[0]!) }
    },
    { starts, steps }: Kind = kinds[type],
    without = heard(console, false),
    tried = (setting: Setting, aliasing: boolean) => {
      const found = withInFront(console, type, setting)
      return { setting: found.strips[0]!.chain[0]!.params, console: found, aliasing, ...heard(found, aliasing) }
    }
  let best = starts(loudestStep(short.dry[0]!, sampleRate))
    .flatMap(setting => (type === 'distortion' ? [false, true] : [false]).map(aliasing => tried(setting, aliasing)))
    .reduce((a, b) => (b.missing < a.missing ? b : a))
  if (best.missing > hopeless * without.missing) return []
  for (let sweep = 0; sweep < sweeps.most; sweep++) {
    const before = best.missing
    for (const [name, step] of Object.entries(steps))
      for (const side of [1, -1]) {
        const next = tried(
          { ...best.setting, [name]: moved(type, name, best.setting[name]!, side * step * 0.5 ** sweep) },
          best.aliasing
        )
        if (!(next.missing < best.missing)) continue
        best = next
        break
      }
    if (sweep + 1 >= sweeps.least && best.missing > sweeps.worth * before) break
  }
  if (best.missing > worth * without.missing) return []
  return [{ name: `${type} in front`, console: turnedBy(best.console, 0, levelOf(short.wet[0]!) - best.level) }]
}
/** By a share of the range. */
function moved(type: string, name: string, value: number, share: number): number {
  const range = (processors[type as keyof typeof processors].params as Params)[name] as NumberParam
  return fromUnit(range, Math.max(0, Math.min(1, toUnit(range, value) + share)))
}
const levelOf = (x: Samples): number => {
  let sum = 1e-20
  for (const v of x) sum += v * v
  return 10 * Math.log10(sum)
}

function withInFront(console: Console, type: string, setting: Setting): Console {
  const [strip] = console.strips,
    device: Device = { id: freshId(console, strip!.input, type), type, params: startOf(type, setting) }
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
