/** Everything that an optimiser may turn in a graph, from the declarations; and a graph with it turned. */
import { type NumberParam, processors, type Registry } from '@mixwright/dsp'
import { type Graph, withGain, withParam } from '@mixwright/graph'
import type { Knob, Place } from './knobs.ts'
import { settingsIn } from './settings.ts'

/** Steps from one end of a range to the other: a step of a filter's gain is then 2 dB, of its frequency 0.4 octaves. */
const stepsPerRange = 24
/** dB */
const edgeStep = 2

/** A step of about the same effect for every parameter. */
export const stepOf = ({ min, max, scale }: NumberParam): number =>
  (scale === 'log' ? Math.log2(max / min) : max - min) / stepsPerRange

/** The constant numbers with a gradient of all nodes, and the gains that edges state; `may` picks among them. */
export function knobsIn(
  graph: Graph,
  may: (place: Place) => boolean = () => true,
  registry: Registry = processors
): Knob[] {
  return settingsIn(graph, may, registry).flatMap(({ place, range }): Knob[] =>
    range.gradient === 'none' ? [] : [{ ...place, step: 'node' in place ? stepOf(range) : edgeStep }]
  )
}

/** Digits that a value is given with: far finer than what can be heard or told from sound. */
const digits = 5
/** The graph with values in their own units, one for each knob. */
export function turned(graph: Graph, knobs: readonly Place[], values: readonly number[]): Graph {
  return knobs.reduce((done, knob, i) => {
    const value = Number(values[i]!.toPrecision(digits)) + 0
    return 'node' in knob ? withParam(done, knob.node, knob.param, value) : withGain(done, knob.edge, value)
  }, graph)
}
