/** The echoes of a delay taken out of a response, so that what comes behind it can be seen. */
import { fromUnit, type Kernels, processors, toUnit } from '@mixwright/dsp'
import { echoLine } from '../analysis/echo-line.ts'
import { quotient } from '../analysis/system-response.ts'
import { levenbergMarquardt } from '../fit/gauss-newton.ts'
import { type Console, type Device, startOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { echoStart } from './proposals.ts'

/** Steps of least squares, and how finely slopes are read. */
const iterations = 8,
  change = 1e-4
/** Seconds on either side of the first two echoes in which nothing of them should be left, and delays that this is heard for. */
const near = 0.002,
  heard = 4.5
/** Numbers of the delay that are turned, beside its time, which goes by so many samples at most. */
const turned = ['mix', 'feedback', 'q'] as const,
  farthest = 2,
  /** Of mix: an echo as loud as the direct sound, above which a cepstrum takes the one for the other. */
  loudest = 0.5

/**
 * A delay and what stands behind it: read off the line that its echoes have in the cepstrum, then turned until as little as
 * possible is left where its first two echoes are.
 * @param all responses, from the direct sound on, of each channel
 * @returns undefined where no echo stands out
 */
export function echoesApart(
  all: readonly Float64Array[],
  sampleRate: number,
  kernels: Kernels
): { readonly params: Device['params']; readonly behind: readonly Float64Array[] } | undefined {
  const line = echoLine(all, sampleRate)
  if (!line) return undefined
  const ranges = processors.delay.params,
    start = startOf('delay', echoStart({ ...line, level: 20 * Math.log10(line.level) }, line.feedback)),
    paramsAt = ([later, ...units]: Float64Array): Device['params'] => ({
      ...start,
      delay: start.delay! + (1000 * later!) / sampleRate,
      ...Object.fromEntries(turned.map((name, k) => [name, fromUnit(ranges[name], units[k]!)]))
    }),
    short = all.map(response => response.slice(0, Math.round(heard * line.delay * sampleRate))),
    left = (x: Float64Array) => around(behind(short, paramsAt(x), sampleRate, kernels), line.delay, sampleRate),
    { x } = levenbergMarquardt(
      Float64Array.of(0, ...turned.map(name => toUnit(ranges[name], start[name]!))),
      x => {
        const residuals = left(x)
        return { residuals, jacobian: () => [...x.keys()].map(i => slope(left, x, residuals, i)) }
      },
      {
        iterations,
        bounds: {
          lower: Float64Array.of(-farthest, ...turned.map(() => 0)),
          upper: Float64Array.of(farthest, toUnit(ranges.mix, loudest), 1, 1)
        }
      }
    ),
    params = paramsAt(x)
  return { params, behind: behind(all, params, sampleRate, kernels) }
}
/** Inwards, where a number stands at its end. */
function slope(f: (x: Float64Array) => Float64Array, x: Float64Array, at: Float64Array, i: number): Float64Array {
  const step = x[i]! > 0.5 ? -change : change
  return f(x.with(i, x[i]! + step)).map((v, k) => (v - at[k]!) / step)
}

/** Of responses, what stands behind a delay whose direct sound is 1. */
function behind(all: readonly Float64Array[], params: Device['params'], sampleRate: number, kernels: Kernels) {
  const [own] = heardInFull(alone(params), { main: [impulse(all[0]!.length)] }, sampleRate, kernels),
    scaled = Float64Array.from(own!, v => v / own![0]!)
  return all.map(response => quotient(response, scaled))
}
const alone = (params: Device['params']): Console => ({
  strips: [{ input: 'main', channels: 1, chain: [{ id: 'delay', type: 'delay', params }], sends: {} }],
  rooms: [],
  bus: [],
  channels: 1
})
/** Samples around the first two echoes. */
const around = (responses: readonly Float64Array[], delay: number, sampleRate: number): Float64Array =>
  Float64Array.from(
    responses.flatMap(response =>
      [1, 2].flatMap(times => {
        const [from, to] = [-near, near].map(s => Math.round((times * delay + s) * sampleRate))
        return [...response.subarray(from, to)]
      })
    )
  )

export const impulse = (length: number): Float32Array => {
  const out = new Float32Array(length)
  out[0] = 1
  return out
}
