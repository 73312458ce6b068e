/** Dropouts: digital silence for a moment in the middle of sound, which ends and begins again at full level. */
import type { Audio } from '@mixwright/dsp'

/** s */
const shortest = 0.001,
  longest = 0.3,
  around = 0.003
/** Of the largest sample: fades end below. Hits begin much louder than what ended before them; what rings on is softer. */
const loud = 0.01,
  louder = 4,
  softer = 16
/** Of the level beside: a cut hits the waveform anywhere, fades and attacks begin and end at nothing. */
const edge = 0.15

export function dropoutMeter(sampleRate: number): { push(audio: Audio): void; done(): number } {
  const least = shortest * sampleRate,
    most = longest * sampleRate,
    span = Math.round(around * sampleRate),
    pace = 1 / span
  let peak = 0,
    envelope = 0,
    silent = 0,
    last = 0,
    // Samples still to hear after a gap, and their sum.
    waiting = 0,
    before = 0,
    first = 0,
    after = 0
  // Levels before gaps: only at the end the largest sample is known.
  const found: number[] = []
  return {
    push(audio: Audio) {
      const left = audio[0]!,
        right = audio[1] ?? left
      let level = envelope,
        run = silent,
        ending = last,
        top = peak
      for (let i = 0; i < left.length; i++) {
        const l = left[i]!,
          r = right[i]!
        if (l === 0 && r === 0) {
          run++
          continue
        }
        const size = 0.5 * ((l < 0 ? -l : l) + (r < 0 ? -r : r))
        if (run > 0) {
          // Crossings of zero may hit it; what is longer begins anew.
          if (run >= least) {
            if (run <= most && ending > edge * level) {
              waiting = span
              before = level
              first = size
              after = 0
            }
            level = 0
          }
          run = 0
        }
        if (waiting > 0) {
          after += size
          if (--waiting === 0) {
            const mean = after * pace
            if (first > edge * mean && mean > before / softer && mean < before * louder) found.push(before)
          }
        }
        if (size > top) top = size
        ending = size
        level += (size - level) * pace
      }
      envelope = level
      silent = run
      last = ending
      peak = top
    },
    done: () => found.filter(before => before > loud * peak).length
  }
}
