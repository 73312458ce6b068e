/** A small band made of noise and tones: four roles that overlap in frequency and time, seconds to render. */
import { createRandom } from '@mixwright/dsp'

export const rate = 44100

/** Mono roles of `seconds`, deterministic. */
export function playBand(seconds: number): Record<'bass' | 'drums' | 'keys' | 'vocals', Float32Array> {
  const n = Math.round(seconds * rate),
    tones = (f0: number, decay: number, steps: readonly number[], beat: number, level: number, vibrato = 0) =>
      new Float32Array(n).map((_, i) => {
        const t = i / rate,
          note = Math.floor(t / beat),
          age = t - note * beat,
          f = f0 * 2 ** (steps[note % steps.length]! / 12)
        if (steps[note % steps.length]! < -90) return 0
        const bend = Math.sin(2 * Math.PI * 5.3 * t)
        let sum = 0
        for (let h = 1; h <= 12 && h * f < 16000; h++) sum += Math.sin(2 * Math.PI * h * f * t + h * vibrato * bend) / h
        return level * sum * Math.exp(-age / decay) * Math.min(1, age / 0.005)
      }),
    random = createRandom(17)
  let low = 0
  const drums = new Float32Array(n).map((_, i) => {
    const beat = (i / rate) % 0.5,
      off = (i / rate + 0.25) % 0.5,
      noise = random.normal()
    low += 0.3 * (noise - low)
    return (
      0.6 * Math.sin(2 * Math.PI * 55 * beat) * Math.exp(-beat / 0.08) +
      0.15 * low * Math.exp(-off / 0.05) +
      0.05 * (noise - low) * Math.exp(-(beat % 0.125) / 0.02)
    )
  })
  return {
    bass: tones(52.3, 0.4, [0, 0, 3, 5, -99, 7], 0.375, 0.25),
    drums,
    keys: tones(239, 1.2, [0, 4, 7, 3, 5], 0.75, 0.1),
    vocals: tones(317, 3, [0, 2, -99, 4, 5, 4, -99, 0], 0.6, 0.12, 0.4)
  }
}
export function gained(parts: readonly Float32Array[], gains: readonly number[]): Float32Array {
  const factors = gains.map(gain => 10 ** (gain / 20))
  return parts[0]!.map((_, i) => {
    let sum = 0
    for (let k = 0; k < parts.length; k++) sum += parts[k]![i]! * factors[k]!
    return sum
  })
}
