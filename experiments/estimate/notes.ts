import type { Random } from '@mixwright/dsp'

/** Notes with overtones and noise, decaying: something of everything. */
export function notes(channels: number, frames: number, sampleRate: number, random: Random): Float32Array[] {
  const out = Array.from({ length: channels }, () => new Float32Array(frames))
  for (let at = 0; at < frames; ) {
    const length = Math.round(sampleRate * random.between(0.08, 0.5)),
      f = 60 * 2 ** random.between(0, 4),
      decay = random.between(0.03, 0.3) * sampleRate,
      level = 0.35 * 10 ** random.between(-1, 0),
      noisy = random.uniform() ** 2,
      pan = random.between(0.5, 1)
    for (let i = 0; i < length && at + i < frames; i++) {
      let v = 0
      for (let h = 1; h <= 12 && h * f < 16000; h++) v += Math.sin((2 * Math.PI * f * h * i) / sampleRate) / h
      const e = level * Math.min(1, i / 60) * Math.exp(-i / decay) * Math.min(1, (length - i) / 200)
      out[0]![at + i] = e * ((1 - noisy) * 0.5 * v + noisy * random.normal())
      if (out[1]) out[1][at + i] = pan * out[0]![at + i]! + 0.1 * e * random.normal()
    }
    at += length
  }
  return out
}
