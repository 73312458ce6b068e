/** Writes Opus in Ogg (RFC 7845) by libopus in WebAssembly while the audio comes, in bounded memory. */
import type { Audio } from '@mixwright/dsp'
import { type AudioWriter, encoderWriter } from './audio-writer.ts'
import { type ByteSink, viewOf } from './bytes.ts'
import { AudioFileError, checkForm } from './error.ts'
import { pagesOf, segmentsOf } from './ogg-writer.ts'
import type { Tags } from './tags.ts'
import { commentBytes, joined } from './vorbis-comment.ts'

/** Hz. Opus has no other clock. */
export const opusRate = 48000
/** Samples of a packet: 20 ms. */
const packetFrames = 960
/** A page holds at most a second (RFC 7845 section 4 advises it), and 255 segments (RFC 3533). */
const most = { packets: 50, segments: 255 } as const

export interface OpusOptions {
  /** Hz: 48000. */
  readonly sampleRate: number
  readonly channels: number
  /** kbit/s, about: the rate varies. 6 to 510. */
  readonly bitrate: number
  readonly tags?: Tags
  /** Of the stream's number: the same seed gives the same file. 0 to 4294967295. */
  readonly seed: number
  /** Names the output in errors. */
  readonly name: string
}

/**
 * Begins a file at the sink's start.
 * @throws AudioFileError for a rate or form that it cannot take
 */
export async function createOpusWriter(sink: ByteSink, options: OpusOptions): Promise<AudioWriter> {
  const { sampleRate, channels, name } = options
  checkForm(name, channels, sampleRate)
  if (sampleRate !== opusRate)
    throw new AudioFileError(
      'unsupported',
      name,
      `Opus at ${sampleRate} Hz`,
      `convert to ${opusRate} Hz, its only rate`
    )
  // Made with the first samples: its memory is given back by hand.
  let stream: Promise<Stream> | undefined
  const begun = () => (stream ??= createStream(sink, options))
  return encoderWriter(
    options,
    async audio => (await begun()).add(audio),
    async frames => (await begun()).end(frames)
  )
}

interface Stream {
  add(audio: Audio): Promise<void>
  /** @returns bytes of the file */
  end(frames: number): Promise<number>
}

async function createStream(sink: ByteSink, { channels, bitrate, seed, tags = {} }: OpusOptions): Promise<Stream> {
  const { createEncoder, Application, Signal } = await import('libopus-wasm'),
    encoder = await createEncoder({
      channels: channels as 1 | 2,
      sampleRate: opusRate,
      application: Application.Audio,
      signal: Signal.Music,
      bitrate: 1000 * bitrate,
      complexity: 10
    }),
    preSkip = encoder.getLookahead(),
    pcm = new Float32Array(channels * packetFrames)
  let bytes = 0,
    number = 0,
    filled = 0,
    coded = 0,
    waiting: Uint8Array[] = []
  const put = async (packets: readonly Uint8Array[], granule: number, flags: 0 | 2 | 4 = 0) => {
    for (const page of pagesOf(packets, { serial: seed, number, granule, flags })) {
      number++
      bytes += page.length
      await sink.write(page)
    }
  }
  /** The last page stays until the end is known. */
  const packet = async () => {
    const next = encoder.encodeFloat(pcm).slice(),
      segments = waiting.reduce((sum, one) => sum + segmentsOf(one), segmentsOf(next))
    filled = 0
    if (waiting.length === most.packets || segments > most.segments) {
      await put(waiting, coded)
      waiting = []
    }
    waiting.push(next)
    coded += packetFrames
  }
  await put([headOf(channels, preSkip)], 0, 2)
  await put([opusTags(tags)], 0)
  const add = async (audio: Audio) => {
    for (let i = 0; i < audio[0]!.length; i++) {
      for (let c = 0; c < channels; c++) pcm[channels * filled + c] = audio[c]![i]!
      if (++filled === packetFrames) await packet()
    }
  }
  return {
    add,
    async end(frames) {
      // What the encoder is late by follows, and what of the last packet is too much is cut by its granule (section 4.4).
      const silence = Math.ceil((frames + preSkip) / packetFrames) * packetFrames - coded - filled
      await add(Array.from({ length: channels }, () => new Float32Array(silence)))
      await put(waiting, preSkip + frames, 4)
      encoder.free()
      return bytes
    }
  }
}

/** Section 5.2: a Vorbis comment without its framing bit. */
export const opusTags = (tags: Tags): Uint8Array =>
  joined([new TextEncoder().encode('OpusTags'), commentBytes(tags, true)])

/** Section 5.1: version, channels, samples to skip, rate, gain in 1/256 dB, channels as they are. */
function headOf(channels: number, preSkip: number): Uint8Array {
  const head = new Uint8Array(19),
    view = viewOf(head)
  head.set(new TextEncoder().encode('OpusHead'))
  head.set([1, channels], 8)
  view.setUint16(10, preSkip, true)
  view.setUint32(12, opusRate, true)
  return head
}
