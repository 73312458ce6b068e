/**
 * The limiter as a witness. Finished music has mostly been held below a ceiling, last of all: its peaks are level. An
 * equaliser after that makes them uneven, and the one that undoes it makes them level again. So every hypothesis of what was
 * done is undone in some loud passages (minimum phase, as equalisers are), and how uneven the peaks then are is kept.
 */
import { type Clip, createFft, type Fft } from '@mixwright/dsp'
import { plants, type Response } from './plants.ts'

/** Samples of a passage, and of a filter's answer within it. */
const passage = 65536
const answer = 8192
/** Seconds in which a largest sample is sought. */
const block = 0.02

type Spectrum = readonly [Float64Array, Float64Array]
/** The minimum-phase filter of a response, transformed: Oppenheim & Schafer, "Discrete-Time Signal Processing", ch. 13. */
export function minimumPhase(response: Response, rate: number, fft: Fft): Spectrum {
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
    const size = Math.exp(re[k]!),
      phase = im[k]!
    re[k] = size * Math.cos(phase)
    im[k] = size * Math.sin(phase)
  }
  short.inverse(re, im)
  const a = new Float64Array(fft.size),
    b = new Float64Array(fft.size)
  a.set(re)
  fft.forward(a, b)
  return [a, b]
}

/** Both channels of a passage as one complex signal, transformed. */
function spectrumOf(left: Float32Array, right: Float32Array, fft: Fft): Spectrum {
  const re = Float64Array.from(left),
    im = Float64Array.from(right)
  fft.forward(re, im)
  return [re, im]
}

/** How far the largest peaks of passages stand over others after a filter: three measures of it, dB. */
function unevenness(passages: readonly Spectrum[], filter: Spectrum, rate: number, fft: Fft): number[] {
  const size = fft.size,
    [c, d] = filter,
    re = new Float64Array(size),
    im = new Float64Array(size),
    step = Math.round(block * rate),
    peaks: number[] = []
  for (const [a, b] of passages) {
    re.set(a)
    im.set(b)
    for (let k = 0; k < size; k++) {
      const x = re[k]! * c[k]! - im[k]! * d[k]!
      im[k] = re[k]! * d[k]! + im[k]! * c[k]!
      re[k] = x
    }
    fft.inverse(re, im)
    // What stands before the filter's answer is over has come round from the end.
    for (let from = answer; from + step <= size; from += step) {
      let most = 1e-9
      for (let i = from; i < from + step; i++) most = Math.max(most, Math.abs(re[i]!), Math.abs(im[i]!))
      peaks.push(20 * Math.log10(most))
    }
  }
  peaks.sort((x, y) => x - y)
  const at = (share: number) => peaks[Math.round((peaks.length - 1) * share)]!
  return [at(1) - at(0.9), at(1) - at(0.97), at(0.995) - at(0.85)]
}

/** The loudest passages of a song, in order of their energy. */
async function loudest(song: Clip, count: number, fft: Fft): Promise<Spectrum[]> {
  const found: { at: number; energy: number }[] = []
  for (let at = 0; at + passage <= song.frames; at += passage) {
    const audio = await song.read(at, passage)
    let energy = 0
    for (const channel of audio) for (let i = 0; i < passage; i += 5) energy += channel[i]! ** 2
    found.push({ at, energy: energy / audio.length })
  }
  found.sort((a, b) => b.energy - a.energy)
  const out: Spectrum[] = []
  for (const { at } of found.slice(0, count)) {
    const [left, right = left] = await song.read(at, passage)
    out.push(spectrumOf(left!, right!, fft))
  }
  return out
}

/**
 * Steepness of what unevenness says, where peaks are level, and where they are not: what is not held below a ceiling says
 * next to nothing. Fitted by likelihood on songs to learn from (experiments/finished-songs/ceiling.ts).
 */
const says = { weight: 12, least: 0.1, level: 0.3 } as const
/** Passages that are heard. */
const heard = 20

/**
 * Logarithms of likelihoods, up to a constant: that nothing was done after the limiter, and each of `plants`.
 * @throws the signal's reason
 */
export async function ceilingWitness(song: Clip, signal?: AbortSignal): Promise<number[]> {
  const fft = createFft(passage),
    passages = await loudest(song, heard, fft),
    undone: Response[] = [
      () => 0,
      ...plants.map(
        ({ response }): Response =>
          f =>
            -response(f)
      )
    ]
  if (passages.length === 0) return undone.map(() => 0)
  const uneven = undone.map(response => {
    signal?.throwIfAborted()
    return unevenness(passages, minimumPhase(response, song.sampleRate, fft), song.sampleRate, fft)
  })
  return uneven.map(measures =>
    measures.reduce((sum, value, m) => {
      const evenest = Math.min(...uneven.map(other => other[m]!))
      return sum - (says.weight * Math.log((says.least + value) / (says.least + evenest))) / (says.level + evenest)
    }, 0)
  )
}
