/** An echo that a room follows: in a response its reflections hide it, in the logarithm of the spectrum they add to it. */
import { createRealFft, type Samples } from '@mixwright/dsp'
import { summit } from './impulse-response.ts'

export interface EchoLine {
  /** Seconds from the direct sound to the first echo. */
  readonly delay: number
  /** The amplitude of the first echo against the direct sound, and of each echo against the one before. */
  readonly level: number
  readonly feedback: number
}
/** Seconds after the direct sound from which on an echo is one and no tone, and up to which it is looked for. */
const earliest = 0.025,
  latest = 1.2
/** Of the direct sound, the softest that is an echo and no reflection; and by how much it must stand above all others. */
const softest = 0.08,
  standsOut = 2.5
/** Seconds around a line that are its own. */
const width = 0.002
/** Of the greatest power: what a response lets through less of says nothing. */
const floor = 1e-6

/**
 * Through 1 + a z^-n + a b z^-2n + … a cepstrum gains a line of a at n and of a b - a²/2 at 2n, whatever else is in it
 * (B. Bogert, M. Healy, J. Tukey, The Quefrency Alanysis of Time Series for Echoes, 1963).
 * @param responses from the direct sound on, of each channel
 * @returns undefined where no line stands alone
 */
export function echoLine(responses: readonly Samples[], sampleRate: number): EchoLine | undefined {
  const lines = cepstrum(responses),
    last = Math.min(lines.length >> 1, Math.round(latest * sampleRate)),
    near = Math.round(width * sampleRate),
    at = strongest(lines, Math.round(earliest * sampleRate), last, () => true),
    own = (i: number) => {
      const times = Math.max(1, Math.round(i / at))
      return Math.abs(i - times * at) <= near * times
    },
    next = strongest(lines, Math.round(earliest * sampleRate), last, i => !own(i)),
    level = around(lines, at)
  if (!(level > softest && lines[at]! > standsOut * Math.abs(lines[next]!))) return undefined
  const exact = summit(lines, at)
  return {
    delay: exact / sampleRate,
    level,
    feedback: Math.max(0, around(lines, Math.round(2 * exact)) / level + level / 2)
  }
}

/** Of one side, the mean over all channels. */
function cepstrum(responses: readonly Samples[]): Float64Array {
  const fft = createRealFft(2 ** Math.ceil(Math.log2(2 * responses[0]!.length))),
    [held, sum, re, im] = [fft.size, fft.bins, fft.bins, fft.bins].map(size => new Float64Array(size)) as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array
    ]
  for (const response of responses) {
    held.fill(0).set(response)
    fft.forward(held, re, im)
    const powers = re.map((v, k) => v * v + im[k]! ** 2),
      least = floor * powers.reduce((most, v) => Math.max(most, v), 1e-30)
    for (let k = 0; k < fft.bins; k++) sum[k]! += Math.log(powers[k]! + least) / responses.length
  }
  fft.inverse(sum, im.fill(0), held)
  return held
}
function strongest(x: Float64Array, from: number, to: number, may: (i: number) => boolean): number {
  let at = from
  for (let i = from; i < to; i++) if (Math.abs(x[i]!) > Math.abs(x[at]!) && may(i)) at = i
  return at
}
/** A line between two samples stands in both. */
const around = (x: Float64Array, at: number): number => (x[at - 1] ?? 0) + x[at]! + (x[at + 1] ?? 0)
