/** The mix bus on passages of the mix, with the loss that its knobs are turned by. */
import type { Audio, Kernels } from '@mixwright/dsp'
import {
  bandSums,
  type Evaluation,
  type Knob,
  type Knobs,
  knobsOf,
  peakiness,
  sidesOf,
  toneDifference,
  toneLoss,
  widthLoss
} from '@mixwright/estimate'
import { builder, excerptOf, fill } from '@mixwright/graph'
import { type Aim, createEar, sideRegions } from './bus-aims.ts'
import { chain } from './chain.ts'
import type { Device } from './decisions.ts'
import { busFilters } from './tone-aims.ts'

/** One parameter of a device of the bus; `cost` per step². */
export interface BusKnob {
  readonly slot: string
  readonly param: string
  readonly step: number
  /** In steps. */
  readonly reach: number
  readonly cost: number
}
/** How the sum stands. */
export interface HeardSum {
  /** dB per Bark band against the aim, less their mean. */
  readonly tone: readonly number[]
  /** dB of the sides per region. */
  readonly sides: readonly number[]
  /** dB. */
  readonly peaks: number
}
export interface BusRig {
  readonly knobs: Knobs
  hear(x: Float64Array): HeardSum
  evaluate(x: Float64Array): Evaluation
}

/** @param entering what the bus gets @throws RangeError as `compile` */
export function createBusRig(
  devices: readonly Device[],
  list: readonly BusKnob[],
  entering: Audio,
  aim: Aim,
  sampleRate: number,
  kernels: Kernels
): BusRig {
  const frames = entering[0]!.length,
    ear = createEar(kernels, sampleRate, frames),
    regions = sideRegions(ear.bands),
    b = builder('bus'),
    source = b.input('in', { channels: 2 })
  b.output('out', { channels: 2 }, chain(b, 'mix-bus', source, devices))
  const graph = b.graph(),
    excerpt = excerptOf(graph, kernels, { sampleRate, gradients: { frames } }),
    { engine } = excerpt,
    knobs = knobsOf(
      graph,
      list.map(({ slot, ...knob }): Knob => ({ node: `mix-bus/${slot}`, ...knob }))
    )
  fill(engine.inputs.in!, entering)
  const render = (x: Float64Array) => {
    knobs.turn(engine, x)
    excerpt.render()
    const audio = engine.outputs.out as Float32Array[]
    return { audio, ...ear.powers(audio) }
  }
  return {
    knobs,
    hear(x) {
      const { audio, both, side } = render(x),
        sums = bandSums(both, ear.bands)
      return {
        tone: toneDifference(sums, aim.tone),
        sides: sidesOf(bandSums(side, ear.bands), sums, regions),
        peaks: peakiness(audio)
      }
    },
    evaluate(x) {
      const { audio, both, side } = render(x),
        [left, right] = engine.outputGradients.out as [Float32Array, Float32Array],
        toBoth = new Float64Array(both.length),
        toSide = new Float64Array(both.length),
        // As many filters share the tone, so that each dB of a region counts as much as a dB of the sides.
        share = busFilters.length
      let loss = share * toneLoss(both, aim.tone, toBoth, share)
      if (aim.sides) loss += widthLoss(side, both, ear.bands, regions, aim.sides, toSide, toBoth)
      left.fill(0)
      right.fill(0)
      ear.gradient(toBoth, toSide, left, right)
      if (aim.peaks !== undefined) {
        const over = peakiness(audio) - aim.peaks
        peakiness(audio, [left, right], 2 * over)
        loss += over * over
      }
      const gradient = knobs.gradient(excerpt.gradients(), x)
      list.forEach(({ cost }, i) => {
        loss += cost * x[i]! * x[i]!
        gradient[i]! += 2 * cost * x[i]!
      })
      return { loss, gradient }
    }
  }
}
