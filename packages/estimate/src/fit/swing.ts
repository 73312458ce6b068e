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
  const turn = Math.min(0.08, step / (2 * Math.PI * line.delay * line.depth)),
    put = (from: Swing, delay: number, swing: number): Swing => ({ ...from, delay, depth: swing / delay }),
    side = (list: readonly number[], c: number, by: number) => list.map((p, k) => (k === c || !apart ? p + by : p)),
    moves: ((from: Swing, by: number) => Swing)[] = [
      ...[
        [1, 0],
        [0, 1],
        [1, 1],
        [1, -1]
      ].map(
        ([a, b]) =>
          (from: Swing, by: number) =>
            put(from, from.delay + a! * by * step, from.delay * from.depth + b! * by * step)
      ),
      ...(apart ? [...line.phases.keys()] : [0]).map(c => (from: Swing, by: number) => ({
        ...from,
        phases: side(from.phases, c, by * turn)
      })),
      // Around the middle, the beginning and the end.
      ...[1, 0, 2].map(pivot => (from: Swing, by: number) => ({
        ...from,
        frequency: from.frequency + (by * turn * 2) / seconds,
        phases: from.phases.map(p => p - by * turn * pivot)
      }))
    ]
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
