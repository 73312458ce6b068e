/** How far is a sound from a target in loudness, LU², with its gradient. */
import {
  absoluteGate,
  createKWeighting,
  gateOf,
  measureLoudness,
  momentarySteps,
  powerOfLoudness,
  relativeGate,
  type Samples,
  stepsPerSecond
} from '@mixwright/dsp'
import { requireShape, requireTarget, type SoundLoss } from './sound-loss.ts'

/**
 * The squared difference of the integrated loudness (ITU-R BS.1770-4) from the target's. Which blocks of 400 ms count is
 * decided by the gates on the target and held fixed: a sound whose own gates would choose others reads otherwise by
 * `measureLoudness`. Where none of the target's blocks counts, all do. Either power has the absolute gate's added, so
 * that silence reads -70 LUFS.
 * @throws RangeError for other than 1 or 2 channels of one length, or less than 400 ms
 */
export function loudnessLoss(target: readonly Samples[], sampleRate: number): SoundLoss {
  requireTarget(target)
  const length = target[0]!.length,
    weights = blockWeights(target, sampleRate),
    filtered = target.map(() => new Float64Array(length)),
    reversed = filtered.map(channel => channel.slice()),
    level = (audio: readonly Samples[]) => {
      createKWeighting(sampleRate, audio.length).energy(audio, 0, length, filtered)
      let power = powerOfLoudness(absoluteGate)
      for (const y of filtered) for (let i = 0; i < length; i++) power += weights[i]! * y[i]! * y[i]!
      return { power, loudness: 10 * Math.log10(power) }
    },
    wanted = level(target).loudness
  let found = level(target)
  return {
    value(audio) {
      requireShape(audio, target)
      found = level(audio)
      return (found.loudness - wanted) ** 2
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      const perPower = (scale * 2 * (found.loudness - wanted) * (10 / Math.LN10)) / found.power
      // A filter's adjoint is the filter run backwards.
      filtered.forEach((y, c) => {
        for (let i = 0; i < length; i++) reversed[c]![length - 1 - i] = 2 * perPower * weights[i]! * y[i]!
      })
      createKWeighting(sampleRate, target.length).energy(reversed, 0, length, reversed)
      into.forEach((to, c) => {
        for (let i = 0; i < length; i++) to[i]! += reversed[c]![length - 1 - i]!
      })
    }
  }
}

/** What the square of each K-weighted sample counts in the mean over the blocks that pass the target's gates. */
function blockWeights(target: readonly Samples[], sampleRate: number): Float64Array {
  const blocks = measureLoudness(
      target.map(channel => Float32Array.from(channel)),
      sampleRate
    ).momentary.map(powerOfLoudness),
    gate = gateOf(blocks, relativeGate),
    passing = [...blocks.keys()].filter(i => blocks[i]! > gate),
    counted = passing.length > 0 ? passing : [...blocks.keys()],
    weights = new Float64Array(target[0]!.length),
    edge = (step: number) => Math.round((step * sampleRate) / stepsPerSecond)
  if (counted.length === 0) throw new RangeError('an excerpt shorter than 400 ms has no loudness')
  for (const block of counted)
    for (let step = block; step < block + momentarySteps; step++) {
      const [from, to] = [edge(step), edge(step + 1)]
      for (let i = from; i < to; i++) weights[i]! += 1 / counted.length / momentarySteps / (to - from)
    }
  return weights
}
