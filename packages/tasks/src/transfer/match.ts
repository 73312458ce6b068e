/**
 * What changes the spectra of one sound to those of another that plays something else: by pairing alike moments, as
 * stochastic matching does for voices on different lines (A. Sankar, C.-H. Lee, A maximum-likelihood approach to stochastic
 * matching for robust speech recognition, IEEE Trans. SAP 4(3), 1996), with the frames themselves for the mixture's means.
 * A difference of mean spectra takes it for a change of tone that a sound sings other notes or rests more often; this does so
 * much less. The constants were found on the development recordings of experiments/transfer.
 */
import type { ToneFrames } from './frames.ts'
import { smoothed } from './smooth.ts'

/** dB: by how much bands of alike moments differ, and their levels; what is further off counts less. */
const alike = 3,
  louder = 12,
  outlying = 3
/** Bands that count as independent of each other in a frame: neighbours tell the same. */
const independent = 16
const rounds = 12
/** dB by which a curve is taken to be wrong between rounds. */
const bridge = 2
/** dB² by which it is taken to be wrong in the end at least; and how much of what it is wrong by is taken off its own size. */
const wrong = { least: 0.5, off: 0.8 } as const

/** dB per band to be added to `from`; its mean over the bands says nothing. Both of one number of bands, not empty. */
export function toneChange(from: ToneFrames, to: ToneFrames): number[] {
  const found = paired(from, to),
    halves = [from, to].flatMap(frames => {
      const middle = Math.floor(frames.length / 2)
      return middle > 0 ? paired(frames.slice(0, middle), frames.slice(middle)) : []
    }),
    // Halves tell with twice the variance of the whole.
    variance = meanSquare(halves) / 2,
    // What chance does not explain, as of an empirical Bayes estimate: nothing where it explains all.
    gain = Math.sqrt(Math.max(0, meanSquare(found) - wrong.off * variance))
  return gain === 0 ? found.map(() => 0) : smoothed(found, Math.max(wrong.least, variance), gain)
}
const meanSquare = (values: readonly number[]): number =>
  values.reduce((sum, v) => sum + v * v, 0) / Math.max(1, values.length)

/** The same as it is told by the moments, less its mean. */
function paired(from: ToneFrames, to: ToneFrames): number[] {
  const own = meanOf(from),
    spread = bandSpread(from, to)
  let change = meanOf(to).map((level, b) => level - own[b]!)
  for (let k = 0; k < rounds; k++) {
    const moved = to.map(frame => frame.map((level, b) => level - change[b]!)),
      there = leftOver(from, moved, spread),
      back = leftOver(moved, from, spread)
    change = change.map((dB, b) => dB + (there[b]! - back[b]!) / 2)
    if (k < rounds - 1) change = smoothed(change, bridge ** 2, Number.POSITIVE_INFINITY, false)
  }
  const mean = change.reduce((a, b) => a + b, 0) / change.length
  return change.map(dB => dB - mean)
}
const meanOf = (frames: ToneFrames): number[] =>
  frames[0]!.map((_, b) => frames.reduce((sum, frame) => sum + frame[b]!, 0) / frames.length)

/** Of each band, what alike moments differ by: more where a sound's shape moves more. */
function bandSpread(...sounds: readonly ToneFrames[]): number[] {
  const each = sounds.map(frames => {
      const shapes = frames.map(frame => {
        const mean = frame.reduce((a, b) => a + b, 0) / frame.length
        return frame.map(level => level - mean)
      })
      return meanOf(shapes).map((mean, b) =>
        Math.sqrt(shapes.reduce((sum, shape) => sum + (shape[b]! - mean) ** 2, 0) / shapes.length)
      )
    }),
    all = each[0]!.map((_, b) => each.reduce((sum, one) => sum + one[b]!, 0) / each.length),
    middle = [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)]! || 1
  return all.map(dB => Math.max(alike / 2, Math.min(2 * alike, (alike * dB) / middle)))
}

/** dB per band that are left, over the frames of `to`, when each is told by the frames of `from` that are most like it. */
function leftOver(from: ToneFrames, to: ToneFrames, spread: readonly number[]): number[] {
  const bands = spread.length,
    alikeTo = comparing(from, spread),
    found = to.map(alikeTo),
    usual = [...found].sort((a, b) => a.least - b.least)[Math.floor(found.length / 2)]!.least,
    // A moment that nothing is like tells little.
    trust = found.map(({ least }) => Math.min(5, Math.exp((-2 * (least - usual)) / bands))),
    mean = (b: number, weights: readonly number[]) =>
      found.reduce((sum, { left }, t) => sum + weights[t]! * left[b]!, 0) / weights.reduce((p, q) => p + q, 0)
  return spread.map((_, b) => {
    let middle = mean(b, trust)
    for (let k = 0; k < 3; k++) {
      const around = middle
      middle = mean(
        b,
        found.map(({ left }, t) => trust[t]! / Math.sqrt(1 + ((left[b]! - around) / outlying) ** 2))
      )
    }
    return middle
  })
}

/** Compares a frame with all of `from`: how near the nearest is, and what is left against what is like it, per band. */
function comparing(from: ToneFrames, spread: readonly number[]) {
  const bands = spread.length,
    weights = Float64Array.from(spread, s => 1 / (s * s)),
    total = weights.reduce((a, b) => a + b, 0),
    others = from.map(frame => Float64Array.from(frame)),
    means = others.map(other => other.reduce((sum, level, b) => sum + weights[b]! * level, 0) / total),
    // Of a difference in all bands, what is taken for a difference of level.
    share = 1 / (1 + alike ** 2 / bands / louder ** 2),
    gains = new Float64Array(from.length),
    costs = new Float64Array(from.length)
  return (frame: readonly number[]) => {
    const mean = frame.reduce((sum, level, b) => sum + weights[b]! * level, 0) / total
    let least = Number.POSITIVE_INFINITY
    for (let s = 0; s < others.length; s++) {
      const other = others[s]!,
        gain = share * (mean - means[s]!)
      let cost = (gain / louder) ** 2
      for (let b = 0; b < bands; b++) cost += weights[b]! * (frame[b]! - other[b]! - gain) ** 2
      gains[s] = gain
      costs[s] = cost / 2
      least = Math.min(least, cost / 2)
    }
    const left = new Float64Array(bands)
    let all = 0
    for (let s = 0; s < others.length; s++) {
      const weight = Math.exp(((least - costs[s]!) * independent) / bands)
      if (weight < 1e-4) continue
      all += weight
      for (let b = 0; b < bands; b++) left[b]! += weight * (frame[b]! - others[s]![b]! - gains[s]!)
    }
    return { least, left: left.map(sum => sum / all) }
  }
}
