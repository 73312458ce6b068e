import { type Audio, measureAudio, measureLoudness } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { inThread, take } from '../../test/in-thread.ts'
import { bass, chords, clip, filtered, kick, type Mono, rate, scaled, snare, sum, voice } from '../../test/stems.ts'
import type { MixInput } from './mix.ts'
import { mix } from './mix.ts'
import { toneErrors } from './tone-aims.ts'

const seconds = 6
const song: Record<string, Mono> = {
  Kick: kick(seconds),
  Snare: snare(seconds),
  Bass: bass(seconds),
  Keys: chords(seconds),
  'Lead Vox': voice(seconds)
}
const names = Object.keys(song)

/** The whole task in memory. */
async function mixed(given: Omit<MixInput, 'stems'> = {}, options: Parameters<typeof mix.run>[1] = {}) {
  const audio: Record<string, Audio> = {}
  const result = await mix.run(
    { stems: names.map(name => ({ name, clip: clip(song[name]!) })), ...given },
    { refine: 0, loudness: -30, ...options },
    {
      ...inThread,
      open: (name, { channels }) => (name === 'balance' ? undefined : take(audio, name, channels))
    }
  )
  return { ...result, audio, stem: (name: string) => result.decisions.stems.find(one => one.stem === name)! }
}
const dB = (x: Audio) => 10 * Math.log10(x.reduce((s, c) => s + c.reduce((t, v) => t + v * v, 0), 0) + 1e-30)
const differenceOf = (a: Audio, b: Audio) => a.map((c, k) => c.map((v, i) => v - b[k]![i]!))

describe('a rough mix', () => {
  const planted: Record<string, number> = { Kick: -2, Snare: 3, Bass: -7, Keys: 5, 'Lead Vox': -4 }
  const rough = sum(...names.map(name => scaled(song[name]!, planted[name]! - 12)))
  it('gives its balance in place of the rules, whatever its level', async () => {
    const result = await mixed({ rough: clip(rough) }),
      errors = names.map(name => result.stem(name).fader.gain - planted[name]!),
      mean = errors.reduce((a, b) => a + b, 0) / errors.length
    // The reader's own accuracy: median 0.08, p95 0.31 dB; faders are rounded to 0.1 dB.
    for (const error of errors) expect(Math.abs(error - mean)).toBeLessThan(0.5)
    expect(result.stem('Bass').fader.reason).toMatch(/^As in the rough mix, which has it at −1\d\.\d dB\. Fader/)
  })
  it('leaves to the rules what it does not hold', async () => {
    const without = sum(...names.filter(name => name !== 'Keys').map(name => scaled(song[name]!, planted[name]! - 12))),
      result = await mixed({ rough: clip(without) })
    expect(result.stem('Keys').fader.reason).toMatch(/^Not heard in the rough mix: placed by rule/)
    expect(result.stem('Kick').fader.gain - result.stem('Snare').fader.gain).toBeCloseTo(-5, 0)
  })
  it('is refused where it is another song', async () => {
    const other = filtered(
      new Float32Array(seconds * rate).map((_, i) => Math.sin(i * i * 1e-6)),
      200,
      true
    )
    await expect(mixed({ rough: clip(other) })).rejects.toThrow(/^rough: it does not sound like these stems/)
  })
})

describe('locked stems', () => {
  it('keep sound, place and balance, also behind the glue of the others', async () => {
    const result = await mixed({ lock: ['drums'] }),
      [a, b] = ['Kick', 'Snare'].map(name => result.stem(name))
    for (const stem of [a!, b!]) {
      expect(stem).toMatchObject({ locked: true, chain: [], sends: [] })
      expect(stem.pan).toBeUndefined()
      const made = result.audio[`stem:${stem.stem}`]!,
        gain = 10 ** (stem.fader.gain / 20)
      expect(
        dB(
          differenceOf(
            made,
            made.map(c => c.map((_, i) => (song[stem.stem]![i] ?? 0) * gain))
          )
        ) - dB(made)
      ).toBeLessThan(-120)
    }
    expect(a!.fader.gain).toBe(b!.fader.gain)
    expect(result.stem('Bass').locked).toBeUndefined()
  })
  it('are as loud together as they would have been', async () => {
    const loudness = (result: Awaited<ReturnType<typeof mixed>>) =>
      measureLoudness(
        [0, 1].map(c => sum(...['Kick', 'Snare'].map(name => result.audio[`stem:${name}`]![c]!))),
        rate
      ).integrated - measureLoudness(result.audio['stem:Bass']!, rate).integrated
    const dry = { dynamics: 0, cleaning: 0, tone: 0 }
    expect(loudness(await mixed({ lock: ['drums'] }, dry)) - loudness(await mixed({}, dry))).toBeCloseTo(0, 0)
  })
  it('must be there', async () => {
    await expect(mixed({ lock: ['tuba'] })).rejects.toThrow('lock: no stem, role or group "tuba" in this song')
  })
})

it('stems apart and the mix without them add up to the mix, through its compressor', async () => {
  const { audio, decisions } = await mixed({ apart: ['vocals'] })
  expect(decisions.mixBus.map(device => device.type)).toContain('compressor')
  expect(decisions.apart).toEqual([{ name: 'vocals', stems: ['Lead Vox'] }])
  const both = audio['only:vocals']!.map((c, k) => c.map((v, i) => v + audio['without:vocals']![k]![i]!))
  expect(dB(differenceOf(both, audio.mix!)) - dB(audio.mix!)).toBeLessThan(-100)
  expect(dB(audio['only:vocals']!) - dB(audio.mix!)).toBeLessThan(-1)
})

it('a reference draws tone and width near to its own, by measures that it does not turn', async () => {
  const plain = await mixed(),
    // The song itself through another room's taste: 5 dB less lows, 4 dB more highs.
    tilted = plain.audio.mix!.map(c => {
      const lows = filtered(c, 250, false),
        highs = filtered(c, 3000, true)
      return c.map((v, i) => v - 0.44 * lows[i]! + 0.58 * highs[i]!)
    }),
    liked = await mixed({ reference: clip(...tilted) }),
    aim = measureAudio(tilted, rate),
    error = (audio: Audio) => Math.hypot(...toneErrors(measureAudio(audio, rate), aim))
  expect(error(liked.audio.mix!)).toBeLessThan(0.4 * error(plain.audio.mix!))
  expect(liked.reference!.measured.integrated).toBeCloseTo(aim.integrated!, 6)
  for (const { reason } of liked.decisions.mixBus.filter(device => device.slot.startsWith('eq-sum')))
    expect(reason).toMatch(/against the reference, without it/)
})

it('an amount of 0 plays the stems as they are recorded', async () => {
  const { decisions } = await mixed({}, { amount: 0 })
  expect(new Set(decisions.stems.map(stem => stem.fader.gain)).size).toBe(1)
  for (const stem of decisions.stems) expect(stem).toMatchObject({ chain: [], sends: [] })
  expect(decisions.stems.every(stem => stem.pan === undefined)).toBe(true)
  expect(decisions.mixBus).toEqual([])
})
