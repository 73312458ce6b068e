/** A room as it was measured: what becomes of the sound of a chain, as a response that the chain sends to or goes through. */
import {
  convolution,
  type ImpulseResponse,
  type Kernels,
  processors,
  type Processor,
  type Samples,
  sizeOfDecay
} from '@mixwright/dsp'
import { extended, roomDecay, type RoomDecay } from '../analysis/room-decay.ts'
import { quotient, smoothed } from '../analysis/system-response.ts'
import { responsesBehind } from './aliasing.ts'
import { type Console, type Device, freshId, isLinear, startOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { directSound, filtersOfDirect, latestDirect } from './direct-sound.ts'
import { echoesApart, impulse } from './echoes-apart.ts'
import { earlyOf, explainedBy, type LongPassage, type PassageJob, responseShare } from './long-passage.ts'
import { devicesFor, inserted, placeOf, type Proposal, turnedBy } from './proposals.ts'

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

/** Whether a device turns one impulse into one response, wherever in the song. */
const isStill = ({ type, modulator, lanes }: Device): boolean => {
  const { clock } = processors[type as keyof typeof processors] as Processor
  return isLinear(type) && !clock && !modulator && !lanes
}

/** What stands between a console and the wet, from the sound on that the wet was aligned by; and how much of the wet it is. */
function responses(console: Console, passage: LongPassage, kernels: Kernels): Responses {
  const { dry, sampleRate, between } = passage,
    early = earlyOf(sampleRate)
  // Of one source through what is linear each response is a quotient: of the whole and of the console's.
  const still = dry.length === 1 && console.strips[0]!.chain.every(isStill),
    found = still ? between : responsesBehind(console, passage, kernels),
    own = still
      ? heardInFull(console, { [passage.input]: [impulse(between[0]!.samples.length)] }, sampleRate, kernels)
      : undefined
  return {
    all: found.map(({ samples }, c) => (own ? quotient(samples, own[c]!) : samples).slice(early)),
    explained: explainedBy(found)
  }
}
interface Responses {
  readonly all: readonly Float64Array[]
  readonly explained: number
}
/** Of the energy of a whole response: less is no room. */
const faintest = 1e-6,
  /** Least squares of L numbers on N samples make so much of what nothing explains: L / (N - L). */
  chance = responseShare / (1 - responseShare)
const energyOf = (x: Float64Array): number => x.reduce((sum, v) => sum + v * v, 0)

/**
 * The room that a console lacks, as it was measured and as it can be turned; none where there is none. Where an echo stands in the
 * response that none of its devices makes, the room behind a delay.
 */
export function roomsFor({ console, passage }: PassageJob, kernels: Kernels): Proposal[] {
  const { sampleRate } = passage,
    dry = withoutRooms(console),
    { all, explained } = responses(dry, passage, kernels),
    echoes = dry.strips[0]!.chain.some(isEchoing) ? undefined : echoesApart(all, sampleRate, kernels),
    behind = echoes?.behind ?? all,
    plain = echoes ? withEchoes(dry, echoes.params) : dry,
    found = roomBehind(plain, { all: behind, explained }, sampleRate)
  if (!found) return []
  const named = (what: string, console: Console) => ({ name: `${echoes ? 'delay + ' : ''}${what}`, console }),
    coloured = withFilters(plain, behind, sampleRate),
    room = coloured && withMeasuredRoom(coloured.console, passage, kernels)
  return [
    named('measured room', found),
    named('reverb', withTurnableRoom(found)),
    ...(room ? [named(`${coloured.name} + measured room`, room)] : [])
  ]
}
/**
 * A console with filters that colour as a response's direct sound does, behind what bends or holds the level: in front of a room
 * the whole wet tells little of them.
 */
function withFilters(console: Console, response: readonly Float64Array[], sampleRate: number): Proposal | undefined {
  const { filters, offset } = filtersOfDirect(response, sampleRate),
    { chain } = console.strips[0]!,
    bends = chain.findLastIndex(({ type }) => !isLinear(type))
  if (filters.length === 0) return undefined
  return {
    name: filters.map(({ type }) => type).join(' + '),
    console: inserted(turnedBy(console, 0, offset), 0, devicesFor(filters), bends < 0 ? undefined : bends + 1)
  }
}
const isEchoing = ({ type }: Device): boolean => placeOf[type] === 'echo'
/** The direct sound as loud as before. */
const withEchoes = (console: Console, params: Device['params']): Console =>
  inserted(turnedBy(console, 0, -20 * Math.log10(Math.cos((Math.PI / 2) * params.mix!))), 0, [
    { type: 'delay', params }
  ])

/**
 * The console with the room that is missing: what comes after the direct sound of the response between its chain and the wet.
 * @returns undefined where nothing is left above the noise, or what is left is an echo: that is a delay's, which can be turned
 */
export function withMeasuredRoom(console: Console, passage: LongPassage, kernels: Kernels): Console | undefined {
  const dry = withoutRooms(console)
  return roomBehind(dry, responses(dry, passage, kernels), passage.sampleRate)
}
function roomBehind(dry: Console, { all, explained }: Responses, sampleRate: number): Console | undefined {
  const least = all.reduce((sum, samples) => sum + Math.max(faintest, chance * (1 - explained)) * energyOf(samples), 0),
    rooms = all.map(samples => extended(samples.slice().fill(0, 0, directSound(samples, sampleRate)), sampleRate))
  if (rooms.reduce((sum, channel) => sum + energyOf(channel), 0) < least) return undefined
  if (rooms.some(channel => isEcho(channel, sampleRate))) return undefined
  const found = unitResponse(rooms, sampleRate)
  return (
    found && {
      ...dry,
      responses: { [found.response.id]: found.response },
      rooms: [{ id: room, chain: [{ id: convolver, type: found.response.id, params: {} }] }],
      strips: dry.strips.map(strip => ({ ...strip, sends: { [room]: found.gain } }))
    }
  )
}

/** Seconds, and the share of them at high frequencies, where a decay cannot be read. */
const usualDecay = { seconds: 1, damping: 0.4 } as const
/**
 * With a reverb that can be turned, in the strip, about as long, as dull and as loud as the room that was measured.
 * @param measured what `withMeasuredRoom` gives
 */
export function withTurnableRoom(measured: Console): Console {
  const [strip] = measured.strips,
    { response, sampleRate } = Object.values(measured.responses!)[0]!,
    { time, broadband, octaves } = roomDecay(Float64Array.from(response[0]!), sampleRate),
    seconds = time ?? broadband ?? usualDecay.seconds,
    high = octaves.findLast(octave => octave.time !== undefined)?.time,
    // Dry is the cosine of a share of a quarter of a turn, wet the sine.
    turn = Math.atan(10 ** (strip!.sends[room]! / 20)),
    params = {
      size: sizeOfDecay(seconds),
      damping: high === undefined ? usualDecay.damping : Math.log10(seconds / high),
      mix: (2 / Math.PI) * turn
    },
    { responses: _, ...console } = withoutRooms(measured),
    type = measured.channels === 2 ? 'stereo-reverb' : 'reverb'
  return inserted(turnedBy(console, 0, -20 * Math.log10(Math.cos(turn))), 0, [{ type, params: startOf(type, params) }])
}

/**
 * The console with all that is linear at its end, the level too, as one response behind its echoes: what no send beside a direct
 * sound can hold, as where reflections arrive within the direct sound.
 * @returns undefined where nothing is left above the noise, or the source has two channels, which a response cannot cross
 */
export function withWholeResponse(console: Console, passage: LongPassage, kernels: Kernels): Console | undefined {
  const { sampleRate } = passage,
    { chain, ...strip } = withoutRooms(console).strips[0]!
  if (strip.channels !== 1) return undefined
  const kept = chain.slice(0, chain.findLastIndex(one => !isStill(one) || isEchoing(one)) + 1),
    ending = (...devices: readonly Device[]): Console => ({
      ...withoutRooms(console),
      strips: [{ ...strip, chain: [...kept, ...devices] }]
    }),
    // What is kept may be a gain that moves.
    level: Device = { id: freshId(ending(), strip.input, 'gain'), type: 'gain', params: startOf('gain', { gain: 0 }) },
    found = unitResponse(
      responses(ending(level), passage, kernels).all.map(samples => extended(samples, sampleRate)),
      sampleRate
    )
  return (
    found && {
      ...ending(
        { id: convolver, type: found.response.id, params: {} },
        { ...level, params: startOf('gain', { gain: found.gain }) }
      ),
      responses: { [found.response.id]: found.response }
    }
  )
}

/** dB; a room that lacks more is none of what leads to it. */
const loudest = processors.gain.params.gain.max
/** A response of the energy 1, and the level that it lacks, dB; undefined for silence and for what lacks too much. */
export function unitResponse(
  responses: readonly Float64Array[],
  sampleRate: number
): { readonly response: ImpulseResponse; readonly gain: number } | undefined {
  const frames = Math.max(...responses.map(until60)),
    energy = responses.reduce((sum, channel) => sum + energyOf(channel), 0) / responses.length
  if (!(energy > 0) || 10 * Math.log10(energy) > loudest) return undefined
  const samples = responses.map(channel => Float32Array.from(channel.subarray(0, frames), v => v / Math.sqrt(energy))),
    { id, name, response } = convolution(room, samples, sampleRate, block)
  return { response: { id, name, response, sampleRate, block }, gain: 10 * Math.log10(energy) }
}

/**
 * Seconds around the strongest reflection, and the share of all energy there from which on it is an echo: of a room, some per cent,
 * but for its first reflections.
 */
const reflection = 0.002,
  alone = 0.4,
  /** Seconds of means: the highest frequencies are where a delay's echoes are not quite those of another. */
  mean = 0.0001
function isEcho(whole: Float64Array, sampleRate: number): boolean {
  const width = Math.round(reflection * sampleRate),
    response = smoothed(whole, Math.round(0.5 * mean * sampleRate))
  let at = 0
  response.forEach((v, i) => {
    if (Math.abs(v) > Math.abs(response[at]!)) at = i
  })
  return (
    at > latestDirect * sampleRate &&
    energyOf(response.subarray(Math.max(0, at - width), at + width)) > alone * energyOf(response)
  )
}

/** Samples until 60 dB less is to come than in all. */
function until60(response: Float64Array): number {
  const least = 1e-6 * energyOf(response)
  let end = response.length
  for (let rest = 0; end > 1 && rest < least; end--) rest += response[end - 1]! ** 2
  return end
}

/** How a response decays, each channel by itself and the mean of both; what stands for its direct sound is taken off. */
export function decayOfResponse(response: readonly Samples[], sampleRate: number): RoomDecay {
  return roomDecay(Float64Array.from(response[0]!).fill(0, 0, directSound(response[0]!, sampleRate)), sampleRate)
}
