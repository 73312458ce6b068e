/**
 * Items of a REAPER project, with the take that plays, as clips. Source of what fields mean: ReaTeam, State Chunk
 * Definitions.
 */
import { blocksOf, fieldOf, isBlock, linesOf, type RppBlock } from './rpp-text.ts'
import type { DawClip } from './session.ts'

/** A field as a number. @throws AudioFileError where it is none */
export type NumberIn = (block: RppBlock, name: string, at: number, missing: number) => number
/** What cannot be taken over is told once per kind and track. */
export type Leave = (what: string) => void

/** Sources whose files hold no sound that we could read. */
const unread = new Set(['MIDI', 'MIDIPOOL', 'VIDEO', 'RPP_PROJECT'])

/** Whether an item lies in a lane that plays, where a track has lanes. Lanes are counted by their heights, from the top. */
export function isHeard(track: RppBlock, item: RppBlock): boolean {
  const playing = fieldOf(track, 'LANESOLO', 1),
    [top, height] = [1, 2].map(at => Number(fieldOf(item, 'YPOS', at)))
  if (fieldOf(track, 'FREEMODE', 1) !== '2' || playing === undefined || !(top! >= 0 && height! > 0)) return true
  return Math.floor(Number(playing) / 2 ** Math.round(top! / height!)) % 2 === 1
}

export function clipOf(item: RppBlock, number: NumberIn, leave: Leave): DawClip[] {
  if (number(item, 'MUTE', 1, 0) !== 0) return []
  const take = takeOf(item),
    source = sourceOf(take)
  if (!source?.file || unread.has(source.kind) || source.reversed) {
    if (source?.reversed) leave('an item that plays backwards')
    else if (source && source.kind !== 'EMPTY') leave(`an item of ${source.kind}`)
    return []
  }
  remark(item, take, number, leave)
  const offset = number(take, 'SOFFS', 1, 0) + source.offset,
    // An item may begin before its file does.
    before = Math.max(0, -offset),
    length = number(item, 'LENGTH', 1, 0) - before
  if (before > 0 && length <= 0) return []
  return [
    {
      file: source.file.replaceAll('\\', '/'),
      start: number(item, 'POSITION', 1, 0) + before,
      offset: Math.max(0, offset),
      length,
      gain:
        number(item, 'VOLPAN', 1, 1) * number(take, take === item ? 'VOLPAN' : 'TAKEVOLPAN', take === item ? 3 : 2, 1),
      fadeIn: fade(item, 'FADEIN', number, leave),
      fadeOut: fade(item, 'FADEOUT', number, leave),
      ...(number(item, 'LOOP', 1, 0) !== 0 && !source.section && { loop: true as const })
    }
  ]
}

/** Fields: curve, length, length of a crossfade that REAPER has made, which then holds. */
function fade(item: RppBlock, name: string, number: NumberIn, leave: Leave): number {
  const crossfade = number(item, name, 3, 0),
    length = crossfade > 0 ? crossfade : number(item, name, 2, 0)
  if (number(item, name, 1, 0) !== 0 && length > unheard) leave('curves of fades (taken as lines)')
  return length
}
/** Seconds below which nobody hears how a fade bends. */
const unheard = 0.03

/** What of an item plays otherwise than its file. */
function remark(item: RppBlock, take: RppBlock, number: NumberIn, leave: Leave): void {
  const rate = 'PLAYRATE',
    pan = number(take, take === item ? 'VOLPAN' : 'TAKEVOLPAN', take === item ? 2 : 1, 0)
  for (const [told, what] of [
    [number(take, rate, 1, 1) !== 1, 'an item that is played slower or faster (taken at its own speed)'],
    [number(take, rate, 3, 0) !== 0, 'an item at another pitch (taken at its own)'],
    [linesOf(take, 'SM').length > 0, 'markers that stretch an item (taken at its own speed)'],
    [number(take, 'CHANMODE', 1, 0) !== 0, 'an item of some channels of its file (all are taken)'],
    [pan !== 0, 'the pan of an item'],
    [number(item, 'ALLTAKES', 1, 0) !== 0, 'an item whose takes all play (one is taken)'],
    [blocksOf(take, 'TAKEFX').some(chain => chain.items.some(isBlock)), 'effects on an item'],
    [take.items.some(one => isBlock(one) && moves(one)), 'automation within an item']
  ] as const)
    if (told) leave(what)
}
/** Whether a block is automation that does something. */
export const moves = (block: RppBlock): boolean =>
  /ENV\d?$/.test(block.tokens[0]!) && fieldOf(block, 'ACT', 1) !== '0' && linesOf(block, 'PT').length > 0

/** The take that plays: what follows `TAKE SEL`, or the item itself. */
function takeOf(item: RppBlock): RppBlock {
  const at = item.items.findIndex(one => !isBlock(one) && one[0] === 'TAKE' && one[1] === 'SEL'),
    first = item.items.findIndex(one => !isBlock(one) && one[0] === 'TAKE')
  if (at < 0) return first < 0 ? item : { ...item, items: item.items.slice(0, first) }
  const rest = item.items.slice(at + 1),
    next = rest.findIndex(one => !isBlock(one) && one[0] === 'TAKE')
  return { ...item, items: next < 0 ? rest : rest.slice(0, next) }
}

interface Source {
  readonly kind: string
  readonly file?: string
  readonly offset: number
  readonly reversed: boolean
  /** It is a part of its file. */
  readonly section: boolean
}
/** A section's mode is a sum: 1: it is none, 2: backwards. */
function sourceOf(block: RppBlock): Source | undefined {
  const source = blocksOf(block, 'SOURCE')[0]
  if (!source) return undefined
  const kind = source.tokens[1] ?? '',
    inner = kind === 'SECTION' ? sourceOf(source) : undefined
  if (inner) {
    const mode = Number(fieldOf(source, 'MODE', 1) ?? 0),
      start = mode & 1 ? 0 : Number(fieldOf(source, 'STARTPOS', 1) ?? 0)
    return {
      ...inner,
      offset: inner.offset + start,
      reversed: inner.reversed !== ((mode & 2) !== 0),
      section: !(mode & 1)
    }
  }
  const file = fieldOf(source, 'FILE', 1)
  return { kind, offset: 0, reversed: false, section: false, ...(file && { file }) }
}
