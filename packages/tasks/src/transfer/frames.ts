/** A sound as a set of short spectra in third octaves: what its tone is compared by. */
import { type Audio, createPowerFrames, frameSize, hann, type Kernels } from '@mixwright/dsp'
import { toneCentres } from '../master/sound.ts'

/** dB per frame and band (`toneCentres`), the frames' mean level 0 dB. */
export type ToneFrames = readonly (readonly number[])[]

const frameSeconds = 0.093
/** Frames this far below the loudest twentieth are pauses, dB. */
const pause = 40
/** What lies this far below a frame of mean level is nothing, dB. */
const floor = -90
/** As many frames as are kept, evenly spread. */
const most = 400

/** The frames of audio that sound. */
export function toneFrames(audio: Audio, sampleRate: number, kernels: Kernels): ToneFrames {
  const size = frameSize(sampleRate, frameSeconds),
    shares = sharesOf(sampleRate, size),
    powers: number[][] = [],
    frames = createPowerFrames(kernels, audio.length, hann(size), size / 2, 1, power => {
      if (power)
        powers.push(shares.map(({ first, weights }) => weights.reduce((sum, w, i) => sum + w * power[first + i]!, 0)))
    })
  frames.push(audio)
  frames.end()
  const totals = powers.map(bands => bands.reduce((a, b) => a + b, 0)),
    loud = [...totals].sort((a, b) => b - a)[Math.floor(totals.length / 20)] ?? 0,
    sounding = powers.filter((_, t) => totals[t]! > loud * 10 ** (-pause / 10)),
    kept = spread(sounding, most),
    level = kept.reduce((sum, bands) => sum + bands.reduce((a, b) => a + b, 0), 0) / Math.max(1, kept.length),
    least = level * 10 ** (floor / 10)
  return kept.map(bands => bands.map(p => 10 * Math.log10((p + least) / level)))
}
const spread = <T>(all: readonly T[], count: number): readonly T[] =>
  all.length <= count
    ? all
    : Array.from({ length: count }, (_, i) => all[Math.floor(((i + 0.5) * all.length) / count)]!)

interface Share {
  readonly first: number
  readonly weights: readonly number[]
}
/** Triangles that reach to their neighbours' centres; where they hold no bin, the nearest one. */
function sharesOf(sampleRate: number, size: number): Share[] {
  const width = sampleRate / size
  return toneCentres(sampleRate).map(centre => {
    const first = Math.max(1, Math.ceil((centre * 2 ** (-1 / 3)) / width)),
      last = Math.min(size / 2, Math.floor((centre * 2 ** (1 / 3)) / width)),
      weights = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) =>
        Math.max(0, 1 - Math.abs(3 * Math.log2(((first + i) * width) / centre)))
      )
    return weights.some(w => w > 0)
      ? { first, weights }
      : { first: Math.max(1, Math.round(centre / width)), weights: [1] }
  })
}
