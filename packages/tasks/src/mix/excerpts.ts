/** Short clips of long ones: for a first impression, and for work that hears a passage many times. */
import type { Clip } from '@mixwright/dsp'
import { type Graph, isLane, type Lane, type Value } from '@mixwright/graph'
import type { StemAnalysis } from './analysis.ts'
import { pointsAt } from './ride.ts'
import type { Stem } from './services.ts'

/** First samples of the pieces that are taken from a song, and their length. */
export interface Pieces {
  readonly starts: readonly number[]
  readonly length: number
}

/** Evenly spaced pieces of `seconds` each; undefined where the whole is hardly longer than that. */
function spaced(frames: number, sampleRate: number, pieces = 24, seconds = 1.5): Pieces | undefined {
  const length = Math.round(seconds * sampleRate)
  if (frames < 2 * pieces * length) return undefined
  return {
    starts: Array.from({ length: pieces }, (_, piece) => Math.round((piece * (frames - length)) / (pieces - 1))),
    length
  }
}

/** Evenly spaced pieces of `seconds` each, one after the other; the clip itself where it is hardly longer than that. */
export function excerptsOf(clip: Clip, pieces = 24, seconds = 1.5): Clip {
  const found = spaced(clip.frames, clip.sampleRate, pieces, seconds)
  return found ? joined(clip, found.starts, found.length) : clip
}

/** Excerpts of a whole song: the same moments of every stem, and of what is automated in its graph. */
export function songExcerpts(
  stems: readonly Stem[],
  pieces?: number
): { readonly stems: Stem[]; graph(whole: Graph): Graph } {
  const { sampleRate } = stems[0]!.clip,
    found = spaced(Math.max(...stems.map(stem => stem.clip.frames)), sampleRate, pieces)
  return found
    ? {
        stems: stems.map(({ name, clip }) => ({ name, clip: joined(clip, found.starts, found.length) })),
        graph: whole => joinedGraph(whole, found, sampleRate)
      }
    : { stems: [...stems], graph: whole => whole }
}

/** A graph for `joined` pieces of its inputs: what is automated in it moves as in those pieces. */
export function joinedGraph(graph: Graph, { starts, length }: Pieces, sampleRate: number): Graph {
  const seconds = length / sampleRate,
    // The value jumps within one sample from the end of a piece to the beginning of the next.
    last = (length - 1) / sampleRate
  const inPieces = <V extends Value>(value: V): V | Lane =>
    !isLane(value)
      ? value
      : {
          lane: starts.flatMap((first, piece) => {
            const from = first / sampleRate,
              inside = value.lane.filter(([t]) => t > from && t < from + last)
            return [
              [from, pointsAt(value.lane, from)] as const,
              ...inside,
              [from + last, pointsAt(value.lane, from + last)] as const
            ].map(([t, v]) => [t - from + piece * seconds, v] as const)
          })
        }
  return {
    ...graph,
    nodes: Object.fromEntries(
      Object.entries(graph.nodes).map(([id, node]) => [
        id,
        node.params
          ? {
              ...node,
              params: Object.fromEntries(Object.entries(node.params).map(([name, value]) => [name, inPieces(value)]))
            }
          : node
      ])
    ),
    edges: graph.edges.map(edge => (edge.gain === undefined ? edge : { ...edge, gain: inPieces(edge.gain) }))
  }
}

/** Pieces of a clip, `length` samples from each of `starts` on, one after the other. */
export function joined(clip: Clip, starts: readonly number[], length: number): Clip {
  const frames = starts.length * length
  return {
    sampleRate: clip.sampleRate,
    channels: clip.channels,
    frames,
    async read(start, count) {
      const out = Array.from({ length: clip.channels }, () => new Float32Array(count))
      for (let at = Math.max(0, start); at < Math.min(frames, start + count); ) {
        const piece = Math.floor(at / length),
          inside = at - piece * length,
          take = Math.min(length - inside, start + count - at)
        const part = await clip.read(starts[piece]! + inside, take)
        part.forEach((channel, c) => out[c]!.set(channel, at - start))
        at += take
      }
      return out
    }
  }
}

/** The frame of a song that each of `count` frames of its joined pieces holds. @param hop samples between frames */
export const framesIn = ({ starts, length }: Pieces, hop: number, count: number): number[] =>
  Array.from({ length: count }, (_, f) => {
    const piece = Math.min(starts.length - 1, Math.floor((f * hop) / length))
    return Math.round(f + (starts[piece]! - piece * length) / hop)
  })

/**
 * Where a song tells most: `count` passages that together hold every stem at work, those that count for more longer.
 * @param weights per stem @param seconds of a passage
 * @returns starts in seconds, ascending; fewer where the song is shorter
 */
export function passages(
  stems: readonly StemAnalysis[],
  weights: readonly number[],
  count: number,
  seconds: number
): number[] {
  const duration = Math.max(...stems.map(stem => stem.frames / stem.sampleRate)),
    starts = Array.from({ length: Math.max(1, Math.floor(duration / seconds)) }, (_, i) => i * seconds),
    active = starts.map(start => stems.map(stem => activeShare(stem, start, start + seconds))),
    heard = stems.map(() => 0),
    found: number[] = []
  // Greedy: what a passage adds falls as a stem has been heard already.
  while (found.length < Math.min(count, starts.length)) {
    const gain = (i: number) =>
        stems.reduce(
          (sum, _, s) => sum + weights[s]! * (Math.sqrt(heard[s]! + active[i]![s]!) - Math.sqrt(heard[s]!)),
          0
        ),
      open = starts.map((_, i) => i).filter(i => !found.includes(i)),
      best = open.reduce((a, b) => (gain(b) > gain(a) ? b : a))
    found.push(best)
    active[best]!.forEach((share, s) => {
      heard[s]! += share
    })
  }
  return found.map(i => starts[i]!).sort((a, b) => a - b)
}

/** How much of a stretch a stem plays, a loud passage counting more than a soft one. */
function activeShare({ activity, tracks }: StemAnalysis, from: number, to: number): number {
  const overlap = activity.regions.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0),
    frames = tracks.level.subarray(Math.floor(from / tracks.hop), Math.ceil(to / tracks.hop)),
    loudest = tracks.level.reduce((most, byte) => Math.max(most, byte), 1)
  const mean = frames.length ? frames.reduce((sum, byte) => sum + byte, 0) / frames.length / loudest : 0
  return (overlap / (to - from)) * mean
}
