import { type Audio, type Clip, clipOf, measureAudio, measureLoudness, measureTruePeak } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { inThread, take } from '../../test/in-thread.ts'
import { bass, filtered, kick, noise, rate, snare, sum } from '../../test/stems.ts'
import { againstRecords, toneErrors } from '../mix/tone-aims.ts'
import { master, type MasterInput } from './master.ts'
import { platformNames, platforms, playedAt } from './platforms.ts'

const seconds = 5,
  drums = sum(kick(seconds), snare(seconds)),
  low = bass(seconds),
  air = filtered(noise(seconds, 0.5, 4), 120, false),
  other = filtered(noise(seconds, 0.5, 5), 120, false)
/** Drums, bass, and noise that falls as records do; `side` of it differs between the channels. */
function song(side = 0.2): Audio {
  return [1, -1].map(sign => drums.map((v, i) => 0.2 * v + 0.15 * low[i]! + air[i]! + sign * side * other[i]!))
}
const shelved = (audio: Audio, more: number): Audio =>
  audio.map(c => {
    const highs = filtered(filtered(c, 2500, true), 2500, true)
    return c.map((v, i) => v + more * highs[i]!)
  })

async function mastered(input: MasterInput, options: Parameters<typeof master.run>[1] = {}) {
  const audio: Record<string, Audio> = {}
  const result = await master.run(input, options, {
    ...inThread,
    open: (name, { channels }) => take(audio, name, channels)
  })
  return { ...result, audio: audio.master! }
}
const clip = (audio: Audio): Clip => clipOf(audio, rate)

describe('master', () => {
  it.each([-30, -12])('meets %d LUFS on two loudspeakers in a mono file, limited or not', async loudness => {
    const made = await mastered({ song: clip([song()[0]!]) }, { target: 'loudness', loudness, ceiling: -1 })
    expect(made.audio).toHaveLength(1)
    expect(Math.abs(measureLoudness(made.audio, rate).integrated + 10 * Math.log10(2) - loudness)).toBeLessThan(0.1)
  })
  it('meets loudness and ceiling, and its graph is what was done', async () => {
    const made = await mastered({ song: clip(song()) }, { target: 'loudness', loudness: -13, ceiling: -2 })
    expect(Math.abs(measureLoudness(made.audio, rate).integrated + 13)).toBeLessThan(0.1)
    expect(measureTruePeak(made.audio, rate).max).toBeLessThan(-1.99)
    const again = (await render(made.graph, { song: song() }, { kernels, sampleRate: rate, tail: 0 })).master!
    made.audio.forEach((c, k) => {
      expect(again[k]!.reduce((most, v, i) => Math.max(most, Math.abs(v - c[i]!)), 0)).toBeLessThan(1e-6)
    })
  })
  it('hardly changes what is as records are', async () => {
    const { reasons } = await mastered({ song: clip(song()) }, { target: 'loudness', loudness: -23 })
    expect(reasons).toEqual([])
  })
  it('turns a finished loud song down to the ceiling and keeps its peaks', async () => {
    const finished = song().map(c => c.map(v => Math.tanh(12 * v))),
      { integrated } = measureLoudness(finished, rate),
      over = measureTruePeak(finished, rate).max + 1
    expect(integrated - over).toBeGreaterThan(-9)
    const { audio } = await mastered({ song: clip(finished) }, { amount: 0 }),
      gain = 10 ** (-over / 20)
    audio.forEach((c, k) => {
      // A tenth of a LU of rounding or 0.05 dB of the limiter's margin: 1.2 % of full scale.
      expect(c.reduce((most, v, i) => Math.max(most, Math.abs(v - gain * finished[k]![i]!)), 0)).toBeLessThan(0.012)
    })
  })
  it('does not limit what is dense already', async () => {
    // Peaks of eight noises together stand about 4.8 dB over their level, finished songs' 6.3.
    const dense = [40, 60].map(seed => sum(...Array.from({ length: 8 }, (_, i) => noise(seconds, 0.02, seed + i)))),
      // So low that it would take a limiter to be as loud as finished songs.
      ceiling = -6,
      { audio } = await mastered({ song: clip(dense) }, { amount: 0, ceiling }),
      up = 10 ** ((ceiling - measureTruePeak(dense, rate).max) / 20)
    audio.forEach((c, k) => {
      // A twentieth of a LU of rounding, 0.6 %, and 0.05 dB of the limiter's margin.
      expect(c.reduce((most, v, i) => Math.max(most, Math.abs(v - up * dense[k]![i]!)), 0)).toBeLessThan(0.012)
    })
  })
  it('takes a little of what is not, and nothing where nothing is wanted', async () => {
    // The limiter that held it bears witness of what was done after it.
    const held = song().map(c => c.map(v => Math.max(-0.2, Math.min(0.2, v)))),
      bright = shelved(held, 3),
      off = (audio: Audio) => Math.max(...againstRecords(measureAudio(audio, rate)).map(Math.abs)),
      made = await mastered({ song: clip(bright) }, { target: 'loudness', loudness: -23 })
    expect(made.reasons.length).toBeGreaterThan(0)
    expect(off(made.audio)).toBeLessThan(off(bright) - 0.5)
    expect((await mastered({ song: clip(bright) }, { target: 'loudness', loudness: -23, amount: 0 })).reasons).toEqual(
      []
    )
  })
  it('comes near to a reference', async () => {
    const reference = shelved(song(0.4), 3),
      aim = measureAudio(reference, rate),
      away = (audio: Audio) => Math.hypot(...toneErrors(measureAudio(audio, rate), aim)),
      made = await mastered(
        { song: clip(song()), references: [{ of: clip(reference), weight: 1 }] },
        { target: 'loudness', loudness: -20 }
      )
    expect(away(made.audio)).toBeLessThan(0.4 * away(song()))
    expect(Math.abs(made.measured.master.measured.width! - aim.width!)).toBeLessThan(
      0.6 * Math.abs(made.measured.song.measured.width! - aim.width!)
    )
  })
  it('keeps one channel where there is one, as loud on two loudspeakers', async () => {
    const made = await mastered({ song: clip([song()[0]!]) }, { target: 'loudness', loudness: -16 })
    expect(made.audio).toHaveLength(1)
    expect(Math.abs(measureLoudness(made.audio, rate).integrated + 16 + 10 * Math.log10(2))).toBeLessThan(0.1)
  })
  it('bends tips where loudness asks much, of songs far below and above full scale alike', async () => {
    for (const level of [0.3, 20]) {
      const loud = song().map(c => c.map(v => level * v)),
        made = await mastered({ song: clip(loud) }, { target: 'loudness', loudness: -7 })
      expect(made.chain.saturation, `${level}`).toBeDefined()
      expect(Math.abs(measureLoudness(made.audio, rate).integrated + 7)).toBeLessThan(0.1)
    }
    const faint = song().map(c => c.map(v => 0.01 * v))
    await expect(mastered({ song: clip(faint) }, { target: 'loudness', loudness: -7 })).rejects.toThrow('out of reach')
  })
  it('refuses a loudness that is out of reach, with the loudest that is clean, and silence', async () => {
    await expect(mastered({ song: clip(song()) }, { target: 'loudness', loudness: -5, ceiling: -12 })).rejects.toThrow(
      /^master\.loudness: -5 LUFS is out of reach, −\d+\.\d is as loud as it gets; the loudest that is clean is about -\d/
    )
    await expect(mastered({ song: clip([new Float32Array(rate), new Float32Array(rate)]) })).rejects.toThrow(
      'the song is silent'
    )
  })
})

describe('platforms', () => {
  it('turn down what is louder, and up only where the peaks leave room', () => {
    const at = (loudness: number, peak: number) =>
      Object.fromEntries(playedAt(loudness, peak).map(one => [one.platform, one.turn]))
    expect(at(-10, -1)).toMatchObject({ spotify: -4, 'apple-music': -6, youtube: -4, broadcast: -13 })
    expect(at(-20, -4)).toMatchObject({ spotify: 3, youtube: 0, tidal: 0 })
    expect(at(-20, -20).spotify).toBe(6)
  })
  it('give loudness and ceiling of their own', async () => {
    const made = await mastered({ song: clip(song()) }, { target: 'amazon' })
    expect(made.master.ceiling).toBe(platforms.amazon.ceiling)
    expect(Math.abs(made.measured.master.measured.integrated! - platforms.amazon.loudness)).toBeLessThan(0.1)
    expect(platformNames).toContain('broadcast')
  })
})
