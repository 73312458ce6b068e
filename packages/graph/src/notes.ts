/** Notes as what a keyboard plays: lanes of its parameters. */
import type { Lane } from './graph.ts'

export interface Note {
  /** Seconds. */
  readonly start: number
  readonly length: number
  /** Number as in MIDI: 60 is middle C. */
  readonly key: number
  /** 0 to 1 */
  readonly velocity: number
}

/** Seconds that a key is up before it is struck again, so that envelopes begin anew: two steps of the grid at 48 kHz. */
const lift = 0.003
/** Seconds from a value to the next one where a lane steps. */
const step = 1e-6

/**
 * Parameters of a `keyboard` that plays the notes, one at a time: each ends the one before. Chords take a voice, and so a
 * keyboard, for each of their notes.
 * @throws RangeError for notes that start before 0, do not last, or start together
 */
export function notesToLanes(notes: readonly Note[]): Record<'key' | 'gate' | 'velocity', Lane> {
  const sorted = [...notes].sort((a, b) => a.start - b.start)
  sorted.forEach((note, i) => {
    const gap = i ? note.start - sorted[i - 1]!.start : Number.POSITIVE_INFINITY
    if (!(note.start >= 0 && note.length > 0 && gap > 2 * lift))
      throw new RangeError(
        `note ${i + 1} at ${note.start} s, ${note.length} s long: give a start from 0 s on, more than ${2 * lift} s after the last one, and a length above 0`
      )
  })
  const gate: [number, number][] = []
  const turn = (seconds: number, value: number) => {
    const last = gate.at(-1)
    if (!last || seconds - step > last[0]) gate.push([seconds - step, last?.[1] ?? 0])
    gate.push([seconds, value])
  }
  sorted.forEach((note, i) => {
    const end = Math.min(note.start + note.length, (sorted[i + 1]?.start ?? Number.POSITIVE_INFINITY) - lift)
    turn(note.start, 1)
    turn(Math.max(end, note.start + 2 * step), 0)
  })
  const held = (value: (note: Note) => number): Lane => ({
    lane: sorted.flatMap((note, i) => {
      const point = [note.start, value(note)] as const
      return i ? [[note.start - step, value(sorted[i - 1]!)] as const, point] : [point]
    })
  })
  return { key: held(note => note.key), gate: { lane: gate }, velocity: held(note => note.velocity) }
}
