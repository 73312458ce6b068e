/** How far a sound is from the truth, both at -18 LUFS: lower is nearer. */
import { type Audio, createRealFft, hann, measureLoudness } from '@mixwright/dsp'
import { stftDistance } from '@mixwright/estimate'

export const measureNames = ['MR-STFT', 'MSD', 'SCE', 'MLDR'] as const
export type Distances = Readonly<Record<(typeof measureNames)[number], number>>

export function distances(audio: Audio, truth: Audio, rate: number): Distances {
  const [a, b] = [audio, truth].map(one => mono(levelled(one, rate))) as [Float32Array, Float32Array]
  return {
    'MR-STFT': stftDistance(a, b),
    MSD: melDistance(a, b, rate),
    SCE: Math.abs(centroid(a, rate) - centroid(b, rate)),
    MLDR: microdynamicDistance(a, b, rate)
  }
}
export function levelled(audio: Audio, rate: number, loudness = -18): Float32Array[] {
  const gain = 10 ** ((loudness - measureLoudness(audio, rate).integrated) / 20)
  return audio.map(c => c.map(v => v * gain) as Float32Array)
}
const mono = (audio: readonly Float32Array[]): Float32Array =>
  audio.length === 1 ? audio[0]! : audio[0]!.map((v, i) => (v + audio[1]![i]!) / 2)

/** Magnitudes of centred Hann frames, as librosa and torch have them, zeros beyond the ends. */
function* magnitudes(x: Float32Array, size: number, hop: number): Generator<Float64Array> {
  const fft = createRealFft(size),
    window = hann(size),
    frame = new Float64Array(size),
    re = new Float64Array(fft.bins),
    im = new Float64Array(fft.bins)
  for (let at = -size / 2; at <= x.length - size / 2; at += hop) {
    for (let i = 0; i < size; i++) frame[i] = window[i]! * (x[at + i] ?? 0)
    fft.forward(frame, re, im)
    yield re.map((v, k) => Math.sqrt(Math.max(1e-8, v * v + im[k]! * im[k]!)))
  }
}
/** DeepAFx-ST's mel spectral distance: 128 mels of frames of 65536 (at 44.1 kHz), mean of |A - B| + |ln A - ln B|. */
function melDistance(a: Float32Array, b: Float32Array, rate: number): number {
  const size = 65536,
    filters = melFilters(128, size, rate),
    mels = (x: Float32Array) =>
      [...magnitudes(x, size, size)].map(m =>
        filters.map(({ first, weights }) => weights.reduce((sum, w, i) => sum + w * m[first + i]!, 1e-8))
      ),
    [p, q] = [mels(a), mels(b)]
  let sum = 0
  p.forEach((frame, t) =>
    frame.forEach((v, k) => {
      sum += Math.abs(v - q[t]![k]!) + Math.abs(Math.log(v / q[t]![k]!))
    })
  )
  return sum / p.length / 128
}
/** Slaney's mel scale and weights (Auditory Toolbox, 1998). */
function melFilters(count: number, size: number, rate: number) {
  const toMel = (f: number) => (f < 1000 ? (3 * f) / 200 : 15 + (27 * Math.log(f / 1000)) / Math.log(6.4)),
    toHertz = (m: number) => (m < 15 ? (200 * m) / 3 : 1000 * Math.exp((Math.log(6.4) * (m - 15)) / 27)),
    corners = Array.from({ length: count + 2 }, (_, i) => toHertz((toMel(rate / 2) * i) / (count + 1)))
  return Array.from({ length: count }, (_, i) => {
    const [low, centre, high] = corners.slice(i, i + 3) as [number, number, number],
      first = Math.ceil((low * size) / rate),
      last = Math.min(size / 2, Math.floor((high * size) / rate))
    return {
      first,
      weights: Array.from({ length: last - first + 1 }, (_, k) => {
        const f = ((first + k) * rate) / size
        return (2 / (high - low)) * Math.max(0, Math.min((f - low) / (centre - low), (high - f) / (high - centre)))
      })
    }
  })
}
/** Hz: mean over frames of 2048, hop 512, of the centroid of magnitudes. */
function centroid(x: Float32Array, rate: number): number {
  let sum = 0,
    count = 0
  for (const m of magnitudes(x, 2048, 512)) {
    let top = 0,
      all = 0
    m.forEach((v, k) => {
      top += k * v
      all += v
    })
    sum += ((top / all) * rate) / 2048
    count++
  }
  return sum / count
}
/** dB: mean difference of 50-ms level less 1-s level, moment by moment, where the truth is within 40 dB of its loudest. */
function microdynamicDistance(a: Float32Array, b: Float32Array, rate: number): number {
  const size = Math.round(0.05 * rate),
    steps = (x: Float32Array) =>
      Array.from({ length: Math.floor(x.length / size) }, (_, i) =>
        x.subarray(i * size, (i + 1) * size).reduce((sum, v) => sum + v * v, 0)
      ),
    series = (x: Float32Array) => {
      const all = steps(x)
      return all.slice(10, -9).map((short, i) => {
        const long = all.slice(i, i + 20).reduce((p, q) => p + q, 0) / 20
        return { long, dB: 10 * Math.log10((short + 1e-6) / (long + 1e-6)) }
      })
    },
    [p, q] = [series(a), series(b)],
    loudest = Math.max(...q.map(one => one.long)),
    heard = q.flatMap((one, i) => (one.long > 1e-4 * loudest ? [Math.abs(one.dB - p[i]!.dB)] : []))
  return heard.reduce((x, y) => x + y, 0) / Math.max(1, heard.length)
}
