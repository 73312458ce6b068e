/** The short filter of a sample rate conversion (resample.ts): from any rate to any other by rows of coefficients. */
import { designed, reused, resamplerBand, type Stage } from './resample-stage.ts'
import { kaiser, kaiserBeta, kaiserHalfLength, sinc } from './window.ts'

/**
 * From rate `a` to rate `b` by a short filter: flat to the pass edge, closed from 1.5 · low on. One row of coefficients
 * per phase.
 */
export function polyphase(a: number, b: number, low: number): Stage {
  const divisor = gcd(a, b),
    phases = b / divisor,
    stride = a / divisor,
    stepWhole = Math.floor(stride / phases),
    stepPhase = stride % phases
  const pass = (resamplerBand.pass * low) / 2 / a,
    stop = (1.5 * low) / a
  const reach = Math.ceil(kaiserHalfLength(designed, stop - pass)),
    taps = 2 * reach,
    rows = rowsOf(phases, reach, pass + stop)
  let bufferRe = new Float64Array(4 * taps),
    bufferIm = new Float64Array(4 * taps)
  const outOf = reused()
  // `base`: where in the buffer the current output's first tap lies. Before the stream there is silence.
  let held = reach - 1,
    base = 0,
    phase = 0

  function append(re: Float64Array, im: Float64Array): void {
    if (held + re.length > bufferRe.length) {
      const size = 2 * (held + re.length),
        largerRe = new Float64Array(size),
        largerIm = new Float64Array(size)
      largerRe.set(bufferRe.subarray(0, held))
      largerIm.set(bufferIm.subarray(0, held))
      bufferRe = largerRe
      bufferIm = largerIm
    }
    bufferRe.set(re, held)
    bufferIm.set(im, held)
    held += re.length
  }
  return ({ re, im }) => {
    append(re, im)
    const room = held - taps - base
    const count = room < 0 ? 0 : Math.floor(((room + 1) * phases - 1 - phase) / stride) + 1
    const { re: outRe, im: outIm } = outOf(count),
      x = bufferRe,
      y = bufferIm
    for (let m = 0; m < count; m++) {
      let sumRe = 0,
        sumIm = 0
      for (let k = 0, r = phase * taps; k < taps; k++, r++) {
        const h = rows[r]!
        sumRe += h * x[base + k]!
        sumIm += h * y[base + k]!
      }
      outRe[m] = sumRe
      outIm[m] = sumIm
      base += stepWhole
      phase += stepPhase
      if (phase >= phases) {
        phase -= phases
        base++
      }
    }
    const drop = Math.min(base, held)
    bufferRe.copyWithin(0, drop, held)
    bufferIm.copyWithin(0, drop, held)
    held -= drop
    base -= drop
    return { re: outRe, im: outIm }
  }
}

/**
 * Row p: weights of the samples 1 - reach … reach around time p / phases. `twiceCut` in cycles per sample.
 * One scale for all rows: where the transition band holds the image of 0 Hz (48 to 44.1 kHz), the sums of the rows
 * rightly differ.
 */
function rowsOf(phases: number, reach: number, twiceCut: number): Float64Array {
  const taps = 2 * reach,
    rows = new Float64Array(phases * taps),
    beta = kaiserBeta(designed)
  let sum = 0
  for (let p = 0, r = 0; p < phases; p++)
    for (let k = 0; k < taps; k++, r++) {
      const t = k - reach + 1 - p / phases,
        h = sinc(twiceCut * t) * kaiser(t / reach, beta)
      rows[r] = h
      sum += h
    }
  for (let r = 0; r < rows.length; r++) rows[r]! *= phases / sum
  return rows
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
