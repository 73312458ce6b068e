/** ID3 tags. Sources: id3.org, ID3v2.3.0, ID3v2.4.0 (structure and native frames), ID3v2 (2.2), ID3v1.1. */
import { type ByteSource, textOf, viewOf } from './bytes.ts'
import { maxTagBytes, type Picture, type TagField, type Tags, tagFields, tagNames, tagsOf } from './tags.ts'
import { joined } from './vorbis-comment.ts'

/** Length of an ID3v2 tag with its header and footer, 0 if there is none (ID3v2.4 section 3.1). */
export function id3Length(head: Uint8Array): number {
  if (head.length < 10 || textOf(head, 0, 3) !== 'ID3' || head.subarray(6, 10).some(b => b > 127)) return 0
  return 10 + syncsafe(head, 6) + (head[5]! & 0x10 ? 10 : 0)
}
/** Four times 7 bits. */
const syncsafe = (b: Uint8Array, at: number): number =>
  (b[at]! << 21) | (b[at + 1]! << 14) | (b[at + 2]! << 7) | b[at + 3]!

const fieldOf = new Map<string, TagField>([
  ...tagNames.map(name => [tagFields[name].id3, name] as const),
  ['TYER', 'date'], // 2.3; the other names are those of 2.2
  ['TT2', 'title'],
  ['TP1', 'artist'],
  ['TAL', 'album'],
  ['TP2', 'albumArtist'],
  ['TCM', 'composer'],
  ['TCO', 'genre'],
  ['TYE', 'date'],
  ['TRK', 'track'],
  ['TPA', 'disc'],
  ['TCR', 'copyright'],
  ['TRC', 'isrc'],
  ['COM', 'comment']
])

/** The tag in front of a file (or of a chunk), else that of version 1 at its end. Damaged frames are passed over. */
export async function fileId3(source: ByteSource): Promise<Tags | undefined> {
  const length = id3Length(await source.read(0, 10)),
    tags = length > 0 && length <= maxTagBytes ? readId3(await source.read(0, length)) : undefined
  return tags ?? (source.size >= 128 ? readId3v1(await source.read(source.size - 128, 128)) : undefined)
}

/** @param bytes the whole tag with its header */
export function readId3(bytes: Uint8Array): Tags | undefined {
  if (id3Length(bytes) === 0) return undefined
  const version = bytes[3]!,
    flags = bytes[5]!,
    texts: Partial<Record<TagField, string>> = {},
    pictures: Picture[] = []
  if (version < 2 || version > 4) return undefined
  let body = bytes.subarray(10, Math.min(bytes.length, 10 + syncsafe(bytes, 6)))
  if (flags & 0x80 && version < 4) body = resynchronised(body)
  let at = 0
  if (flags & 0x40 && version > 2 && body.length >= 4)
    at = version === 4 ? syncsafe(body, 0) : 4 + viewOf(body).getUint32(0)
  for (const { id, data } of framesOf(body, at, version)) {
    const field = fieldOf.get(id)
    if (id === 'APIC' || id === 'PIC') {
      const picture = readPicture(data, id === 'PIC')
      if (picture) pictures.push(picture)
    } else if (field && data.length > 1) {
      const text = field === 'comment' ? readCommentFrame(data) : strings(data[0]!, data.subarray(1))
      if (text && texts[field] === undefined) texts[field] = text
    }
  }
  return tagsOf(texts, pictures)
}

function* framesOf(body: Uint8Array, start: number, version: number): Generator<{ id: string; data: Uint8Array }> {
  const idLength = version === 2 ? 3 : 4,
    head = version === 2 ? 6 : 10,
    view = viewOf(body)
  for (let at = start; at + head <= body.length; ) {
    const id = textOf(body, at, at + idLength)
    if (!/^[A-Z0-9]+$/.test(id)) return
    const size =
      version === 2
        ? (body[at + 3]! << 16) | (body[at + 4]! << 8) | body[at + 5]!
        : version === 4
          ? syncsafe(body, at + 4)
          : view.getUint32(at + 4)
    if (size < 0 || at + head + size > body.length) return
    const flags = version === 2 ? 0 : body[at + 9]!
    let data = body.subarray(at + head, at + head + size)
    at += head + size
    if (version === 4) {
      if (flags & 0x0c) continue // compressed or encrypted
      if (flags & 0x01) data = data.subarray(4)
      if (flags & 0x02) data = resynchronised(data)
    } else if (flags & 0xc0) continue
    yield { id, data }
  }
}

/** Without the zeros that keep decoders from seeing a frame in a tag. */
function resynchronised(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length)
  let length = 0
  for (let i = 0; i < bytes.length; i++)
    if (i === 0 || bytes[i] !== 0 || bytes[i - 1] !== 0xff) out[length++] = bytes[i]!
  return out.subarray(0, length)
}

const encodings = ['latin1', 'utf-16', 'utf-16be', 'utf-8'] as const
function decode(encoding: number, bytes: Uint8Array): string {
  const bigMark = encoding === 1 && bytes[0] === 0xfe && bytes[1] === 0xff
  return new TextDecoder(bigMark ? 'utf-16be' : (encodings[encoding] ?? 'latin1')).decode(bytes)
}
/** Several are separated by zeros; a line each here. */
function strings(encoding: number, bytes: Uint8Array): string {
  const text = decode(encoding, bytes)
  let end = text.length
  while (end > 0 && text[end - 1] === '\0') end--
  return text.slice(0, end).replaceAll(/\0\uFEFF?/g, '\n')
}

/** Where the text that begins at `from` ends, and what follows its zero begins. */
function ending(bytes: Uint8Array, from: number, encoding: number): { end: number; next: number } | undefined {
  const wide = encoding === 1 || encoding === 2
  for (let i = from; i + (wide ? 1 : 0) < bytes.length; i += wide ? 2 : 1)
    if (bytes[i] === 0 && (!wide || bytes[i + 1] === 0)) return { end: i, next: i + (wide ? 2 : 1) }
  return undefined
}

/** Encoding, language, description, text. Those with a description belong to programs. */
function readCommentFrame(data: Uint8Array): string | undefined {
  const split = ending(data, 4, data[0]!)
  if (!split || strings(data[0]!, data.subarray(4, split.end)).replace('\uFEFF', '') !== '') return undefined
  return strings(data[0]!, data.subarray(split.next))
}

function readPicture(data: Uint8Array, old: boolean): Picture | undefined {
  const mime = old ? { end: 4, next: 4 } : ending(data, 1, 0)
  const text = mime && ending(data, mime.next + 1, data[0]!)
  if (!text) return undefined
  const kind = decode(0, data.subarray(1, mime.end))
  return {
    type: data[mime.next]!,
    mime: old ? (kind === 'PNG' ? 'image/png' : 'image/jpeg') : kind,
    description: decode(data[0]!, data.subarray(mime.next + 1, text.end)),
    data: data.slice(text.next)
  }
}

function readId3v1(bytes: Uint8Array): Tags | undefined {
  if (textOf(bytes, 0, 3) !== 'TAG') return undefined
  const text = (start: number, length: number) =>
      decode(0, bytes.subarray(start, start + length))
        .replace(/\0.*$/s, '')
        .trimEnd(),
    track = bytes[125] === 0 && bytes[126] !== 0 ? String(bytes[126]) : ''
  const found = {
    title: text(3, 30),
    artist: text(33, 30),
    album: text(63, 30),
    date: text(93, 4),
    comment: text(97, track ? 28 : 30),
    track
  }
  return tagsOf(Object.fromEntries(Object.entries(found).filter(([, value]) => value !== '')), [])
}

/** A tag of version 2.4 in UTF-8, with its header. @throws RangeError for more than 256 MiB */
export function id3Bytes(tags: Tags): Uint8Array<ArrayBuffer> {
  const utf8 = (text: string) => new TextEncoder().encode(text)
  const frames = tagNames.flatMap(name => {
    const text = tags[name]?.replaceAll('\n', name === 'comment' ? '\n' : '\0')
    if (!text) return []
    return [frame(tagFields[name].id3, name === 'comment' ? utf8(`\x03eng\0${text}`) : utf8(`\x03${text}`))]
  })
  for (const { type, mime, description, data } of tags.pictures ?? [])
    frames.push(frame('APIC', joined([utf8(`\x03${mime}\0`), Uint8Array.of(type), utf8(`${description}\0`), data])))
  const body = joined(frames)
  return joined([utf8('ID3'), Uint8Array.of(4, 0, 0, ...fourTimes7(body.length)), body])
}
const frame = (id: string, data: Uint8Array): Uint8Array =>
  joined([new TextEncoder().encode(id), Uint8Array.of(...fourTimes7(data.length), 0, 0), data])
function fourTimes7(value: number): number[] {
  if (value >= 2 ** 28) throw new RangeError(`tags of ${value} bytes; ID3 takes 268435455: use smaller pictures`)
  return [21, 14, 7, 0].map(shift => (value >> shift) & 127)
}
