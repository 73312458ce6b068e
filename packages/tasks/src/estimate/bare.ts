/** A console without what does nothing: wet as dry as it came gives an empty graph. */
import { type NumberParam, type Params, type Processor, processors, toUnit } from '@mixwright/dsp'
import type { Console, Device } from '@mixwright/estimate'

/** Share of a parameter's range that no ear and no meter tells from nothing: 0.02 dB of a level, 0.0004 of a place. */
const nothing = 2e-4
/** Whether a device stands where its declaration says that it does nothing. */
function isIdle({ type, params, lanes }: Device): boolean {
  if (lanes) return false
  const { neutral = {}, params: known } = (processors as unknown as Readonly<Record<string, Processor>>)[type]!,
    rests = Object.entries(neutral) as [string, number][]
  return (
    rests.length > 0 &&
    rests.every(([name, rest]) => {
      const param = (known as Params)[name] as NumberParam
      return Math.abs(toUnit(param, params[name] ?? param.default) - toUnit(param, rest)) < nothing
    })
  )
}

export const bare = (console: Console): Console => ({
  ...console,
  strips: console.strips.map(strip => ({ ...strip, chain: strip.chain.filter(one => !isIdle(one)) })),
  bus: console.bus.filter(one => !isIdle(one))
})
