/** A room as it was measured: what becomes of the sound of a chain, as a response that the chain sends to. */
import { convolution, type Kernels, type Samples } from '@mixwright/dsp'
import { extended, roomDecay, type RoomDecay } from '../analysis/room-decay.ts'
import { systemResponse } from '../analysis/system-response.ts'
import { latencyMargin } from '../fit/graph-rig.ts'
import type { SoundLoss } from '../losses/sound-loss.ts'
import { type Console, mixOutput } from './console.ts'
import { heardBy } from './console-rig.ts'
import type { LongPassage } from './excerpts.ts'

/** Seconds of a response at most, and its share of what it is measured on. */
const longestResponse = 6
const share = 0.27

/** Of a console, and of the node that is its entry. */
export const room = 'room'
const convolver = `${room}/convolution`
/** Samples that its partitions have here: many, as nobody waits for them. */
const block = 8192

/** Everything that rooms are made of goes from the console: it will be measured. */
export const withoutRooms = (console: Console): Console => ({
  ...console,
  rooms: [],
  strips: console.strips.map(strip => ({
    ...strip,
    chain: strip.chain.filter(({ type }) => type !== 'reverb' && type !== 'stereo-reverb'),
    sends: {}
  }))
})

/** How much of the wet any linear process after the console could make: little where something bends or holds the level. */
export function linearShare(console: Console, passage: LongPassage, kernels: Kernels): number {
  return responses(heardInFull(withoutRooms(console), passage, kernels), {
    ...passage,
    wet: passage.wet.slice(0, 1)
  })[0]!.explained
}

/** Seconds that a response may begin before the sound that the wet was aligned by, which need not be the first to arrive. */
const before = 0.005
/** From the sound that it was aligned by on, channel by channel. */
function responses(now: readonly Samples[], { wet, sampleRate, first }: LongPassage) {
  const early = Math.round(before * sampleRate),
    length = lengthOf(wet[0]!.length, sampleRate)
  return wet.map((channel, c) => {
    const late = new Float32Array(channel.length)
    late.set(channel.subarray(0, channel.length - early), early)
    const { samples, explained } = systemResponse(now[c]!, late, length, first ? 0 : length)
    return { samples: samples.slice(early), explained }
  })
}

/** Samples of a response that can be measured on so many. */
const lengthOf = (frames: number, sampleRate: number): number =>
  Math.min(Math.round(longestResponse * sampleRate), Math.floor(share * frames))

/**
 * The console with the room that is missing: what comes after the direct sound of the response between its chain and the wet.
 * @returns undefined where nothing is left above the noise, or what is left is an echo: that is a delay's, which can be turned
 */
export function withMeasuredRoom(console: Console, passage: LongPassage, kernels: Kernels): Console | undefined {
  const { sampleRate } = passage,
    dry = withoutRooms(console),
    rooms = responses(heardInFull(dry, passage, kernels), passage).map(({ samples }) =>
      extended(samples.fill(0, 0, directSound(samples, sampleRate)), sampleRate)
    ),
    frames = Math.max(...rooms.map(until60)),
    energy = rooms.reduce((sum, channel) => sum + channel.reduce((all, v) => all + v * v, 0), 0) / rooms.length
  if (!(energy > 0) || rooms.some(channel => isEcho(channel, sampleRate))) return undefined
  const processor = convolution(
    room,
    rooms.map(channel => Float32Array.from(channel.subarray(0, frames), v => v / Math.sqrt(energy))),
    sampleRate,
    block
  )
  return {
    ...dry,
    responses: { [processor.id]: processor },
    rooms: [{ id: room, chain: [{ id: convolver, type: processor.id, params: {} }] }],
    strips: dry.strips.map(strip => ({ ...strip, sends: { [room]: 10 * Math.log10(energy) } }))
  }
}

/** Seconds around the strongest reflection, and the share of all energy there from which on it is an echo: of a room, some per cent. */
const reflection = 0.002,
  alone = 0.4
function isEcho(response: Float64Array, sampleRate: number): boolean {
  const energy = (x: Float64Array) => x.reduce((sum, v) => sum + v * v, 0),
    width = Math.round(reflection * sampleRate)
  let at = 0
  response.forEach((v, i) => {
    if (Math.abs(v) > Math.abs(response[at]!)) at = i
  })
  return energy(response.subarray(Math.max(0, at - width), at + width)) > alone * energy(response)
}

/** Samples until 60 dB less is to come than in all. */
function until60(response: Float64Array): number {
  const least = 1e-6 * response.reduce((sum, v) => sum + v * v, 0)
  let end = response.length
  for (let rest = 0; end > 1 && rest < least; end--) rest += response[end - 1]! ** 2
  return end
}

/** What a console makes of the whole passage. */
function heardInFull(console: Console, { input, dry, wet, sampleRate }: LongPassage, kernels: Kernels) {
  const judged = wet[0]!.length,
    padded = dry.map(channel => {
      const out = new Float32Array(judged + latencyMargin)
      out.set(channel.subarray(0, judged))
      return out
    })
  return heardBy(
    console,
    { sampleRate, warmup: 0, judged, output: mixOutput, passages: [{ inputs: { [input]: padded }, loss: unjudged }] },
    kernels
  )[0]!
}
const unjudged: SoundLoss = { value: () => 0, gradient: () => {} }

/** ms: the direct sound ends there at the latest, and at the earliest. */
const latest = 30,
  earliest = 2
/** dB by which the first reflection stands out of what the direct sound has fallen to. */
const standsOut = 6
/** Samples until the first reflection: where energies of half a millisecond rise again. */
export function directSound(response: Samples, sampleRate: number): number {
  const size = Math.round(0.0005 * sampleRate)
  let least = Number.POSITIVE_INFINITY
  for (let step = 1; step * size < 0.001 * latest * sampleRate; step++) {
    let energy = 0
    for (let i = step * size; i < (step + 1) * size; i++) energy += response[i]! ** 2
    if (step * size > 0.001 * earliest * sampleRate && energy > least * 10 ** (standsOut / 10)) return step * size
    least = Math.min(least, energy)
  }
  return Math.round(0.005 * sampleRate)
}

/** How a response decays, each channel by itself and the mean of both; what stands for its direct sound is taken off. */
export function decayOfResponse(response: readonly Samples[], sampleRate: number): RoomDecay {
  return roomDecay(Float64Array.from(response[0]!).fill(0, 0, directSound(response[0]!, sampleRate)), sampleRate)
}
