/** A device's numbers in words. */
import { type Params, processors, show } from '@mixwright/dsp'
import type { Device } from '@mixwright/estimate'

export function settingsOf({ type, params, lanes = {} }: Device): string {
  const known = (processors as unknown as Readonly<Record<string, { readonly params: Params }>>)[type]!.params
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
