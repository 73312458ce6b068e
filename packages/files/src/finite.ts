import type { Audio } from '@mixwright/dsp'
import { AudioFileError } from './error.ts'

/**
 * Refuses NaN and infinite samples. `start` is the frame at which `audio` begins, for the message; `rate` in Hz.
 * @throws AudioFileError that names the first bad sample
 */
export function assertFinite(audio: Audio, start: number, place: string, rate: number): void {
  for (let c = 0; c < audio.length; c++) {
    const channel = audio[c]!
    // 0 · x is 0 for every finite x and NaN for the others: one multiply-add instead of a test per sample.
    let witness = 0
    for (let i = 0; i < channel.length; i++) witness += 0 * channel[i]!
    if (witness === 0) continue
    const at = channel.findIndex(x => !Number.isFinite(x))
    throw new AudioFileError(
      'not-finite',
      place,
      `sample ${start + at} of channel ${c + 1} (at ${((start + at) / rate).toFixed(3)} s) is ${channel[at]}`,
      'export the file again: a plug-in or export went wrong there'
    )
  }
}
