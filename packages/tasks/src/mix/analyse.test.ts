import { describe, expect, it } from 'vitest'
import { analyse, bass, chords, clip, hat, kick, noise, pad, rate, scaled, sum, voice } from '../../test/stems.ts'
import { roleFromSignal } from './role-signal.ts'
import { rulesOf } from './roles.ts'

const sine = (seconds: number, frequency: number, level = 0.5) =>
  new Float32Array(seconds * rate).map((_, i) => level * Math.sin((2 * Math.PI * frequency * i) / rate))

describe('analyseStem', () => {
  it('has a loudness of hits shorter than half a momentary block, far apart: they are no silence', async () => {
    const hits = new Float32Array(10 * rate)
    for (let hit = 0; hit < 5; hit++)
      for (let i = 0; i < 0.05 * rate; i++)
        hits[hit * 2 * rate + i] = 0.5 * Math.exp(-i / (0.01 * rate)) * Math.sin((2 * Math.PI * 900 * i) / rate)
    const found = await analyse(clip(hits), 'woodblock')
    expect(found.silent).toBe(false)
    expect(found.loudness).toBeGreaterThan(-50)
    expect(found.loudness).toBeLessThan(-15)
  })
  it('measures loudness as BS.1770 does: a stereo 997-Hz sine of peak A is 20 lg A, a mono stem counts on both sides', async () => {
    const x = sine(3, 997, 0.1)
    // 0.2 LU: half a step of the level track, and the window's ripple between bins.
    expect((await analyse(clip(x, x), 'a')).loudness).toBeCloseTo(-20, 0)
    expect(Math.abs((await analyse(clip(x, x), 'a')).loudness + 20)).toBeLessThan(0.4)
    expect(Math.abs((await analyse(clip(x), 'a')).loudness + 20)).toBeLessThan(0.4)
  })
  it('is the same for any sample rate', async () => {
    const at = async (r: number) =>
      (
        await analyse(
          {
            ...clip(new Float32Array(2 * r).map((_, i) => 0.1 * Math.sin((2 * Math.PI * 997 * i) / r))),
            sampleRate: r
          },
          'a'
        )
      ).loudness
    const reference = await at(48000)
    for (const r of [22050, 96000]) expect(Math.abs((await at(r)) - reference)).toBeLessThan(0.6)
  })
  it('finds where a stem plays, and how loud it is there', async () => {
    const x = sum(
      new Float32Array(8 * rate),
      new Float32Array(8 * rate).map((_, i) =>
        i > 2 * rate && i < 4 * rate ? 0.1 * Math.sin((2 * Math.PI * 997 * i) / rate) : 0
      ),
      noise(8, 1e-4, 3)
    )
    const a = await analyse(clip(x), 'a')
    expect(a.activity.regions).toHaveLength(1)
    expect(a.activity.regions[0]![0]).toBeCloseTo(2, 0)
    expect(a.activity.regions[0]![1]).toBeCloseTo(4, 0)
    expect(Math.abs(a.loudness + 20)).toBeLessThan(0.6)
    // Noise of -80 dBFS rms on both sides, K-weighted: +3 dB for the sides, +2 to +4 for the weighting.
    expect(a.noiseFloor).toBeGreaterThan(-80)
    expect(a.noiseFloor).toBeLessThan(-70)
  })
  it('finds DC, rumble, hum and clipping, and nothing of them in a clean voice', async () => {
    const v = voice(8),
      clean = await analyse(clip(v), 'v')
    expect(clean).toMatchObject({ hum: undefined, clippedRuns: 0, silent: false })
    expect(Math.abs(clean.dc[0]!)).toBeLessThan(1e-3)
    expect(clean.rumble.below80).toBeLessThan(0.01)
    expect((await analyse(clip(v.map(x => x + 0.02)), 'v')).dc[0]).toBeCloseTo(0.02 + clean.dc[0]!, 4)
    expect((await analyse(clip(sum(v, sine(8, 25, 0.2))), 'v')).rumble.below30).toBeGreaterThan(0.3)
    const hum = (await analyse(clip(sum(v, sine(8, 50, 0.01), sine(8, 100, 0.005), sine(8, 150, 0.005))), 'v')).hum!
    expect(hum).toMatchObject({ frequency: 50, harmonics: [50, 100, 150] })
    // 10 lg (0.01² + 2 × 0.005²) / 2
    expect(hum.level).toBeCloseTo(-41.2, 0)
    const peak = v.reduce((m, x) => Math.max(m, Math.abs(x)), 0)
    expect(
      (await analyse(clip(v.map(x => 2 * Math.max(-0.5 * peak, Math.min(0.5 * peak, x)))), 'v')).clippedRuns
    ).toBeGreaterThan(20)
  })
  it('tells mono, dual mono, one-sided and stereo apart', async () => {
    const a = noise(1, 0.1, 1),
      b = noise(1, 0.1, 2),
      kind = async (...channels: Float32Array[]) => (await analyse(clip(...channels), 'x')).stereo
    expect(await kind(a)).toMatchObject({ kind: 'mono' })
    expect(await kind(a, a)).toMatchObject({ kind: 'dual mono' })
    expect(await kind(a, new Float32Array(a.length))).toMatchObject({ kind: 'one-sided', side: 'left' })
    const stereo = await kind(a, b)
    expect(stereo.kind).toBe('stereo')
    expect(Math.abs(stereo.correlation)).toBeLessThan(0.03)
  })
  it('knows silence, and refuses what is not a number or not there', async () => {
    expect((await analyse(clip(new Float32Array(rate)), 's')).silent).toBe(true)
    expect((await analyse(clip(noise(1, 1e-6)), 's')).silent).toBe(true)
    const x = noise(2).slice()
    x[70000] = Number.NaN
    await expect(analyse(clip(x), 'Bad')).rejects.toThrow('Bad: sample 70000 (1.587 s) of channel 1 is NaN')
    await expect(analyse(clip(new Float32Array(0)), 'Empty')).rejects.toThrow('Empty: has no samples')
  })
  it('says what can cross a thread', async () => {
    const a = await analyse(clip(kick(2)), 'k')
    expect(structuredClone(a)).toEqual(a)
  })
})

describe('roles from the sound', () => {
  const best = async (...channels: Float32Array[]) => roleFromSignal(await analyse(clip(...channels), 'x'))[0]!.role
  it('hears kick, hi-hat, bass and voice', async () => {
    expect(await best(kick(8))).toBe('kick')
    expect(await best(hat(8))).toBe('hihat')
    expect(await best(bass(8))).toBe('bass')
    expect(['lead-vocal', 'speech', 'backing-vocal']).toContain(await best(voice(8)))
  })
  it('hears a kit as drums and chords as music', async () => {
    expect(rulesOf(await best(sum(kick(8), scaled(hat(8), 3)))).group).toBe('drums')
    expect(rulesOf(await best(chords(8))).group).toBe('music')
    expect(rulesOf(await best(pad(8))).group).toBe('music')
  })
})
