/**
 * The limiter as a witness. Finished music has mostly been held below a ceiling, last of all: its peaks are level. An
 * equaliser after that makes them uneven, and the one that undoes it makes them level again. So every hypothesis of what was
 * done is undone in some loud passages (minimum phase, as equalisers are), and how uneven the peaks then are is kept.
 */
import { type Clip, createFft, createLaneFft, type Kernels, type LaneFft } from '@mixwright/dsp'
import { plants, type Response } from './plants.ts'

/** Samples of a passage, and of a filter's answer within it. */
const passage = 65536
const answer = 8192
/** Seconds in which a largest sample is sought. */
const block = 0.02

type Spectrum = readonly [Float64Array, Float64Array]
/** The minimum-phase filter of a response, transformed: Oppenheim & Schafer, "Discrete-Time Signal Processing", ch. 13. */
export function minimumPhase(response: Response, rate: number, size: number): Spectrum {
  const short = createFft(answer),
    re = Float64Array.from(
      { length: answer },
      (_, k) => (response((Math.min(k, answer - k) * rate) / answer) * Math.LN10) / 20
    ),
    im = new Float64Array(answer)
  short.inverse(re, im)
  for (let i = 1; i < answer / 2; i++) {
    re[i]! *= 2
    re[answer - i] = 0
  }
  im.fill(0)
  short.forward(re, im)
  for (let k = 0; k < answer; k++) {
    const gain = Math.exp(re[k]!),
      phase = im[k]!
    re[k] = gain * Math.cos(phase)
    im[k] = gain * Math.sin(phase)
  }
  short.inverse(re, im)
  const a = new Float64Array(size),
    b = new Float64Array(size)
  a.set(re)
  createFft(size).forward(a, b)
  return [a, b]
}

/** Passages of a song, both channels of each as one complex signal, transformed, in the lanes of the kernels. */
interface Passages {
  readonly count: number
  /** `lanes` passages each, as `LaneFft` has them. */
  readonly groups: readonly { readonly re: Float32Array; readonly im: Float32Array }[]
}
type Fft = LaneFft<Float32Array>

/** The loudest passages of a song. */
async function loudest(song: Clip, most: number, fft: Fft): Promise<Passages> {
  const found: { at: number; energy: number }[] = []
  for (let at = 0; at + passage <= song.frames; at += passage) {
    const audio = await song.read(at, passage)
    let energy = 0
    for (const channel of audio) for (let i = 0; i < passage; i += 5) energy += channel[i]! ** 2
    found.push({ at, energy })
  }
  found.sort((a, b) => b.energy - a.energy)
  const count = Math.min(most, found.length),
    groups: { re: Float32Array; im: Float32Array }[] = []
  for (let first = 0; first < count; first += fft.lanes) {
    fft.re.fill(0)
    fft.im.fill(0)
    for (let lane = 0; lane < fft.lanes && first + lane < count; lane++) {
      const [left, right = left] = await song.read(found[first + lane]!.at, passage)
      for (let i = 0, to = lane; i < passage; i++, to += fft.lanes) {
        fft.re[to] = left![i]!
        fft.im[to] = right![i]!
      }
    }
    fft.forward()
    groups.push({ re: fft.re.slice(), im: fft.im.slice() })
  }
  return { count, groups }
}

/** How far the largest peaks of passages stand over others after a filter: three measures of it, dB. */
function unevenness({ count, groups }: Passages, [c, d]: Spectrum, rate: number, fft: Fft): number[] {
  const { re, im, lanes } = fft,
    step = Math.round(block * rate),
    peaks: number[] = []
  groups.forEach((group, g) => {
    for (let k = 0, i = 0; k < passage; k++)
      for (let lane = 0; lane < lanes; lane++, i++) {
        re[i] = group.re[i]! * c[k]! - group.im[i]! * d[k]!
        im[i] = group.re[i]! * d[k]! + group.im[i]! * c[k]!
      }
    fft.inverse()
    for (let lane = 0; lane < lanes && g * lanes + lane < count; lane++)
      // What stands before the filter's answer is over has come round from the end.
      for (let from = answer; from + step <= passage; from += step) {
        let most = 1e-9
        for (let i = from * lanes + lane; i < (from + step) * lanes; i += lanes)
          most = Math.max(most, Math.abs(re[i]!), Math.abs(im[i]!))
        peaks.push(20 * Math.log10(most))
      }
  })
  peaks.sort((x, y) => x - y)
  const at = (share: number) => peaks[Math.round((peaks.length - 1) * share)]!
  return [at(1) - at(0.9), at(1) - at(0.97), at(0.995) - at(0.85)]
}

/**
 * How much is said by peaks that stand out more under one hypothesis than under another, as powers of (least + dB) of each
 * measure: `power` where the evenest are level, half of it where they stand out by 1 dB, and so on, as peaks that no ceiling
 * held say less. Fitted on songs outside of the held-out packages (experiments/finished-songs/witness.ts).
 */
const says = { power: 9, least: 0.1 } as const
/** Passages that are heard. */
const heard = 20

/**
 * How uneven peaks are with nothing undone, and with each of `plants`: three measures each. Empty for less than a passage.
 * @throws the signal's reason
 */
export async function unevenPeaks(song: Clip, kernels: Kernels, signal?: AbortSignal): Promise<number[][]> {
  const fft = createLaneFft(kernels, passage, 'f32'),
    passages = await loudest(song, heard, fft),
    undone: Response[] = [
      () => 0,
      ...plants.map(
        ({ response }) =>
          (f: number) =>
            -response(f)
      )
    ]
  if (passages.count === 0) return []
  return undone.map(response => {
    signal?.throwIfAborted()
    return unevenness(passages, minimumPhase(response, song.sampleRate, passage), song.sampleRate, fft)
  })
}
/**
 * Logarithms of likelihoods, up to a constant: that nothing was done after the limiter, and each of `plants`.
 * @param uneven of `unevenPeaks`
 */
export function witnessOf(uneven: readonly (readonly number[])[], power: number = says.power): number[] {
  if (uneven.length === 0) return [0, ...plants.map(() => 0)]
  const evenest = uneven[0]!.map((_, m) => Math.min(...uneven.map(measures => measures[m]!)))
  return uneven.map(measures =>
    measures.reduce((sum, dB, m) => sum - (power * Math.log(says.least + dB)) / (1 + evenest[m]!), 0)
  )
}
