/** Files of every format that is read, and what chance and malice do to them. */
import { readFileSync } from 'node:fs'
import type { Random } from '@mixwright/dsp'
import { checksum } from '../src/ogg.ts'
import { AudioFileError, memorySink, openAudio, outputFormats, outputNames, readMidi, sourceOf } from '../src/index.ts'
import { aiffOf, be, bytesOf, chunk } from './forms.ts'
import { signalOf } from './signal.ts'

const tags = {
  title: 'Title',
  comment: 'A comment',
  pictures: [{ type: 3, mime: 'image/png', description: 'Front', data: new Uint8Array(200).fill(7) }]
}

/** Small whole files by name; `fixtures` is the folder with those of other encoders. */
export async function wholeFiles(fixtures: string): Promise<Readonly<Record<string, Uint8Array>>> {
  const own: Record<string, Uint8Array> = {}
  for (const name of outputNames) {
    const sink = memorySink(),
      writer = await outputFormats[name].create(sink, {
        ...{ sampleRate: 48000, channels: 2, seed: 1, name, tags },
        broadcast: { timeReference: 5 }
      })
    await writer.write(signalOf(2, 48000, 3000))
    await writer.close()
    own[name] = sink.bytes()
  }
  own.aiff = aiffOf({ encoding: 's24', channels: 2, frames: 500 }, chunk('NAME', [65, 66], true))
  for (const name of ['sweep-mono.opus', 'sweep-s24.flac', 'sweep-mono.mp3', 'sweep.ogg'])
    own[name] = new Uint8Array(readFileSync(`${fixtures}/${name}`)) // a Buffer would share its slices
  const notes = Array.from({ length: 40 }, (_, i) => [10, 0x90, 40 + i, 100, 0x60, 40 + i, 0]).flat(),
    track = [0, 0xff, 0x51, 3, 7, 0xa1, 0x20, 0, 0xc0, 5, ...notes, 0, 0xff, 0x2f, 0]
  own.midi = bytesOf('MThd', be(6, 4), be(1, 2), be(1, 2), be(96, 2), 'MTrk', be(track.length, 4), track)
  return own
}

/** Where headers are, and so most of what can go wrong. */
const front = 400
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]

/** One to four harms: cuts, flipped bits, lengths that lie, parts taken out, doubled or of noise. */
export function mutated(whole: Uint8Array, random: Random): Uint8Array {
  let bytes: Uint8Array = whole.slice()
  for (let k = random.below(4); k >= 0 && bytes.length > 8; k--) {
    const at = random.below(random.below(3) ? Math.min(front, bytes.length - 4) : bytes.length - 4),
      length = random.below(Math.min(64, bytes.length - at))
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    const harms: readonly (() => void)[] = [
      () => {
        bytes[at]! ^= 1 << random.below(8)
      },
      () => view.setUint32(at, extremes[random.below(extremes.length)]!, random.below(2) === 0),
      () => view.setUint32(at, view.getUint32(at, true) + random.below(9) - 4, true),
      () => {
        bytes = bytes.slice(0, random.below(bytes.length))
      },
      () => {
        bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]))
      },
      () => {
        bytes = new Uint8Array(Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]))
      },
      () => {
        for (let i = 0; i < length; i++) bytes[at + i] = random.below(256)
      }
    ]
    harms[random.below(harms.length)]!()
  }
  if (random.below(2)) rightSums(bytes)
  return bytes
}

/** Damaged Ogg pages with a right checksum, so that the decoders see them. */
function rightSums(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at + 27 < bytes.length && view.getUint32(at) === 0x4f676753; ) {
    const body = at + 27 + bytes[at + 26]!,
      end = bytes.subarray(at + 27, body).reduce((sum, segment) => sum + segment, body)
    if (end <= bytes.length) view.setUint32(at + 22, checksum(bytes.subarray(at, end)), true)
    at = end
  }
}

/**
 * Reads all of a file.
 * @returns whether it was heard, or refused by our error. @throws Error for anything else
 */
export async function outcome(bytes: Uint8Array, name: string, allowTruncated: boolean): Promise<'heard' | 'refused'> {
  try {
    if (name === 'midi') {
      for (const { notes } of readMidi(bytes, name).tracks)
        if (notes.some(n => !(n.start >= 0 && n.duration >= 0 && n.pitch < 128))) throw new Error('a wrong note')
      return 'heard'
    }
    const file = await openAudio(sourceOf(bytes), name, { allowTruncated })
    let frames = 0
    for await (const audio of file.blocks()) {
      if (audio.length !== file.channels || audio.some(c => c.length !== audio[0]!.length))
        throw new Error('channels of unequal length')
      if (audio.some(channel => channel.some(x => !Number.isFinite(x)))) throw new Error('samples that are not finite')
      frames += audio[0]!.length
    }
    if (file.clip && frames !== file.frames) throw new Error(`${frames} frames, not ${file.frames}`)
    return 'heard'
  } catch (error) {
    if (error instanceof AudioFileError) return 'refused'
    throw error
  }
}
