/** Writes MP3 by LAME in WebAssembly while the audio comes, in bounded memory, with the tag that makes it gapless. */
import { type AudioWriter, encoderWriter } from './audio-writer.ts'
import type { ByteSink } from './bytes.ts'
import { AudioFileError, checkForm } from './error.ts'
import { id3Bytes } from './id3.ts'
import { createLedger, infoFrame } from './mp3-info.ts'
import { mpegRates } from './mpeg-header.ts'
import type { Tags } from './tags.ts'

export const mp3Bitrates = [64, 80, 96, 112, 128, 160, 192, 224, 256, 320] as const
export interface Mp3Options {
  /** Hz: 32000, 44100 or 48000. */
  readonly sampleRate: number
  readonly channels: number
  /** kbit/s, constant. */
  readonly bitrate: (typeof mp3Bitrates)[number]
  readonly tags?: Tags
  /** Names the output in errors. */
  readonly name: string
}

/**
 * Begins a file at the sink's start.
 * @throws AudioFileError for a rate or form that MP3 cannot take
 */
export async function createMp3Writer(sink: ByteSink, options: Mp3Options): Promise<AudioWriter> {
  const { sampleRate, channels, bitrate, name, tags } = options
  checkForm(name, channels, sampleRate)
  if (!mpegRates.includes(sampleRate))
    throw new AudioFileError(
      'unsupported',
      name,
      `MP3 at ${sampleRate} Hz; it is written at ${mpegRates.join(', ')} Hz`,
      'choose one of these rates (--rate 44100), or FLAC'
    )
  const { createMp3Encoder } = await import('wasm-media-encoders'),
    encoder = await createMp3Encoder()
  encoder.configure({ sampleRate, channels: channels as 1 | 2, bitrate, outputSampleRate: sampleRate as 44100 })
  const id3 = tags ? id3Bytes(tags) : new Uint8Array(),
    ledger = createLedger(),
    info = (frames: number) => infoFrame({ sampleRate, channels, bitrate, frames, ledger: ledger.read() })
  let bytes = 0
  const put = async (part: Uint8Array) => {
    bytes += part.length
    await sink.write(part)
  }
  await put(id3)
  await put(info(0))
  const add = async (encoded: Uint8Array) => {
    // It belongs to the encoder, which may use it again.
    const part = encoded.slice()
    ledger.add(part)
    await put(part)
  }
  return encoderWriter(
    { channels, name, sampleRate },
    audio => add(encoder.encode(audio)),
    async frames => {
      await add(encoder.finalize())
      await sink.patch(id3.length, info(frames))
      return bytes
    }
  )
}
