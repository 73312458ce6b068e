import { clipOf, createRandom } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { gained, playBand, rate } from '../../test/band.ts'
import { alignMix } from './alignment.ts'
import { createRoleReader, readRoleBalance } from './role-balance.ts'

const band = playBand(9),
  names = Object.keys(band) as (keyof typeof band)[],
  parts = names.map(name => band[name]),
  roles = Object.fromEntries(names.map(name => [name, clipOf([band[name]], rate)])) as Record<
    keyof typeof band,
    ReturnType<typeof clipOf>
  >,
  clip = (...channels: Float32Array[]) => clipOf(channels, rate)
const median = (x: number[]) => [...x].sort((a, b) => a - b)[x.length >> 1]!,
  p95 = (x: number[]) => [...x].sort((a, b) => a - b)[Math.round((x.length - 1) * 0.95)]!

/** Errors of planted gains from -8 to 8 dB, in dB, after something is done to the mix. */
async function errorsOf(
  change: (mix: Float32Array) => Float32Array,
  raised: readonly number[] = [0, 0, 0, 0]
): Promise<number[]> {
  const random = createRandom(12),
    reader = createRoleReader(roles, kernels),
    errors: number[] = []
  for (let trial = 0; trial < 3; trial++) {
    const gains = names.map(() => random.between(-8, 8)),
      expected = gains.map((gain, i) => gain + raised[i]!),
      mean = expected.reduce((a, b) => a + b, 0) / gains.length
    const found = await reader.read(clip(change(gained(parts, gains))))
    names.forEach((name, i) => errors.push(Math.abs(found!.roles[name].relative - (expected[i]! - mean))))
  }
  return errors
}
/** One pole towards `corner` Hz. */
function lowOf(x: Float32Array, corner: number): Float32Array {
  const a = 1 - Math.exp((-2 * Math.PI * corner) / rate)
  let s = 0
  return x.map(v => (s += a * (v - s)))
}

describe('role balance', () => {
  it('finds planted gains within 0.16 dB (median) and 0.49 (95 %)', async () => {
    const errors = await errorsOf(mix => mix)
    expect(median(errors)).toBeLessThan(0.16)
    expect(p95(errors)).toBeLessThan(0.49)
  })
  it('within 0.32 dB (median) after saturation of the bus and an equaliser', async () => {
    // + 1.5 dB below 120 Hz and above 6 kHz. It raises each role by what lies there: that is part of how it stands.
    const equalised = (x: Float32Array) => {
      const low = lowOf(x, 120),
        top = lowOf(x, 6000)
      return x.map((v, i) => v + 0.19 * low[i]! + 0.19 * (v - top[i]!))
    }
    const energy = (x: Float32Array) => x.reduce((s, v) => s + v * v, 0),
      raised = parts.map(p => 10 * Math.log10(energy(equalised(p)) / energy(p)))
    const errors = await errorsOf(mix => {
      const rms = Math.sqrt(energy(mix) / mix.length)
      return equalised(mix.map(v => Math.tanh((0.2 * v) / rms)))
    }, raised)
    expect(median(errors)).toBeLessThan(0.32)
  })
  it('does not mind that the mix is late or early by up to 0.5 s, or of other polarity', async () => {
    const gains = [3, -4, 6, -5],
      mix = gained(parts, gains)
    for (const late of [0.3, -0.45]) {
      const shift = Math.round(late * rate),
        moved = mix.map((_, i) => -(mix[i - shift] ?? 0)),
        found = await readRoleBalance(clip(moved), roles, kernels)
      expect(found!.alignment.delay).toBe(shift)
      names.forEach((name, i) => expect(Math.abs(found!.roles[name].relative - gains[i]!)).toBeLessThan(0.5))
    }
  })
  it('refuses what is not a mix of the stems', async () => {
    const random = createRandom(8),
      other = parts[0]!.map(() => 0.1 * random.normal())
    expect(await alignMix(clip(other), Object.values(roles), kernels)).toBeUndefined()
    expect(await readRoleBalance(clip(new Float32Array(rate)), roles, kernels)).toBeUndefined()
  })
  it('reads a role that is not there as such, the others as they are', async () => {
    const found = await readRoleBalance(clip(gained(parts, [0, 0, 0, Number.NEGATIVE_INFINITY])), roles, kernels)
    // Harmonics and ends of notes that the keys share hide some of it.
    expect(found!.roles.vocals.gain).toBeLessThan(-15)
    for (const name of ['bass', 'drums', 'keys'] as const) expect(Math.abs(found!.roles[name].gain)).toBeLessThan(0.49)
  })
  it('reads what each role loses in mono: 3.01 dB at a side, nothing in the middle', async () => {
    const left = gained(parts, [0, 0, 3.01, 0]),
      right = gained(parts, [0, 0, Number.NEGATIVE_INFINITY, 0]),
      { bass, keys, vocals } = (await readRoleBalance(clip(left, right), roles, kernels))!.roles
    expect(Math.abs(keys.monoLoss - 3.01)).toBeLessThan(0.49)
    expect(Math.abs(bass.monoLoss)).toBeLessThan(0.1)
    expect(Math.abs(vocals.monoLoss)).toBeLessThan(0.49)
  })
  it('says what is wrong with its input', async () => {
    await expect(readRoleBalance(clip(parts[0]!), {}, kernels)).rejects.toThrow(/at least one/)
    await expect(readRoleBalance(clip(parts[0]!), { x: clipOf([parts[0]!], 48000) }, kernels)).rejects.toThrow(
      /48000 Hz/
    )
  })
})
