/** The text of a REAPER project as a session. */
import { AudioFileError } from '../error.ts'
import { effectsIn } from './rpp-effects.ts'
import { clipOf, isHeard, type Leave, moves, type NumberIn } from './rpp-items.ts'
import { blocksOf, fieldOf, isBlock, linesOf, parseRpp, type RppBlock, type RppLine } from './rpp-text.ts'
import {
  checkDaw,
  checkTracks,
  type DawPoints,
  type DawSend,
  type DawStrip,
  type DawTrack,
  dawLimits,
  numbered,
  type ReadSession
} from './session.ts'

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
    sends = sendsIn(blocks, (receiver, what) => left.add(`${fieldOf(receiver, 'NAME', 1) || 'a track'}: ${what}`)),
    sampleRate = number(root, 'SAMPLERATE', 1, 44100)
  const tracks = blocks.map((block, i): DawTrack => {
    const name = fieldOf(block, 'NAME', 1) || `Track ${i + 1}`,
      leave: Leave = what => left.add(`${name}: ${what}`),
      flipped = number(block, 'IPHASE', 1, 0) === 1
    if (number(block, 'MUTESOLO', 2, 0) !== 0) leave('solo (all tracks are taken)')
    const group = parents[i],
      clips = blocksOf(block, 'ITEM').flatMap(item => (isHeard(block, item) ? clipOf(item, number, leave) : []))
    remarkTrack(block, number, leave)
    return {
      id: `t${i + 1}`,
      name,
      kind: parents.includes(i) ? 'group' : clips.length === 0 && linesOf(block, 'AUXRECV').length ? 'effect' : 'audio',
      ...(group !== undefined && { group: `t${group + 1}` }),
      ...(number(block, 'MAINSEND', 1, 1) === 0 && { silent: true as const }),
      ...stripOf(block, trackNames, sampleRate, number, leave),
      sends: sends.get(i) ?? [],
      clips: flipped ? clips.map(clip => ({ ...clip, gain: -clip.gain })) : clips
    }
  })
  if (blocksOf(root, 'TEMPOENVEX').some(envelope => linesOf(envelope, 'PT').length > 1))
    left.add('changes of tempo (times are in seconds and stay)')
  if (number(root, 'PANLAW', 1, 1) !== 1) left.add('the pan law (pans are of constant power, unity in the centre)')
  if (number(root, 'PLAYRATE', 1, 1) !== 1) left.add('the speed at which the project plays (taken at its own)')
  const title = blocksOf(root, 'NOTES').flatMap(notes =>
    notes.items.filter((item): item is RppLine => !isBlock(item))
  )[0]
  const session = {
    title: title?.join(' ').replace(/^\|/, '') ?? '',
    sampleRate,
    tempo: number(root, 'TEMPO', 1, 120),
    master: stripOf(root, masterNames, sampleRate, number, what => left.add(`master: ${what}`)),
    tracks: numbered(tracks)
  }
  checkDaw(session, place)
  return { session, left: [...left] }
}

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
function sendsIn(
  blocks: readonly RppBlock[],
  leave: (receiver: RppBlock, what: string) => void
): Map<number, DawSend[]> {
  const found = new Map<number, DawSend[]>()
  for (const [to, block] of blocks.entries())
    for (const line of linesOf(block, 'AUXRECV')) {
      const from = Number(line[1]),
        sends = found.get(from) ?? []
      found.set(from, sends)
      if (isSound(line) && plainly(line, what => leave(block, what))) sends.push(sendOf(line, to))
    }
  return found
}
/** Not muted, and not of notes alone. */
const isSound = (line: RppLine): boolean => line[5] !== '1' && !(Number(line[8]) < 0)
/** Fields from the fourth on: pan, mute, mono, upside down, from which channels, to which. */
function plainly(line: RppLine, leave: Leave): boolean {
  const set = (at: number) => Number(line[at] ?? 0) !== 0
  if (set(8) || set(9)) leave('a receive of or into other channels than the first two (a side chain)')
  else if (set(7)) leave('a receive upside down')
  else {
    if (set(4)) leave('the pan of a receive')
    if (set(6)) leave('a receive in mono (taken as it is)')
    if (line[2] === '1') leave('a receive from before the effects (taken from behind them)')
    return true
  }
  return false
}
const sendOf = (line: RppLine, to: number): DawSend => ({
  to: `t${to + 1}`,
  gain: Number(line[3]),
  ...(line[2] !== '0' && { pre: true as const })
})

/** What a track does that no strip of ours does. */
function remarkTrack(block: RppBlock, number: NumberIn, leave: Leave): void {
  const width = number(block, 'VOLPAN', 5, 1)
  for (const [told, what] of [
    [linesOf(block, 'HWOUT').length > 0, 'an output of its own to the hardware'],
    [width !== 1, 'the width of the track'],
    [number(block, 'PLAYOFFS', 1, 0) !== 0 && number(block, 'PLAYOFFS', 2, 0) !== 1, 'the shift of its items in time'],
    [blocksOf(block, 'FREEZE').length > 0, 'what it was before it was frozen']
  ] as const)
    if (told) leave(what)
}

interface StripNames {
  readonly volume: string
  readonly mute: string
  readonly effects: string
  readonly chain: string
  readonly ride: string
  readonly panRide: string
}
const trackNames: StripNames = {
  volume: 'VOLPAN',
  mute: 'MUTESOLO',
  effects: 'FX',
  chain: 'FXCHAIN',
  ride: 'VOLENV2',
  panRide: 'PANENV2'
}
const masterNames: StripNames = {
  volume: 'MASTER_VOLUME',
  mute: 'MASTERMUTESOLO',
  effects: 'MASTER_FX',
  chain: 'MASTERFXLIST',
  ride: 'MASTERVOLENV2',
  panRide: 'MASTERPANENV2'
}

function stripOf(block: RppBlock, names: StripNames, sampleRate: number, number: NumberIn, leave: Leave): DawStrip {
  const chains = number(block, names.effects, 1, 1) ? blocksOf(block, names.chain) : [],
    ride = pointsIn(block, names.ride, leave),
    places = pointsIn(block, names.panRide, leave)?.map(([t, v]) => [t, v === 0 ? 0 : -v] as const)
  for (const item of block.items)
    if (isBlock(item) && moves(item) && ![names.ride, names.panRide, 'TEMPOENVEX'].includes(item.tokens[0]!))
      leave(`automation ${item.tokens[0]}`)
  return {
    volume: number(block, names.volume, 1, 1),
    pan: number(block, names.volume, 2, 0),
    mute: number(block, names.mute, 1, 0) !== 0,
    devices: chains.flatMap(chain => effectsIn(chain, sampleRate, leave)),
    ...(ride && { ride }),
    ...(places && { panRide: places })
  }
}

/** Shape 0 is linear, 1 is held until the next point; the others are drawn as lines. */
function pointsIn(block: RppBlock, name: string, leave: Leave): DawPoints | undefined {
  const envelope = blocksOf(block, name)[0]
  if (!envelope || fieldOf(envelope, 'ACT', 1) === '0') return undefined
  if (linesOf(envelope, 'POOLEDENVINST').length) leave('automation items')
  if (fieldOf(envelope, 'VOLTYPE', 1) === '1' && linesOf(envelope, 'PT').length > 1)
    leave('automation drawn on the scale of a fader (taken as lines)')
  const points: [number, number][] = []
  let held: number | undefined
  for (const [, t, v, shape] of linesOf(envelope, 'PT')) {
    const time = Number(t),
      last = points.at(-1)
    if (held !== undefined && last && time - step > last[0]) points.push([time - step, held])
    // Before the song: the last of them is where it begins.
    if (time <= 0) points.splice(0, 1, [0, Number(v)])
    // Two points at one time are a jump.
    else if (last && time <= last[0]) points.push([last[0] + step, Number(v)])
    else points.push([time, Number(v)])
    held = shape === '1' ? Number(v) : undefined
    if (shape !== undefined && Number(shape) > 1) leave('curves of automation (drawn as lines)')
  }
  return points.length ? points : undefined
}
/** Seconds that a jump takes. */
const step = 1e-4
