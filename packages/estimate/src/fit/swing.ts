/** A delay that an oscillator swings, and the search for how: chorus, flanger, vibrato. */

/** D = delay · (1 + depth · wave(frequency · time + phase)) */
export interface Swing {
  /** Seconds. */
  readonly delay: number
  readonly depth: number
  /** Hz */
  readonly frequency: number
  /** Cycles, of each channel. */
  readonly phases: readonly number[]
}
export interface Swinging {
  /** Seconds: the middle of the delay lies between. */
  readonly shortest: number
  readonly longest: number
  /** Share of it that it swings by at least. */
  readonly least: number
  /** -1 to 1 by cycles. */
  readonly wave: (cycles: number) => number
  /** Whether the channels may swing apart. */
  readonly apart: boolean
}
/** Steps of one size are taken again where they brought so much, so many times. */
const worth = 1.02,
  patience = 3
/** One number after the other by smaller and smaller steps, the first of which move the delay by about so many seconds. */
export function refined(
  line: Swing,
  scoreOf: (line: Swing) => number,
  { apart }: Swinging,
  step: number,
  seconds: number
) {
  const moves = movesOf(line, apart, step, seconds)
  let at = line,
    score = scoreOf(at)
  for (let size = 1.5, tries = 0; size > 0.2; tries++) {
    const before = score
    for (const move of moves)
      for (const by of [size, -size]) {
        const next = move(at, by)
        if (!(next.delay > 0 && next.depth > 0 && next.depth <= 1 && next.frequency > 0)) continue
        const now = scoreOf(next)
        if (now > score) [at, score] = [next, now]
      }
    if (score > before * worth && tries < patience) continue
    size *= 0.6
    tries = 0
  }
  return { at, score }
}
type Move = (from: Swing, by: number) => Swing
function movesOf(line: Swing, apart: boolean, step: number, seconds: number): Move[] {
  const turn = Math.min(0.08, step / (2 * Math.PI * line.delay * line.depth)),
    wider =
      (a: number, b: number): Move =>
      (from, by) => {
        const delay = from.delay + a * by * step
        return { ...from, delay, depth: (from.delay * from.depth + b * by * step) / delay }
      },
    /** Of one channel, or of all. */
    later =
      (channel?: number): Move =>
      (from, by) => ({
        ...from,
        phases: from.phases.map((p, c) => (channel === undefined || c === channel ? p + by * turn : p))
      }),
    /** About a time, in halves of the whole. */
    faster =
      (pivot: number): Move =>
      (from, by) => ({
        ...from,
        frequency: from.frequency + (by * turn * 2) / seconds,
        phases: from.phases.map(p => p - by * turn * pivot)
      })
  return [
    wider(1, 0),
    wider(0, 1),
    wider(1, 1),
    wider(1, -1),
    ...(apart ? line.phases.map((_, c) => later(c)) : [later()]),
    faster(1),
    faster(0),
    faster(2)
  ]
}
/** The best of a list when each is made better. */
export const best = <T>(
  list: readonly T[],
  better: (one: T) => { readonly at: T; readonly score: number },
  count: number
): T[] =>
  list
    .map(better)
    .sort((a, b) => b.score - a.score)
    .slice(0, count)
    .map(({ at }) => at)
