/** What a file is, by its content: names lie. */
import { type ByteSource, textOf } from './bytes.ts'
import { id3Length } from './id3.ts'
import { mpegHeader } from './mpeg-header.ts'

/** 'ogg': Ogg with a codec that is not read here. 'aac': bare ADTS. 'unknown': nothing that is known to be audio. */
export type Format =
  | 'wav'
  | 'rf64'
  | 'aiff'
  | 'aifc'
  | 'flac'
  | 'mp3'
  | 'vorbis'
  | 'opus'
  | 'ogg'
  | 'm4a'
  | 'aac'
  | 'matroska'
  | 'wma'
  | 'caf'
  | 'w64'
  | 'unknown'

export interface Sniffed {
  readonly format: Format
  /** Where it begins: behind any ID3 tags. */
  readonly start: number
}

/** Reads a few kilobytes of the beginning (and steps over ID3 tags). */
export async function sniff(source: ByteSource): Promise<Sniffed> {
  let start = 0
  for (;;) {
    const head = await source.read(start, window)
    const tag = id3Length(head)
    if (tag === 0) return sniffHead(head, start, start + head.length === source.size)
    start += tag
  }
}
/** Enough for two frames of any MP3 (1441 bytes) and some zeros before. */
const window = 16384

function sniffHead(head: Uint8Array, start: number, whole: boolean): Sniffed {
  const found = (format: Format, at = 0): Sniffed => ({ format, start: start + at })
  const word = textOf(head, 0, 4),
    form = textOf(head, 8, 12)
  if (word === 'RIFF' && form === 'WAVE') return found('wav')
  if ((word === 'RF64' || word === 'BW64') && form === 'WAVE') return found('rf64')
  if (word === 'FORM' && form === 'AIFF') return found('aiff')
  if (word === 'FORM' && form === 'AIFC') return found('aifc')
  if (word === 'fLaC') return found('flac')
  if (word === 'OggS') return found(oggCodec(head))
  if (textOf(head, 4, 8) === 'ftyp') return found('m4a')
  const other = others[word]
  if (other) return found(other)
  const at = mp3Start(head, whole)
  if (at !== undefined) return found('mp3', at)
  // ADTS: twelve sync bits, layer 00 (ISO/IEC 13818-7 6.2).
  return found(head[0] === 0xff && (head[1]! & 0xf6) === 0xf0 ? 'aac' : 'unknown')
}

/** Magic words of containers that only ffmpeg reads for us. */
const others: Readonly<Record<string, Format>> = {
  '\x1aE\xdf\xa3': 'matroska',
  '0&\xb2u': 'wma',
  caff: 'caf',
  riff: 'w64'
}

function oggCodec(head: Uint8Array): Format {
  // The first page holds one packet, right behind its table of segments (RFC 3533).
  const at = 27 + (head[26] ?? 0),
    packet = textOf(head, at, at + 8)
  return packet.startsWith('\x01vorbis') ? 'vorbis' : packet === 'OpusHead' ? 'opus' : 'ogg'
}

/**
 * An MPEG frame followed by another of the same kind, perhaps behind zeros. A single one counts only if it is the whole
 * file.
 */
function mp3Start(head: Uint8Array, whole: boolean): number | undefined {
  let at = 0
  while (at < head.length && head[at] === 0) at++
  const first = mpegHeader(head, at)
  if (!first || first.bytes === 0) return undefined
  const next = at + first.bytes,
    second = mpegHeader(head, next)
  const same = second && second.layer === first.layer && second.sampleRate === first.sampleRate
  return same || (whole && next >= head.length) ? at : undefined
}
