import { createRandom } from '@mixwright/dsp'
import { builder, type Graph, redrawn, render, withParam } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { certaintyOf } from './certainty.ts'
import { fitSettings, type SettingsOptions } from './fit-settings.ts'
import { settingsIn } from './settings.ts'

const sampleRate = 44100,
  frames = 16384,
  random = createRandom(4),
  inputs = { x: [new Float32Array(frames).map(() => 0.2 * random.normal())] },
  problem = { sampleRate, inputs, frames, output: 'y' }

function strip(gain: number, frequency: number, pan: number, send: number): Graph {
  const b = builder('strip'),
    source = b.input('x', { channels: 1 }),
    bell = b.node('bell', { type: 'bell', params: { frequency, gain, q: 1.3 } }),
    place = b.node('place', { type: 'panning', params: { pan } })
  b.wire(source, bell)
  b.wire(bell, place, send)
  b.output('y', { channels: 2 }, place)
  return b.graph()
}
const wetOf = async (graph: Graph) => (await render(graph, inputs, { kernels, sampleRate, tail: 0 })).y!

describe('the settings of a known graph', () => {
  it('are found from numbers that say nothing of them, the same each time', async () => {
    const truth = strip(7, 1800, -0.4, -9),
      wet = await wetOf(truth),
      blind = redrawn(truth, createRandom(8)),
      fit = () => fitSettings(blind, problem, wet, kernels, { starts: 7, rounds: 20 }),
      { units, errorToSignal, loss } = fit()
    expect(errorToSignal).toBeLessThan(1e-6)
    expect(loss).toBeLessThan(0.01)
    // At -60 dB of error no setting is off by a hundredth of its range: the bell alone is 7 dB.
    settingsIn(truth).forEach(({ unit, name }, j) => expect(Math.abs(units[j]! - unit), name).toBeLessThan(0.01))
    expect(fit().units).toEqual(units)
  })
  it('are not looked for elsewhere where nothing more can be hoped for, or nothing more is wanted', async () => {
    const truth = strip(7, 1800, -0.4, -9),
      bent = (await wetOf(truth)).map(channel => channel.map(v => Math.tanh(8 * v))),
      fit = (limits: Pick<SettingsOptions, 'below' | 'near' | 'lost' | 'exact'>) =>
        fitSettings(truth, problem, bent, kernels, { starts: 7, ...limits }),
      patient = fit({}),
      content = fit({ near: 1, lost: 1 }),
      demanding = fit({ near: 1, lost: 1, exact: 1 }),
      hopeless = fit({ below: patient.errorToSignal / 2 })
    expect(content.errorToSignal).toBeLessThan(1.05 * patient.errorToSignal)
    expect(content.rounds).toBeLessThan(0.7 * patient.rounds)
    expect(demanding.rounds).toBeGreaterThan(content.rounds)
    expect(hopeless.rounds).toBeLessThanOrEqual(content.rounds)
  })
  it('are found of what swings, whose rate and phase have no slope that leads to them', async () => {
    const b = builder('swell'),
      fader = b.node('fader', { type: 'gain' }),
      lfo = b.node('lfo', { type: 'lfo', params: { frequency: 5.1, phase: 250 } })
    b.wire(b.input('x', { channels: 1 }), fader)
    b.wire([lfo[0], 'lfo'], ['fader', 'gain'], 15)
    b.output('y', { channels: 1 }, fader)
    const graph = b.graph(),
      long = 1.5 * sampleRate,
      swelling = {
        ...problem,
        frames: long,
        inputs: { x: [new Float32Array(long).map(() => random.normal())] }
      },
      wet = (await render(graph, swelling.inputs, { kernels, sampleRate, tail: 0 })).y!,
      start = withParam(withParam(graph, 'lfo', 'frequency', 0.4), 'lfo', 'phase', 20),
      { units, settings } = fitSettings(start, swelling, wet, kernels, { starts: 3 })
    for (const { name, unit } of settingsIn(graph))
      expect(units[settings.findIndex(one => one.name === name)], name).toBeCloseTo(unit, 3)
  })
  it('are found of a delay that swings', async () => {
    const b = builder('chorus'),
      rate = 22050,
      long = 1.5 * rate,
      chorus = b.node('chorus', { type: 'chorus', params: { delay: 11, feedback: 0.1, mix: 0.4 } }),
      lfo = b.node('lfo', { type: 'lfo', params: { frequency: 1.7, phase: 130 } })
    b.wire(b.input('x', { channels: 1 }), chorus)
    b.wire([lfo[0], 'lfo'], ['chorus', 'modulation'], -8)
    b.output('y', { channels: 1 }, chorus)
    const graph = b.graph(),
      dry = { x: [Float32Array.from({ length: long }, () => random.normal())] },
      swinging = { ...problem, sampleRate: rate, frames: long, inputs: dry },
      wet = (await render(graph, dry, { kernels, sampleRate: rate, tail: 0 })).y!,
      { units, settings } = fitSettings(redrawn(graph, createRandom(8)), swinging, wet, kernels, {
        starts: 3,
        rounds: 20
      })
    for (const { name, unit } of settingsIn(graph))
      expect(units[settings.findIndex(one => one.name === name)], name).toBeCloseTo(unit, 3)
  })
  it('are found of a faint echo that a send leads to, whose filter passes other parts than usual', async () => {
    const b = builder('echo'),
      rate = 22050,
      long = 2 * rate,
      pingpong = b.node('pingpong', {
        type: 'pingpong',
        params: { delay: 402, feedback: 0.25, mix: 1, frequency: 6280, q: 0.25 }
      }),
      sum = b.node('sum', { type: 'mix' }),
      source = b.input('x', { channels: 1 })
    b.wire(source, sum)
    b.wire(source, pingpong, -15)
    b.wire(pingpong, sum)
    b.output('y', { channels: 2 }, sum)
    const graph = b.graph(),
      // Bursts, as music has them.
      dry = { x: [Float32Array.from({ length: long }, (_, i) => random.normal() * Math.exp(-8 * ((i / rate) % 0.7)))] },
      echoing = { ...problem, sampleRate: rate, frames: long, inputs: dry },
      wet = (await render(graph, dry, { kernels, sampleRate: rate, tail: 0 })).y!,
      { units, settings } = fitSettings(redrawn(graph, createRandom(5)), echoing, wet, kernels, {
        starts: 3,
        rounds: 20
      })
    for (const { name, unit } of settingsIn(graph))
      expect(units[settings.findIndex(one => one.name === name)], name).toBeCloseTo(unit, 2)
  })
  it('are named where they cannot be told apart: two gains in a row', async () => {
    const b = builder('two'),
      source = b.input('x', { channels: 1 }),
      one = b.node('one', { type: 'gain', params: { gain: -3 } }),
      two = b.node('two', { type: 'gain', params: { gain: 2 } })
    b.wire(source, one)
    b.wire(one, two)
    b.output('y', { channels: 1 }, two)
    const graph = b.graph(),
      { unidentified } = certaintyOf(graph, problem, await wetOf(graph), kernels)
    expect(unidentified).toHaveLength(1)
    expect(unidentified[0]!.knobs.map(({ name }) => name).sort()).toEqual(['one.gain', 'two.gain'])
    expect(unidentified[0]!.knobs[0]!.share * unidentified[0]!.knobs[1]!.share).toBeCloseTo(-0.5, 2)
  })
  it('end with the reason of the signal', async () => {
    const graph = strip(7, 1800, -0.4, -9),
      wet = await wetOf(graph)
    expect(() =>
      fitSettings(redrawn(graph, createRandom(8)), problem, wet, kernels, {
        starts: 3,
        signal: AbortSignal.abort(new Error('enough'))
      })
    ).toThrow('enough')
  })
})
