/** What stays unexplained: the mix less what the graph makes, as sound, and level against level, band by band. */
import { type Clip, createRealFft, hann, thirdOctaves, bandSum } from '@mixwright/dsp'

export interface Residual {
  /** Power of the difference against the mix, dB; small only where waveforms agree, so not with other rooms. */
  readonly level: number
  /** Hz */
  readonly frequencies: readonly number[]
  /** dB per third octave: of the difference against the mix, and of what was made against the mix. */
  readonly difference: readonly number[]
  readonly tone: readonly number[]
}

const size = 8192

export async function residualOf(made: Clip, mix: Clip, starts: readonly number[], length: number): Promise<Residual> {
  const fft = createRealFft(size),
    window = hann(size),
    powers = [0, 1, 2].map(() => new Float64Array(fft.bins)),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    frame = new Float64Array(size),
    add = (x: Float32Array, at: number, into: Float64Array) => {
      for (let i = 0; i < size; i++) frame[i] = (x[at + i] ?? 0) * window[i]!
      fft.forward(frame, re, im)
      for (let k = 0; k < fft.bins; k++) into[k]! += re[k]! ** 2 + im[k]! ** 2
    }
  for (const start of starts) {
    const [own, other] = [await made.read(start, length), await mix.read(start, length)]
    other.forEach((theirs, c) => {
      const ours = own[Math.min(c, own.length - 1)]!,
        rest = theirs.map((v, i) => v - ours[i]!)
      for (let at = 0; at + size <= length; at += size / 2)
        for (const [i, x] of [theirs, ours, rest].entries()) add(x, at, powers[i]!)
    })
  }
  const bands = thirdOctaves(mix.sampleRate),
    width = mix.sampleRate / size,
    inBands = powers.map(power => bands.map(band => bandSum(power, width, band))),
    dB = (a: number, b: number) => 10 * Math.log10((a + 1e-20) / (b + 1e-20)),
    total = (power: Float64Array) => power.reduce((a, b) => a + b, 0)
  return {
    level: dB(total(powers[2]!), total(powers[0]!)),
    frequencies: bands.map(({ centre }) => centre),
    difference: inBands[2]!.map((p, b) => dB(p, inBands[0]![b]!)),
    tone: inBands[1]!.map((p, b) => dB(p, inBands[0]![b]!))
  }
}
