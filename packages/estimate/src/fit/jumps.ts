/** Where slopes lead nowhere: settings whose loss has many valleys, and what they may be instead. */
import { type NumberParam, processors, type Registry, toUnit } from '@mixwright/dsp'
import type { Graph } from '@mixwright/graph'
import { impulseResponse } from '../analysis/impulse-response.ts'
import { type Shape, waves } from '../analysis/waves.ts'
import { edgeRange, type Setting } from './settings.ts'
import { swingsIn } from './find-swings.ts'
import { amountsOf, around, nodesOf, ofNode, type Tapped } from './tap.ts'
import type { Change } from './workbench.ts'

const oscillators = ['lfo', 'stereo-lfo'],
  swinging = ['chorus', 'flanger', 'vibrato']
/** Of oscillators of control signals: Hz, over what parts of songs move at; steps in turns of the whole; phases. */
const oscillations = { from: 0.1, to: 5.5, step: 0.4, phases: 4 } as const
/**
 * For each oscillator the settings that it may have, told apart in so many seconds, and with an effect: in the wrong time
 * it has been turned down to none. What swings a delay has `swingJumps`.
 * @param usual by setting
 */
export function oscillatorJumps(
  graph: Graph,
  settings: readonly Setting[],
  seconds: number,
  usual: Float64Array,
  registry: Registry = processors
): Change[] {
  const { from, to, step, phases } = oscillations,
    count = Math.ceil(((to - from) * seconds) / step)
  return nodesOf(graph, oscillators).flatMap(id => {
    const { frequency, phase } = ofNode(settings, id),
      range = registry[graph.nodes[id]!.type]!.params.frequency as NumberParam,
      moved = graph.edges.filter(edge => edge.from[0] === id).map(edge => graph.nodes[edge.to[0]]?.type ?? '')
    if (frequency === undefined || phase === undefined || moved.every(type => swinging.includes(type))) return []
    const depths = settings.flatMap(({ place }, j) =>
      'edge' in place && graph.edges[place.edge]!.from[0] === id ? [[j, usual[j]!] as const] : []
    )
    return Array.from({ length: (count + 1) * phases }, (_, i) => {
      const hz = from + ((to - from) * Math.floor(i / phases)) / count
      return new Map([[frequency, toUnit(range, hz)], [phase, (i % phases) / phases], ...depths])
    })
  })
}

/** How much of a voice that swings is heard, by what share of its delay it swings at least, and how much of what is delayed is delayed again. */
const voices = [0.35, 0.7],
  shallowest = 0.15,
  again = [0, -0.5, 0.5]
/** For each delay that an oscillator swings the ways that it may swing: from the sound before it to what is missing without it. */
export function swingJumps(tapped: Tapped): Change[][] {
  const {
    graph,
    bench: { settings },
    problem,
    kernels
  } = tapped
  return nodesOf(graph, swinging).flatMap(id => {
    const { delay, feedback } = ofNode(settings, id),
      [modulation, ...others] = graph.edges.flatMap(({ from, to }, edge) =>
        to[0] === id && to[1] !== 'main' ? [{ edge, by: from[0] }] : []
      ),
      oscillator = graph.nodes[modulation?.by ?? '']
    if (!modulation || others.length > 0 || !oscillator || !oscillators.includes(oscillator.type)) return []
    const { frequency, phase, stereo_offset: offset } = ofNode(settings, modulation.by),
      depth = settings.findIndex(({ place }) => 'edge' in place && place.edge === modulation.edge),
      wave = waves[(oscillator.params?.shape ?? 'sine') as Shape],
      heard = around(id, tapped)
    if ([delay, feedback, frequency, phase].includes(undefined) || depth < 0 || !wave || !heard) return []
    const range = settings[delay!]!.range,
      hz = settings[frequency!]!.range,
      how = {
        shortest: range.min / 1e3,
        longest: range.max / 1e3,
        least: shallowest,
        wave,
        apart: offset !== undefined
      }
    return [
      swingsIn(heard.before, heard.missing, problem.sampleRate, how, kernels).flatMap(swing =>
        amountsOf(id, graph, settings, voices).flatMap(amount =>
          again.map(share => {
            const change = new Map([
              ...amount,
              [delay!, toUnit(range, swing.delay * 1e3)],
              [depth, toUnit(edgeRange, 20 * Math.log10(swing.depth))],
              [frequency!, toUnit(hz, swing.frequency)],
              [phase!, swing.phases[0]!],
              [feedback!, toUnit(settings[feedback!]!.range, share)]
            ])
            if (offset !== undefined) change.set(offset, (((swing.phases[1]! - swing.phases[0]!) % 1) + 1) % 1)
            return change
          })
        )
      )
    ]
  })
}

/** Peaks of a response that are tried, and how far they are apart, seconds. */
const peaks = 6,
  apart = 0.006,
  /** How much of it is heard: slopes lead on from there. */
  echo = [0.2],
  /** Shares of the range of its filter's frequency. */
  tones = [0.4, 0.6, 0.8]
/**
 * For each delay the times that it may have: peaks of what leads from the sound before it to what is missing without it.
 * In the wrong time its filter has become any.
 * @param usual by setting
 */
export function delayJumps(tapped: Tapped, usual: Float64Array): Change[][] {
  const {
    graph,
    bench: { settings },
    problem: { sampleRate }
  } = tapped
  return nodesOf(graph, ['delay', 'pingpong']).flatMap(id => {
    const own = ofNode(settings, id),
      { delay, feedback, frequency } = own,
      heard = delay === undefined ? undefined : around(id, tapped)
    if (delay === undefined || !heard) return []
    const { before, missing } = heard,
      range = settings[delay]!.range,
      times = missing.flatMap((channel, c) =>
        peaksOf(impulseResponse(before[c] ?? before[0]!, channel, sampleRate).samples, sampleRate)
      ),
      others = Object.values(own).map(j => [j, usual[j]!] as const)
    return [
      [...new Set(times)]
        .flatMap(t => [t, t / 2])
        .filter(t => t * 1e3 >= range.min && t * 1e3 <= range.max)
        .flatMap(t =>
          amountsOf(id, graph, settings, echo)
            .slice(0, 1)
            .flatMap(amount =>
              tones.map(tone => {
                const change = new Map([...others, ...amount, [delay, toUnit(range, t * 1e3)]])
                if (feedback !== undefined) change.set(feedback, 0.35)
                if (frequency !== undefined) change.set(frequency, tone)
                return change
              })
            )
        )
    ]
  })
}
/** Seconds of the largest magnitudes. */
function peaksOf(response: Float64Array, sampleRate: number): number[] {
  const found: number[] = [],
    left = response.map(Math.abs),
    wide = Math.round(apart * sampleRate)
  for (let n = 0; n < peaks; n++) {
    const at = left.reduce((a, v, i) => (v > left[a]! ? i : a), 0)
    found.push(at / sampleRate)
    left.fill(0, Math.max(0, at - wide), at + wide)
  }
  return found
}
