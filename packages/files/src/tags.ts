/** What a file says about its music, the same for all formats. */

/** Fields of text, with their names in Vorbis comments, ID3v2.3/2.4 and the INFO list of RIFF. */
export const tagFields = {
  title: { vorbis: 'TITLE', id3: 'TIT2', info: 'INAM' },
  artist: { vorbis: 'ARTIST', id3: 'TPE1', info: 'IART' },
  album: { vorbis: 'ALBUM', id3: 'TALB', info: 'IPRD' },
  albumArtist: { vorbis: 'ALBUMARTIST', id3: 'TPE2' },
  composer: { vorbis: 'COMPOSER', id3: 'TCOM', info: 'IMUS' },
  genre: { vorbis: 'GENRE', id3: 'TCON', info: 'IGNR' },
  /** A year, or yyyy-mm-dd. */
  date: { vorbis: 'DATE', id3: 'TDRC', info: 'ICRD' },
  /** "3" or "3/12" */
  track: { vorbis: 'TRACKNUMBER', id3: 'TRCK', info: 'ITRK' },
  disc: { vorbis: 'DISCNUMBER', id3: 'TPOS' },
  copyright: { vorbis: 'COPYRIGHT', id3: 'TCOP', info: 'ICOP' },
  isrc: { vorbis: 'ISRC', id3: 'TSRC' },
  comment: { vorbis: 'COMMENT', id3: 'COMM', info: 'ICMT' }
} as const satisfies Record<string, { vorbis: string; id3: string; info?: string }>
export type TagField = keyof typeof tagFields
export const tagNames = Object.keys(tagFields) as TagField[]

/** Texts may hold several values, one a line. */
export type Tags = Readonly<Partial<Record<TagField, string>>> & { readonly pictures?: readonly Picture[] }

export interface Picture {
  /** As ID3v2 and FLAC number them: 3 is the front cover, 4 the back. 0 to 20. */
  readonly type: number
  /** e.g. image/jpeg */
  readonly mime: string
  readonly description: string
  readonly data: Uint8Array
}

/** Bytes: more of tags and artwork is left out on reading, so that they cannot fill the memory. */
export const maxTagBytes = 2 ** 25

/** @returns undefined where nothing was found */
export function tagsOf(
  texts: Readonly<Partial<Record<TagField, string>>>,
  pictures: readonly Picture[]
): Tags | undefined {
  const tags = { ...texts, ...(pictures.length > 0 && { pictures }) }
  return Object.keys(tags).length > 0 ? tags : undefined
}
