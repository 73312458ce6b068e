/** Whether steady lines are heard beside a stem. */
import { createRealFft, hann, type Samples } from '@mixwright/dsp'

const size = 8192
/** Hz: a critical band below 500 Hz; the masked threshold of a tone lies 3 dB under the masker's level in it (Zwicker & Fastl, Psychoacoustics, 1999, ch. 4). */
const band = 100,
  under = 10 ** -0.3

/** Share of the time in which the stem, in the critical band around one line at least, does not mask it. */
export function heardShare(
  x: Samples,
  lines: readonly { readonly frequency: number; readonly amplitude: number }[],
  rate: number
): number {
  const transform = createRealFft(size),
    window = hann(size),
    re = new Float64Array(transform.bins),
    im = new Float64Array(transform.bins),
    frame = new Float64Array(size)
  let frames = 0,
    heard = 0
  for (let at = 0; at + size <= x.length; at += size, frames++) {
    for (let i = 0; i < size; i++) frame[i] = x[at + i]! * window[i]!
    transform.forward(frame, re, im)
    if (
      lines.some(({ frequency, amplitude }) => {
        let masker = 0
        const first = Math.max(1, Math.ceil(((frequency - band / 2) * size) / rate)),
          last = Math.floor(((frequency + band / 2) * size) / rate)
        // Both sides of the spectrum over the power of Hann's window, 3/8.
        for (let k = first; k <= last; k++) masker += (2 * (re[k]! ** 2 + im[k]! ** 2)) / (0.375 * size ** 2)
        return amplitude ** 2 / 2 > under * masker
      })
    )
      heard++
  }
  return frames > 0 ? heard / frames : 0
}
