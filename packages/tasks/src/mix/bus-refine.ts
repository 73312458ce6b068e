/**
 * The mix bus by gradient: its equaliser, width and compressor, turned on passages of the mix until the sum comes near an
 * aim in tone, width and density, each at a price. Small moves: another song has other instruments, and its balance is not
 * to be forced on this one.
 */
import type { Audio, Values } from '@mixwright/dsp'
import { adam } from '@mixwright/estimate'
import { type Aim, busPassages, likeRecords, likeReference, noSides, type Reference } from './bus-aims.ts'
import { type BusKnob, createBusRig, type HeardSum } from './bus-rig.ts'
import { consoleGraph } from './console.ts'
import { type Decisions, type Device, hertz, rounded, signed } from './decisions.ts'
import { songExcerpts } from './excerpts.ts'
import type { mixOptions } from './options.ts'
import { rendered } from './rendered.ts'
import type { MixServices, Stem } from './services.ts'
import { clipsOf, portsOf } from './stems.ts'
import { busFilters, inRegion } from './tone-aims.ts'

/** A smaller move is left: dB of a filter, of the sides as a factor, dB of the compressor's threshold. */
const worth = { gain: 0.5, width: 0.12, threshold: 1 } as const
const steps = { gain: 1, width: 0.1, threshold: 2 } as const
/** At most: sides by 4 dB, 8 dB of threshold. */
const most = { width: 0.58, threshold: 8 } as const
/** Per step², of width and threshold. */
const price = 0.05
const adamOptions = { rate: 0.5, iterations: 30 } as const

/**
 * The decisions with the mix bus turned towards a reference or, without one, towards what records have.
 * @throws the signal's reason
 */
export async function refinedBus(
  stems: readonly Stem[],
  decisions: Decisions,
  reference: Reference | undefined,
  { tone, dynamics, places }: Values<typeof mixOptions>,
  services: MixServices
): Promise<Decisions> {
  const entering = await enteringBus(stems, decisions, services),
    { sampleRate } = stems[0]!.clip,
    amounts = { tone, width: places, dynamics }
  return {
    ...decisions,
    mixBus: await turnedTowards(reference, decisions.mixBus, entering, sampleRate, amounts, services)
  }
}

/** How far each aspect may go, 0 to 1. */
export interface Likeness {
  readonly tone: number
  readonly width: number
  readonly dynamics: number
}
/** A bus turned towards a reference or, without one, towards what records have. @param entering passages of what it gets */
export async function turnedTowards(
  reference: Reference | undefined,
  bus: readonly Device[],
  entering: Audio,
  sampleRate: number,
  { tone, width, dynamics }: Likeness,
  services: Pick<MixServices, 'kernels' | 'signal'>
): Promise<Device[]> {
  const aim = reference ? await likeReference(reference, services.kernels) : likeRecords(sampleRate),
    limits = { gain: tone * aim.most, width: width * most.width, threshold: dynamics * most.threshold }
  return turnedBus(bus, entering, sampleRate, aim, limits, services)
}

/** What the mix bus gets in passages of the song. */
async function enteringBus(stems: readonly Stem[], decisions: Decisions, services: MixServices): Promise<Audio> {
  const excerpts = songExcerpts(stems, busPassages),
    graph = excerpts.graph(consoleGraph({ ...decisions, mixBus: [] }, portsOf(stems)))
  return rendered(graph, clipsOf(excerpts.stems, graph), services, 'mix')
}

/**
 * @param entering what the bus gets @param limits most that each parameter may be turned, in its unit; 0: not at all
 * @returns the bus with what is worth a move
 */
export function turnedBus(
  bus: readonly Device[],
  entering: Audio,
  sampleRate: number,
  aim: Aim,
  limits: Limits,
  { kernels, signal }: Pick<MixServices, 'kernels' | 'signal'>
): Device[] {
  const { devices, knobs } = turnable(bus, aim, limits),
    rig = createBusRig(devices, knobs, entering, aim, sampleRate, kernels),
    start = new Float64Array(knobs.length),
    { gradient } = rig.evaluate(start)
  if (!knobs.some((knob, i) => Math.abs(gradient[i]!) > 2 * knob.cost * leastTurn(knob))) return [...bus]
  const { x } = adam(start, rig.evaluate, { ...adamOptions, signal }),
    turned = x.map((turn, i) => (Math.abs(turn) < leastTurn(knobs[i]!) ? 0 : turn)),
    before = rig.hear(start),
    all = rig.hear(turned),
    kept = turned.map((turn, i) => {
      const filter = filterSlots.indexOf(knobs[i]!.slot)
      if (filter >= 0) return turn !== 0 && serves(filter, aim, rig.hear(turned.with(i, 0)), all) ? turn : 0
      return knobs[i]!.slot === sidesSlot && Math.max(...before.sides) < noSides ? 0 : turn
    }),
    after = rig.hear(kept),
    values = rig.knobs.values(kept)
  return devices.flatMap(device => {
    const at = knobs.findIndex(({ slot }) => slot === device.slot),
      value = values[at]
    if (value === undefined || kept[at] === 0) return bus.includes(device) ? [device] : []
    if (isFilter(device)) return [filtered(device, value, aim, rig.hear(kept.with(at, 0)), after)]
    return [device.slot === sidesSlot ? widened(device, value, aim, before) : denser(device, value, aim, before)]
  })
}

type Limits = Readonly<Record<keyof typeof steps, number>>
const sidesSlot = 'width',
  filterSlots = busFilters.map((_, i) => `eq-sum-${i + 1}`),
  isFilter = ({ slot }: Device) => filterSlots.includes(slot),
  /** Steps that are worth a move. */
  leastTurn = ({ param, step }: BusKnob) => worth[param as keyof typeof worth] / step

/** The bus with all that may be turned in it, at rest. */
function turnable(bus: readonly Device[], aim: Aim, limits: Limits) {
  const knob = ({ slot }: Device, param: keyof typeof steps, cost: number): BusKnob[] =>
    limits[param] > 0 ? [{ slot, param, step: steps[param], reach: limits[param] / steps[param], cost }] : []
  const filters = busFilters.flatMap(({ type, frequency, q }, i): Device[] =>
      inRegion(i, aim.tone.levels, aim.tone) === undefined
        ? []
        : [{ slot: filterSlots[i]!, type, params: { frequency, q, gain: 0 }, reason: '', cites: aim.cites(i) }]
    ),
    sides: Device[] = aim.sides ? [{ slot: sidesSlot, type: 'imager', params: { width: 1 }, reason: '' }] : [],
    compressors = aim.peaks === undefined ? [] : bus.filter(({ type }) => type === 'compressor')
  return {
    devices: [...bus, ...sides, ...filters],
    knobs: [
      ...compressors.flatMap(device => knob(device, 'threshold', price)),
      ...sides.flatMap(device => knob(device, 'width', price)),
      ...filters.flatMap(device => knob(device, 'gain', aim.price))
    ]
  }
}

const stands = (filter: number, { tone }: HeardSum, aim: Aim): number => inRegion(filter, tone, aim.tone)!
/** What serves the regions beside it more than its own has no reason that could be heard. */
const serves = (filter: number, aim: Aim, without: HeardSum, after: HeardSum): boolean =>
  Math.abs(stands(filter, without, aim)) - Math.abs(stands(filter, after, aim)) >= worth.gain

function filtered(device: Device, value: number, aim: Aim, without: HeardSum, after: HeardSum): Device {
  const filter = filterSlots.indexOf(device.slot),
    { from, to, frequency } = busFilters[filter]!,
    gain = rounded(value),
    [now, then] = [after, without].map(one => signed(stands(filter, one, aim)))
  return {
    ...device,
    params: { ...device.params, gain },
    reason: `${signed(gain)} dB around ${hertz(frequency)}, by gradient: from ${hertz(from)} to ${hertz(to)} the mix stands ${now} dB against ${aim.against}, without it ${then}.`
  }
}

function widened(device: Device, value: number, aim: Aim, before: HeardSum): Device {
  const mean = (list: readonly number[]) => (list.reduce((a, b) => a + b, 0) / list.length).toFixed(0)
  return {
    ...device,
    params: { width: rounded(value, 2) },
    reason: `Sides ${signed(20 * Math.log10(value))} dB, by gradient: above 200 Hz they stood at ${mean(before.sides)} dB of the middle, at ${mean(aim.sides!)} in ${aim.against}.`,
    cites: { measure: 'sides', target: rounded(aim.width!, 2) }
  }
}

function denser(device: Device, value: number, aim: Aim, before: HeardSum): Device {
  return {
    ...device,
    params: { ...device.params, threshold: rounded(value) },
    reason: `${device.reason} Threshold ${signed(value - device.params.threshold!)} dB, by gradient: peaks stood ${signed(before.peaks - aim.peaks!)} dB against ${aim.against}.`
  }
}
