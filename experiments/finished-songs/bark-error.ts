/** How far two Bark spectra lie apart at equal loudness. */
import { barkCorners, kCoefficients } from '@mixwright/dsp'

const rate = 48000
/** dB of the K weighting of BS.1770 at the centre of each Bark band. */
const kWeights = barkCorners.slice(1, -1).map(f => {
  const { shelf, highpass } = kCoefficients(rate)
  return [shelf, highpass].reduce((sum, c) => sum + 10 * Math.log10(power(c, (2 * Math.PI * f) / rate)), 0)
})
function power([b0, b1, b2, a1, a2]: readonly number[], w: number): number {
  const size = (x: number, y: number, z: number) =>
    (x + y * Math.cos(w) + z * Math.cos(2 * w)) ** 2 + (y * Math.sin(w) + z * Math.sin(2 * w)) ** 2
  return size(b0!, b1!, b2!) / size(1, a1!, a2!)
}
export const loudness = (levels: readonly number[]): number =>
  10 * Math.log10(levels.reduce((sum, level, b) => sum + 10 ** ((level + kWeights[b]!) / 10), 0))

/** Mean |difference| over the bands, dB. */
export function barkError(a: readonly number[], b: readonly number[]): number {
  const louder = loudness(a) - loudness(b)
  return a.reduce((sum, level, i) => sum + Math.abs(level - b[i]! - louder), 0) / a.length
}
