import { clipOf, createRandom, distortionCurve } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { heardAliasing, responsesBehind } from './aliasing.ts'
import { type Console, type Device, startOf } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { readLong, responsesTo } from './long-passage.ts'

const rate = 22050,
  random = createRandom(6),
  dry = Float32Array.from({ length: 3 * rate }, () => 0.3 * random.normal()),
  bend = { gain: 24, hardness: 0.2, asymmetry: 0.1 },
  device = (type: string, params: Device['params']): Device => ({ id: type, type, params: startOf(type, params) }),
  channel = (...chain: Device[]): Console => ({
    strips: [{ input: 'x', channels: 1, chain, sends: {} }],
    rooms: [],
    bus: [],
    channels: 1
  })

it('bends a sound by the curve alone, before and after what else is in the chain', () => {
  const half = 20 * Math.log10(0.5),
    found = heardAliasing(
      channel(device('gain', { gain: half }), device('distortion', bend), device('gain', { gain: half })),
      [dry],
      rate,
      kernels
    )![0]!,
    expected = dry.map(v => 0.5 * distortionCurve(bend)(0.5 * v))
  // Single precision.
  found.forEach((v, i) => {
    if (Math.abs(v - expected[i]!) > 1e-5) expect(v).toBeCloseTo(expected[i]!, 5)
  })
  expect(found).toHaveLength(dry.length)
  expect(heardAliasing(channel(device('gain', {})), [dry], rate, kernels)).toBeUndefined()
})

it('is what the device makes where nothing aliases, on both sides of a place', () => {
  const tone = Float32Array.from({ length: rate }, (_, i) => 0.05 * Math.sin(0.02 * i)),
    chain = [device('panning', { pan: 0.5 }), device('distortion', { gain: 6 }), device('gain', { gain: 3 })],
    console: Console = { ...channel(...chain), channels: 2 },
    [ours, plain] = [
      heardInFull(console, { x: [tone] }, rate, kernels),
      heardAliasing(console, [tone], rate, kernels)!
    ],
    // The filters of the device are flat within 0.1 dB, and end with the sound.
    off = plain.flatMap((sound, c) => [...sound.subarray(0, rate - 100)].map((v, i) => Math.abs(v - ours[c]![i]!)))
  expect(Math.max(...off)).toBeLessThan(0.012 * Math.max(...plain.flatMap(sound => [...sound])))
})

it.each([true, false])('finds what stands behind a distortion, whose aliases are there: %s', async aliases => {
  const console = channel(device('distortion', bend)),
    bent = aliases ? dry.map(distortionCurve(bend)) : heardInFull(console, { x: [dry] }, rate, kernels)[0]!,
    wet = Float32Array.from(bent, (v, i) => 0.5 * v + 0.3 * (bent[i - 700] ?? 0)),
    long = await readLong('x', clipOf([dry], rate), clipOf([wet], rate)),
    [found] = responsesBehind(console, long, kernels),
    other = aliases ? heardInFull(console, { x: [dry] }, rate, kernels) : heardAliasing(console, [dry], rate, kernels)!
  expect(found!.explained).toBeGreaterThan(0.9999)
  // The planted fault: the one that is not there.
  expect(responsesTo(long, other)[0]!.explained).toBeLessThan(0.99)
})
