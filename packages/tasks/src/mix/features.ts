/** From tracks to what a source is heard by, and to what is wrong with its sound. */
import { bandEdges, bands, fromByte, type SoundFeatures, type StemSpectrum } from './analysis.ts'
import { fromBrightness } from './frames.ts'
import { percentile } from './level.ts'
import type { PitchTrack } from './pitch.ts'

interface Heard {
  readonly level: Uint8Array
  readonly bands: readonly Uint8Array[]
  readonly brightness: Uint8Array
  readonly active: Uint8Array
  readonly hop: number
  readonly spectrum: StemSpectrum
}

export function featuresOf(heard: Heard, track: PitchTrack): SoundFeatures {
  const { spectrum, hop } = heard,
    onsets = onsetsOf(heard),
    seconds = heard.active.reduce((sum, a) => sum + a, 0) * hop
  return {
    ...shapeOf(spectrum),
    ...pitchFeatures(heard, track),
    onsets: seconds > 0 ? onsets.length / seconds : 0,
    decay: decayOf(heard, onsets)
  }
}

function shapeOf({ frequencies, power }: StemSpectrum) {
  const energy = power.map(p => 10 ** (p / 10)),
    total = energy.reduce((a, b) => a + b, 0)
  let mean = 0,
    low = 0,
    sum = 0
  const sums = energy.map((e, i) => {
    mean += (e / total) * Math.log2(frequencies[i]!)
    if (frequencies[i]! < 150) low += e / total
    return (sum += e / total)
  })
  /** The first band up to which this share of the energy lies. */
  const edge = (share: number) =>
    frequencies[
      Math.max(
        0,
        sums.findIndex(s => s >= share)
      )
    ]!
  return {
    centroid: 2 ** mean,
    low,
    spread: Math.log2(edge(0.9) / edge(0.1))
  }
}

/**
 * Frames whose bands rise together by 3 dB on average (bands 40 dB under their own loud level do not count), highest
 * within 70 ms.
 */
export function onsetsOf({ bands: tracks, level }: Pick<Heard, 'bands' | 'level'>): number[] {
  const floors = tracks.map(track =>
      Math.max(
        1,
        percentile(
          track.filter(b => b > 0),
          0.95
        ) - 80 || 1
      )
    ),
    rise = new Float64Array(level.length),
    top = percentile(
      level.filter(b => b > 0),
      0.95
    )
  const used = tracks.flatMap((track, b) => (percentile(track, 0.98) > top - 80 ? [b] : []))
  for (let i = 2; i < level.length; i++) {
    let sum = 0
    for (const b of used) {
      const now = Math.max(floors[b]!, tracks[b]![i]!),
        before = Math.max(floors[b]!, Math.max(tracks[b]![i - 1]!, tracks[b]![i - 2]!))
      if (now > before) sum += now - before
    }
    rise[i] = used.length && level[i]! > top - 60 ? sum / 2 / used.length : 0
  }
  const found: number[] = []
  for (let i = 2; i < rise.length; i++) {
    if (rise[i]! < 3 || i - (found.at(-1) ?? -9) <= 3) continue
    let highest = true
    for (let j = Math.max(0, i - 3); j <= Math.min(rise.length - 1, i + 3); j++)
      if (rise[j]! > rise[i]!) highest = false
    if (highest) found.push(i)
  }
  return found
}

/** Median fall of the level from an onset's peak over 120 ms, dB. */
function decayOf({ level, hop }: Heard, onsets: readonly number[]): number {
  const later = Math.round(0.12 / hop),
    falls = onsets.flatMap(i => {
      const peak = Math.max(level[i]!, level[i + 1] ?? 0, level[i + 2] ?? 0),
        after = level[i + 1 + later]
      return after === undefined ? [] : [(peak - after) / 2]
    })
  return falls.length ? Math.min(40, percentile(falls, 0.5)) : 0
}

function pitchFeatures({ brightness, active, hop }: Heard, { pitch, clarity }: PitchTrack) {
  const held: number[] = []
  let frames = 0,
    hissing = 0,
    moving = 0,
    steps = 0
  for (let i = 0; i < pitch.length; i++) {
    const at = 2 * i
    if (!active[at]) continue
    frames++
    if (pitch[i]! > 0) held.push(pitch[i]!)
    if (clarity[i]! < 0.6 && fromBrightness(brightness[at] ?? 0) > 4000) hissing++
    if (i > 0 && pitch[i]! > 0 && pitch[i - 1]! > 0) {
      const step = Math.abs(12 * Math.log2(pitch[i]! / pitch[i - 1]!))
      if (step < 2) {
        steps++
        if (step > 0.15) moving++
      }
    }
  }
  const some = held.length > 5
  return {
    voiced: frames ? held.length / frames : 0,
    pitch: some ? percentile(held, 0.5) : 0,
    glide: steps > 10 ? moving / steps : 0,
    hiss: frames ? hissing / frames : 0,
    lowestPitch: some ? percentile(held, 0.05) : 0,
    movement: frames ? noteChanges(pitch) / (frames * 2 * hop) : 0
  }
}

/** How often one held note (within 0.7 semitones for two frames) is followed by another. */
function noteChanges(pitch: Float32Array): number {
  const far = (a: number, b: number) => !(Math.abs(12 * Math.log2(a / b)) < 0.7)
  let changes = 0,
    last = 0
  for (let i = 0; i < pitch.length; ) {
    let end = i + 1
    if (pitch[i]! > 0) {
      while (end < pitch.length && pitch[end]! > 0 && !far(pitch[end]!, pitch[i]!)) end++
      if (end - i >= 2) {
        if (last > 0 && far(pitch[i]!, last)) changes++
        last = pitch[i]!
      }
    }
    i = end
  }
  return changes
}

/**
 * Peaks of what is always there, 6 dB or more above a smooth curve over 1 1/3 octaves, 250 Hz to 5 kHz (above, codecs
 * leave edges), strongest first.
 */
export function resonancesOf({ frequencies, typical, power }: StemSpectrum): { frequency: number; excess: number }[] {
  const top = Math.max(...power),
    found: { frequency: number; excess: number }[] = []
  for (let i = 4; i < typical.length - 4; i++) {
    const f = frequencies[i]!
    if (f < 250 || f > 5000 || typical[i]! < typical[i - 1]! || typical[i]! < typical[i + 1]! || power[i]! < top - 25)
      continue
    const around = [2, 3, 4].flatMap(d => [typical[i - d]!, typical[i + d]!]),
      excess = typical[i]! - around.reduce((a, b) => a + b) / around.length
    if (excess >= 6) found.push({ frequency: f, excess })
  }
  return found.sort((a, b) => b.excess - a.excess).slice(0, 3)
}

/** 95th percentiles of the bands above 4 kHz against those of 0.5 to 4 kHz, dB. */
export function sibilanceOf(tracks: readonly Uint8Array[], active: Uint8Array): number {
  const from = bandEdges.indexOf(500) + 1,
    to = bandEdges.indexOf(4000) + 1,
    loud = (list: readonly Uint8Array[]) => {
      const sums: number[] = []
      for (let i = 0; i < active.length; i++)
        if (active[i]) sums.push(list.reduce((sum, track) => sum + 10 ** (fromByte(track[i]!) / 10), 0))
      return 10 * Math.log10(percentile(sums, 0.95) + 1e-12)
    }
  return tracks.length === bands ? loud(tracks.slice(to)) - loud(tracks.slice(from, to)) : 0
}
