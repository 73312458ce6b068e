/** Which passages of a song its report plays: the loudest, and the one in which the lead is most covered. */
import type { MeasurementSeries } from '@mixwright/dsp'
import { glimpse, sounding } from '@mixwright/estimate'
import { powerOfByte, type StemAnalysis } from '../mix/analysis.ts'
import type { Decisions, StemDecision } from '../mix/decisions.ts'
import { passages } from '../mix/excerpts.ts'

export interface Moment {
  /** Samples from the start of the song. */
  readonly start: number
  readonly frames: number
  readonly title: string
}

/** Seconds of a passage, and how far apart candidates start. */
const length = 8,
  hop = 0.5
/** Of a passage in which the lead is looked for, it plays in at least so many frames. */
const present = 0.5

/** dB from a stem as it was recorded to the mix bus, what its processing does aside. */
export const gainToBus = (stem: StemDecision, { groups }: Decisions): number =>
  stem.fader.gain + (stem.trim?.gain ?? 0) + (groups.find(g => g.group === stem.group)?.gain ?? 0)

/** @param mix its loudness over time @returns one or two passages that do not overlap, in the song's order */
export function momentsOf(
  analyses: readonly StemAnalysis[],
  decisions: Decisions,
  mix: MeasurementSeries,
  seconds = length
): Moment[] {
  const { sampleRate } = analyses[0]!,
    duration = Math.max(...analyses.map(a => a.frames)) / sampleRate,
    moment = (start: number, title: string, size = seconds): Moment => ({
      start: Math.round(start * sampleRate),
      frames: Math.round(size * sampleRate),
      title
    })
  if (duration < 2 * seconds + hop) return [moment(0, 'The beginning', Math.min(duration, 1.5 * seconds))]
  const starts = Array.from({ length: Math.floor((duration - seconds) / hop) + 1 }, (_, i) => i * hop),
    loudest = starts.reduce((a, b) => (powerIn(mix, b, seconds) > powerIn(mix, a, seconds) ? b : a)),
    others = starts.filter(start => Math.abs(start - loudest) >= seconds),
    first = moment(loudest, 'The loudest passage')
  const covered = others.length ? mostCovered(analyses, decisions, others, seconds) : undefined
  if (covered !== undefined) return inOrder([first, moment(covered, 'Where the lead is most covered')])
  const busy = passages(
    analyses,
    decisions.stems.map(stem => (stem.muted ? 0 : 1)),
    4,
    seconds
  ).find(start => Math.abs(start - loudest) >= seconds)
  return busy === undefined ? [first] : inOrder([first, moment(busy, 'Another passage')])
}
const inOrder = (moments: Moment[]): Moment[] => moments.sort((a, b) => a.start - b.start)

function powerIn({ momentary, step }: MeasurementSeries, start: number, seconds: number): number {
  let sum = 0
  for (let i = Math.round(start / step); i < (start + seconds) / step; i++) sum += 10 ** ((momentary[i] ?? -100) / 10)
  return sum
}

/** Where most of the lead's cells (octave × frame) lie under the rest; undefined where no candidate has enough lead. */
function mostCovered(
  analyses: readonly StemAnalysis[],
  decisions: Decisions,
  starts: readonly number[],
  seconds: number
): number | undefined {
  const { cells, hidden, sounds, hop: frame } = coverOf(analyses, decisions)
  let found: { start: number; share: number } | undefined
  for (const start of starts) {
    const from = Math.floor(start / frame),
      to = Math.floor((start + seconds) / frame),
      all = sumIn(cells, from, to),
      share = sumIn(hidden, from, to) / Math.max(1, all)
    if (sumIn(sounds, from, to) >= present * (to - from) && share > (found?.share ?? 0)) found = { start, share }
  }
  return found?.start
}
const sumIn = (x: Uint8Array, from: number, to: number): number => {
  let sum = 0
  for (let i = from; i < Math.min(to, x.length); i++) sum += x[i]!
  return sum
}

/** Per frame: cells in which the lead sounds, how many of them the rest covers, and whether there are any. */
function coverOf(analyses: readonly StemAnalysis[], decisions: Decisions) {
  const playing = decisions.stems.flatMap((stem, i) => (stem.muted ? [] : [{ stem, analysis: analyses[i]! }])),
    of = (lead: boolean) =>
      powersOf(
        playing.filter(({ stem }) => (stem.lead !== undefined) === lead),
        decisions
      ),
    front = of(true),
    rest = of(false),
    frames = Math.max(0, ...analyses.map(a => a.tracks.level.length)),
    least = front.reduce((most, band) => band.reduce((a, b) => Math.max(a, b), most), 0) * 10 ** (-sounding / 10)
  const cells = new Uint8Array(frames),
    hidden = new Uint8Array(frames),
    sounds = new Uint8Array(frames)
  front.forEach((band, b) => {
    for (let t = 0; t < band.length; t++) {
      if (!(band[t]! > least)) continue
      cells[t]!++
      sounds[t] = 1
      if (band[t]! < (rest[b]?.[t] ?? 0) * 10 ** (glimpse / 10)) hidden[t]!++
    }
  })
  return { cells, hidden, sounds, hop: analyses[0]!.tracks.hop }
}

/** Power per band and frame of the sum, at the faders. */
function powersOf(
  stems: readonly { readonly stem: StemDecision; readonly analysis: StemAnalysis }[],
  decisions: Decisions
): Float64Array[] {
  const bands = stems[0]?.analysis.tracks.bands.length ?? 0,
    frames = Math.max(0, ...stems.map(({ analysis }) => analysis.tracks.level.length))
  return Array.from({ length: bands }, (_, b) => {
    const sum = new Float64Array(frames)
    for (const { stem, analysis } of stems) {
      const scale = 10 ** (gainToBus(stem, decisions) / 10),
        track = analysis.tracks.bands[b]!
      for (let t = 0; t < track.length; t++) sum[t]! += scale * powerOfByte[track[t]!]!
    }
    return sum
  })
}
