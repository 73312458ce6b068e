/**
 * What changes the spectra of one sound to those of another that plays something else: by pairing alike moments, as
 * stochastic matching does for voices on different lines (A. Sankar, C.-H. Lee, A maximum-likelihood approach to stochastic
 * matching for robust speech recognition, IEEE Trans. SAP 4(3), 1996), with the frames themselves for the mixture's means.
 * A difference of mean spectra takes for a change of tone that a sound sings other notes or rests more often; this does so
 * much less.
 */
import { solveSymmetric } from '@mixwright/estimate'
import type { ToneFrames } from './frames.ts'

/** dB: by how much bands of alike moments differ, and their levels. */
const alike = 5,
  louder = 12
/** Bands that count as independent of each other in a frame: neighbours tell the same. */
const independent = 16
const rounds = 15

/** dB per band to be added to `from`; its mean over the bands says nothing. Both of one number of bands, not empty. */
export function toneChange(from: ToneFrames, to: ToneFrames): number[] {
  const own = meanOf(from),
    spread = bandSpread(from, to)
  let change = meanOf(to).map((level, b) => level - own[b]!)
  for (let k = 0; k < rounds; k++) {
    const moved = to.map(frame => frame.map((level, b) => level - change[b]!)),
      there = paired(from, moved, spread),
      back = paired(moved, from, spread)
    change = change.map((dB, b) => dB + (there[b]! - back[b]!) / 2)
    if (k < rounds - 1) change = smoothed(change, bridge)
  }
  return smoothed(change, noise)
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

/** Mean over the frames of `to` of what is left when each is told by the frames of `from` that are most like it. */
function paired(from: ToneFrames, to: ToneFrames, spread: readonly number[]): number[] {
  const bands = spread.length,
    weights = spread.map(s => 1 / (s * s)),
    total = weights.reduce((a, b) => a + b, 0),
    // Of a difference in all bands, what is taken for a difference of level.
    share = 1 / (1 + alike ** 2 / bands / louder ** 2),
    gains = new Float64Array(from.length),
    costs = new Float64Array(from.length),
    found = to.map(frame => {
      let least = Number.POSITIVE_INFINITY
      from.forEach((other, s) => {
        let mean = 0
        for (let b = 0; b < bands; b++) mean += weights[b]! * (frame[b]! - other[b]!)
        const gain = (share * mean) / total
        let cost = (gain / louder) ** 2
        for (let b = 0; b < bands; b++) cost += weights[b]! * (frame[b]! - other[b]! - gain) ** 2
        gains[s] = gain
        costs[s] = cost / 2
        least = Math.min(least, cost / 2)
      })
      const left = new Array<number>(bands).fill(0)
      let all = 0
      from.forEach((other, s) => {
        const weight = Math.exp(((least - costs[s]!) * independent) / bands)
        if (weight < 1e-4) return
        all += weight
        for (let b = 0; b < bands; b++) left[b]! += weight * (frame[b]! - other[b]! - gains[s]!)
      })
      return { least, left: left.map(sum => sum / all) }
    }),
    usual = [...found].sort((a, b) => a.least - b.least)[Math.floor(found.length / 2)]!.least,
    // A moment that nothing is like tells little.
    trust = found.map(({ least }) => Math.min(5, Math.exp((-2 * (least - usual)) / bands))),
    trusted = trust.reduce((a, b) => a + b, 0)
  return spread.map((_, b) => found.reduce((sum, { left }, t) => sum + trust[t]! * left[b]!, 0) / trusted)
}

/** What equalisers do: so many dB, alike over so many octaves; and any gain and tilt besides. dB per octave. */
const usual = { gain: 6, octaves: 0.7, level: 20, tilt: 1 } as const
/** dB by which a band's change is wrong, each for itself: in the end, and between rounds. */
const noise = 2,
  bridge = 3
/** The curve that is likeliest, given one whose bands are each a little wrong: a Gaussian process over octaves. */
export function smoothed(curve: readonly number[], wrong: number): number[] {
  const octave = (b: number) => b / 3,
    middle = octave((curve.length - 1) / 2),
    prior = curve.map((_, i) =>
      curve.map(
        (__, k) =>
          usual.gain ** 2 * Math.exp(-0.5 * ((octave(i) - octave(k)) / usual.octaves) ** 2) +
          usual.level ** 2 +
          usual.tilt ** 2 * (octave(i) - middle) * (octave(k) - middle)
      )
    ),
    solved = solveSymmetric(
      prior.map((row, i) => row.map((v, k) => (i === k ? v + wrong ** 2 : v))),
      curve
    )
  return prior.map(row => row.reduce((sum, v, k) => sum + v * solved[k]!, 0))
}
