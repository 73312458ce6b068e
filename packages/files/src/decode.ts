/** Drives a decoder that is fed piece by piece: what the compressed formats have in common. */
import type { Audio } from '@mixwright/dsp'
import { bounded } from './audio-file.ts'
import { checkLength, corrupt, truncated } from './error.ts'
import { assertFinite } from './finite.ts'

interface Decoded {
  readonly channelData: readonly Float32Array[]
  readonly samplesDecoded: number
  readonly errors: readonly { readonly message: string }[]
}

export interface PieceDecoder {
  readonly ready: Promise<void>
  decode(piece: Uint8Array): Decoded | Promise<Decoded>
  flush?(): Promise<Decoded>
  free(): void
}

export interface Expected {
  readonly place: string
  readonly sampleRate: number
  readonly channels: number
  /** What must come out, where known; fewer is an error unless truncation is allowed. */
  readonly frames?: number | undefined
  readonly allowTruncated?: boolean | undefined
  /** The decoder leaves the encoder's delay and padding: frames to drop at the start, and everything after `frames`. */
  readonly trim?: { readonly start: number }
  /** Brings a channel, in place, from the decoder's scale to full scale = 1. */
  readonly correct?: (channel: Float32Array) => void
}

/**
 * The audio of `pieces`, block by block; the decoder lives as long as the iteration.
 * @throws AudioFileError where the decoder stumbles, and at the end if frames are missing
 */
export async function* decodePieces(
  create: () => Promise<PieceDecoder>,
  pieces: AsyncIterable<Uint8Array>,
  expected: Expected
): AsyncGenerator<Audio> {
  const decoder = await create()
  let frames = 0,
    raw = 0
  const accept = function* (decoded: Decoded): Generator<Audio> {
    const audio = checked(decoded, raw, frames, expected)
    raw += decoded.samplesDecoded
    frames += audio[0]?.length ?? 0
    yield* bounded(audio)
  }
  try {
    await decoder.ready
    for await (const piece of pieces) yield* accept(await guarded(() => decoder.decode(piece), frames, expected))
    if (decoder.flush) yield* accept(await guarded(() => decoder.flush!(), frames, expected))
  } finally {
    release(decoder)
  }
  if (!expected.allowTruncated && expected.frames !== undefined && frames < expected.frames)
    throw truncated(expected.place, `the header promises ${expected.frames} frames, the file holds ${frames}`)
  checkLength(expected.place, frames)
}

/** A decoder whose memory a damaged file has upset may fail to give it back; it goes with the decoder anyway. */
function release(decoder: PieceDecoder): void {
  try {
    decoder.free()
  } catch {}
}

async function guarded(run: () => Decoded | Promise<Decoded>, frames: number, expected: Expected): Promise<Decoded> {
  try {
    return await run()
  } catch (cause) {
    throw damaged(cause instanceof Error ? cause.message : String(cause), frames, expected)
  }
}

/** What counts of a decoder's answer that begins at its frame `raw`: frame `start` of ours. */
function checked(decoded: Decoded, raw: number, start: number, expected: Expected): Audio {
  const [error] = decoded.errors
  if (error) throw damaged(error.message, start, expected)
  if (decoded.samplesDecoded === 0) return []
  const { trim } = expected,
    within = (frame: number) => Math.max(0, Math.min(decoded.samplesDecoded, frame - raw))
  const from = trim ? within(trim.start) : 0,
    to = trim && expected.frames !== undefined ? within(trim.start + expected.frames) : decoded.samplesDecoded
  const audio = decoded.channelData.slice(0, expected.channels).map(channel => channel.subarray(from, to))
  if (audio.length < expected.channels) throw damaged('channels are missing', start, expected)
  if (expected.correct) audio.forEach(expected.correct)
  assertFinite(audio, start, expected.place, expected.sampleRate)
  return audio
}

const damaged = (message: string, frames: number, expected: Expected) =>
  corrupt(expected.place, `the file is damaged after ${(frames / expected.sampleRate).toFixed(3)} s (${message})`)
