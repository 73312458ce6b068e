/**
 * What changes the spectra of one sound to those of another that plays something else: by pairing alike moments, as
 * stochastic matching does for voices on different lines (A. Sankar, C.-H. Lee, A maximum-likelihood approach to stochastic
 * matching for robust speech recognition, IEEE Trans. SAP 4(3), 1996), with the frames themselves for the mixture's means.
 * A difference of mean spectra takes it for a change of tone that a sound sings other notes or rests more often; this does so
 * much less. The constants were found on the development recordings of experiments/transfer.
 */
import type { ToneFrames } from './frames.ts'
import { likeliest, smoothed } from './smooth.ts'

/** dB: by how much bands of alike moments differ, and their levels; what is further off counts less. */
const alike = 3,
  louder = 12,
  outlying = 3
/** Bands that count as independent of each other in a frame: neighbours tell the same. */
const independent = 16
const rounds = 6
/** dB by which a curve is taken to be wrong between rounds. */
const bridge = 2

/** dB per band to be added to `from`; its mean over the bands says nothing. Both of one number of bands, not empty. */
export const toneChange = (from: ToneFrames, to: ToneFrames): number[] => likeliest(paired(from, to))

/** The same as it is told by the moments, less its mean. */
function paired(from: ToneFrames, to: ToneFrames): number[] {
  const own = meanOf(from),
    spread = bandSpread(from, to)
  let change = meanOf(to).map((level, b) => level - own[b]!)
  for (let k = 0; k < rounds; k++) {
    const moved = to.map(frame => frame.map((level, b) => level - change[b]!)),
      there = leftOver(from, moved, spread),
      back = leftOver(moved, from, spread)
    // Twice what both tell: the nearest hide the rest until it is taken off. Once in the end.
    change = change.map((dB, b) => dB + (there[b]! - back[b]!) / (k < rounds - 2 ? 1 : 2))
    if (k < rounds - 1) change = smoothed(change, bridge ** 2)
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
    sum = (frame: readonly number[], power: (level: number) => number) =>
      frame.reduce((all, level, b) => all + weights[b]! * power(level), 0),
    level = (v: number) => v,
    square = (v: number) => v * v,
    others = Float64Array.from(from.flat()),
    means = Float64Array.from(from, frame => sum(frame, level) / total),
    squares = Float64Array.from(from, frame => sum(frame, square)),
    // Of a difference in all bands, what is taken for a difference of level.
    share = 1 / (1 + alike ** 2 / bands / louder ** 2),
    weighted = new Float64Array(bands),
    costs = new Float64Array(from.length)
  return (frame: readonly number[]) => {
    const mean = sum(frame, level) / total,
      own = sum(frame, square)
    frame.forEach((v, b) => void (weighted[b] = weights[b]! * v))
    let least = Number.POSITIVE_INFINITY
    for (let s = 0, at = 0; s < from.length; s++) {
      const apart = mean - means[s]!,
        gain = share * apart
      let product = 0
      for (let b = 0; b < bands; b++) product += weighted[b]! * others[at++]!
      // The weighted sum of (frame - other - gain)², multiplied out.
      const cost = (gain / louder) ** 2 + own + squares[s]! - 2 * product + total * gain * (gain - 2 * apart)
      costs[s] = cost / 2
      if (costs[s]! < least) least = costs[s]!
    }
    const left = new Float64Array(bands)
    let all = 0
    for (let s = 0; s < from.length; s++) {
      const weight = Math.exp(((least - costs[s]!) * independent) / bands)
      if (weight < 1e-4) continue
      all += weight
      const gain = share * (mean - means[s]!)
      for (let b = 0; b < bands; b++) left[b]! += weight * (frame[b]! - others[s * bands + b]! - gain)
    }
    return { least, left: left.map(sum => sum / all) }
  }
}
