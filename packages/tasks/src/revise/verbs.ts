/**
 * What can be asked of a mix: the one table that the grammar, the help, the docs and the tests read. `up` are words for more of
 * the measure, `down` for less of it; `nouns` go with "more" and "less".
 */
import type { Return } from '../mix/decisions.ts'
import { centre, level, mute, pan, unmute, width } from './faders.ts'
import type { Apply } from './moves.ts'
import { compression, punch, tone } from './sound.ts'
import { effects, forward } from './space.ts'
import { tight } from './tight.ts'

/** What a change must move, and how it is read of the subject as it enters the mix bus (of the mix itself: of the mix). */
export const revisionMeasures = {
  level: 'loudness, LUFS',
  balance: 'level of the right against the left channel, dB',
  offset: 'distance of that balance from 0 dB',
  width: 'energy of the sides against the middle, dB, the width return included',
  wetness: 'loudness of the returns that it turns, LUFS',
  band: 'energy in the band against all other, dB',
  decay: 'energy from 80 ms after each onset on, against the first 80 ms, dB',
  attack: 'energy of the first 20 ms after each onset, against the next 100 ms, dB',
  spread: 'standard deviation of the level of 50-ms frames, each counted by its energy, dB'
} as const
export type RevisionMeasure = keyof typeof revisionMeasures

export interface Verb {
  readonly up: readonly string[]
  readonly down: readonly string[]
  readonly nouns?: readonly string[]
  /** One line for help and docs. */
  readonly does: string
  readonly measure: RevisionMeasure
  /** Whether `up` raises or lowers the measure. */
  readonly moves: 1 | -1
  /** Of the measure `wetness`. */
  readonly returns?: readonly Return[]
  /** Hz, of the measure `band`. */
  readonly band?: readonly [from: number, to: number]
  /** '': it takes no number. */
  readonly unit: 'dB' | '%' | ''
  /** What a request without a number does, and the most that one may ask for. */
  readonly step: number
  readonly most: number
  readonly apply: Apply
}

const rooms = ['room', 'hall', 'delay'] as const,
  reverbs = ['room', 'hall'] as const
const dB = { unit: 'dB', most: 24 } as const
const sound = { unit: 'dB', step: 2, most: 12, measure: 'band', moves: 1 } as const
const steps = { unit: '', step: 1, most: 2 } as const
const space = { ...dB, step: 3, measure: 'wetness', moves: 1 } as const

// biome-ignore format: a table, one paragraph per verb
export const verbs = {
  level: { up: ['up', 'louder', 'higher'], down: ['down', 'quieter', 'softer', 'lower'], measure: 'level', moves: 1, ...dB, step: 1, apply: level,
    does: 'trim behind the group\'s glue, so that nothing else moves; of the mix the loudness of the master' },
  mute: { up: ['mute', 'muted', 'off', 'silence'], down: [], measure: 'level', moves: -1, ...steps, apply: mute,
    does: 'takes it out of the mix' },
  unmute: { up: ['unmute', 'unmuted'], down: [], measure: 'level', moves: 1, ...steps, apply: unmute,
    does: 'brings it back' },
  pan: { up: ['right'], down: ['left'], measure: 'balance', moves: 1, unit: '%', step: 30, most: 100, apply: pan,
    does: 'pan: to N %, or further that way by 30 %' },
  centre: { up: ['centre', 'center', 'centred', 'centered', 'middle'], down: [], measure: 'offset', moves: -1, ...steps, apply: centre,
    does: 'pan to the centre' },
  width: { up: ['wider', 'wide'], down: ['narrower', 'narrow'], nouns: ['width'], measure: 'width', moves: 1, unit: '%', step: 25, most: 100,
    apply: width, does: 'sides of a stereo signal, place of a mono one, or its share in the width return' },
  wet: { up: ['wetter', 'wet', 'roomier'], down: ['drier', 'dryer', 'dry'], ...space, returns: rooms, apply: effects(rooms, ['room']),
    does: 'sends to room, hall and echo; of the mix the returns' },
  reverb: { up: [], down: [], nouns: ['reverb', 'verb'], ...space, returns: reverbs, apply: effects(reverbs, ['hall']), does: 'sends to room and hall' },
  room: { up: [], down: [], nouns: ['room', 'ambience'], ...space, returns: ['room'], apply: effects(['room']), does: 'send to the room' },
  hall: { up: [], down: [], nouns: ['hall'], ...space, returns: ['hall'], apply: effects(['hall']), does: 'send to the hall' },
  delay: { up: [], down: [], nouns: ['delay', 'echo'], ...space, returns: ['delay'], apply: effects(['delay']), does: 'send to the echo' },
  forward: { up: ['forward', 'forwards', 'closer', 'nearer', 'up front', 'in front'], down: ['back', 'further back', 'further away', 'farther'],
    measure: 'level', moves: 1, ...dB, step: 1, apply: forward, does: 'level, and the other way its sends to rooms' },
  bright: { up: ['brighter', 'bright'], down: ['darker', 'dark', 'duller'], nouns: ['highs', 'treble', 'top end', 'top'], band: [5000, 24000], ...sound,
    apply: tone('bright', 'highshelf', 6000, Math.SQRT1_2), does: 'high shelf at 6 kHz' },
  warm: { up: ['warmer', 'warm', 'fuller'], down: ['thinner', 'thin', 'colder', 'cooler'], nouns: ['warmth', 'body'], band: [140, 350], ...sound,
    apply: tone('warm', 'bell', 220, 0.6), does: 'wide bell at 220 Hz' },
  lows: { up: ['bassier', 'heavier'], down: ['lighter'], nouns: ['bass', 'lows', 'low end', 'bottom', 'bottom end'], band: [20, 110], ...sound,
    apply: tone('lows', 'lowshelf', 110, Math.SQRT1_2), does: 'low shelf at 110 Hz' },
  boom: { up: ['boomier', 'boomy'], down: [], nouns: ['boom', 'boominess'], band: [70, 150], ...sound, apply: tone('boom', 'bell', 100, 1), does: 'bell at 100 Hz' },
  mud: { up: ['muddier', 'muddy'], down: ['clearer'], nouns: ['mud', 'muddiness'], band: [220, 420], ...sound, apply: tone('mud', 'bell', 300, 0.9),
    does: 'bell at 300 Hz' },
  box: { up: ['boxier', 'boxy'], down: [], nouns: ['boxiness', 'box'], band: [380, 650], ...sound, apply: tone('box', 'bell', 500, 1), does: 'bell at 500 Hz' },
  mids: { up: [], down: [], nouns: ['mids', 'midrange'], band: [600, 1600], ...sound, apply: tone('mids', 'bell', 1000, 0.7), does: 'wide bell at 1 kHz' },
  harsh: { up: ['harsher', 'harsh'], down: ['smoother', 'smooth'], nouns: ['harshness', 'bite'], band: [2400, 4300], ...sound,
    apply: tone('harsh', 'bell', 3200, 0.9), does: 'bell at 3.2 kHz' },
  presence: { up: ['present', 'clear'], down: [], nouns: ['presence', 'clarity'], band: [3000, 6500], ...sound, apply: tone('presence', 'bell', 4500, 0.8),
    does: 'bell at 4.5 kHz' },
  sibilance: { up: ['essy', 'sibilant'], down: [], nouns: ['sibilance', 'esses', 'ess'], band: [5500, 9000], ...sound,
    apply: tone('ess', 'bell', 7000, 1), does: 'bell at 7 kHz' },
  air: { up: ['airier', 'airy'], down: [], nouns: ['air'], band: [10000, 24000], ...sound, apply: tone('air', 'highshelf', 11000, Math.SQRT1_2),
    does: 'high shelf at 11 kHz' },
  tight: { up: ['tighter', 'tight', 'shorter'], down: ['looser', 'loose', 'longer'], measure: 'decay', moves: -1, ...steps, apply: tight,
    does: 'a gate shortens drums, a slow compressor what sustains; less room, more low cut; of the mix: of drums and bass, and a slow compressor on the mix bus' },
  punch: { up: ['punchier', 'punchy', 'snappier'], down: ['rounder'], nouns: ['punch', 'attack', 'snap'], measure: 'attack', moves: 1, ...steps, apply: punch,
    does: 'compressor with a slower attack and more ratio; of the mix: of the drums' },
  compression: { up: ['compressed', 'squashed', 'evener'], down: ['dynamic'], nouns: ['compression', 'compressor'], measure: 'spread', moves: -1, ...steps,
    apply: compression, does: 'ratio, threshold and attack; of the mix those of the mix bus' }
} as const satisfies Readonly<Record<string, Verb>>
export type VerbName = keyof typeof verbs
export const verbNames = Object.keys(verbs) as VerbName[]
export const verbOf = (name: VerbName): Verb => verbs[name]

/** Every way to say a verb, with what it does: for help and docs. */
export const phrasesOf = (verb: Verb): string =>
  [
    verb.up.slice(0, 2).join(', '),
    verb.down.slice(0, 2).join(', '),
    verb.nouns?.length ? `more/less ${verb.nouns.slice(0, 2).join(', ')}` : ''
  ]
    .filter(Boolean)
    .join(' | ')
