/** A device's numbers in words. */
import { type Params, show } from '@mixwright/dsp'
import { type Device, registryOf, type RoomDecay } from '@mixwright/estimate'
import type { EstimateResult } from './estimate.ts'

/** As a person reads it: a measured room by its decay, what moves by how far it does. */
export function settingsOf(
  { type, params, lanes = {} }: Device,
  { console, decays }: Pick<EstimateResult, 'console' | 'decays'>
): string {
  if (decays[type]) return decayText(decays[type])
  const known = registryOf(console)[type]!.params as Params
  return Object.entries(params)
    .map(([name, value]) => {
      const param = known[name]!,
        points = lanes[name]?.lane
      if (!points) return `${name} ${show(param, value)}`
      const values = points.map(point => point[1])
      return `${name} from ${show(param, Math.min(...values))} to ${show(param, Math.max(...values))} in ${points.length} points`
    })
    .join(', ')
}

/** To -60 dB, by T20. */
const decayText = ({ time, octaves }: RoomDecay): string =>
  `decays in ${seconds(time)} (${octaves.map(one => `${one.centre} Hz ${seconds(one.time)}`).join(', ')})`
const seconds = (time: number | undefined): string => (time === undefined ? '–' : `${time.toFixed(2)} s`)
