import { createRandom } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { analyse, chords, clip, kick, noise, rate, snare, sum, voice } from '../../test/stems.ts'
import { defectsOf } from './defects.ts'

type Channels = readonly Float32Array[]
const clean: Record<string, Channels> = {
    voice: [sum(voice(8), noise(8, 1e-4, 3))],
    drums: [sum(kick(8), snare(8), noise(8, 1e-4, 4))],
    sparse: [sum(kick(8), noise(8, 1e-4, 7))],
    chords: [sum(chords(8), noise(8, 1e-4, 5)), sum(chords(8), noise(8, 1e-4, 6))]
  },
  kinds = async (channels: Channels) => defectsOf(await analyse(clip(...channels), 'x')).map(({ fault }) => fault.kind),
  changed = (channels: Channels, change: (v: number, i: number, c: number) => number): Channels =>
    channels.map((x, c) => x.map((v, i) => change(v, i, c))),
  peak = (channels: Channels) => Math.max(...channels.map(x => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0)))

/** Clipped at a share of its peak, and turned down. */
function cutAt(channels: Channels, share: number): Channels {
  const top = share * peak(channels)
  return changed(channels, v => 0.3 * Math.max(-top, Math.min(top, v)))
}

/** What each fault does to a clean stem. */
const planted: readonly [kind: string, stem: string, plant: (channels: Channels) => Channels][] = [
  ['dc', 'voice', x => changed(x, v => v + 0.01)],
  ['clipping', 'voice', x => cutAt(x, 0.5)],
  // A short low-pass bends the tops, as conversion does.
  [
    'clipping',
    'chords',
    x => {
      const cut = cutAt(x, 0.4)
      return cut.map(y =>
        y.map((v, i) => 0.2 * v + 0.5 * (y[i - 1] ?? 0) + 0.35 * (y[i - 2] ?? 0) - 0.05 * (y[i - 3] ?? 0))
      )
    }
  ],
  [
    'clicks',
    'chords',
    x => {
      const random = createRandom(5),
        size = 0.2 * peak(x),
        at = new Set(Array.from({ length: 8 }, () => random.below(8 * rate)))
      return changed(x, (v, i) => (at.has(i) ? v + size : v))
    }
  ],
  ['dropout', 'chords', x => changed(x, (v, i) => (i > rate / 2 && i % (rate / 2) < 0.02 * rate ? 0 : v))],
  [
    'hum',
    'voice',
    x =>
      changed(x, (v, i) =>
        [1, 2, 3, 4].reduce((sum, h) => sum + (2e-3 / h) * Math.sin((2 * Math.PI * 50 * h * i) / rate), v)
      )
  ],
  // Under music that never pauses, and the grid 0.07 % off.
  [
    'hum',
    'chords',
    x =>
      changed(x, (v, i) =>
        [1, 2, 3, 4, 5].reduce((sum, h) => sum + (6e-3 / h) * Math.sin((2 * Math.PI * 50.035 * h * i) / rate), v)
      )
  ],
  ['noise', 'drums', x => changed(x, (v, i) => v + 0.006 * (noiseAt[i] ?? 0))],
  // Hits too few to be among the loud frames above 500 Hz.
  ['noise', 'sparse', x => changed(x, (v, i) => v + 0.003 * (noiseAt[i] ?? 0))],
  ['one-sided', 'voice', x => [x[0]!, new Float32Array(x[0]!.length)]],
  ['polarity', 'chords', x => changed(x, (v, _, c) => (c === 1 ? -v : v))]
]
const noiseAt = noise(8, 1, 9)

it.each(Object.entries(clean))('a clean stem has none: %s', async (_, channels) => {
  expect(await kinds(channels)).toEqual([])
})
it('the last bit of a fade, a note cut off and the steps of a sawtooth are no clicks', async () => {
  const drums = clean.drums![0]!,
    faded = drums.map((v, i) => (i < 4 * rate ? v : i % 9000 === 0 ? 2 ** -15 : 0)),
    cut = drums.map((_, i) => {
      const t = (i % rate) / rate
      return t < 0.6 ? 0.5 * Math.exp(-t / 0.15) * Math.sin(2 * Math.PI * 50 * t + 1) : 0
    }),
    saw = drums.map((_, i) => 0.3 * (((i * 60) / rate) % 1) - 0.15)
  for (const channel of [faded, cut, saw]) expect(await kinds([channel])).not.toContain('clicks')
})
it('what is one-sided only while it sounds is no offset', async () => {
  const pulses = clean.voice![0]!.map((_, i) => ((i / rate) % 2 < 1.4 && i % 300 < 60 ? 0.4 : 0))
  expect(await kinds([pulses.map((v, i) => v + 1e-4 * noiseAt[i]!)])).not.toContain('dc')
})
it('the last bit that comes and goes before the first note is no dropout', async () => {
  const late = clean.chords!.map(x =>
    x.map((v, i) => (i > rate ? v : i % 400 < 100 ? 0 : i % 2 ? 2 ** -15 : -(2 ** -15)))
  )
  expect(await kinds(late)).not.toContain('dropout')
})
it('one sample of a drum with a flat top, again and again, is not clipped by its export', async () => {
  const hit = new Float32Array(rate / 4).map((_, i) => {
      const t = i / rate
      return (t < 1 / 300 ? 0.3 : 0.1) * Math.exp(-t / 0.05) * Math.tanh(4 * Math.sin(2 * Math.PI * 150 * t))
    }),
    hits = clean.drums![0]!.map((_, i) => hit[i % hit.length]! + 1e-5 * noiseAt[i]!)
  expect(await kinds([hits])).not.toContain('clipping')
})
it('tails that only touch their lowest level before the next hit are no noise', async () => {
  const tails = clean.drums![0]!.map((_, i) => 0.3 * Math.exp(-((i / rate) % 0.25) / 0.1) * noiseAt[i]!)
  expect(await kinds([tails])).not.toContain('noise')
})
it.each(planted)('%s is found in %s, and nothing else', async (kind, stem, plant) => {
  expect(await kinds(plant(clean[stem]!))).toEqual([kind])
})
