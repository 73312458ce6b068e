/** The text of a REAPER project as a session. */
import { AudioFileError } from '../error.ts'
import { blocksOf, fieldOf, isBlock, linesOf, parseRpp, type RppBlock, type RppLine } from './rpp-text.ts'
import {
  checkDaw,
  checkTracks,
  type DawClip,
  type DawPoints,
  type DawSend,
  type DawStrip,
  type DawTrack,
  dawLimits,
  numbered,
  type ReadSession
} from './session.ts'

/** What cannot be taken over is told once per kind and track. */
type Leave = (what: string) => void

/** @throws AudioFileError if it is no REAPER project, damaged, or beyond `dawLimits` */
export function readRpp(text: string, place: string): ReadSession {
  if (text.length > dawLimits.text)
    throw new AudioFileError(
      'unsupported',
      place,
      `${text.length} characters; a project may have ${dawLimits.text}`,
      'split the project'
    )
  const root = parseRpp(text, place),
    left = new Set<string>(),
    number = (block: RppBlock, name: string, at: number, missing: number): number => {
      const field = fieldOf(block, name, at),
        value = field === undefined ? missing : Number(field)
      if (!Number.isFinite(value) || field === '')
        throw new AudioFileError(
          'corrupt',
          place,
          `${name}: "${field}" is no number`,
          'save the project in REAPER again'
        )
      return value
    }
  const blocks = blocksOf(root, 'TRACK')
  checkTracks(blocks.length, place)
  const parents = folders(blocks),
    sends = sendsIn(blocks)
  const tracks = blocks.map((block, i): DawTrack => {
    const name = fieldOf(block, 'NAME', 1) || `Track ${i + 1}`,
      leave: Leave = what => left.add(`${name}: ${what}`),
      flipped = number(block, 'IPHASE', 1, 0) === 1
    if (number(block, 'MUTESOLO', 2, 0) !== 0) leave('solo (all tracks are taken)')
    const group = parents[i],
      clips = blocksOf(block, 'ITEM').flatMap(item => clipOf(item, number, leave))
    return {
      id: `t${i + 1}`,
      name,
      kind: parents.includes(i) ? 'group' : clips.length === 0 && linesOf(block, 'AUXRECV').length ? 'effect' : 'audio',
      ...(group !== undefined && { group: `t${group + 1}` }),
      ...(number(block, 'MAINSEND', 1, 1) === 0 && { silent: true as const }),
      ...stripOf(block, 'VOLPAN', 'MUTESOLO', ['VOLENV2', 'PANENV2'], number, leave),
      sends: sends.get(i) ?? [],
      clips: flipped ? clips.map(clip => ({ ...clip, gain: -clip.gain })) : clips
    }
  })
  if (blocksOf(root, 'TEMPOENVEX').some(envelope => linesOf(envelope, 'PT').length > 1))
    left.add('changes of tempo (times are in seconds and stay)')
  const title = blocksOf(root, 'NOTES').flatMap(notes =>
    notes.items.filter((item): item is RppLine => !isBlock(item))
  )[0]
  const session = {
    title: title?.join(' ').replace(/^\|/, '') ?? '',
    sampleRate: number(root, 'SAMPLERATE', 1, 44100),
    tempo: number(root, 'TEMPO', 1, 120),
    master: stripOf(root, 'MASTER_VOLUME', 'MASTERMUTESOLO', ['MASTERVOLENV2', 'MASTERPANENV2'], number, what =>
      left.add(`master: ${what}`)
    ),
    tracks: numbered(tracks)
  }
  checkDaw(session, place)
  return { session, left: [...left] }
}

type NumberIn = (block: RppBlock, name: string, at: number, missing: number) => number

/** The index of the folder that each track lies in. */
function folders(blocks: readonly RppBlock[]): (number | undefined)[] {
  const open: number[] = []
  return blocks.map((block, i) => {
    const parent = open.at(-1),
      kind = fieldOf(block, 'ISBUS', 1)
    if (kind === '1') open.push(i)
    if (kind === '2') open.splice(Math.max(0, open.length + Number(fieldOf(block, 'ISBUS', 2) ?? -1)))
    return parent
  })
}

/** Receivers hold the sends; by the index of the sender. */
function sendsIn(blocks: readonly RppBlock[]): Map<number, DawSend[]> {
  const found = new Map<number, DawSend[]>()
  for (const [to, block] of blocks.entries())
    for (const line of linesOf(block, 'AUXRECV')) {
      const from = Number(line[1]),
        sends = found.get(from) ?? []
      found.set(from, sends)
      if (line[5] !== '1') sends.push(sendOf(line, to))
    }
  return found
}
const sendOf = (line: RppLine, to: number): DawSend => ({
  to: `t${to + 1}`,
  gain: Number(line[3]),
  ...(line[2] !== '0' && { pre: true as const })
})

function stripOf(
  block: RppBlock,
  volume: string,
  mute: string,
  [ride, panRide]: readonly [string, string],
  number: NumberIn,
  leave: Leave
): DawStrip {
  const effects = blocksOf(block, 'FXCHAIN', 'MASTERFXLIST').flatMap(chain =>
    chain.items.filter(isBlock).map(({ tokens }) => tokens[1] || tokens[0]!)
  )
  for (const effect of effects) leave(`the effect ${effect}`)
  const moves = pointsIn(block, ride, leave),
    places = pointsIn(block, panRide, leave)?.map(([t, v]) => [t, v === 0 ? 0 : -v] as const)
  return {
    volume: number(block, volume, 1, 1),
    pan: number(block, volume, 2, 0),
    mute: number(block, mute, 1, 0) !== 0,
    devices: [],
    ...(moves && { ride: moves }),
    ...(places && { panRide: places })
  }
}

/** Shape 0 is linear, 1 is held until the next point; the others are drawn as lines. */
function pointsIn(block: RppBlock, name: string, leave: Leave): DawPoints | undefined {
  const envelope = blocksOf(block, name)[0]
  if (!envelope || fieldOf(envelope, 'ACT', 1) === '0') return undefined
  const points: [number, number][] = []
  let held: number | undefined
  for (const [, t, v, shape] of linesOf(envelope, 'PT')) {
    const time = Number(t),
      last = points.at(-1)
    if (held !== undefined && last && time - step > last[0]) points.push([time - step, held])
    // Two points at one time are a jump.
    if (last && time <= last[0]) points.push([last[0] + step, Number(v)])
    else points.push([time, Number(v)])
    held = shape === '1' ? Number(v) : undefined
    if (shape !== undefined && Number(shape) > 1) leave('curves of automation (drawn as lines)')
  }
  return points.length ? points : undefined
}
/** Seconds that a jump takes. */
const step = 1e-4

function clipOf(item: RppBlock, number: NumberIn, leave: Leave): DawClip[] {
  if (number(item, 'MUTE', 1, 0) !== 0) return []
  const take = takeOf(item),
    source = sourceOf(take)
  if (!source?.file) {
    if (source) leave(`an item of ${source.kind}`)
    return []
  }
  if (number(take, 'PLAYRATE', 1, 1) !== 1) leave('an item that is played slower or faster (taken at its own speed)')
  return [
    {
      file: source.file.replaceAll('\\', '/'),
      start: number(item, 'POSITION', 1, 0),
      offset: number(take, 'SOFFS', 1, 0) + source.offset,
      length: number(item, 'LENGTH', 1, 0),
      gain:
        number(item, 'VOLPAN', 1, 1) * number(take, take === item ? 'VOLPAN' : 'TAKEVOLPAN', take === item ? 3 : 2, 1),
      fadeIn: number(item, 'FADEIN', 2, 0),
      fadeOut: number(item, 'FADEOUT', 2, 0)
    }
  ]
}

/** The take that plays: what follows `TAKE SEL`, or the item itself. */
function takeOf(item: RppBlock): RppBlock {
  const at = item.items.findIndex(one => !isBlock(one) && one[0] === 'TAKE' && one[1] === 'SEL'),
    first = item.items.findIndex(one => !isBlock(one) && one[0] === 'TAKE')
  if (at < 0) return first < 0 ? item : { ...item, items: item.items.slice(0, first) }
  const rest = item.items.slice(at + 1),
    next = rest.findIndex(one => !isBlock(one) && one[0] === 'TAKE')
  return { ...item, items: next < 0 ? rest : rest.slice(0, next) }
}
function sourceOf(block: RppBlock): { kind: string; file?: string; offset: number } | undefined {
  const source = blocksOf(block, 'SOURCE')[0]
  if (!source) return undefined
  const kind = source.tokens[1] ?? '',
    inner = kind === 'SECTION' ? sourceOf(source) : undefined
  if (inner) return { ...inner, offset: inner.offset + Number(fieldOf(source, 'STARTPOS', 1) ?? 0) }
  const file = fieldOf(source, 'FILE', 1)
  return { kind, offset: 0, ...(file && { file }) }
}
