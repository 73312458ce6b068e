/**
 * Towards a reference: the mix bus turned, by listening to passages of the mix, until tone, width and density come near
 * those of another song. In small moves: another song has other instruments, and its balance is not to be forced on this
 * one.
 */
import type { BandMeasurement, Measurement, Values } from '@mixwright/dsp'
import { consoleGraph } from './console.ts'
import { type Decisions, type Device, hertz, rounded, signed } from './decisions.ts'
import { songExcerpts } from './excerpts.ts'
import { metered } from './master.ts'
import type { mixOptions } from './options.ts'
import type { MixServices, Stem } from './services.ts'
import { clipsOf, portsOf } from './stems.ts'

/** How far each aspect may go, 0 to 1. */
export interface Likeness {
  readonly tone: number
  readonly width: number
  readonly dynamics: number
}

/** The filters of the match, and the third octaves that each answers for, Hz. */
const filters = [
  { type: 'lowshelf', frequency: 90, q: Math.SQRT1_2, from: 30, to: 130 },
  { type: 'bell', frequency: 220, q: 0.8, from: 130, to: 360 },
  { type: 'bell', frequency: 600, q: 0.8, from: 360, to: 1000 },
  { type: 'bell', frequency: 1700, q: 0.8, from: 1000, to: 2800 },
  { type: 'bell', frequency: 4200, q: 0.8, from: 2800, to: 6500 },
  { type: 'highshelf', frequency: 8500, q: Math.SQRT1_2, from: 6500, to: 14000 }
] as const
/** Most that a filter does, dB; a smaller difference than `worth` is left. */
const mostTone = 6,
  worth = 0.5
/** Each round hears what the last one left. */
const rounds = 3
/** Of the sides, dB; and of the bus compressor's threshold. */
const mostWidth = 4,
  mostThreshold = 8
/** A mix whose sides are weaker than this has none to widen (mean S² / mean M²). */
const leastWidth = 1e-3

/**
 * @param hear measures the mix that decisions make, on passages
 * @returns the decisions with a mix bus of their own
 */
export async function towards(
  reference: Measurement,
  decisions: Decisions,
  amounts: Likeness,
  hear: (decisions: Decisions) => Promise<Measurement>
): Promise<Decisions> {
  const bus = decisions.mixBus.filter(device => !device.slot.startsWith('eq-')),
    most = mostTone * amounts.tone,
    targets = toneOf(reference)
  let gains = filters.map(() => 0),
    lowered = 0,
    sides: Device[] = [],
    first: { readonly tone: readonly number[]; readonly heard: Measurement } | undefined
  const made = (): Decisions => ({
    ...decisions,
    mixBus: [
      ...denser(bus, lowered, first?.heard, reference),
      ...sides,
      ...(first ? equaliser(gains, first.tone, targets) : [])
    ]
  })
  for (let round = 0; round < rounds; round++) {
    const heard = await hear(made()),
      errors = toneErrors(heard, reference)
    first ??= { tone: errors, heard }
    if (round === 0) sides = wider(heard, reference, amounts.width)
    gains = gains.map((gain, i) => Math.max(-most, Math.min(most, gain - 0.8 * errors[i]!)))
    // A reference that breathes more leaves the compressor as the rules have it.
    const over = heard.crest === null || reference.crest === null ? 0 : heard.crest - reference.crest
    lowered = Math.max(0, Math.min(mostThreshold * amounts.dynamics, lowered + over))
  }
  gains = gains.map(gain => (Math.abs(gain) < worth ? 0 : rounded(gain)))
  return made()
}

/** As `towards`, heard on excerpts of the song. */
export function likened(
  stems: readonly Stem[],
  decisions: Decisions,
  reference: Measurement,
  { tone, dynamics, places }: Values<typeof mixOptions>,
  services: MixServices
): Promise<Decisions> {
  const excerpts = songExcerpts(stems),
    { sampleRate } = stems[0]!.clip
  return towards(reference, decisions, { tone, dynamics, width: places }, async tried => {
    const meter = metered(sampleRate, undefined),
      graph = excerpts.graph(consoleGraph(tried, portsOf(stems)))
    await services.render(graph, clipsOf(excerpts.stems, graph), { mix: meter.sink }, { sampleRate, tail: 0 })
    return meter.result().measured
  })
}

/** Level of each filter's third octaves against the mean of all, dB; of a filter without any 0. */
export function toneOf({ bands }: Measurement): number[] {
  const levels = filters.map(({ from, to }) => bandLevel(bands, from, to)),
    known = levels.filter(level => level !== undefined),
    mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length)
  return levels.map(level => (level === undefined ? 0 : level - mean))
}
/** The filter that begins at a frequency. */
export const filterFrom = (frequency: number): number => filters.findIndex(({ from }) => from === frequency)
function bandLevel(bands: readonly BandMeasurement[], from: number, to: number): number | undefined {
  const found = bands.flatMap(({ centre, level }) => (centre >= from && centre < to && level !== null ? [level] : []))
  return found.length ? found.reduce((a, b) => a + b, 0) / found.length : undefined
}

/** dB by which the mix stands above the reference in each filter's third octaves, less their mean: levels do not matter. */
export function toneErrors(mix: Measurement, reference: Measurement): number[] {
  const errors = filters.map(({ from, to }) => {
      const ours = bandLevel(mix.bands, from, to),
        theirs = bandLevel(reference.bands, from, to)
      return ours === undefined || theirs === undefined ? undefined : ours - theirs
    }),
    known = errors.filter(error => error !== undefined),
    mean = known.reduce((a, b) => a + b, 0) / Math.max(1, known.length)
  return errors.map(error => (error === undefined ? 0 : error - mean))
}

const equaliser = (gains: readonly number[], errors: readonly number[], targets: readonly number[]): Device[] =>
  filters.flatMap(({ type, frequency, q, from, to }, i) =>
    gains[i] === 0
      ? []
      : [
          {
            slot: `eq-reference-${i + 1}`,
            type,
            params: { frequency, q, gain: gains[i]! },
            reason: `${signed(gains[i]!)} dB around ${hertz(frequency)}: from ${hertz(from)} to ${hertz(to)} the mix stood ${signed(errors[i]!)} dB against the reference.`,
            cites: { measure: 'tone', from, target: rounded(targets[i]!, 2) }
          }
        ]
  )

/** The sides as wide as the reference's, within limits. */
function wider(heard: Measurement, reference: Measurement, amount: number): Device[] {
  if (heard.width === null || reference.width === null || heard.width < leastWidth) return []
  const wanted = amount * 10 * Math.log10(Math.max(leastWidth, reference.width) / heard.width),
    dB = Math.max(-mostWidth, Math.min(mostWidth, wanted))
  if (Math.abs(dB) < 1) return []
  return [
    {
      slot: 'width',
      type: 'imager',
      params: { width: rounded(10 ** (dB / 20), 2) },
      reason: `Sides ${signed(dB)} dB: the mix has a width of ${heard.width.toFixed(2)}, the reference ${reference.width.toFixed(2)}.`,
      cites: { measure: 'sides', target: rounded(10 * Math.log10(Math.max(leastWidth, reference.width)), 2) }
    }
  ]
}

/** The bus compressor reaches deeper where the reference is denser. @param by dB */
function denser(
  bus: readonly Device[],
  by: number,
  heard: Measurement | undefined,
  reference: Measurement
): readonly Device[] {
  if (by < 1 || !heard) return bus
  return bus.map(device =>
    device.type !== 'compressor'
      ? device
      : {
          ...device,
          params: { ...device.params, threshold: Math.max(-60, rounded(device.params.threshold! - by)) },
          reason: `${device.reason} Threshold ${signed(-by)} dB: the reference is denser (crest ${reference.crest!.toFixed(0)} dB, the mix ${heard.crest!.toFixed(0)}).`
        }
  )
}
