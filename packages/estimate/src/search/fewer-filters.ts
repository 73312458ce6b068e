/** Filters in a row as few that do the same: several that cancel each other go together or not at all. */
import { bandCentres, filtersFor } from '../analysis/index.ts'
import { type Console, type Device, startOf } from './console.ts'
import { devicesFor, inserted, isFilter, responseOf, withChain } from './proposals.ts'

/** Parameters that follow the level of what comes in, and those that make up for it. */
const follows: Readonly<Record<string, string>> = {
    compressor: 'threshold',
    expander: 'threshold',
    noisegate: 'threshold',
    limiter: 'ceiling'
  },
  makesUp: Readonly<Record<string, string>> = { distortion: 'gain', gain: 'gain' }
/** dB at which curves are alike, and at which they can be made so; and the share of what is left that a filter must take. */
const near = 0.1,
  farthest = 1,
  worth = 0.1

/**
 * @returns the first filters in a row of a strip as fewer, what comes after them set to the level that it gets then; undefined
 * where it takes as many
 */
export function fewerFilters(console: Console, s: number, sampleRate: number): Console | undefined {
  const { chain } = console.strips[s]!,
    at = chain.findIndex(isFilter),
    length = at < 0 ? 0 : [...chain.slice(at), undefined].findIndex(one => !one || !isFilter(one)),
    row = chain.slice(at, at + length),
    frequencies = bandCentres(sampleRate),
    levels = frequencies.map(f => row.reduce((sum, one) => sum + responseOf(one, f, sampleRate), 0)),
    curve = { frequencies, levels, weights: frequencies.map(() => 1) }
  if (row.length < 2) return undefined
  const { filters, offset, left } = filtersFor(curve, { sampleRate, most: row.length - 1, near, worth }),
    rest = withChain(console, s, [...chain.slice(0, at), ...louder(chain.slice(at + length), -offset)])
  if (left > farthest) return undefined
  return inserted(rest, s, devicesFor(filters), at)
}

/** Devices that do as before with what is louder by so many dB. */
function louder(chain: readonly Device[], dB: number): Device[] {
  let left = dB
  return chain.map(device => {
    const follow = follows[device.type],
      make = makesUp[device.type]
    if (follow !== undefined) return turned(device, follow, left)
    if (make === undefined || left === 0) return device
    const before = left
    left = 0
    return turned(device, make, -before)
  })
}
const turned = (device: Device, name: string, dB: number): Device => ({
  ...device,
  params: startOf(device.type, { ...device.params, [name]: device.params[name]! + dB })
})
