/** The direct sound of a response: where it ends, how it is coloured, and the filters that would colour so. */
import type { Samples } from '@mixwright/dsp'
import { bandCentres, type FilterFit, filtersFor } from '../analysis/index.ts'
import { spectrumOf } from '../analysis/system-response.ts'

/** Seconds: it ends there at the latest, and at the earliest. */
export const latestDirect = 0.03
const earliest = 0.002
/** dB by which the first reflection stands out of what the direct sound has fallen to. */
const standsOut = 6
/** Samples until the first reflection: where energies of half a millisecond rise again. */
export function directSound(response: Samples, sampleRate: number): number {
  const size = Math.round(0.0005 * sampleRate)
  let least = Number.POSITIVE_INFINITY
  for (let step = 1; step * size < latestDirect * sampleRate; step++) {
    let energy = 0
    for (let i = step * size; i < (step + 1) * size; i++) energy += response[i]! ** 2
    if (step * size > earliest * sampleRate && energy > least * 10 ** (standsOut / 10)) return step * size
    least = Math.min(least, energy)
  }
  return Math.round(0.005 * sampleRate)
}

/** dB at some frequencies, in thirds of an octave, of a response's direct sound. */
export function directColour(response: Samples, frequencies: readonly number[], sampleRate: number): number[] {
  const size = 2 ** 16,
    { re, im } = spectrumOf(response.subarray(0, directSound(response, sampleRate)), size)
  return frequencies.map(f => {
    const [from, to] = [2 ** (-1 / 6), 2 ** (1 / 6)].map(side => Math.round((side * f * size) / sampleRate)) as [
      number,
      number
    ]
    let power = 1e-20
    for (let k = from; k <= to; k++) power += re[k]! ** 2 + im[k]! ** 2
    return 10 * Math.log10(power / (to - from + 1))
  })
}

/** Few: what few do is likely what was done, and the rest is the room's. dB that may be left, and what each must take. */
const few = { most: 4, near: 0.3, worth: 0.35 } as const
/** The filters that colour as the direct sound of responses does, the mean of their channels; what it is too short for counts less. */
export function filtersOfDirect(responses: readonly Samples[], sampleRate: number): FilterFit {
  const frequencies = bandCentres(sampleRate),
    colours = responses.map(response => directColour(response, frequencies, sampleRate)),
    levels = frequencies.map((_, b) => colours.reduce((sum, colour) => sum + colour[b]! / colours.length, 0)),
    seconds = Math.min(...responses.map(response => directSound(response, sampleRate))) / sampleRate
  return filtersFor(
    { frequencies, levels, weights: frequencies.map(f => Math.min(1, f * seconds)) },
    { sampleRate, ...few }
  )
}
