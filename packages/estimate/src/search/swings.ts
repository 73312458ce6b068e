/** What swings between a source and the wet: devices with an oscillator, where gains or delays show one. */
import { type Audio, type Kernels, type NumberParam, processors } from '@mixwright/dsp'
import { movingEcho } from '../analysis/moving-echo.ts'
import { withoutStill } from '../analysis/system-response.ts'
import { type Shape, waves } from '../analysis/waves.ts'
import { swingsIn } from '../fit/find-swings.ts'
import type { Swing } from '../fit/swing.ts'
import { type Device, startOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { loudestPart, type PassageJob } from './long-passage.ts'
import { later } from './nearer.ts'
import { inserted, type Proposal } from './proposals.ts'
import { modulatorOf, swungGains } from './swung.ts'

/** Seconds that delays may have, in which they are looked for; short ones need finer steps. */
const ranges = [
    { shortest: 0.0002, longest: 0.008 },
    { shortest: 0.004, longest: 0.03 }
  ] as const,
  /** Seconds that show how a delay swings. */
  look = 3,
  /** The wave that most engines have. What another makes is read from nothing too: near this one a saw is missed. */
  usual: Shape = 'sine',
  /**
   * Share of what is missing that must lie along a swinging delay: in development 0.24 to 0.52 where one was loud, up to
   * 0.14 where none was; or less, and so many times what lies along the last that is told (0.007 of a chorus behind an equaliser).
   */
  believed = { alone: 0.18, apart: 0.004, times: 4 },
  /** How prominent a faint voice must be. */
  prominent = 8,
  /** Share of a delay that it swings by. */
  least = 0.02,
  /** Taps of what stands still. */
  still = 32,
  told = 2,
  /** Devices that swing, in one chain. */
  most = 3

/** Consoles with a device that swings, each that gains or delays show. */
export function swings({ console, passage }: PassageJob, kernels: Kernels): Proposal[] {
  const { chain } = console.strips[0]!,
    { dry, input, sampleRate, start, wet } = passage,
    began = start / sampleRate
  if (chain.filter(({ modulator }) => modulator).length >= most) return []
  const now = heardInFull(later(console, began), { [input]: dry }, sampleRate, kernels) as Audio,
    devices = [...swungDelays(now, wet, sampleRate, began, kernels), ...swungGains(now, wet, sampleRate, began)]
  return devices.map(device => ({ name: `swung ${device.type}`, console: inserted(console, 0, [device]) }))
}

/** Chorus, flanger, vibrato: whichever has such delays. */
function swungDelays(now: Audio, wet: Audio, sampleRate: number, began: number, kernels: Kernels) {
  const length = Math.min(Math.round(look * sampleRate), wet[0]!.length),
    from = loudestPart(wet, length),
    [before, after] = [now, wet].map(audio => audio.map(channel => channel.subarray(from, from + length))),
    missing = after!.map((channel, c) => Float32Array.from(withoutStill(before![c] ?? before![0]!, channel, still))),
    read = (shape: Shape, { shortest, longest }: (typeof ranges)[number]) => {
      const how = { shortest, longest, least, wave: waves[shape], apart: false },
        all = swingsIn(before as Audio, missing, sampleRate, how, kernels)
      return (
        all
          .map(found => ({
            ...found,
            shape,
            start: began + from / sampleRate,
            stands: found.explained / (all.at(-1)!.explained + 1e-9)
          }))
          // What stands still within a sample is an echo.
          .filter(({ delay, depth }) => depth > least && delay * depth * sampleRate > 1)
      )
    },
    [seen] = ranges
      .flatMap(range => read(usual, range).map(found => ({ range, found })))
      .filter(
        ({ found: { explained, stands } }) =>
          explained > believed.alone || (explained > believed.apart && stands > believed.times)
      )
      .sort((a, b) => b.found.explained - a.found.explained)
  if (!seen) return faintVoice(now, wet, sampleRate, began)
  return [
    seen.found,
    ...(Object.keys(waves) as Shape[])
      .filter(shape => shape !== usual)
      .flatMap(shape => read(shape, seen.range).slice(0, 1))
  ]
    .sort((a, b) => b.explained - a.explained)
    .slice(0, told)
    .flatMap(delaysOf)
}
/** A voice that only the whole passage tells: slow, and behind much that stands still. */
function faintVoice(now: Audio, wet: Audio, sampleRate: number, began: number) {
  const found = movingEcho(now[0]!, wet[0]!, sampleRate)
  if (!found || found.prominence < prominent) return []
  const { delay, swing, frequency, phase } = found,
    voice = { delay, depth: swing / delay, frequency, phases: [phase / 360], shape: 'sine' as const, start: began }
  return delaysOf(voice)
}
const delaysOf = (found: Swing & { readonly shape: Shape; readonly start: number }): Omit<Device, 'id'>[] =>
  (['chorus', 'flanger', 'vibrato'] as const)
    .filter(type => {
      const { min, max } = processors[type].params.delay as NumberParam
      return 1000 * found.delay >= min && 1000 * found.delay <= max
    })
    .map(type => ({
      type,
      params: startOf(type, { delay: 1000 * found.delay, feedback: 0, mix: type === 'vibrato' ? 0.8 : 0.45 }),
      modulator: modulatorOf(
        'modulation',
        { shape: found.shape, frequency: found.frequency, phase: found.phases[0]! },
        found.depth,
        found.start
      )
    }))
