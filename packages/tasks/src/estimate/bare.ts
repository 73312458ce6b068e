/** A console without what does nothing: wet as dry as it came gives an empty graph. */
import type { Console, Device } from '@mixwright/estimate'

/** Of levels and of places: what no ear and no meter tells from nothing. */
const idle: Readonly<Record<string, (params: Device['params']) => boolean>> = {
  gain: ({ gain = 0 }) => Math.abs(gain) < 0.02,
  panning: ({ pan = 0 }) => Math.abs(pan) < 0.005,
  imager: ({ width = 1 }) => Math.abs(width - 1) < 0.005,
  bell: ({ gain = 0 }) => Math.abs(gain) < 0.02,
  lowshelf: ({ gain = 0 }) => Math.abs(gain) < 0.02,
  highshelf: ({ gain = 0 }) => Math.abs(gain) < 0.02
}
const works = ({ type, params }: Device): boolean => !idle[type]?.(params)

export const bare = (console: Console): Console => ({
  ...console,
  strips: console.strips.map(strip => ({ ...strip, chain: strip.chain.filter(works) })),
  bus: console.bus.filter(works)
})
