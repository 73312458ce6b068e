/** Vorbis comments (Vorbis I specification, section 5) and FLAC's pictures (RFC 9639, section 8.8): FLAC, Ogg, Opus. */
import { textOf, viewOf } from './bytes.ts'
import { type Picture, type TagField, type Tags, tagFields, tagNames, tagsOf } from './tags.ts'

/** Who wrote the file. */
const vendor = 'Mixwright'
const fieldOf = new Map<string, TagField>(tagNames.map(name => [tagFields[name].vorbis, name]))
/** The field that holds a picture in base64, where there are no blocks for them. */
const pictureField = 'METADATA_BLOCK_PICTURE'

/** @param inComment pictures as fields: in Ogg, where FLAC has blocks of their own */
export function commentBytes(tags: Tags, inComment = false): Uint8Array<ArrayBuffer> {
  const texts = tagNames.flatMap(name =>
    (tags[name] ?? '').split('\n').flatMap(line => (line ? `${tagFields[name].vorbis}=${line}` : []))
  )
  if (inComment)
    for (const picture of tags.pictures ?? []) texts.push(`${pictureField}=${base64(pictureBytes(picture))}`)
  const encoded = texts.map(text => new TextEncoder().encode(text))
  return joined([
    sized(new TextEncoder().encode(vendor), true),
    number(encoded.length, true),
    ...encoded.map(e => sized(e, true))
  ])
}

/** @returns what was understood before the first thing that was not */
export function readComment(bytes: Uint8Array): Tags | undefined {
  const view = viewOf(bytes),
    texts: Partial<Record<TagField, string>> = {},
    pictures: Picture[] = []
  let at = 0
  const next = (): Uint8Array | undefined => {
    if (at + 4 > bytes.length) return undefined
    const length = view.getUint32(at, true)
    if (at + 4 + length > bytes.length) return undefined
    const part = bytes.subarray(at + 4, at + 4 + length)
    at += 4 + length
    return part
  }
  if (!next() || at + 4 > bytes.length) return undefined
  const count = view.getUint32(at, true)
  at += 4
  for (let i = 0; i < count; i++) {
    const part = next()
    if (!part) break
    const equals = part.indexOf(61)
    if (equals < 1 || equals > 64) continue
    const key = textOf(part, 0, equals).toUpperCase(),
      field = fieldOf.get(key),
      picture = key === pictureField ? readPicture(unbase64(part.subarray(equals + 1))) : undefined
    if (picture) pictures.push(picture)
    if (field) {
      const text = new TextDecoder().decode(part.subarray(equals + 1))
      texts[field] = texts[field] === undefined ? text : `${texts[field]}\n${text}`
    }
  }
  return tagsOf(texts, pictures)
}

/** Width, height, depth and colours are left as 0, "not known". */
export const pictureBytes = ({ type, mime, description, data }: Picture): Uint8Array<ArrayBuffer> =>
  joined([
    number(type),
    sized(new TextEncoder().encode(mime)),
    sized(new TextEncoder().encode(description)),
    new Uint8Array(16),
    sized(data)
  ])

export function readPicture(bytes: Uint8Array): Picture | undefined {
  const view = viewOf(bytes)
  let at = 4
  const part = (): Uint8Array | undefined => {
    const length = at + 4 <= bytes.length ? view.getUint32(at) : bytes.length
    if (at + 4 + length > bytes.length) return undefined
    at += 4 + length
    return bytes.subarray(at - length, at)
  }
  const mime = part(),
    description = mime && part()
  at += 16
  const data = description && part()
  if (!data) return undefined
  const text = new TextDecoder()
  return { type: view.getUint32(0), mime: text.decode(mime), description: text.decode(description), data: data.slice() }
}

const number = (value: number, littleEndian = false): Uint8Array => {
  const out = new Uint8Array(4)
  viewOf(out).setUint32(0, value, littleEndian)
  return out
}
const sized = (bytes: Uint8Array, littleEndian = false): Uint8Array =>
  joined([number(bytes.length, littleEndian), bytes])

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** RFC 4648 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const codes = new Map([...alphabet].map((letter, i) => [letter.charCodeAt(0), i]))
function base64(bytes: Uint8Array): string {
  const out: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0),
      letters = [18, 12, 6, 0].map(shift => alphabet[(word >> shift) & 63]!)
    out.push(...letters.slice(0, Math.min(4, bytes.length - i + 1)), ...'='.repeat(Math.max(0, 3 - (bytes.length - i))))
  }
  return out.join('')
}
function unbase64(text: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let at = 0,
    word = 0,
    bits = 0
  for (const letter of text) {
    const code = codes.get(letter)
    if (code === undefined) break
    word = ((word << 6) | code) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = word >> bits
    }
  }
  return out.subarray(0, at)
}
