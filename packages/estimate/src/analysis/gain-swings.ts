/** What swings in the gains of bands: from a sound to what became of it, if an oscillator moved something in between. */
import { type Audio, createRealFft, frameSize, hann } from '@mixwright/dsp'
import { bandCentres } from './level-equations.ts'
import { type Shape, waves } from './waves.ts'

/** The gain of a band of a channel over time. */
export interface GainRow {
  readonly channel: number
  /** Hz */
  readonly centre: number
  /** dB of each frame, less their mean, and how much each counts. */
  readonly gains: Float64Array
  readonly weights: Float64Array
  /** As many frames beside each other tell as much; and Σ weight gain², with what is never known. */
  readonly heard: number
  readonly total: number
}
export interface GainTrack {
  readonly rows: readonly GainRow[]
  /** Seconds from the first sample to the middle of each frame. */
  readonly times: Float64Array
}
export interface Oscillation {
  readonly shape: Shape
  /** Hz */
  readonly frequency: number
  /** Cycles at the first sample. */
  readonly phase: number
  /** How far its frequency stands out of those around it: 1 is not at all. */
  readonly prominence: number
  /** Logarithm of how much likelier all gains are where they follow its wave, straight or bent. */
  readonly score: number
}

/** Seconds of a frame, long enough for a third of an octave, and frames that one sample is in. */
const frame = 0.046,
  overlap = 4
/** dB² of a gain that is none. */
const unsure = 0.1
/** Below its loudest frame a band is not heard. */
const faint = 1e-4

export function gainTrack(before: Audio, after: Audio, sampleRate: number): GainTrack {
  const size = frameSize(sampleRate, frame),
    hop = size / overlap,
    count = Math.max(0, Math.floor((after[0]!.length - size) / hop) + 1),
    centres = bandCentres(sampleRate),
    rows = after.flatMap((channel, c) => {
      const [from, to] = [before[c] ?? before[0]!, channel].map(x => powersOf(x, size, hop, count, centres, sampleRate))
      return centres.flatMap((centre, b) => rowOf(from![b]!, to![b]!, c, centre))
    })
  return { rows, times: Float64Array.from({ length: count }, (_, t) => (t * hop + size / 2) / sampleRate) }
}
/** By band and frame. */
function powersOf(
  x: ArrayLike<number>,
  size: number,
  hop: number,
  count: number,
  centres: readonly number[],
  rate: number
) {
  const fft = createRealFft(size),
    window = hann(size),
    [re, im, held] = [new Float64Array(fft.bins), new Float64Array(fft.bins), new Float64Array(size)],
    edges = centres.map(f => [-1, 1].map(way => Math.round((f * 2 ** (way / 6) * size) / rate)) as [number, number]),
    powers = centres.map(() => new Float64Array(count))
  for (let t = 0; t < count; t++) {
    for (let i = 0; i < size; i++) held[i] = window[i]! * x[t * hop + i]!
    fft.forward(held, re, im)
    edges.forEach(([from, to], b) => {
      for (let k = from; k < Math.max(to, from + 1); k++) powers[b]![t]! += re[k]! ** 2 + im[k]! ** 2
    })
  }
  return powers
}
function rowOf(from: Float64Array, to: Float64Array, channel: number, centre: number): GainRow[] {
  const [a, b] = [from, to].map(powers => faint * powers.reduce((most, p) => Math.max(most, p), 0)) as [number, number],
    weights = from.map((p, t) => (p / (p + a + 1e-30)) * (to[t]! / (to[t]! + b + 1e-30))),
    sum = weights.reduce((all, w) => all + w, 0),
    dB = from.map((p, t) => 10 * Math.log10((to[t]! + b + 1e-30) / (p + a + 1e-30))),
    mean = dB.reduce((all, v, t) => all + weights[t]! * v, 0) / (sum + 1e-30),
    gains = dB.map(v => v - mean),
    total = gains.reduce((all, v, t) => all + weights[t]! * (v * v + unsure), 0)
  return sum / overlap < fewest || !(total > 0)
    ? []
    : [{ channel, centre, gains, weights, heard: sum / overlap, total }]
}
/** Frames beside each other that a band must be heard in. */
const fewest = 12

/** What is tried: Hz, and turns of the whole from one to the next; phases. */
const frequencies = { from: 0.08, to: 8.5, turns: 0.25 },
  phases = 24,
  /** Frequencies that are looked at closely; how far those reach that one stands out of. */
  followed = 3,
  around = 1.7,
  /** Less is no line. */
  prominent = 2.5

/** The likeliest first; none where no frequency stands out. */
export function oscillationsIn(track: GainTrack): Oscillation[] {
  const { times } = track
  if (times.length < 2 || track.rows.length === 0) return []
  const seconds = times.at(-1)! - times[0]!,
    step = frequencies.turns / seconds,
    list = Array.from(
      { length: Math.ceil((frequencies.to - frequencies.from) / step) },
      (_, k) => frequencies.from + k * step
    ),
    scores = list.map(f =>
      scoreOf(
        track,
        [Math.cos, Math.sin].map(wave => times.map(t => wave(2 * Math.PI * f * t)))
      )
    ),
    prominence = list.map((f, k) => {
      const near = scores.filter((_, j) => list[j]! > f / around && list[j]! < f * around).sort((a, b) => a - b)
      return scores[k]! / near[near.length >> 1]!
    })
  return [...list.keys()]
    .filter(k => prominence[k]! > prominent && scores[k]! >= Math.max(scores[k - 1] ?? 0, scores[k + 1] ?? 0))
    .sort((a, b) => prominence[b]! - prominence[a]!)
    .slice(0, followed)
    .flatMap(k => (Object.keys(waves) as Shape[]).map(shape => closer(track, shape, list[k]!, prominence[k]!, step)))
    .sort((a, b) => b.score - a.score)
}
/** The likeliest phase, and the frequency near by. */
function closer(track: GainTrack, shape: Shape, near: number, prominence: number, step: number): Oscillation {
  const middle = track.times[track.times.length >> 1]!,
    // By its phase in the middle, which a frequency leaves alone.
    scored = (frequency: number, turn: number) => {
      const phase = turn - frequency * middle,
        wave = track.times.map(t => waves[shape](frequency * t + phase))
      return { shape, frequency, phase, prominence, turn, score: scoreOf(track, [wave, wave.map(v => v * v)]) }
    }
  let best = Array.from({ length: phases }, (_, p) => scored(near, p / phases)).reduce((a, b) =>
    b.score > a.score ? b : a
  )
  for (let size = 1; size > 0.1; size /= 2)
    for (const [df, dp] of [
      [1, 0],
      [-1, 0],
      [0, 1],
      [0, -1]
    ] as const) {
      const next = scored(best.frequency + df * size * step, best.turn + (dp * size) / phases)
      if (next.score > best.score) best = next
    }
  const { turn, ...found } = best
  return { ...found, phase: found.phase - Math.floor(found.phase) }
}

/** How much likelier gains of unknown noise are with two waves in them: of each band the logarithm of the powers, without over with. */
function scoreOf({ rows }: GainTrack, [a, b]: readonly Float64Array[]): number {
  return rows.reduce((sum, { gains, weights, heard, total }) => {
    let [w, wa, wb, aa, ab, bb, ad, bd] = [0, 0, 0, 0, 0, 0, 0, 0]
    for (let t = 0; t < gains.length; t++) {
      const weight = weights[t]!,
        [u, v] = [weight * a![t]!, weight * b![t]!]
      w += weight
      wa += u
      wb += v
      aa += u * a![t]!
      ab += u * b![t]!
      bb += v * b![t]!
      ad += u * gains[t]!
      bd += v * gains[t]!
    }
    // Less the means; those of the gains are none.
    aa -= (wa * wa) / w
    ab -= (wa * wb) / w
    bb -= (wb * wb) / w
    const rest = bb - (ab * ab) / (aa + 1e-12),
      along = (ad * ad) / (aa + 1e-12) + (rest > 1e-3 * w ? (bd - (ab / (aa + 1e-12)) * ad) ** 2 / rest : 0)
    return sum + likelier(heard, total, along)
  }, 0)
}
/** @param along Σ weight gain² that is explained */
export const likelier = (heard: number, total: number, along: number): number =>
  -0.5 * heard * Math.log(Math.max(1e-6, 1 - along / total))
