/** Bleed: the share of one stem's sound that is another stem's source, heard from the tracks alone. */
import { bands, fromByte, powerOfByte, type StemAnalysis } from './analysis.ts'

export interface Bleed {
  /** Indices of the stem that hears and of the stem whose source it hears. */
  readonly into: number
  readonly from: number
  /** Level of the source in `into` against that in `from`, dB, weighted by the source's energy. */
  readonly ratio: number
  /** The same per band of the tracks; NaN where nothing tells. */
  readonly perBand: readonly number[]
  /** Its waveform was heard, at a steady delay; else levels alone say so. */
  readonly certain?: boolean
}

/** A source counts while it is within this of its own loud level, half dB. */
const range = 50
/** Bleed keeps its ratio: half dB around it … */
const window = 4
/**
 * … for at least this share of the frames in which the source sounds, with hardly any below; while the source itself
 * moves by this (dB rms).
 */
const least = 0.2,
  below = 0.1,
  moves = 3

/**
 * In a microphone that hears a source only as bleed, the level follows that source at a fixed distance; its own source
 * can only add.
 * So per band the distances over all frames in which the source is loud have a dense lower edge. No edge, no bleed.
 */
function edgeOf(into: Uint8Array, from: Uint8Array, top: number): number {
  const count = Math.min(into.length, from.length),
    histogram = new Uint32Array(520)
  let frames = 0
  for (let i = 0; i < count; i++)
    if (from[i]! > top - range) {
      histogram[into[i]! - from[i]! + 256]!++
      frames++
    }
  if (frames < 40) return Number.NaN
  let under = 0
  for (let d = window; d < 520 - window; d++) {
    let mass = 0
    for (let w = -window; w <= window; w++) mass += histogram[d + w]!
    if (d > window) under += histogram[d - window - 1]!
    if (mass < least * frames) continue
    if (under > below * frames) return Number.NaN
    const peak = densest(histogram, d)
    return follows(into, from, top, peak) ? (peak - 256) / 2 : Number.NaN
  }
  return Number.NaN
}

/** The centre of the dense edge that starts at `d`: its mean within twice the window. */
function densest(histogram: Uint32Array, d: number): number {
  let centre = d
  for (let round = 0; round < 4; round++) {
    let sum = 0,
      mass = 0
    for (let k = Math.round(centre) - window; k <= centre + window; k++) {
      const n = histogram[k] ?? 0
      sum += n * k
      mass += n
    }
    centre = mass ? sum / mass : centre
  }
  return centre
}

/** Two steady sounds keep their distance too: the source must move while the distance stays. */
function follows(into: Uint8Array, from: Uint8Array, top: number, distance: number): boolean {
  let n = 0,
    sum = 0,
    squares = 0
  for (let i = 0; i < Math.min(into.length, from.length); i++) {
    const level = from[i]!
    if (level <= top - range || into[i] === 0 || Math.abs(into[i]! - level - distance + 256) > window) continue
    n++
    sum += level / 2
    squares += (level / 2) ** 2
  }
  return n > 8 && squares / n - (sum / n) ** 2 > moves ** 2
}

/**
 * All bleed between stems. Two microphones that hear the same source alike are no bleed: they come out in neither
 * direction.
 */
export function bleedOf(stems: readonly StemAnalysis[]): Bleed[] {
  const tops = stems.map(stem => stem.tracks.bands.map(loudLevel)),
    means = stems.map(stem => stem.tracks.bands.map(meanPower)),
    found: (Bleed & { covered: number })[] = []
  stems.forEach((into, t) =>
    stems.forEach((from, s) => {
      if (s === t || into.silent || from.silent) return
      const total = means[s]!.reduce((a, b) => a + b, 0),
        perBand = into.tracks.bands.map((track, b) =>
          means[s]![b]! < 1e-4 * total ? Number.NaN : edgeOf(track, from.tracks.bands[b]!, tops[s]![b]!)
        )
      const known = perBand.flatMap((ratio, b) => (Number.isNaN(ratio) ? [] : [b])),
        weight = known.reduce((sum, b) => sum + means[s]![b]!, 0)
      if (known.length < 2 || weight < 0.3 * total) return
      const ratio =
        10 * Math.log10(known.reduce((sum, b) => sum + means[s]![b]! * 10 ** (perBand[b]! / 10), 0) / weight)
      if (ratio > -60 && ratio < 9) found.push({ into: t, from: s, ratio, perBand, covered: weight / total })
    })
  )
  // Where the louder source covers only some bands of the other, the way back shows a distance too, in those bands
  // alone.
  const back = (b: Bleed) => found.find(other => other.into === b.from && other.from === b.into)
  const stands = (b: Bleed & { covered: number }, other = back(b)) =>
    !other || (b.covered > other.covered && other.covered < 0.8)
  return found.filter(b => stands(b)).map(({ covered: _, ...bleed }) => bleed)
}

/** Level (byte) that the loudest 5 % of the sounding frames reach. */
function loudLevel(track: Uint8Array): number {
  const histogram = new Uint32Array(256)
  for (const byte of track) histogram[byte]!++
  let left = (track.length - histogram[0]!) * 0.05
  for (let byte = 255; byte > 0; byte--) {
    left -= histogram[byte]!
    if (left <= 0) return byte
  }
  return 0
}
const meanPower = (track: Uint8Array): number =>
  track.reduce((sum, byte) => sum + powerOfByte[byte]!, 0) / Math.max(1, track.length)

/** 1 where the stem plays and its own source stands 3 dB or more above all bleed into it. */
export function ownFrames(stems: readonly StemAnalysis[], index: number, bleed: readonly Bleed[]): Uint8Array {
  const stem = stems[index]!,
    { hop, level } = stem.tracks,
    own = new Uint8Array(level.length)
  for (const [start, end] of stem.activity.regions) own.fill(1, Math.round(start / hop), Math.round(end / hop))
  const sources = bleed
    .filter(b => b.into === index)
    .map(b => ({
      tracks: stems[b.from]!.tracks.bands,
      gains: b.perBand.map(r => 10 ** ((Number.isNaN(r) ? b.ratio : r) / 10))
    }))
  if (sources.length === 0) return own
  for (let i = 0; i < own.length; i++) {
    if (!own[i]) continue
    let mine = 0,
      theirs = 0
    for (let b = 0; b < bands; b++) {
      mine += powerOfByte[stem.tracks.bands[b]![i]!]!
      for (const source of sources) theirs += source.gains[b]! * powerOfByte[source.tracks[b]![i] ?? 0]!
    }
    if (mine < 2 * theirs || fromByte(level[i]!) < stem.activity.threshold) own[i] = 0
  }
  return own
}
