/** How far are the microdynamics of a sound from a target's, dB, with the gradient. */
import { countedTimes, longSteps, longTimes, type Samples, shortEnd } from '@mixwright/dsp'
import { requireShape, requireTarget, type SoundLoss, signOf } from './sound-loss.ts'

/**
 * Mean |D - D'| over the seconds that count in the target, D the level of 50 ms over that of the second around them, dB,
 * as `measureMicrodynamics` has it (all channels together); D of silence is 0. The form is that of Yu et al., "DiffVox",
 * 2025, their long-to-short ratio of recursive means. It does not hear level: silence costs what a sound without
 * dynamics does, so give it beside one that does.
 * @throws RangeError for other than 1 or 2 channels of one length, or less than a second
 */
export function microdynamicsLoss(target: readonly Samples[], sampleRate: number): SoundLoss {
  requireTarget(target)
  const length = target[0]!.length,
    ends: number[] = []
  for (let end = shortEnd(0, sampleRate); end <= length; end = shortEnd(ends.length, sampleRate)) ends.push(end)
  if (ends.length < longSteps) throw new RangeError('an excerpt shorter than a second has no microdynamics')
  const startOf = (step: number) => (step > 0 ? ends[step - 1]! : 0),
    energies = (audio: readonly Samples[]) =>
      Float64Array.from(ends, (end, step) => {
        let sum = 0
        for (const x of audio) for (let i = startOf(step); i < end; i++) sum += x[i]! * x[i]!
        return sum / (end - startOf(step))
      }),
    aim = energies(target),
    aimLong = longTimes(aim),
    counted = countedTimes(aim, aimLong),
    // 60 dB below the loudest second; silence has some too.
    floor = aimLong.reduce((a, b) => Math.max(a, b), 0) * 1e-6 + 1e-12,
    differences = (short: Float64Array, long: Float64Array) =>
      counted.map(i => 10 * Math.log10((short[i + longSteps / 2]! + floor) / (long[i]! + floor))),
    wanted = differences(aim, aimLong)
  let sound: readonly Samples[] = target,
    short = aim,
    long = aimLong,
    errors = wanted.map(() => 0)
  return {
    value(audio) {
      requireShape(audio, target)
      sound = audio.map(channel => channel.slice())
      short = energies(audio)
      long = longTimes(short)
      errors = differences(short, long).map((d, n) => d - wanted[n]!)
      return errors.reduce((sum, e) => sum + Math.abs(e), 0) / Math.max(1, errors.length)
    },
    gradient(into, scale = 1) {
      requireShape(into, target)
      const perStep = new Float64Array(ends.length),
        perDecibel = (scale * 10) / Math.LN10 / Math.max(1, errors.length)
      counted.forEach((i, n) => {
        const slope = perDecibel * signOf(errors[n]!)
        perStep[i + longSteps / 2]! += slope / (short[i + longSteps / 2]! + floor)
        for (let k = i; k < i + longSteps; k++) perStep[k]! -= slope / longSteps / (long[i]! + floor)
      })
      ends.forEach((end, step) => {
        const g = (2 * perStep[step]!) / (end - startOf(step))
        into.forEach((to, c) => {
          for (let i = startOf(step); i < end; i++) to[i]! += g * sound[c]![i]!
        })
      })
    }
  }
}
