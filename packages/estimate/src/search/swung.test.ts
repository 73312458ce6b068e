import { type Audio, createRandom } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { consoleGraph, type Device, startOf } from './console.ts'
import { swungGains } from './swung.ts'

const rate = 16000,
  seconds = 7,
  random = createRandom(5),
  // Notes of noise that do not repeat: a compressor would swing with a rhythm.
  levels = Array.from({ length: 40 }, () => 0.3 * 10 ** random.between(-1, 0)),
  dry = Float32Array.from({ length: seconds * rate }, (_, i) => levels[Math.floor(i / rate / 0.19)]! * random.normal()),
  device = (type: string, params: Device['params']): Device => ({ id: type, type, params: startOf(type, params) }),
  through = async (...chain: readonly Device[]): Promise<Audio> => {
    const graph = consoleGraph({
      strips: [{ input: 'x', channels: 1, chain, sends: {} }],
      rooms: [],
      bus: [],
      channels: 2
    })
    return (await render(graph, { x: [dry] }, { kernels, sampleRate: rate, frames: seconds * rate })).mix!
  },
  /** The sounds begin three seconds into the song. */
  began = 3,
  read = (wet: Audio) => swungGains([dry, dry], wet, rate, began)

describe('swungGains', () => {
  it.each([
    ['gain', 'gain', 'sine', {}, 14, 'gain'],
    ['panning', 'pan', 'triangle', { pan: -0.2 }, -8, 'pan'],
    ['bell', 'gain', 'saw', { frequency: 900, q: 0.8, gain: 2 }, 14, 'frequency'],
    ['bandreject', 'frequency', 'triangle', { frequency: 700, q: 2 }, 0, 'frequency'],
    ['phaser', 'modulation', 'square', { frequency: 900, feedback: 0.2, mix: 0.5 }, -6, 'frequency']
  ] as const)('finds a %s whose %s swings, a %s', async (type, inlet, shape, params, depth, number) => {
    const lfo = { shape, frequency: 0.9, phase: 70 },
      truth = { ...device(type, params), modulator: { inlet, params: lfo, depth } },
      found = read(await through(truth)).find(one => one.type === type && one.modulator!.inlet === inlet),
      { params: own, depth: far } = found!.modulator!,
      cycles = (t: number) => Number(own.phase) / 360 + Number(own.frequency) * (began + t)
    // Within a tenth of a cycle from end to end: from there samples lead on.
    for (const t of [0, seconds]) {
      const off = cycles(t) - (lfo.phase / 360 + lfo.frequency * t)
      expect(Math.abs(off - Math.round(off))).toBeLessThan(0.1)
    }
    expect(Math.abs(far - depth)).toBeLessThan(4)
    const [is, should] = [found!.params[number]!, truth.params[number]!]
    expect(Math.abs(number === 'frequency' ? Math.log2(is / should) : is - should)).toBeLessThan(0.3)
  })
  it('finds nothing where nothing swings', async () => {
    for (const still of [
      device('bell', { frequency: 900, gain: 9 }),
      device('gain', { gain: -3 }),
      device('stereo-reverb', { mix: 0.3 })
    ])
      expect(read(await through(still))).toEqual([])
  })
})
