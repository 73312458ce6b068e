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
  /** Moment after moment of the stretches, one after the other: by how many dB what was made is louder, per third octave; undefined where the mix has nothing. */
  readonly columns: readonly (readonly (number | undefined)[])[]
  /** Seconds from one moment to the next. */
  readonly step: number
}

const size = 8192
/** dB below the loudest band of all moments, from where on a band has nothing to be compared. */
const nothing = 60

export async function residualOf(made: Clip, mix: Clip, starts: readonly number[], length: number): Promise<Residual> {
  const fft = createRealFft(size),
    window = hann(size),
    bands = thirdOctaves(mix.sampleRate),
    width = mix.sampleRate / size,
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins),
    frame = new Float64Array(size),
    /** Powers of one moment, per third octave, both channels together. */
    read = (channels: readonly Float32Array[], at: number): number[] => {
      const power = new Float64Array(fft.bins)
      for (const x of channels) {
        for (let i = 0; i < size; i++) frame[i] = (x[at + i] ?? 0) * window[i]!
        fft.forward(frame, re, im)
        for (let k = 0; k < fft.bins; k++) power[k]! += re[k]! ** 2 + im[k]! ** 2
      }
      return bands.map(band => bandSum(power, width, band))
    },
    moments: { readonly mix: number[]; readonly made: number[]; readonly rest: number[] }[] = []
  for (const start of starts) {
    const [own, theirs] = [await made.read(start, length), await mix.read(start, length)],
      ours = theirs.map((_, c) => own[Math.min(c, own.length - 1)]!),
      rest = theirs.map((channel, c) => channel.map((v, i) => v - ours[c]![i]!))
    for (let at = 0; at + size <= length; at += size / 2)
      moments.push({ mix: read(theirs, at), made: read(ours, at), rest: read(rest, at) })
  }
  const dB = (a: number, b: number) => 10 * Math.log10((a + 1e-20) / (b + 1e-20)),
    sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0),
    over = (what: keyof (typeof moments)[number]) => bands.map((_, b) => sum(moments.map(one => one[what][b]!))),
    [all, own, rest] = [over('mix'), over('made'), over('rest')],
    least = Math.max(...moments.flatMap(one => one.mix), 1e-20) * 10 ** (-nothing / 10)
  return {
    level: dB(sum(rest), sum(all)),
    frequencies: bands.map(({ centre }) => centre),
    difference: rest.map((p, b) => dB(p, all[b]!)),
    tone: own.map((p, b) => dB(p, all[b]!)),
    columns: moments.map(one => one.mix.map((p, b) => (p > least ? dB(one.made[b]!, p) : undefined))),
    step: size / 2 / mix.sampleRate
  }
}
