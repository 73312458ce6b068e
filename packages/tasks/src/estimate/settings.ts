/** A device's numbers in words. */
import { type Param, type Params, show } from '@mixwright/dsp'
import { type Device, lfoOf, registryOf, type RoomDecay, type SettingRange } from '@mixwright/estimate'
import type { EstimateResult } from './estimate.ts'

/**
 * As a person reads it, each number with how far the sound would let it go: a measured room by its decay, what moves by how far
 * it does.
 */
export function settingsOf(
  { id, type, params, lanes = {}, modulator }: Device,
  { console, decays, ranges }: Pick<EstimateResult, 'console' | 'decays' | 'ranges'>
): string {
  if (decays[type]) return decayText(decays[type])
  const registry = registryOf(console),
    textOf = (
      node: string,
      of: string,
      numbers: Readonly<Record<string, number | string>>,
      moving: NonNullable<Device['lanes']> = {}
    ) =>
      Object.entries(numbers)
        .map(([name, value]) => {
          const param = (registry[of]!.params as Params)[name]!,
            points = moving[name]?.lane
          if (!points) return `${name} ${show(param, value)}${rangeText(param, ranges[node]?.[name])}`
          const values = points.map(point => point[1])
          return `${name} from ${show(param, Math.min(...values))} to ${show(param, Math.max(...values))} in ${points.length} points`
        })
        .join(', '),
    own = textOf(id, type, params, lanes)
  return modulator
    ? `${own}; swung at ${modulator.depth.toFixed(1)} dB by an oscillator of ${textOf(lfoOf(id), 'lfo', modulator.params)}`
    : own
}
const rangeText = (param: Param, range: SettingRange | undefined): string => {
  if (!range) return ''
  return range.told ? ` (${show(param, range.from)} to ${show(param, range.to)})` : ' (not told by the sound)'
}

/** To -60 dB, by T20. */
const decayText = ({ time, octaves }: RoomDecay): string =>
  `decays in ${seconds(time)} (${octaves.map(one => `${one.centre} Hz ${seconds(one.time)}`).join(', ')})`
const seconds = (time: number | undefined): string => (time === undefined ? '–' : `${time.toFixed(2)} s`)
