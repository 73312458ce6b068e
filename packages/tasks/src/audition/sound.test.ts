/** What a page plays: every version as loud as the others, every move by what it changes. */
import {
  type Audio,
  clipOf,
  measureAudio,
  measureLoudness,
  measureTruePeak,
  type MeasurementSeries
} from '@mixwright/dsp'
import { beforeAll, describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { kick, noise, rate, scaled, sum, voice } from '../../test/stems.ts'
import type { Decisions } from '../mix/decisions.ts'
import { metered } from '../mix/master.ts'
import type { Auditions } from './job.ts'
import { varied } from './picked.ts'
import { type PageSound, pageSound } from './sound.ts'

const seconds = 6,
  long = 2 * rate,
  moments = [
    { start: rate / 2, frames: long, title: 'one' },
    { start: 3 * rate, frames: long, title: 'two' }
  ]
const front = voice(seconds),
  mix = sum(kick(seconds), front, noise(seconds, 0.01)),
  change = front.map(x => -0.5 * x),
  cut = (x: Float32Array, start: number, frames = long) => x.slice(start, start + frames),
  joined = (x: Float32Array) => Float32Array.from([...cut(x, moments[0]!.start), ...cut(x, moments[1]!.start)])
const decisions = {
  stems: [
    {
      stem: 'voice',
      role: 'vocals',
      confidence: 1,
      roleFrom: 'name',
      group: 'vocals',
      faults: [],
      chain: [],
      fader: { gain: 6, reason: 'up' },
      pan: { pan: 0.2, reason: 'right' },
      sends: []
    }
  ],
  groups: [],
  returns: [],
  mixBus: []
} as const satisfies Decisions
const seriesOf = (audio: Audio): MeasurementSeries => {
  const meter = metered(rate, undefined)
  meter.sink([audio[0]!, audio[1] ?? audio[0]!])
  return meter.result().series
}
const stereo = (x: Float32Array): Audio => [x, x]
const loudness = (audio: Audio) => measureLoudness(audio, rate).integrated

describe('the sound of a page', () => {
  let page: PageSound
  const embedded = new Map<string, Audio>(),
    other = Float32Array.from([...scaled(noise(3, 0.1), -30), ...noise(seconds, 0.2, 9)])
  beforeAll(async () => {
    const start = moments[1]!.start + rate / 2,
      at = { start, audio: stereo(cut(change, start, rate)) },
      base = loudness(stereo(cut(mix, start, rate)))
    const auditions: Auditions = {
      moments,
      frames: rate,
      differences: [
        { id: 'voice/fader', ...at, level: loudness(at.audio) - base },
        { id: 'voice/pan', start, level: -55 }
      ],
      rough: { measured: measureAudio([mix], rate), series: seriesOf([mix]), audio: stereo(joined(scaled(mix, -20))) }
    }
    page = await pageSound(
      auditions,
      decisions,
      [
        { title: 'Mix', clip: clipOf([mix], rate) },
        { title: 'Master', clip: clipOf(stereo(mix.map(x => Math.tanh(4 * x))), rate) },
        { title: 'Reference', clip: clipOf([other], rate), other: seriesOf([other]) }
      ],
      'Mix',
      {
        kernels,
        embed: async audio => {
          const name = `#${embedded.size}`
          embedded.set(
            name,
            audio.map(c => c.slice())
          )
          return name
        }
      }
    )
  })
  const audioOf = (name: string) => embedded.get(page.audio.get(name)!)!
  const inMoment = (audio: Audio, m: number) => audio.map(c => c.subarray(m * long, (m + 1) * long))

  it('holds the bare sum first, then what was given, each over all moments', () => {
    expect(page.sound.versions.map(v => v.title)).toEqual(['Raw stems', 'Mix', 'Master', 'Reference'])
    expect(page.sound.versions.map(v => v.other)).toEqual([false, false, false, true])
    for (const { id } of page.sound.versions) expect(audioOf(id).map(c => c.length)).toEqual([2 * long, 2 * long])
    expect(page.sound.moments.map(m => [m.at, m.seconds, m.start])).toEqual([
      [0, 2, 0.5],
      [2, 2, 3]
    ])
  })
  it('is equally loud within a moment, says by which gains, and nothing clips', () => {
    for (const m of [0, 1]) {
      const all = page.sound.versions.map(({ id }) => loudness(inMoment(audioOf(id), m)))
      // Fades of 5 ms at the edges of 2 s take 0.01 LU, where the kick stands there more.
      expect(Math.max(...all) - Math.min(...all)).toBeLessThan(0.15)
    }
    for (const { id } of page.sound.versions) expect(measureTruePeak(audioOf(id), rate).max).toBeLessThan(-0.9)
    const [rough, own] = page.sound.versions
    // The same sound 20 dB lower: the gains differ by just that.
    expect(rough!.moments[0]!.gain - own!.moments[0]!.gain).toBeCloseTo(20, 2)
    expect(own!.moments[0]!.loudness).toBeCloseTo(loudness(stereo(cut(mix, moments[0]!.start))), 2)
  })
  it('another recording plays where it is loud itself', () => {
    const read = page.sound.versions[3]!.moments
    for (const one of read) expect(one!.loudness).toBeGreaterThan(loudness(stereo(other)) - 1)
  })
  it('plays a move by what it changes, at the level of the mix', () => {
    expect(page.sound.moves.map(move => move.id)).toEqual(['voice/fader'])
    const [move] = page.sound.moves,
      audio = audioOf(move!.audio),
      gain = page.sound.versions[1]!.moments[1]!.gain
    expect(move).toMatchObject({ at: 2.5, seconds: 1, down: 0 })
    const middle = Math.round(0.5 * rate),
      wanted = change[moments[1]!.start + rate / 2 + middle]! * 10 ** (gain / 20)
    expect(audio[0]![middle]!).toBeCloseTo(wanted, 5)
    expect(move!.boost).toBeCloseTo(Math.max(0, -12 - move!.level), 1)
  })
  it('turns a mix without a move down where it would clip', async () => {
    const loud = stereo(cut(mix, moments[0]!.start, rate).map(x => 30 * x)),
      one = await pageSound(
        {
          moments,
          frames: rate,
          differences: [{ id: 'voice/fader', start: moments[0]!.start, level: 20, audio: loud }],
          rough: { measured: measureAudio([mix], rate), series: seriesOf([mix]), audio: stereo(joined(mix)) }
        },
        decisions,
        [{ title: 'Mix', clip: clipOf([mix], rate) }],
        'Mix',
        { kernels, embed: async audio => String(embedded.set('loud', audio).size) }
      ),
      [move] = one.sound.moves,
      change = embedded.get('loud')!
    expect(move!.down).toBeGreaterThan(6)
    expect(move!.turn).toBeLessThan(-10)
    expect(move!.boost).toBeLessThanOrEqual(0)
    // What is embedded holds its peaks.
    expect(Math.max(...change.map(c => c.reduce((most, x) => Math.max(most, Math.abs(x)), 0)))).toBeLessThanOrEqual(1)
  })
})

it('what is heard is varied: a third fader gives way to a softer move of another kind', () => {
  const candidate = (id: string, of: string, does: string, level: number) => ({
    move: { id, of, kind: 'fader' as const, reason: '', without: decisions },
    does,
    level
  })
  const all = [
    candidate('a/fader', 'a', 'fader', -10),
    candidate('b/fader', 'b', 'fader', -11),
    candidate('c/fader', 'c', 'fader', -12),
    candidate('d/comp', 'd', 'compressor', -18)
  ]
  expect(varied(all, 3).map(one => one.move.id)).toEqual(['a/fader', 'b/fader', 'd/comp'])
  expect(varied(all, 9).length).toBe(4)
})
