/**
 * What random graphs are drawn by: every probability and every law of a parameter, in one place.
 *
 * The shape of it follows S. Lee et al., Blind estimation of audio processing graph, ICASSP 2023 (chains, parallel paths,
 * bands, sidechains, modulation; singing voice and drum kit). Filters, and the levels of compressors and expanders, have the
 * means and deviations of DiffVox's 385 vocal chains that were fitted to mixes (C.-Y. Yu et al., DAFx 2025, MIT: two bells,
 * shelves, a high-pass, a compressor-expander; frequencies by the sigmoid of its ranges).
 */

/**
 * How a parameter is drawn. A number is itself; `[low, high]` is even on the parameter's own scale, in its unit;
 * `{ around, spread }` is normal, cut at the parameter's range (spread in octaves where the scale is logarithmic). What has
 * no law is even over the middle of its range (`middle`).
 */
export type Law =
  | number
  | string
  | readonly [low: number, high: number]
  | { readonly around: number; readonly spread: number }
/** Shares of the range, on the parameter's own scale, that a parameter without a law is drawn between. */
export const middle = [0.15, 0.85] as const
export type Laws = Readonly<Record<string, Law>>

/** One of these processors, by weight. */
export type Choice = Readonly<Record<string, number>>
/** A step of a chain, taken with a probability, up to `times` one after another. */
export type Stage = { readonly chance: number; readonly times?: number } & (
  | { readonly one: Choice; readonly laws?: Laws }
  /** Dry beside one to `ways` processed ways, added up. */
  | { readonly beside: readonly Stage[]; readonly ways: number }
  /** Bands by crossovers, each with a chain of its own; they add up again. */
  | { readonly bands: readonly Stage[]; readonly most: number }
  /** The middle and the sides, each with a chain of its own. */
  | { readonly sides: readonly Stage[] }
)
export interface Source {
  readonly channels: 1 | 2
  readonly chain: readonly Stage[]
}
export interface Preset {
  readonly title: string
  readonly sources: Readonly<Record<string, Source>>
  /** How many of the sources a graph has, from and to. */
  readonly count: readonly [number, number]
  /** Effects that several sources send to, each with a probability, and what a source sends to one with. */
  readonly sends: readonly { readonly chance: number; readonly one: Choice; readonly laws?: Laws }[]
  readonly sending: number
  readonly bus: readonly Stage[]
}

/** dB */
export const gains = {
  /** Faders of sources, sends, ways beside a dry one. */
  fader: { around: -4, spread: 3 },
  send: { around: -14, spread: 5 },
  beside: { around: -6, spread: 4 }
} as const

/** How often an optional inlet for modulation is used, and by what; processors that need a modulation have it always. */
export const modulation = {
  chance: {
    lowpass: 0.25,
    bandpass: 0.5,
    highpass: 0.08,
    bandreject: 0.3,
    bell: 0.06,
    lowpass4: 0.3,
    bandpass4: 0.5,
    panning: 0.12,
    gain: 0.1
  },
  by: { lfo: 6, 'stereo-lfo': 2, 'envelope-follower': 2 },
  /**
   * Gain of the edge, dB, by how the inlet acts: octaves, dB, and the parameter's own unit, where a wave of full height would
   * just reach the end of what a modulated delay has.
   */
  depth: {
    octaves: { around: 0, spread: 5 },
    dB: { around: 12, spread: 4 },
    add: { around: -6, spread: 3, most: -0.5 }
  }
} as const
/** How often a dynamics processor listens to another source, where there is one. */
export const sidechain = 0.15

const voicing: Stage[] = [
  { chance: 0.75, one: { highpass: 5, highpass4: 2 }, laws: { frequency: { around: 120, spread: 1.2 }, q: [0.5, 1] } },
  { chance: 0.25, one: { noisegate: 2, expander: 3 }, laws: { threshold: { around: -51, spread: 6 } } }
]
const tone: Stage = {
  chance: 0.8,
  times: 4,
  one: { bell: 7, lowshelf: 2, highshelf: 3, bandreject: 0.5 }
}
const dynamics: Stage = { chance: 0.7, times: 2, one: { compressor: 10, 'transient-shaper': 1, limiter: 1 } }
const colour: Stage = { chance: 0.2, one: { distortion: 8, bitcrush: 1 } }
const motion: Stage = {
  chance: 0.2,
  one: {
    chorus: 3,
    flanger: 2,
    phaser: 2,
    vibrato: 1,
    lowpass: 0.7,
    lowpass4: 0.5,
    bandpass: 0.7,
    bandpass4: 0.4,
    pitchshift: 0.3
  }
}
const place: Stage = { chance: 0.5, one: { panning: 4, imager: 1 } }
const room: Stage = {
  chance: 0.3,
  one: { 'stereo-reverb': 5, reverb: 2, delay: 2, pingpong: 2 },
  laws: { mix: [0.1, 0.4] }
}
const chain: Stage[] = [...voicing, tone, dynamics, colour, motion, place]
/** A chain in which there may be ways beside each other, bands, and sides. */
const rich: Stage[] = [
  ...chain,
  { chance: 0.15, ways: 2, beside: [dynamics, { ...colour, chance: 0.5 }, { ...tone, times: 1 }] },
  {
    chance: 0.12,
    most: 3,
    bands: [
      { ...dynamics, chance: 0.8, times: 1 },
      { ...colour, chance: 0.15 }
    ]
  },
  {
    chance: 0.06,
    sides: [
      { ...tone, chance: 0.7, times: 2 },
      { ...dynamics, chance: 0.2, times: 1 }
    ]
  },
  room
]
const bus: Stage[] = [
  { chance: 0.6, times: 3, one: { lowshelf: 2, bell: 4, highshelf: 2 }, laws: { gain: { around: 0, spread: 2 } } },
  { chance: 0.5, one: { compressor: 1 }, laws: { ratio: { around: 2, spread: 0.3 }, attack: [10, 60] } },
  { chance: 0.1, most: 3, bands: [{ chance: 0.9, one: { compressor: 1 } }] },
  { chance: 0.2, one: { imager: 1 }, laws: { width: { around: 1.1, spread: 0.15 } } },
  { chance: 0.4, one: { limiter: 1 } }
]
const spaces = [
  { chance: 0.7, one: { 'stereo-reverb': 1 }, laws: { mix: 1 } },
  { chance: 0.4, one: { delay: 1, pingpong: 2 }, laws: { mix: 1 } },
  { chance: 0.15, one: { chorus: 1, flanger: 1 }, laws: { mix: 1 } }
]
const hit: Stage[] = [
  { chance: 0.3, one: { noisegate: 1 }, laws: { threshold: { around: -35, spread: 6 } } },
  tone,
  { chance: 0.6, one: { compressor: 6, 'transient-shaper': 3 }, laws: { attack: { around: 10, spread: 1 } } },
  { ...colour, chance: 0.15 },
  {
    chance: 0.15,
    ways: 1,
    beside: [
      { chance: 1, one: { compressor: 1 }, laws: { ratio: [6, 20] } },
      { ...colour, chance: 0.4 }
    ]
  }
]

export const presets = {
  'singing-voice': {
    title: 'A voice through a chain of its own',
    sources: { voice: { channels: 1, chain: rich } },
    count: [1, 1],
    sends: spaces,
    sending: 0.8,
    bus: []
  },
  'drum-kit': {
    title: 'The microphones of a kit, their group and its room',
    sources: {
      kick: { channels: 1, chain: hit },
      snare: { channels: 1, chain: hit },
      hat: { channels: 1, chain: [...hit.slice(1, 2), place] },
      overheads: { channels: 2, chain: [...voicing.slice(0, 1), tone, dynamics] }
    },
    count: [2, 4],
    sends: [spaces[0]!],
    sending: 0.4,
    bus: bus.slice(0, 2)
  },
  mix: {
    title: 'A whole mix: sources, sends and a bus',
    sources: {
      voice: { channels: 1, chain: rich },
      drums: { channels: 2, chain: [tone, dynamics, ...rich.slice(-4, -2)] },
      bass: { channels: 1, chain: [...voicing.slice(0, 1), tone, dynamics, colour] },
      guitar: { channels: 1, chain },
      keys: { channels: 2, chain: [tone, motion, dynamics] },
      pad: { channels: 2, chain: [...voicing.slice(0, 1), tone, motion, place] }
    },
    count: [3, 6],
    sends: spaces,
    sending: 0.35,
    bus
  }
} as const satisfies Readonly<Record<string, Preset>>
export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as PresetName[]

/** Laws of processors wherever they stand; a stage's own come first. */
export const laws: Readonly<Record<string, Laws>> = {
  bell: { frequency: { around: 1540, spread: 1.7 }, gain: { around: 0, spread: 4.9 }, q: { around: 1, spread: 0.8 } },
  lowshelf: { frequency: { around: 117, spread: 0.75 }, gain: { around: 3.4, spread: 5.8 }, q: [0.5, 1] },
  highshelf: { frequency: { around: 2860, spread: 1.2 }, gain: { around: 4, spread: 4.2 }, q: [0.5, 1] },
  lowpass: { frequency: { around: 4000, spread: 1.2 }, q: { around: 0.9, spread: 0.6 } },
  lowpass4: { frequency: { around: 5000, spread: 1.2 }, q: { around: 0.8, spread: 0.4 } },
  bandpass: { frequency: { around: 1000, spread: 1 }, q: { around: 1, spread: 0.8 } },
  bandpass4: { frequency: { around: 1000, spread: 1 }, q: { around: 1, spread: 0.8 } },
  bandreject: { frequency: { around: 600, spread: 1.5 }, q: { around: 2, spread: 0.8 } },
  crossover: { frequency: { around: 700, spread: 1.6 } },
  compressor: {
    threshold: { around: -22, spread: 5 },
    ratio: { around: 3.5, spread: 0.7 },
    attack: { around: 8, spread: 1.5 },
    release: { around: 120, spread: 1.2 },
    knee: [0, 12],
    makeup: { around: 2.1, spread: 3 }
  },
  expander: {
    ratio: { around: 2, spread: 0.5 },
    attack: { around: 2, spread: 1 },
    release: { around: 120, spread: 1 }
  },
  noisegate: {
    ratio: { around: 6, spread: 0.7 },
    attack: { around: 0.5, spread: 1 },
    release: { around: 100, spread: 1 },
    range: [20, 80],
    hold: [0, 80]
  },
  limiter: { ceiling: { around: -6, spread: 3 } },
  distortion: { gain: { around: 14, spread: 7 }, hardness: [0, 1], asymmetry: { around: 0, spread: 0.3 } },
  bitcrush: { bit: [5, 12] },
  'transient-shaper': { attack: { around: 0, spread: 5 }, sustain: { around: 0, spread: 5 } },
  panning: { pan: { around: 0, spread: 0.4 } },
  imager: { width: { around: 1, spread: 0.4 } },
  chorus: { mix: [0.2, 0.6], feedback: { around: 0, spread: 0.2 } },
  flanger: { mix: [0.3, 0.6] },
  phaser: { mix: [0.3, 0.6] },
  delay: { delay: { around: 280, spread: 1 }, feedback: [0.1, 0.6], mix: [0.1, 0.4], q: [0.15, 0.6] },
  pingpong: {
    delay: { around: 300, spread: 0.8 },
    feedback: [0.2, 0.6],
    mix: [0.1, 0.4],
    q: [0.15, 0.6],
    stereo_offset: 0
  },
  reverb: { size: { around: 0.5, spread: 0.15 }, damping: [0.2, 0.7], mix: [0.1, 0.5] },
  'stereo-reverb': { size: { around: 0.5, spread: 0.15 }, damping: [0.2, 0.7], mix: [0.1, 0.5], width: [0.5, 1] },
  pitchshift: { semitone: { around: 0, spread: 5 } },
  lfo: { frequency: { around: 0.8, spread: 1.5 } },
  'stereo-lfo': { frequency: { around: 0.8, spread: 1.5 } },
  'envelope-follower': { attack: { around: 5, spread: 1 }, release: { around: 150, spread: 1 }, gain: [0.5, 1] }
}
