/** What a move changes, rendered from as little as it can touch, is what whole mixes with and without it differ by. */
import { type Audio, clipOf, measureLoudness } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { bass, clip, kick, noise, rate, voice } from '../../test/stems.ts'
import { consoleGraph, stemIds } from '../mix/console.ts'
import type { Decisions, Device, StemDecision } from '../mix/decisions.ts'
import { movesOf } from '../mix/moves.ts'
import { differences, from } from './difference.ts'

const seconds = 4,
  frames = seconds * rate
const song = { kick: kick(seconds), snare: noise(seconds, 0.05, 4), bass: bass(seconds), voice: voice(seconds) },
  names = Object.keys(song),
  ids = stemIds(names),
  ports = names.map(name => ({ name, channels: 1 as const })),
  inputs = Object.fromEntries(ids.map((id, i) => [id, [Object.values(song)[i]!]]))
const device = (slot: string, type: string, params: Record<string, number>): Device => ({
    slot,
    type,
    params,
    reason: ''
  }),
  squash = (slot: string) => device(slot, 'compressor', { threshold: -35, ratio: 4, attack: 5, release: 80 })
const stem = (name: string, more: Partial<StemDecision>): StemDecision => ({
  stem: name,
  role: 'music',
  confidence: 1,
  roleFrom: 'name',
  group: 'music',
  faults: [],
  chain: [],
  fader: { gain: -3, reason: '' },
  sends: [],
  ...more
})
const decisions: Decisions = {
  stems: [
    stem('kick', { group: 'drums', chain: [squash('comp')] }),
    stem('snare', {
      group: 'drums',
      chain: [device('eq-1', 'bell', { frequency: 900, q: 1, gain: 6 })],
      pan: { pan: 0.5, reason: '' }
    }),
    stem('bass', { group: 'bass', muted: { reason: '' } }),
    stem('voice', { group: 'vocals', chain: [squash('comp')], sends: [{ to: 'room', gain: -6, reason: '' }] })
  ],
  groups: [
    { group: 'drums', gain: 0, glue: squash('glue') },
    { group: 'bass', gain: 0 },
    { group: 'vocals', gain: 0 }
  ],
  returns: [
    {
      name: 'room',
      gain: 0,
      reason: '',
      chain: [device('reverb', 'stereo-reverb', { size: 0.3, damping: 0.4, width: 1, mix: 1 })]
    }
  ],
  mixBus: [squash('comp'), device('eq-1', 'highshelf', { frequency: 6000, q: 0.7, gain: 3 })]
}
const whole = async (of: Decisions) =>
  await render(consoleGraph(of, ports), inputs, { kernels, sampleRate: rate, tail: 0 })
const power = (audio: Audio) => audio.reduce((sum, c) => sum + c.reduce((s, x) => s + x * x, 0), 0)
const dB = (ratio: number) => 10 * Math.log10(ratio + 1e-30)

describe('what a move changes', () => {
  let mixed: Record<string, Audio>
  beforeAll(async () => {
    mixed = await whole(decisions)
  })
  const rigOf = () => ({
    sampleRate: rate,
    kernels,
    decisions,
    ports,
    clips: Object.fromEntries(ids.map((id, i) => [id, clip(Object.values(song)[i]!)])),
    bus: clipOf(mixed['mix-input']!, rate)
  })
  const moves = movesOf(decisions)
  it('the example has a move of every kind', () => {
    expect(new Set(moves.map(move => move.kind))).toEqual(
      new Set(['mute', 'device', 'fader', 'pan', 'send', 'glue', 'bus'])
    )
  })
  it.each(moves.map(move => [move.id, move] as const))('%s', async (_, move) => {
    const start = rate,
      stretch = { start, frames: 2 * rate },
      found = await differences(rigOf())(move, stretch),
      other = (await whole(move.without)).mix!,
      wanted = other.map((channel, c) =>
        channel.map((x, i) => x - mixed.mix![c]![i]!).subarray(start, start + stretch.frames)
      ),
      error = found.map((channel, c) => channel.map((x, i) => x - wanted[c]![i]!))
    // It changes something, and that is found: the stretch begins so early that all before it is rendered. Floats of
    // 24 bits, summed in another order: 100 dB below the mix is far above their error.
    expect(dB(power(wanted) / power(mixed.mix!.map(c => c.subarray(start, start + stretch.frames))))).toBeGreaterThan(
      -60
    )
    expect(dB(power(error) / power(mixed.mix!))).toBeLessThan(-100)
  })
  it('in the midst of a song, what remembers has been given time', async () => {
    const start = 2.5 * rate,
      stretch = { start, frames: rate },
      render = differences(rigOf())
    for (const move of moves) {
      const found = await render(move, stretch),
        other = (await whole(move.without)).mix!,
        wanted = other.map((channel, c) => channel.map((x, i) => x - mixed.mix![c]![i]!).subarray(start, start + rate)),
        level = (audio: Audio) => measureLoudness(audio, rate).integrated
      // Loud enough to be heard beside the mix, it is right to half a LU.
      expect(Math.abs(level(found) - level(wanted)), move.id).toBeLessThan(0.5)
    }
  })
})

it('automation comes earlier by as much as is left out', async () => {
  const lane = {
      lane: [
        [0, 0],
        [1, -20],
        [3, -6]
      ] as const
    },
    graph = {
      version: 1 as const,
      inputs: { in: { channels: 1 as const } },
      outputs: { out: { channels: 1 as const } },
      nodes: { g: { type: 'gain', params: { gain: lane } } },
      edges: [
        { from: ['input', 'in'] as const, to: ['g', 'main'] as const, gain: lane },
        { from: ['g', 'main'] as const, to: ['output', 'out'] as const }
      ]
    },
    // A whole number of the grid on which lanes are read.
    start = 64 * 1500,
    input = new Float32Array(frames).fill(0.5),
    all = (await render(graph, { in: [input] }, { kernels, sampleRate: rate, tail: 0 })).out![0]!,
    rest = (
      await render(from(graph, start / rate), { in: [input.subarray(start)] }, { kernels, sampleRate: rate, tail: 0 })
    ).out![0]!
  expect(rest.length).toBe(frames - start)
  expect(Math.max(...rest.map((x, i) => Math.abs(x - all[start + i]!)))).toBeLessThan(1e-6)
  expect(Math.max(...rest.map((x, i) => Math.abs(x - all[i]!)))).toBeGreaterThan(0.05)
})
