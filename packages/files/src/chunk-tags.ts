/** Tags in the chunks of WAV ("LIST" of "INFO", "id3 ") and AIFF (its text chunks, "ID3 "). */
import { type ByteSource, textOf, viewOf } from './bytes.ts'
import { type Chunk, chunkText } from './chunks.ts'
import { id3Bytes, readId3 } from './id3.ts'
import { maxTagBytes, type TagField, type Tags, tagFields, tagNames, tagsOf } from './tags.ts'
import { joined } from './vorbis-comment.ts'

const infoFields = new Map<string, TagField>(
  tagNames.flatMap(name => {
    const field = tagFields[name]
    return 'info' in field ? [[field.info, name]] : []
  })
)
/** Apple "Audio Interchange File Format" 1.3, text chunks. */
const aiffFields = new Map<string, TagField>([
  ['NAME', 'title'],
  ['AUTH', 'artist'],
  ['(c) ', 'copyright'],
  ['ANNO', 'comment']
])

/** Gathers what chunks say; where two say it, ID3 counts, which has room for everything. */
export function createChunkTags(source: ByteSource): { take(chunk: Chunk): Promise<void>; tags(): Tags | undefined } {
  const texts: Partial<Record<TagField, string>> = {}
  let id3: Tags | undefined,
    used = 0
  return {
    async take(chunk) {
      const known = /^(LIST|id3 |ID3 )$/.test(chunk.id) || aiffFields.has(chunk.id)
      if (!known || (used += chunk.size) > maxTagBytes) return
      const bytes = await source.read(chunk.offset, chunk.size)
      if (/^id3 $/i.test(chunk.id)) id3 ??= readId3(bytes)
      else if (chunk.id !== 'LIST') texts[aiffFields.get(chunk.id)!] ??= chunkText(bytes)
      else if (textOf(bytes, 0, 4) === 'INFO') readInfo(bytes, texts)
    },
    tags: () => tagsOf({ ...texts, ...id3 }, id3?.pictures ?? [])
  }
}

function readInfo(bytes: Uint8Array, texts: Partial<Record<TagField, string>>): void {
  const view = viewOf(bytes)
  for (let at = 4; at + 8 <= bytes.length; ) {
    const size = view.getUint32(at + 4, true),
      field = infoFields.get(textOf(bytes, at, at + 4))
    if (at + 8 + size > bytes.length) return
    if (field) texts[field] ??= chunkText(bytes.subarray(at + 8, at + 8 + size))
    at += 8 + size + (size % 2)
  }
}

/** Chunks for the end of a WAV file: what INFO has names for, and everything as ID3. */
export function wavTagBytes(tags: Tags): Uint8Array<ArrayBuffer> {
  const texts = [...infoFields].flatMap(([id, name]) =>
    tags[name] ? [chunkBytes(id, new TextEncoder().encode(`${tags[name]}\0`))] : []
  )
  return joined([
    chunkBytes('LIST', joined([new TextEncoder().encode('INFO'), ...texts])),
    chunkBytes('id3 ', id3Bytes(tags))
  ])
}
function chunkBytes(id: string, data: Uint8Array): Uint8Array {
  const head = new Uint8Array(8)
  head.set(new TextEncoder().encode(id))
  viewOf(head).setUint32(4, data.length, true)
  return joined([head, data, new Uint8Array(data.length % 2)])
}
