/** What holds or bends the level in front of a room, whose reverberation hides what becomes of the level. */
import { fromUnit, type Kernels, type NumberParam, type Params, processors, type Samples, toUnit } from '@mixwright/dsp'
import { responseLoss } from '../analysis/response-loss.ts'
import { heardAliasing } from './aliasing.ts'
import { completed } from './completed.ts'
import { type Console, type Device, freshId, isLinear, startOf } from './console.ts'
import { fitted, heardInFull, soundProblem } from './console-rig.ts'
import { delayed, type LongPassage, type PassageJob, responseLength } from './long-passage.ts'
import { isFilter, type Proposal, turnedBy } from './proposals.ts'

/** Seconds that are listened to: many settings are tried. */
const listened = 4
type Setting = Readonly<Record<string, number>>
/** Thresholds so many dB below the loudest 10 ms, bends so many dB above full scale there. */
const starts = {
  compressor: loudest => [4, 12, 20].map(depth => ({ threshold: loudest - depth, ratio: 4, attack: 8, release: 120 })),
  distortion: loudest => [0, 8, 16].map(over => ({ gain: over - loudest, hardness: 0.5, asymmetry: 0 }))
} as const satisfies Readonly<Record<string, (loudest: number) => readonly Setting[]>>
export type FrontType = keyof typeof starts
export const frontTypes = Object.keys(starts) as FrontType[]
/** Of a distortion, which may alias: shares of a range that its numbers move by, halved in each sweep through all of them. */
const steps: Setting = { gain: 0.08, hardness: 0.4, asymmetry: 0.15 }
/** Sweeps at least and at most, as long as each leaves no more than a share. */
const sweeps = { least: 2, most: 5, worth: 0.7 } as const
/** Steps of gradient. */
const descent = 30
/** An equaliser in front of it, then a second compressor; as long as more is missing. */
const fuller = 2,
  enough = 2e-3
/** Of what no response explains without it, a device must leave less. */
const worth = 0.75,
  /** As it starts. */
  hopeless = 0.97

/** A device to be looked for in front of a console, all of which is linear. */
export interface FrontJob extends PassageJob {
  readonly type: FrontType
}
interface Heard {
  readonly console: Console
  /** Share of the wet that no response explains. */
  readonly missing: number
  readonly aliasing: boolean
}
/**
 * Whatever is linear behind such a device, a filter or a room, one response explains the more of the wet, the nearer the device
 * is to the true one: the setting by which it explains most; and the same with an equaliser in front of it, then with a second
 * compressor behind it, where they are worth it.
 * @returns consoles with it in front of all, as loud as the wet; none where it does not explain much of what is left without it
 */
export function inFront({ type, console, passage }: FrontJob, kernels: Kernels): Proposal[] {
  const { loudest, heard, descended, asLoud } = earFor(passage, kernels),
    without = heard(console, false),
    bends = type === 'distortion',
    first = starts[type](loudest)
      .map(setting => withInFront(console, type, setting))
      .flatMap(one => (bends ? [false, true] : [false]).map(aliasing => heard(one, aliasing)))
      .reduce((a, b) => (b.missing < a.missing ? b : a))
  if (first.missing > hopeless * without.missing) return []
  const alone = bends ? swept(first, heard) : descended(first.console)
  if (alone.missing > worth * without.missing) return []
  const found = [alone]
  for (let n = 0, last = alone; n < fuller && last.missing > enough; n++) {
    const [more] = completed(last.console, false),
      next = more && descended(more.console)
    if (!next || next.missing > worth * last.missing) break
    found.push(next)
    last = next
  }
  return found.map(one => ({ name: `${nameOf(one.console)} in front`, console: asLoud(one) }))
}
/** Hears by how much a response explains of the first seconds of a passage. */
function earFor({ sampleRate, input, start, ...passage }: LongPassage, kernels: Kernels) {
  const [dry, wet] = [passage.dry, passage.wet.slice(0, 1)].map(audio =>
      audio.map(channel => channel.subarray(0, Math.round(listened * sampleRate)))
    ) as [Float32Array[], Float32Array[]],
    length = responseLength(wet[0]!.length, sampleRate),
    loss = responseLoss(delayed(wet[0]!, sampleRate), dry[0]!, length, start === 0 ? 0 : length),
    through = (one: Console, aliasing: boolean) =>
      (aliasing && heardAliasing(one, dry, sampleRate, kernels)) ||
      heardInFull(one, { [input]: dry }, sampleRate, kernels)
  return {
    loudest: loudestStep(dry[0]!, sampleRate),
    heard: (console: Console, aliasing: boolean): Heard => ({
      console,
      missing: loss.value(through(console, aliasing)),
      aliasing
    }),
    /** By steps of gradient. */
    descended(from: Console): Heard {
      const problem = soundProblem({ [input]: dry }, loss, sampleRate),
        { console, loss: missing } = fitted(from, problem, kernels, descent)
      return { console, missing, aliasing: false }
    },
    asLoud: ({ console, aliasing }: Heard): Console =>
      turnedBy(console, 0, levelOf(wet[0]!) - levelOf(through(console, aliasing)[0]!))
  }
}
/** What bends or holds the level, and whether an equaliser is in front of it. */
function nameOf({ strips: [strip] }: Console): string {
  const chain = strip!.chain
  return [
    ...(chain.some(isFilter) ? ['equaliser'] : []),
    ...chain.filter(({ type }) => !isLinear(type)).map(({ type }) => type)
  ].join(', ')
}
/** The first device turned one number after the other. */
function swept(start: Heard, heard: (console: Console, aliasing: boolean) => Heard): Heard {
  let best = start
  for (let sweep = 0; sweep < sweeps.most; sweep++) {
    const before = best.missing
    for (const [name, step] of Object.entries(steps))
      for (const side of [1, -1]) {
        const next = heard(moved(best.console, name, side * step * 0.5 ** sweep), best.aliasing)
        if (!(next.missing < best.missing)) continue
        best = next
        break
      }
    if (sweep + 1 >= sweeps.least && best.missing > sweeps.worth * before) break
  }
  return best
}
/** The first device by a share of a range. */
function moved(console: Console, name: string, share: number): Console {
  const [strip] = console.strips,
    [device, ...rest] = strip!.chain,
    range = (processors[device!.type as keyof typeof processors].params as Params)[name] as NumberParam,
    value = fromUnit(range, Math.max(0, Math.min(1, toUnit(range, device!.params[name]!) + share)))
  return {
    ...console,
    strips: [{ ...strip!, chain: [{ ...device!, params: { ...device!.params, [name]: value } }, ...rest] }]
  }
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
