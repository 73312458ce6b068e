/** What could be missing in the chain of a source, each with numbers to start from that are read off the sound. */
import { type Audio, powerResponse, type Samples } from '@mixwright/dsp'
import {
  bandCentres,
  type Echo,
  type Filter,
  filtersFor,
  type GainLaw,
  gainLaw,
  readSourceLevels,
  type SourceLevel
} from '../analysis/index.ts'
import { type Console, type Device, freshId, startOf } from './console.ts'

/** What is known when something is proposed. */
export interface Evidence {
  readonly sampleRate: number
  /** What the console gives so far, and what it should, stretch by stretch. */
  readonly pairs: readonly (readonly [now: readonly Samples[], wet: Audio])[]
  /** From the one to the other. */
  readonly echo?: Echo | undefined
  /** Whether what is rarer is offered too: limiters, a second compressor. */
  readonly rare: boolean
  /** A console with the room that it still lacks: as it was measured, and as it can be turned. */
  readonly rooms?: (console: Console) => Promise<readonly Proposal[]>
}
export interface Proposal {
  /** Of what is added, for reports. */
  readonly name: string
  readonly console: Console
}
/** Where in a chain a device belongs, if nothing is known: the order of an engineer's channel, whose sends come after the place. */
const order = [
  'noisegate',
  'expander',
  'distortion',
  'filters',
  'compressor',
  'transients',
  'modulation',
  'place',
  'echo',
  'room',
  'imager',
  'level'
] as const
type Place = (typeof order)[number]
export const placeOf: Readonly<Record<string, Place>> = {
  noisegate: 'noisegate',
  expander: 'expander',
  distortion: 'distortion',
  bell: 'filters',
  lowshelf: 'filters',
  highshelf: 'filters',
  lowpass: 'filters',
  highpass: 'filters',
  compressor: 'compressor',
  limiter: 'compressor',
  'transient-shaper': 'transients',
  bandreject: 'filters',
  bandpass: 'modulation',
  chorus: 'modulation',
  flanger: 'modulation',
  phaser: 'modulation',
  vibrato: 'modulation',
  delay: 'echo',
  pingpong: 'echo',
  reverb: 'room',
  'stereo-reverb': 'room',
  imager: 'imager',
  panning: 'place',
  gain: 'level'
}
/** Whether it is one of an equaliser, which stand still. */
export const isFilter = ({ type, modulator }: Device): boolean => placeOf[type] === 'filters' && !modulator
const rank = (type: string) => order.indexOf(placeOf[type] ?? 'level')

/** Neither small nor large. */
const usualRoom = { size: 0.5, damping: 0.4, mix: 0.2 } as const
/** How prominent an echo must be to be taken for a delay, dB. */
const echoes = 22
/** Share of the variance of a gain that a law must explain. */
const lawful = 0.08

export async function proposals(console: Console, s: number, evidence: Evidence): Promise<Proposal[]> {
  const strip = console.strips[s]!,
    has = (...types: string[]) => strip.chain.some(({ type }) => types.includes(type)),
    law = gainLaw(evidence.pairs, evidence.sampleRate),
    tone = readSourceLevels(
      evidence.pairs.map(([now, wet]) => ({ sources: [now as Audio], mix: wet })),
      evidence.sampleRate
    ),
    room = console.channels === 2 ? 'stereo-reverb' : 'reverb',
    put: Put = (type, params, { at, level = 0 } = {}) => ({
      name: type,
      console: inserted(turnedBy(console, s, level), s, [{ type, params: startOf(type, params) }], at)
    })
  const filters = equalisers(console, s, tone.sources[0]!, evidence.sampleRate),
    rooms =
      evidence.rooms &&
      (await Promise.all(
        [{ name: '', console }, ...filters.slice(0, 1)].map(async ({ name, console: before }) =>
          (await evidence.rooms!(before)).map(one => ({ ...one, name: [name, one.name].filter(Boolean).join(' + ') }))
        )
      ))
  return [
    ...filters,
    ...(rooms?.flat() ?? []),
    ...bending(strip.chain, law, evidence.rare, put),
    ...(evidence.echo && evidence.echo.prominence > echoes && !has('delay', 'pingpong') && !console.rooms.length
      ? (console.channels === 2 ? ['delay', 'pingpong'] : ['delay']).map(type => put(type, echoStart(evidence.echo!)))
      : []),
    // Where a room was looked for and there is none, none need be tried.
    ...(rooms || has(room) || console.rooms.length ? [] : [put(room, usualRoom)]),
    ...(strip.channels === 2 && console.channels === 2 && !has('imager') ? [put('imager', {})] : []),
    ...reordered(console, s)
  ]
}
/** What bends or holds the level: where something does. */
function bending(chain: readonly Device[], law: GainLaw | undefined, rare: boolean, put: Put): Proposal[] {
  const has = (...types: string[]) => chain.some(({ type }) => types.includes(type)),
    held = law !== undefined && law.slope < 0 && law.explained > lawful ? law : undefined,
    over = held?.side === 'over' ? held : undefined,
    under = held?.side === 'under' ? held : undefined,
    first = chain.findIndex(({ type }) => rank(type) > order.indexOf('transients')),
    behind = first < 0 ? chain.length : first
  return [
    ...(over && chain.filter(({ type }) => type === 'compressor').length < (rare ? 2 : 1)
      ? compressors(chain, over, put)
      : []),
    ...(rare && over && !has('limiter')
      ? [put('limiter', { ceiling: over.threshold, release: 60 }, { level: over.rest })]
      : []),
    ...(under && !has('noisegate', 'expander')
      ? (['noisegate', 'expander'] as const).map(type =>
          put(type, { threshold: under.threshold, ratio: Math.min(8, 1 - under.slope) })
        )
      : []),
    ...(has('transient-shaper') ? [] : [put('transient-shaper', {})]),
    ...(over && !has('distortion') ? [0, behind].map(at => put('distortion', { gain: 12 }, { at, level: -9 })) : [])
  ]
}
type Put = (
  type: string,
  params: Readonly<Record<string, number>>,
  how?: { readonly at?: number; readonly level?: number }
) => Proposal
/** The level at the end of the chain, turned by so many dB. */
export const turnedBy = (console: Console, s: number, dB: number): Console => ({
  ...console,
  strips: console.strips.map((strip, i) =>
    i === s
      ? {
          ...strip,
          chain: strip.chain.map(one =>
            one.type === 'gain' ? { ...one, params: startOf('gain', { gain: one.params.gain! + dB }) } : one
          )
        }
      : strip
  )
})

/** The same devices, what bends or holds the level on the other side of the filters. */
function reordered(console: Console, s: number): Proposal[] {
  const { chain } = console.strips[s]!,
    filters = chain.filter(isFilter)
  if (filters.length === 0) return []
  return chain
    .filter(({ type }) => type === 'compressor' || type === 'distortion')
    .map(device => {
      const behind = chain.indexOf(device) > chain.indexOf(filters[0]!),
        rest = chain.filter(one => one !== device),
        place = behind ? rest.indexOf(filters[0]!) : rest.indexOf(filters.at(-1)!) + 1
      return {
        name: `${device.type} ${behind ? 'first' : 'behind'}`,
        console: withChain(console, s, rest.toSpliced(place, 0, device))
      }
    })
}
export const withChain = (console: Console, s: number, chain: readonly Device[]): Console => ({
  ...console,
  strips: console.strips.map((strip, i) => (i === s ? { ...strip, chain } : strip))
})

/** The whole band passes the loop, as in most delays, but for what tells whether more or less of it should; few echoes are heard again. */
export const echoStart = ({ delay, level }: Omit<Echo, 'prominence'>, feedback = 0.15): Record<string, number> => ({
  delay: 1000 * delay,
  mix: (2 / Math.PI) * Math.atan(10 ** (level / 20)),
  feedback,
  q: 0.02
})

/** In front of the filters and behind them. */
function compressors(chain: readonly Device[], { threshold, slope, rest }: GainLaw, put: Put): Proposal[] {
  const ratio = Math.min(12, Math.max(1.5, 1 / Math.max(0.08, 1 + slope))),
    params = { threshold, ratio, attack: 6, release: 100 },
    filters = chain.findIndex(isFilter)
  return [
    put('compressor', params, { level: rest }),
    ...(filters >= 0 ? [put('compressor', params, { at: filters, level: rest })] : [])
  ]
}

export const devicesFor = (filters: readonly Filter[]): Omit<Device, 'id'>[] =>
  filters.map(({ type, ...params }) => ({ type, params: startOf(type, params) }))
/** All filters anew, few and more: what they do and what is missing, as one curve. */
function equalisers(console: Console, s: number, { gain, tone, weights }: SourceLevel, sampleRate: number): Proposal[] {
  const { chain } = console.strips[s]!,
    own = chain.filter(isFilter),
    frequencies = bandCentres(sampleRate),
    levels = tone.map((dB, b) =>
      own.reduce((sum, one) => sum + responseOf(one, frequencies[b]!, sampleRate), dB + gain)
    ),
    curve = { frequencies, levels, weights: weights.map(w => (w > trusted ? w * w : 0)) },
    bare = withChain(
      console,
      s,
      chain.filter(one => !own.includes(one))
    ),
    fits = [0.35, 0.15].map(worth => filtersFor(curve, { sampleRate, most: 6, near: 0.2, worth })),
    different = fits.filter(({ filters }, i) => filters.length > 0 && filters.length !== fits[i - 1]?.filters.length)
  return different.map(({ filters, offset }) => ({
    name: filters.map(({ type }) => type).join(' + '),
    console: inserted(
      turnedBy(bare, s, offset),
      s,
      devicesFor(filters),
      own.length > 0 ? chain.indexOf(own[0]!) : undefined
    )
  }))
}
export const responseOf = ({ type, params }: Device, frequency: number, sampleRate: number): number =>
  10 *
  Math.log10(
    powerResponse({ type: type as Filter['type'], gain: 0, ...params } as Filter, sampleRate)(frequency) + 1e-9
  )
/** Of the power of a band, explained by what stands there. */
const trusted = 0.3

/** With devices at a place of the chain, by default where they belong. */
export function inserted(console: Console, s: number, devices: readonly Omit<Device, 'id'>[], at?: number): Console {
  return devices.reduce((done, device, k) => {
    const { input, chain } = done.strips[s]!,
      found = chain.findIndex(({ type }) => rank(type) > rank(device.type)),
      place = at === undefined ? (found < 0 ? chain.length : found) : at + k
    return withChain(done, s, chain.toSpliced(place, 0, { ...device, id: freshId(done, input, device.type) }))
  }, console)
}
