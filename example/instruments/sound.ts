/** What the generators share: a buffer to add to, and two filters. */
import { createRandom } from '@mixwright/dsp'

export const rate = 44100
export type Sound = Float32Array
/** Uniform in −1 … 1, the same for a seed on every run. */
export function noise(seed: number): () => number {
  const random = createRandom(seed)
  return () => random.between(-1, 1)
}

/** Adds `sample(t, i)` from `start` seconds on, for `seconds`; not beyond the buffer, and what lies before it is dropped. */
export function add(to: Sound, start: number, seconds: number, sample: (t: number, i: number) => number): void {
  const first = Math.round(start * rate),
    count = Math.min(Math.round(seconds * rate), to.length - first)
  for (let i = 0; i < count; i++) {
    const v = sample(i / rate, i),
      at = first + i
    if (at >= 0) to[at]! += v
  }
}
/** One-pole low-pass. */
export function dull(hertz: number): (x: number) => number {
  const a = 1 - Math.exp((-2 * Math.PI * hertz) / rate)
  let s = 0
  return x => (s += a * (x - s))
}
/** Two-pole resonator with unit gain at its peak (Klatt 1980 form). */
export function resonator(
  hertz: number,
  bandwidth: number
): { (x: number): number; tune(hertz: number, bandwidth: number): void } {
  let b = 0,
    c = 0,
    a = 0,
    y1 = 0,
    y2 = 0
  const tune = (f: number, width: number) => {
    const r = Math.exp((-Math.PI * width) / rate)
    c = -r * r
    b = 2 * r * Math.cos((2 * Math.PI * f) / rate)
    a = 1 - b - c
  }
  tune(hertz, bandwidth)
  return Object.assign(
    (x: number) => {
      const y = a * x + b * y1 + c * y2
      y2 = y1
      y1 = y
      return y
    },
    { tune }
  )
}
/** A copy of a sound as it arrives elsewhere: later, softer, darker. */
export function heard(
  source: Sound,
  { metres, gain, corner }: { metres: number; gain: number; corner: number }
): Sound {
  // Sound travels 343 m/s at 20 °C.
  const late = Math.round((metres / 343) * rate),
    filter = dull(corner),
    out = new Float32Array(source.length)
  for (let i = late; i < out.length; i++) out[i] = gain * filter(source[i - late]!)
  return out
}
export function sum(...sounds: readonly Sound[]): Sound {
  const out = new Float32Array(sounds[0]!.length)
  for (const sound of sounds) for (let i = 0; i < out.length; i++) out[i]! += sound[i]!
  return out
}
export const scaled = (sound: Sound, gain: number): Sound => sound.map(v => v * gain)
