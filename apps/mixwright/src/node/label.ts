/** What files made of others keep of their words: tags, artwork, the place in time. */
import { type Broadcast, type Picture, type Tags, tagNames } from '@mixwright/files'
import { openAudioFile } from './audio-files.ts'

export interface Label {
  readonly tags?: Tags
  readonly broadcast?: Broadcast
}

/**
 * What all of the files say alike: of one file everything, of the stems of a song the artist and the album, but not the
 * titles by which they differ.
 * @param rate Hz of what is made: a time reference counts its frames
 * @param start seconds at which the first of several begins, where they say so
 * @throws AudioFileError for a file that cannot be read
 */
export async function labelOf(paths: readonly string[], rate: number, start?: number): Promise<Label> {
  let common: Label | undefined
  for (const path of paths) {
    const { tags, broadcast, sampleRate, close } = await openAudioFile(path),
      own = { ...(tags && { tags }), ...(broadcast && { broadcast: movedTo(broadcast, rate / sampleRate) }) }
    close()
    common = common ? alike(common, own) : own
    if (!common.tags && !common.broadcast) break
  }
  const since =
    paths.length > 1 && start ? { originator: 'Mixwright', timeReference: Math.round(start * rate) } : undefined
  return { ...common, ...(since && { broadcast: { ...common?.broadcast, ...since } }) }
}

/** Loudness and coding were those of the other file. */
const movedTo = ({ description, date, time, timeReference }: Broadcast, ratio: number): Broadcast => ({
  ...(description !== undefined && { description }),
  ...(date !== undefined && { date }),
  ...(time !== undefined && { time }),
  originator: 'Mixwright',
  timeReference: Math.round(timeReference * ratio)
})

function alike(a: Label, b: Label): Label {
  const texts = tagNames.flatMap(name =>
      a.tags?.[name] !== undefined && a.tags[name] === b.tags?.[name] ? [[name, a.tags[name]] as const] : []
    ),
    pictures = samePictures(a.tags?.pictures, b.tags?.pictures) ? a.tags?.pictures : undefined,
    tags = { ...Object.fromEntries(texts), ...(pictures && { pictures }) },
    { originator, timeReference, ...words } = a.broadcast ?? {},
    kept = Object.entries(words).filter(([key, word]) => b.broadcast?.[key as keyof Broadcast] === word)
  return {
    ...(Object.keys(tags).length > 0 && { tags }),
    ...(originator !== undefined &&
      timeReference !== undefined &&
      b.broadcast?.timeReference === timeReference && {
        broadcast: { ...Object.fromEntries(kept), originator, timeReference }
      })
  }
}

const samePictures = (a: readonly Picture[] = [], b: readonly Picture[] = []): boolean =>
  a.length === b.length &&
  a.every((one, i) => one.type === b[i]!.type && one.mime === b[i]!.mime && Buffer.compare(one.data, b[i]!.data) === 0)
