/** When somebody speaks, breathes or is silent, from the tracks of the analysis. */
import { bandEdges, fromByte, powerOfByte, type StemAnalysis, type Tracks } from './analysis.ts'
import { percentile } from './level.ts'

/** LU below the speaker's loudness that still is speech, and dB above the floor of the recording that it must be. */
const below = 18,
  above = 6
/** Seconds: gaps within a phrase; what is kept before a phrase and after it (soft consonants, decays); the least sound. */
const gap = 0.35,
  before = 0.12,
  after = 0.2,
  shortest = 0.08

export interface Speaking {
  /** 1 per frame from the first to the last loud one of a phrase: what its level is read from. */
  readonly core: Uint8Array
  /** First and last frame of each phrase, with what belongs to its words before and after. */
  readonly phrases: readonly (readonly [first: number, last: number])[]
  /** Frames outside the phrases in which a breath is heard. */
  readonly breaths: readonly (readonly [first: number, last: number])[]
  /** Level between the phrases, LUFS; undefined where there is digital silence, or no pause. */
  readonly pauses: number | undefined
}

export function speakingOf(analysis: StemAnalysis): Speaking {
  const { level, hop } = analysis.tracks,
    sounding = level.filter(byte => byte > 0),
    floor = fromByte(percentile(sounding, 0.1) || 0),
    least = Math.max(analysis.loudness - below, Math.min(floor + above, analysis.loudness - 6)),
    loud = level.map(byte => (fromByte(byte) >= least ? 1 : 0)),
    open = openFrames(analysis.tracks),
    count = (ones: Uint8Array, a: number, b: number) => ones.subarray(a, b + 1).reduce((sum, one) => sum + one, 0),
    // A sound by itself that never has lows is a loud breath.
    cores = runs(loud, Math.round(gap / hop)).filter(
      ([a, b]) => count(loud, a, b) * hop >= shortest && count(open, a, b) < 0.9 * (b + 1 - a)
    ),
    core = new Uint8Array(level.length)
  for (const [a, b] of cores) core.fill(1, a, b + 1)
  const phrases = merged(
      cores.map(([a, b]) => [
        Math.max(0, a - Math.round(before / hop)),
        Math.min(level.length - 1, b + Math.round(after / hop))
      ])
    ),
    outside = new Uint8Array(level.length).fill(1)
  for (const [a, b] of phrases) outside.fill(0, a, b + 1)
  const idle = level.filter((byte, i) => outside[i] && byte > 0),
    rest = outside.reduce((sum, one) => sum + one, 0),
    pauses = idle.length > 0.5 * rest && idle.length * hop > 0.3 ? fromByte(percentile(idle, 0.3)) : undefined
  return { core, phrases, breaths: breathsIn(analysis, outside, open, pauses), pauses }
}

/** Runs of ones, those no further apart than `gap` joined. */
export function runs(ones: Uint8Array, gap: number): [number, number][] {
  const found: [number, number][] = []
  for (let i = 0; i < ones.length; i++) {
    if (!ones[i]) continue
    const last = found.at(-1)
    if (last && i - last[1] - 1 <= gap) last[1] = i
    else found.push([i, i])
  }
  return found
}
export function merged(spans: readonly (readonly [number, number])[]): [number, number][] {
  const found: [number, number][] = []
  for (const [a, b] of spans) {
    const last = found.at(-1)
    if (last && a <= last[1] + 1) last[1] = Math.max(last[1], b)
    else found.push([a, b])
  }
  return found
}

/** dB above the pauses; seconds; dB by which what lies from 1 to 8 kHz exceeds all below 500 Hz, where every voice has its first partials. */
const breath = { above: 6, shortest: 0.1, longest: 0.9, open: 3 } as const

/**
 * Noise of a tenth of a second to nearly one, between phrases, above the floor, without the lows of a voiced sound: air
 * is drawn in without the vocal folds.
 */
function breathsIn(
  { tracks, loudness }: StemAnalysis,
  outside: Uint8Array,
  open: Uint8Array,
  pauses: number | undefined
): [number, number][] {
  const least = Math.max((pauses ?? -120) + breath.above, loudness - 50),
    noisy = outside.map((free, i) => (free && open[i] && fromByte(tracks.level[i]!) > least ? 1 : 0))
  return runs(noisy, 1).filter(([a, b]) => {
    const seconds = (b + 1 - a) * tracks.hop
    return seconds >= breath.shortest && seconds <= breath.longest
  })
}

/** Frames whose sound has no lows. */
function openFrames({ bands, level }: Tracks): Uint8Array {
  const edge = (f: (typeof bandEdges)[number]) => bandEdges.indexOf(f) + 1,
    power = (from: number, to: number, i: number) => {
      let sum = 0
      for (let b = from; b < to; b++) sum += powerOfByte[bands[b]![i]!]!
      return sum
    }
  return level.map((_, i) =>
    power(edge(1000), edge(8000), i) > 10 ** (breath.open / 10) * power(0, edge(500), i) ? 1 : 0
  )
}
