/** Our processors and the built-in devices of DAWproject that come closest to them. */
import { type NumberParam, type Params, type Processor, processors } from '@mixwright/dsp'
import type { DawDevice } from './session.ts'
import { type Element, element, childOf, childrenOf } from './xml.ts'

/** Filters are bands of an equalizer. */
const bands: Readonly<Record<string, string>> = {
  highpass: 'highPass',
  lowpass: 'lowPass',
  lowshelf: 'lowShelf',
  highshelf: 'highShelf',
  bell: 'bell'
}
/** Field of the device, our parameter, unit; in the order of the schema. */
type Field = readonly [field: string, param: string, unit: 'decibel' | 'seconds' | 'linear' | 'hertz']
const dynamics: Readonly<Record<string, { readonly element: string; readonly fields: readonly Field[] }>> = {
  compressor: {
    element: 'Compressor',
    fields: [
      ['Attack', 'attack', 'seconds'],
      ['OutputGain', 'makeup', 'decibel'],
      ['Ratio', 'ratio', 'linear'],
      ['Release', 'release', 'seconds'],
      ['Threshold', 'threshold', 'decibel']
    ]
  },
  noisegate: {
    element: 'NoiseGate',
    fields: [
      ['Attack', 'attack', 'seconds'],
      ['Range', 'range', 'decibel'],
      ['Ratio', 'ratio', 'linear'],
      ['Release', 'release', 'seconds'],
      ['Threshold', 'threshold', 'decibel']
    ]
  },
  limiter: {
    element: 'Limiter',
    fields: [
      ['Release', 'release', 'seconds'],
      ['Threshold', 'ceiling', 'decibel']
    ]
  }
}
const bandFields: readonly Field[] = [
  ['Freq', 'frequency', 'hertz'],
  ['Gain', 'gain', 'decibel'],
  ['Q', 'q', 'linear']
]
const gain = 'gain'

/** Whether DAWproject has a built-in device for one of ours; none of them listens to another signal than its own. */
export const hasTwin = ({ type, key }: Pick<DawDevice, 'type' | 'key'>): boolean =>
  !key && (type === gain || isFilter(type) || Object.hasOwn(dynamics, type))

export const isFilter = (type: string): boolean => Object.hasOwn(bands, type)

const paramOf = (type: string, name: string): NumberParam =>
  ((processors as Readonly<Record<string, Processor>>)[type]!.params as Params)[name] as NumberParam
export const settingOf = ({ type, params }: DawDevice, name: string): number =>
  params[name] ?? paramOf(type, name).default
const tidy = (value: number): number => Number(value.toPrecision(12))
const real = (name: string, value: number, unit: string): Element =>
  element(name, { value: tidy(value), unit, name: undefined })

/** Elements of what goes into `Devices`. Neighbouring filters share an equalizer; devices without a twin are left out. */
export function deviceElements(devices: readonly DawDevice[]): Element[] {
  return units(devices.filter(hasTwin)).flatMap(({ device, filters, after }) => {
    if (Object.hasOwn(dynamics, device.type)) {
      const { element: name, fields } = dynamics[device.type]!
      return [shell(name, device, fieldElements(device, fields))]
    }
    if (filters.length === 0 && !after) return []
    return [
      shell('Equalizer', device, [
        ...filters.map(one => element('Band', { type: bands[one.type] }, fieldElements(one, bandFields))),
        ...(after ? [real('OutputGain', settingOf(after, 'gain'), 'decibel')] : [])
      ])
    ]
  })
}

/** What becomes one device of a workstation: neighbouring filters with the gain after them are one equalizer. */
export interface Unit {
  /** The first. */
  readonly device: DawDevice
  readonly filters: readonly DawDevice[]
  readonly after?: DawDevice
}
export function units(devices: readonly DawDevice[]): Unit[] {
  const made: Unit[] = []
  for (let i = 0; i < devices.length; ) {
    const device = devices[i]!,
      like = (one: DawDevice | undefined) => one?.off === device.off
    let end = i
    while (end < devices.length && isFilter(devices[end]!.type) && like(devices[end])) end++
    const filters = devices.slice(i, end),
      after = devices[end]?.type === gain && like(devices[end]) ? devices[end] : undefined
    made.push({ device, filters, ...(after && { after }) })
    i = Math.max(i + 1, after ? end + 1 : end)
  }
  return made
}
function shell(name: string, { name: title, off }: DawDevice, children: readonly Element[]): Element {
  return element(name, { name: title, deviceName: name, deviceRole: 'audioFX', loaded: true }, [
    element('Enabled', { value: !off }),
    ...children
  ])
}
const fieldElements = (device: DawDevice, fields: readonly Field[]): Element[] =>
  fields.flatMap(([field, param, unit]) =>
    paramOf(device.type, param)
      ? [real(field, unit === 'seconds' ? settingOf(device, param) / 1000 : settingOf(device, param), unit)]
      : []
  )

/** Our devices for a built-in one; empty for any other. */
export function devicesFrom(source: Element): DawDevice[] {
  const name = source.attributes.name ?? source.attributes.deviceName ?? source.name,
    off = childOf(source, 'Enabled')?.attributes.value === 'false' && { off: true as const }
  if (source.name === 'Equalizer') {
    const filters = childrenOf(source, 'Band').flatMap((band): DawDevice[] => {
      const type = Object.keys(bands).find(key => bands[key] === band.attributes.type)
      if (!type || childOf(band, 'Enabled')?.attributes.value === 'false') return []
      return [{ name, type, params: paramsFrom(type, band, bandFields), ...off }]
    })
    const level = ['InputGain', 'OutputGain'].reduce((sum, field) => {
      const found = childOf(source, field)
      return sum + (found ? inUnit(found, 'decibel') : 0)
    }, 0)
    return [
      ...filters,
      ...(level ? [{ name, type: gain, params: { gain: clamped(gain, 'gain', level) }, ...off }] : [])
    ]
  }
  const type = Object.keys(dynamics).find(key => dynamics[key]!.element === source.name)
  return type ? [{ name, type, params: paramsFrom(type, source, dynamics[type]!.fields), ...off }] : []
}

function paramsFrom(type: string, source: Element, fields: readonly Field[]): Record<string, number> {
  return Object.fromEntries(
    fields.flatMap(([field, name, unit]) => {
      const found = childOf(source, field)
      if (!found || !paramOf(type, name)) return []
      const value = inUnit(found, unit)
      return Number.isFinite(value) ? [[name, clamped(type, name, unit === 'seconds' ? 1000 * value : value)]] : []
    })
  )
}
/** Within our range. */
export function clamped(type: string, name: string, value: number): number {
  const { min, max } = paramOf(type, name)
  return tidy(Math.max(min, Math.min(max, value)))
}

/** One of ours from foreign settings. @param unlike told which of them lie beyond our ranges */
export function clampedDevice(
  name: string,
  type: string,
  params: Readonly<Record<string, number>>,
  unlike: (what: string) => void
): DawDevice {
  const entries = Object.entries(params).map(([key, value]) => {
    const ours = clamped(type, key, value)
    if (Math.abs(ours - value) > 1e-3 * Math.abs(value) + 1e-6)
      unlike(`its ${key} of ${tidy(value)} (taken as ${ours})`)
    return [key, ours] as const
  })
  return { name, type, params: Object.fromEntries(entries) }
}
/** A gain, unless it does nothing. */
export const levelDevice = (name: string, dB: number): DawDevice[] =>
  Math.abs(dB) < 1e-6 ? [] : [{ name, type: gain, params: { gain: clamped(gain, 'gain', dB) } }]

/** A parameter's value in the unit that is wanted, whatever the unit that it is written in. */
export function inUnit({ attributes }: Element, wanted: Field[2]): number {
  const value = Number(attributes.value),
    { unit } = attributes
  if (wanted === 'hertz' && unit === 'semitones') return 440 * 2 ** ((value - 69) / 12)
  if (wanted === 'decibel' && unit === 'linear') return 20 * Math.log10(value)
  if (wanted === 'linear' && unit === 'decibel') return 10 ** (value / 20)
  // A ratio as the share of what lies above the threshold that goes.
  if (wanted === 'linear' && unit === 'percent') return 1 / (1 - Math.min(value, 99) / 100)
  return value
}
