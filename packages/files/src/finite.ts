import type { Audio } from '@mixwright/dsp'
import { AudioFileError } from './error.ts'

/**
 * Refuses NaN and infinite samples. `start` is the frame at which `audio` begins, for the message; `rate` in Hz.
 * @throws AudioFileError that names the first bad sample
 */
export function assertFinite(audio: Audio, start: number, place: string, rate: number): void {
  for (let c = 0; c < audio.length; c++) {
    const channel = audio[c]!
    if (allFinite(channel)) continue
    const at = channel.findIndex(x => !Number.isFinite(x))
    throw new AudioFileError(
      'not-finite',
      place,
      `sample ${start + at} of channel ${c + 1} (at ${((start + at) / rate).toFixed(3)} s) is ${channel[at]}`,
      'export the file again: a plug-in or export went wrong there'
    )
  }
}

/** 0 · x is 0 for every finite x and NaN for the others: a multiply-add instead of a test per sample, four side by side. */
function allFinite(x: Float32Array): boolean {
  const even = x.length & ~3
  let a = 0,
    b = 0,
    c = 0,
    d = 0
  for (let i = 0; i < even; i += 4) {
    a += 0 * x[i]!
    b += 0 * x[i + 1]!
    c += 0 * x[i + 2]!
    d += 0 * x[i + 3]!
  }
  for (let i = even; i < x.length; i++) a += 0 * x[i]!
  return a + b + c + d === 0
}
