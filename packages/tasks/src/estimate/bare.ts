/** A console without what does nothing: wet as dry as it came gives an empty graph. */
import { type NumberParam, type Params, type Registry, toUnit } from '@mixwright/dsp'
import { type Console, type Device, registryOf } from '@mixwright/estimate'

/** Share of a parameter's range that no ear and no meter tells from nothing: 0.02 dB of a level, 0.0004 of a place. */
const nothing = 2e-4
/** Whether a device stands where its declaration says that it does nothing. */
function isIdle({ type, params, lanes }: Device, registry: Registry): boolean {
  if (lanes) return false
  const { neutral = {}, params: known } = registry[type]!,
    rests = Object.entries(neutral) as [string, number][]
  return (
    rests.length > 0 &&
    rests.every(([name, rest]) => {
      const param = (known as Params)[name] as NumberParam
      return Math.abs(toUnit(param, params[name] ?? param.default) - toUnit(param, rest)) < nothing
    })
  )
}

export function bare(console: Console): Console {
  const registry = registryOf(console),
    busy = (chain: readonly Device[]) => chain.filter(one => !isIdle(one, registry))
  return {
    ...console,
    strips: console.strips.map(strip => ({ ...strip, chain: busy(strip.chain) })),
    bus: busy(console.bus)
  }
}
