import { createRandom, processors } from '@mixwright/dsp'
import { builder, excerptOf } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { graphMatchLoss } from '../losses/index.ts'
import { adam } from './adam.ts'
import { hessianAt, identificationOf } from './curvature.ts'
import { type Knobs, knobsOf } from './knobs.ts'
import { lbfgs } from './lbfgs.ts'

const rate = 44100,
  frames = 8192,
  random = createRandom(2),
  noise = new Float32Array(frames).map(() => random.between(-0.5, 0.5))

function chain(gain: number, frequency: number, send: number) {
  const b = builder('chain'),
    source = b.input('x', { channels: 1 }),
    bell = b.node('bell', { type: 'bell', params: { frequency, gain: 6, q: 1 } }),
    fader = b.node('fader', { type: 'gain', params: { gain } })
  b.wire(source, bell)
  b.wire(bell, fader)
  b.output('y', { channels: 2 }, fader, send)
  return b.graph()
}
function rig(graph: ReturnType<typeof chain>) {
  const excerpt = excerptOf(graph, kernels, { sampleRate: rate, gradients: { frames } })
  for (const channel of excerpt.engine.inputs.x!) channel.set(noise)
  return excerpt
}

describe('knobs and adam', () => {
  it('find a level and a frequency again by the gradient of the squared error', () => {
    const truth = rig(chain(-5, 1500, 0))
    truth.render()
    const wanted = truth.engine.outputs.y!.map(c => c.slice()),
      graph = chain(0, 1000, 0),
      excerpt = rig(graph),
      knobs = knobsOf(graph, [
        { node: 'fader', param: 'gain', step: 1 },
        { node: 'bell', param: 'frequency', step: 0.2 }
      ])
    const { x, loss, first } = adam(
      new Float64Array(2),
      at => {
        knobs.turn(excerpt.engine, at)
        excerpt.render()
        let sum = 0
        excerpt.engine.outputs.y!.forEach((channel, c) => {
          const g = excerpt.engine.outputGradients.y![c]!
          for (let i = 0; i < frames; i++) {
            const e = channel[i]! - wanted[c]![i]!
            sum += (e * e) / frames
            g[i] = (2 * e) / frames
          }
        })
        return { loss: sum, gradient: knobs.gradient(excerpt.gradients(), at) }
      },
      { rate: 0.5, iterations: 120 }
    )
    const [gain, frequency] = knobs.values(x) as [number, number]
    expect(gain).toBeCloseTo(-5, 1)
    expect(Math.abs(frequency / 1500 - 1)).toBeLessThan(0.01)
    expect(loss).toBeLessThan(1e-4 * first)
  })
  it('find them by the graph-match loss and L-BFGS, and say what cannot be told apart', () => {
    const truth = rig(chain(-5, 1500, 0))
    truth.render()
    const graph = chain(0, 1000, 0),
      excerpt = rig(graph),
      loss = graphMatchLoss(kernels, truth.engine.outputs.y!, rate),
      at = (knobs: Knobs) => (x: Float64Array) => {
        knobs.turn(excerpt.engine, x)
        excerpt.render()
        for (const channel of excerpt.engine.outputGradients.y!) channel.fill(0)
        const value = loss.value(excerpt.engine.outputs.y!)
        loss.gradient(excerpt.engine.outputGradients.y!)
        return { loss: value, gradient: knobs.gradient(excerpt.gradients(), x) }
      },
      fader = { node: 'fader', param: 'gain', step: 1 },
      both = knobsOf(graph, [fader, { node: 'bell', param: 'frequency', step: 0.2 }]),
      {
        x,
        first,
        loss: least
      } = lbfgs(new Float64Array(2), at(both), {
        iterations: 30,
        evaluations: 60,
        bounds: both.bounds
      }),
      [gain, frequency] = both.values(x) as [number, number]
    expect(gain).toBeCloseTo(-5, 2)
    expect(Math.abs(frequency / 1500 - 1)).toBeLessThan(0.01)
    expect(least).toBeLessThan(0.01 * first)
    // Two gains in a row: only their sum can be heard. At the level of the start, where the loss has a slope and bends.
    const gains = knobsOf(graph, [fader, { edge: graph.edges.findIndex(e => e.gain === 0), step: 1 }]),
      hessian = hessianAt(new Float64Array(2), at(gains), 0.5),
      { unidentified } = identificationOf(hessian, ['fader', 'send'], 1e-3, 20)
    expect(unidentified).toHaveLength(1)
    expect(unidentified[0]!.knobs[0]!.share * unidentified[0]!.knobs[1]!.share).toBeCloseTo(-0.5, 2)
  })
  it('stays within range and reach, and points back inside', () => {
    const graph = chain(0, 1000, -3),
      edge = graph.edges.findIndex(e => e.gain === -3),
      knobs = knobsOf(graph, [
        { edge, step: 2, reach: 1.5 },
        { node: 'fader', param: 'gain', step: 10 },
        { node: 'bell', param: 'frequency', step: 0.5 }
      ]),
      nothing = { nodes: { fader: { gain: -1 }, bell: { frequency: 0 } }, edges: { [edge]: 1 } }
    expect(knobs.values(new Float64Array([4, 0, 0]))).toEqual([0, 0, 1000])
    expect([...knobs.gradient(nothing, new Float64Array([-4, 0, 0]))]).toEqual([0, -10, 0])
    expect([...knobs.gradient(nothing, new Float64Array([4, 100, 0]))]).toEqual([2, 0, 0])
    const { gain } = processors.gain.params,
      { frequency } = processors.bell.params,
      { lower, upper } = knobs.bounds
    expect([lower[0], upper[0], lower[1], upper[1]]).toEqual([-1.5, 1.5, gain.min / 10, gain.max / 10])
    expect(lower[2]).toBeCloseTo(2 * Math.log2(frequency.min / 1000), 12)
    expect(knobs.values(Float64Array.from(upper))[2]).toBeCloseTo(frequency.max, 9)
  })
  it('refuse what is not there', () => {
    const graph = chain(0, 1000, 0)
    expect(() => knobsOf(graph, [{ node: 'fader', param: 'gian', step: 1 }])).toThrow('fader.gian')
    expect(() => knobsOf(graph, [{ edge: 99, step: 1 }])).toThrow('edge 99')
    expect(() =>
      adam(new Float64Array(1), () => ({ loss: Number.NaN, gradient: new Float64Array(1) }), { rate: 1, iterations: 1 })
    ).toThrow('not finite')
  })
})
