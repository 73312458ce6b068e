/** Where recordings begin on one clock, by the time stamps of Broadcast Wave files (EBU Tech 3285). */

export interface Stamped {
  readonly name: string
  /** Frames of its own rate since midnight, or since the start of the session; absent: it has no time stamp. */
  readonly timeReference?: number
  /** Hz, as stored. */
  readonly sampleRate: number
  /** At that rate, where it is known. */
  readonly frames?: number
}
export interface Starts {
  /** Seconds on the clock where the first begins; absent where they have no common clock. */
  readonly start?: number
  /** Seconds by which each begins later, in the order given. */
  readonly delays: readonly number[]
  /** What was done or could not be, for the user; absent where there is nothing to say. */
  readonly remark?: string
}

/** Beyond them stamps are no clock of one song: seconds in all, and with nothing playing. */
const limits = { day: 86400, gap: 3600 } as const
/** Seconds that rounding to frames makes. */
const same = 1e-4

/** Recordings are aligned where every one has a stamp and these differ; else all begin together. */
export function startsOf(recordings: readonly Stamped[]): Starts {
  const together = recordings.map(() => 0),
    stamped = recordings.filter(one => one.timeReference !== undefined),
    starts = stamped.map(secondsOf),
    first = Math.min(...starts),
    span = Math.max(...starts) - first
  if (stamped.length < recordings.length) {
    if (stamped.length === 0 || (span < same && first < same)) return { delays: together }
    const without = recordings.find(one => one.timeReference === undefined)!
    return {
      delays: together,
      remark: `time stamps (BWF) are not used: ${recordings.length - stamped.length} of ${recordings.length} files have none (the first: ${without.name}); all begin together`
    }
  }
  if (recordings.length === 0) return { delays: [] }
  if (span < same) return { start: first, delays: together }
  const wrong = apart(recordings, span)
  if (wrong)
    return {
      delays: together,
      remark: `time stamps (BWF) are not used: ${wrong}; all begin together`
    }
  const last = recordings[starts.indexOf(first + span)] ?? recordings.at(-1)!
  return {
    start: first,
    delays: starts.map(seconds => (seconds - first < same ? 0 : seconds - first)),
    remark: `aligned by their time stamps (BWF): up to ${clock(span)} apart (${last.name} begins last)`
  }
}
const secondsOf = ({ timeReference, sampleRate }: Stamped): number => timeReference! / sampleRate
const clock = (seconds: number): string =>
  seconds < 60 ? `${Number(seconds.toFixed(3))} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`

/** Why stamps cannot be those of one song. */
function apart(recordings: readonly Stamped[], span: number): string | undefined {
  if (span > limits.day) return `they lie more than a day apart (${Math.round(span / 3600)} hours)`
  let end = Number.POSITIVE_INFINITY
  for (const one of [...recordings].sort((a, b) => secondsOf(a) - secondsOf(b))) {
    const start = secondsOf(one)
    if (start - end > limits.gap) return `for more than an hour before ${one.name} nothing would play`
    const stop = start + (one.frames ?? 0) / one.sampleRate
    end = end === Number.POSITIVE_INFINITY ? stop : Math.max(end, stop)
  }
  return undefined
}
