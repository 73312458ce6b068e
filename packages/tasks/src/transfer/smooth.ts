/** The likeliest curve of an equaliser, given one that is a little wrong: a Gaussian process over octaves. */
import { solveSymmetric } from '@mixwright/estimate'

/** What equalisers do: so many dB at most, alike over so many octaves; besides any level, and a tilt, dB per octave and dB. */
const usual = { gain: 5, octaves: 0.7, level: 20, tilt: 0.3 } as const
/** How much of what is wrong bands have in common with their neighbours, and over how many octaves. */
const common = { share: 0.7, octaves: 0.4 } as const

const bell = (octaves: number, width: number) => Math.exp(-0.5 * (octaves / width) ** 2)

/**
 * @param curve dB per third octave @param variance dB² by which each is wrong
 * @param gain dB that is done about, where less than usual @param together whether neighbours are wrong together
 */
export function smoothed(
  curve: readonly number[],
  variance: number,
  gain: number = usual.gain,
  together = true
): number[] {
  const share = together ? common.share : 0,
    amount = Math.min(usual.gain, gain),
    middle = (curve.length - 1) / 6,
    of = (what: (apart: number, i: number, k: number) => number) =>
      curve.map((_, i) => curve.map((__, k) => what(Math.abs(i - k) / 3, i, k))),
    prior = of(
      (apart, i, k) =>
        amount ** 2 * bell(apart, usual.octaves) +
        usual.level ** 2 +
        (usual.tilt * amount) ** 2 * (i / 3 - middle) * (k / 3 - middle)
    ),
    seen = of(
      (apart, i, k) => prior[i]![k]! + variance * (share * bell(apart, common.octaves) + (i === k ? 1 - share : 0))
    ),
    solved = solveSymmetric(seen, curve)
  return prior.map(row => row.reduce((sum, v, k) => sum + v * solved[k]!, 0))
}
