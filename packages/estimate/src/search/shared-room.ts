/** The room that the sources of a mix send to, as measured: what the mix holds beyond the console's dry sum, of what is sent. */
import type { Audio, Clip, Kernels, Samples } from '@mixwright/dsp'
import { type Console, type Device, startOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { tellingStarts } from './excerpts.ts'
import { longest, responseLength } from './long-passage.ts'
import { room, unitResponse } from './measured-room.ts'
import type { SearchWork } from './work.ts'

/** A stretch of all sources and of the mix, long enough to measure a room. */
export interface WholePassage {
  readonly inputs: Readonly<Record<string, Audio>>
  readonly wet: Audio
  readonly sampleRate: number
  /** Nothing sounded before it. */
  readonly first: boolean
}
/** The part of a mix that tells most of all its sources. */
export async function readWhole(dry: Readonly<Record<string, Clip>>, wet: Clip): Promise<WholePassage> {
  const frames = Math.min(longest, wet.frames),
    [start] = await tellingStarts(Object.values(dry), 1, frames),
    read = (clip: Clip) => clip.read(start!, frames)
  return {
    inputs: Object.fromEntries(
      await Promise.all(Object.entries(dry).map(async ([name, clip]) => [name, await read(clip)] as const))
    ),
    wet: await read(wet),
    sampleRate: wet.sampleRate,
    first: start === 0
  }
}

/** dB at which a source is sent to a room of which nothing is known yet. */
const unknown = 0

/**
 * The console with a measured room in place of its own: it hears the middle of what is sent, as the console sends it, or all
 * alike where it sends nothing.
 * @returns undefined where nothing is left above the noise
 */
export async function withSharedRoom(
  console: Console,
  passage: WholePassage,
  kernels: Kernels,
  work: SearchWork
): Promise<Console | undefined> {
  const { wet, inputs, sampleRate, first } = passage,
    dry: Console = { ...console, rooms: [], strips: console.strips.map(strip => ({ ...strip, sends: {} })) },
    sends = console.strips.map(strip => Object.values(strip.sends)[0]),
    all = sends.every(send => send === undefined),
    sent = (all ? sends.map(() => unknown) : sends) as readonly (number | undefined)[],
    hear = (one: Console) => heardInFull(one, inputs, sampleRate, kernels),
    direct = hear(dry),
    enters = middle(hear(sending(dry, sent))),
    length = responseLength(wet[0]!.length, sampleRate),
    responses = await Promise.all(
      wet.map((channel, c) =>
        work.response({
          dry: enters,
          wet: channel.map((v, i) => v - direct[c]![i]!),
          length,
          from: first ? 0 : length,
          sampleRate
        })
      )
    ),
    found = unitResponse(responses, sampleRate)
  return (
    found && {
      ...dry,
      responses: { [found.response.id]: found.response },
      rooms: [
        {
          id: room,
          chain: [
            ...(console.channels === 2
              ? [{ id: `${room}/middle`, type: 'imager', params: startOf('imager', { width: 0 }) }]
              : []),
            { id: `${room}/convolution`, type: found.response.id, params: {} }
          ]
        }
      ],
      strips: dry.strips.map((strip, s) => ({
        ...strip,
        sends: sent[s] === undefined ? {} : { [room]: sent[s] + found.gain }
      }))
    }
  )
}

/** The console with only those that send, as loud as they do. */
const sending = (console: Console, sends: readonly (number | undefined)[]): Console => ({
  ...console,
  bus: [],
  strips: console.strips.flatMap((strip, s) => {
    const send = sends[s]
    if (send === undefined) return []
    const level: Device = { id: `${strip.input}/send`, type: 'gain', params: startOf('gain', { gain: send }) }
    return [{ ...strip, chain: [...strip.chain, level] }]
  })
})
const middle = (audio: readonly Samples[]): Float64Array =>
  Float64Array.from(audio[0]!, (v, i) => (audio[1] ? 0.5 * (v + audio[1][i]!) : v))
