import { type Audio, measureAudio, measureChatter, measureLoudness } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { beforeAll, describe, expect, it } from 'vitest'
import { inOne } from '../../../dsp/test/in-one.ts'
import { kernels } from '../../../dsp/test/kernels.ts'
import { inThread, take } from '../../test/in-thread.ts'
import { analyse, chords, clip, filtered, type Mono, noise, pad, rate, scaled, sum, voice } from '../../test/stems.ts'
import { consoleGraph, stemOutput } from './console.ts'
import type { Decisions } from './decisions.ts'
import { mix, type MixResult } from './mix.ts'
import type { mixOptions } from './options.ts'
import { type Points, pointsAt } from './ride.ts'
import { speakingOf } from './speaking.ts'
import { lowered } from './speech.ts'

const seconds = 24
type Turn = readonly [from: number, to: number]
const turns = {
  host: [
    [2, 6],
    [12, 16]
  ],
  guest: [
    [7, 11],
    [17, 21]
  ]
} as const satisfies Record<string, readonly Turn[]>
/** When the host draws breath: between the turns, well before the words. */
const breath: Turn = [11.3, 11.65]

function placed(parts: readonly (readonly [at: number, sound: Mono])[]): Mono {
  const out = new Float32Array(seconds * rate)
  for (const [at, sound] of parts) sound.forEach((v, i) => (out[Math.round(at * rate) + i]! += v))
  return out
}
const air = scaled(filtered(filtered(noise(0.35, 0.1, 8), 5000, false), 700, true), -22),
  host = sum(placed([...turns.host.map(([at]) => [at, voice(4)] as const), [breath[0], air]]), noise(seconds, 2e-5, 5)),
  // Too soft, the second answer softer still, in a room that hisses.
  hiss = 0.0012,
  guestWords = placed(turns.guest.map(([at], k) => [at, scaled(voice(4, 21), [-10, -16][k]!)] as const)),
  guest = sum(guestWords, noise(seconds, hiss, 6)),
  music = [sum(chords(seconds), pad(seconds)), sum(pad(seconds), scaled(chords(seconds), -3))]

async function made(stems: Record<string, readonly Mono[]>, options: Parameters<typeof mix.run>[1] = {}) {
  const audio: Record<string, Audio> = {}
  const result = await mix.run(
    {
      stems: Object.entries(stems).map(([name, x]) => ({ name, clip: clip(...x) })),
      ...('music' in stems && { roles: { music: 'music' } })
    },
    { preset: 'podcast', ...options },
    {
      ...inThread,
      open: (name, { channels }) => (name === 'balance' ? undefined : take(audio, name, channels))
    }
  )
  return { result, audio }
}
const cut = (audio: Audio, [from, to]: Turn) =>
    audio.map(c => c.subarray(Math.round(from * rate), Math.round(to * rate))),
  loudness = (audio: Audio) => measureLoudness(audio, rate).integrated,
  /** Gated loudness of all that a speaker says. */
  spoken = (audio: Audio, list: readonly Turn[]) => loudness(inOne(list.map(turn => cut(audio, turn)))),
  level = (audio: Audio, turn: Turn) =>
    10 *
    Math.log10(
      cut(audio, turn).reduce((sum, c) => sum + c.reduce((s, v) => s + v * v, 0), 0) / ((turn[1] - turn[0]) * rate) +
        1e-20
    ),
  stemOf = ({ decisions }: MixResult, name: string) => decisions.stems.find(stem => stem.stem === name)!

describe('a podcast', () => {
  let podcast: Awaited<ReturnType<typeof made>>
  const others = async (change: (stem: Decisions['stems'][number]) => Decisions['stems'][number]) =>
    render(
      consoleGraph({ ...podcast.result.decisions, stems: podcast.result.decisions.stems.map(change) }, [
        { name: 'host', channels: 1 },
        { name: 'guest', channels: 1 },
        { name: 'music', channels: 2 }
      ]),
      { host: [host], guest: [guest], music },
      { kernels, sampleRate: rate, tail: 0 }
    )
  beforeAll(async () => {
    podcast = await made({ host: [host], guest: [guest], music })
  })
  it('comes out at -16 LUFS in stereo, no peak above -1 dBTP, without rooms or a bus', () => {
    const { integrated, truePeak } = measureAudio(podcast.audio.master!, rate),
      { decisions, master } = podcast.result
    expect(Math.abs(integrated! + 16)).toBeLessThan(0.1)
    expect(truePeak!).toBeLessThanOrEqual(-1)
    expect([master.channels, podcast.audio.master!.length]).toEqual([2, 2])
    expect([decisions.returns, decisions.mixBus, decisions.stems.flatMap(stem => stem.sends)]).toEqual([[], [], []])
    expect(decisions.stems.map(stem => stem.role)).toEqual(['speech', 'speech', 'music'])
  })
  it('has its speakers within 1 LU of each other, and each turn within 2 LU of the others', () => {
    const at = (name: 'host' | 'guest') => podcast.audio[stemOutput(name)]!,
      [a, b] = [spoken(at('host'), turns.host), spoken(at('guest'), turns.guest)],
      each = (['host', 'guest'] as const).flatMap(name => turns[name].map(turn => loudness(cut(at(name), turn))))
    expect(loudness([host, host]) - loudness([guest, guest])).toBeGreaterThan(8)
    expect(Math.abs(a - b)).toBeLessThan(1)
    expect(Math.max(...each) - Math.min(...each)).toBeLessThan(2)
  })
  it('keeps music 10 LU and more under whoever speaks, and lets it come back where nobody does', async () => {
    const beds = podcast.audio[stemOutput('music')]!,
      free = await others(({ ride: _, ...stem }) => stem)
    for (const name of ['host', 'guest'] as const)
      for (const turn of turns[name])
        expect(loudness(cut(podcast.audio[stemOutput(name)]!, turn)) - loudness(cut(beds, turn))).toBeGreaterThan(10)
    for (const alone of [
      [0, 1.6],
      [22.6, 24]
    ] as const)
      expect(Math.abs(level(beds, alone) - level(free[stemOutput('music')]!, alone))).toBeLessThan(0.05)
  })
  it('has the music down before the first word and up a second after the last, still in between', () => {
    const { points } = stemOf(podcast.result, 'music').ride!,
      depth = pointsAt(points, 9)
    expect(depth).toBeLessThan(-3)
    // What belongs to the first word begins up to 0.12 s and a frame before it is loud.
    expect(pointsAt(points, 2 - 0.3 - 0.17)).toBe(0)
    expect(pointsAt(points, 2)).toBe(depth)
    expect(pointsAt(points, 20.4)).toBe(depth)
    expect(pointsAt(points, 21 + 0.25 + 1)).toBe(0)
    expect(points).toHaveLength(4)
  })
  it('lowers a breath and no word', async () => {
    const all = podcast.audio[stemOutput('host')]!,
      { points } = stemOf(podcast.result, 'host').ride!,
      kept = (
        await others(stem =>
          stem.stem === 'host' ? { ...stem, ride: { ...stem.ride!, points: raised(points) } } : stem
        )
      )[stemOutput('host')]!,
      inner: Turn = [breath[0] + 0.08, breath[1] - 0.08]
    expect(level(all, inner) - level(kept, inner)).toBeLessThan(-7)
    expect(level(all, inner) - level(kept, inner)).toBeGreaterThan(-9)
    for (const turn of turns.host) expect(Math.abs(level(all, turn) - level(kept, turn))).toBeLessThan(0.01)
    expect(stemOf(podcast.result, 'host').ride!.reason).toMatch(/; 1 breath between them lowered by 8 dB\.$/)
  })
  it('brings down the room of a noisy microphone between phrases, and neither cuts words nor chatters', async () => {
    const open = (await others(stem => ({ ...stem, chain: stem.chain.filter(device => device.slot !== 'expander') })))[
        stemOutput('guest')
      ]!,
      all = podcast.audio[stemOutput('guest')]!,
      slots = (name: string) => stemOf(podcast.result, name).chain.map(device => device.slot)
    expect(slots('guest')).toContain('expander')
    expect(slots('host')).not.toContain('expander')
    expect(level(all, [13, 16]) - level(open, [13, 16])).toBeLessThan(-8)
    // Cells of 25 ms in which there are words.
    const lost = turns.guest
      .flatMap(([from, to]) =>
        Array.from(
          { length: Math.floor((to - from) / 0.025) },
          (_, k): Turn => [from + 0.025 * k, from + 0.025 * (k + 1)]
        )
      )
      .filter(cell => level([guestWords], cell) > level([guestWords], turns.guest[1]) - 20)
      .map(cell => level(open, cell) - level(all, cell))
    expect(lost.length).toBeGreaterThan(150)
    expect(Math.max(...lost)).toBeLessThan(1)
    expect(measureChatter(all, rate).rate).toBeLessThanOrEqual(measureChatter(open, rate).rate + 0.05)
  })
})
/** The same ride without what was lowered: breaths are the only moves of 8 dB within 50 ms. */
const raised = (points: Points): Points =>
  points.flatMap(([t, v], i) => {
    const before = points[i - 1],
      after = points[i + 1],
      steep = (p: Points[number] | undefined) => p && Math.abs(p[0] - t) < 0.05 && p[1] - v > 7
    return steep(before) || steep(after) ? [] : [[t, v] as const]
  })

describe('two voices alone', () => {
  it('make a mono file, 3 LU lower by its own measure', async () => {
    const { result, audio } = await made({ host: [host], guest: [guest, guest] }),
      { integrated, truePeak } = measureAudio(audio.master!, rate)
    expect(audio.master).toHaveLength(1)
    expect(Math.abs(integrated! + 16 + 10 * Math.log10(2))).toBeLessThan(0.1)
    expect(truePeak!).toBeLessThanOrEqual(-1)
    expect(result.warnings.filter(text => /The master measures/.test(text))).toEqual([])
    expect(result.master.reason).toContain('in a mono file -19.0')
  })
  it('obey what is asked for besides', async () => {
    const { result } = await made({ host: [host], guest: [guest] }, { loudness: -20, rides: 0 })
    expect(result.options satisfies Partial<Record<keyof typeof mixOptions, unknown>>).toMatchObject({
      preset: 'podcast',
      loudness: -20,
      places: 0
    })
    expect(Math.abs(result.master.measured.integrated! + 20 + 10 * Math.log10(2))).toBeLessThan(0.1)
    expect(result.decisions.stems.filter(stem => stem.ride)).toEqual([])
  })
})

describe('who speaks', () => {
  it('is heard in phrases with what belongs to their words', async () => {
    const { phrases, breaths, pauses } = speakingOf(await analyse(clip(host), 'host')),
      hop = 1024 / rate,
      spans = phrases.map(([a, b]) => [a * hop, (b + 1) * hop] as const),
      within = (t: number) => spans.some(([a, b]) => t >= a && t <= b)
    for (const [from, to] of turns.host) for (const t of [from + 0.1, to - 0.5]) expect(within(t)).toBe(true)
    for (const t of [1.5, 7, 10, 17, 23]) expect(within(t)).toBe(false)
    expect(breaths.map(([a, b]) => [a * hop, (b + 1) * hop]).filter(([a, b]) => a! > 11.2 && b! < 11.8)).toHaveLength(1)
    // Noise of 2e-5 on two sides, K-weighted: within 4 dB of -91.
    expect(Math.abs(pauses! + 91)).toBeLessThan(4)
  })
  it('lowers spans between their ends, whatever points lie in them', () => {
    const points: Points = [
        [0, 0],
        [1, 2],
        [1.5, 2],
        [3, -1]
      ],
      now = lowered(points, [[1.2, 1.8]], 8)
    for (const t of [0, 0.5, 1, 1.2, 1.8, 2.5, 3]) expect(pointsAt(now, t)).toBeCloseTo(pointsAt(points, t), 1)
    for (const t of [1.24, 1.5, 1.76]) expect(pointsAt(now, t)).toBeCloseTo(pointsAt(points, t) - 8, 1)
    expect(now.map(([t]) => t)).toEqual([...now.map(([t]) => t)].sort((a, b) => a - b))
  })
})
