/** Reads Standard MIDI Files of format 0 and 1. Source: MIDI Manufacturers Association, RP-001 (1996). */
import { viewOf } from './bytes.ts'
import { chunkText } from './chunks.ts'
import { AudioFileError, corrupt } from './error.ts'

export interface MidiNote {
  /** Seconds */
  readonly start: number
  /** Seconds, 0 or more. */
  readonly duration: number
  /** 0 to 127; 60 is the middle C. */
  readonly pitch: number
  /** 1 to 127 */
  readonly velocity: number
  /** 0 to 15; 9 holds drums in General MIDI. */
  readonly channel: number
  /** Of the channel when the note began: 0 to 127. */
  readonly program: number
}
export interface MidiTrack {
  readonly name?: string
  /** By start, then pitch. */
  readonly notes: readonly MidiNote[]
}
export interface Midi {
  /** Those without notes too: they may name the song. */
  readonly tracks: readonly MidiTrack[]
  /** From 0 on; beats (quarters) per minute. */
  readonly tempos: readonly { readonly time: number; readonly bpm: number }[]
  /** From 0 on. */
  readonly meters: readonly { readonly time: number; readonly beats: number; readonly unit: number }[]
  /** Seconds until the last event of all. */
  readonly duration: number
}

/** Microseconds of a quarter, until the file says otherwise. */
const defaultTempo = 500000
const metas = { name: 3, end: 0x2f, tempo: 0x51, meter: 0x58 } as const

interface RawEvent {
  readonly tick: number
  /** Of the channel message, or 0xff. */
  readonly status: number
  /** Of the meta event. */
  readonly kind: number
  readonly data: Uint8Array
}

/**
 * Notes that are not ended end with their track; a note that begins while it sounds ends first.
 * @param place names the file in errors
 * @throws AudioFileError where it is no MIDI file, cut off, damaged, or of format 2
 */
export function readMidi(bytes: Uint8Array, place: string): Midi {
  const { format, division, tracks } = chunksIn(bytes, place)
  if (format > 1)
    throw new AudioFileError(
      'unsupported',
      place,
      `a MIDI file of format ${format}, whose tracks do not belong together`,
      'save it as format 0 or 1'
    )
  const raw = tracks.map(({ start, end }) => eventsOf(bytes, start, end, place)),
    clock = clockOf(raw.flat(), division),
    last = raw.flat().reduce((most, event) => Math.max(most, event.tick), 0)
  const programs = programsOf(raw)
  return {
    tracks: raw.map(events => trackOf(events, clock.seconds, programs)),
    tempos: clock.tempos,
    meters: metersOf(raw.flat(), clock.seconds),
    duration: clock.seconds(last)
  }
}

function chunksIn(bytes: Uint8Array, place: string) {
  const view = viewOf(bytes),
    is = (at: number, word: string) => [...word].every((letter, i) => bytes[at + i] === letter.charCodeAt(0))
  if (bytes.length < 14 || !is(0, 'MThd'))
    throw new AudioFileError('not-audio', place, 'the file is no MIDI file', 'give a Standard MIDI File (.mid)')
  const length = view.getUint32(4),
    division = view.getUint16(12)
  if (length < 6 || division === 0)
    throw corrupt(place, `a MIDI header of ${length} bytes with ${division} ticks a beat`)
  const tracks: { start: number; end: number }[] = []
  for (let at = 8 + length; at + 8 <= bytes.length; ) {
    const start = at + 8,
      end = start + view.getUint32(at + 4)
    if (is(at, 'MTrk')) {
      if (end > bytes.length)
        throw corrupt(place, `MIDI track ${tracks.length + 1} ends at byte ${end}, the file at ${bytes.length}`)
      tracks.push({ start, end })
    }
    at = end
  }
  if (tracks.length === 0) throw corrupt(place, 'the MIDI file has no track')
  return { format: view.getUint16(8), division, tracks }
}

/** Data bytes of the channel messages 0x80 to 0xe0. */
const dataBytes = [2, 2, 2, 2, 1, 1, 2]

function eventsOf(bytes: Uint8Array, start: number, end: number, place: string): RawEvent[] {
  const events: RawEvent[] = []
  let at = start,
    tick = 0,
    running = 0
  const broken = (what: string) => corrupt(place, `${what} at byte ${at} of the MIDI file`)
  const number = (): number => {
    for (let value = 0, i = 0; i < 4 && at < end; i++) {
      const byte = bytes[at++]!
      value = value * 128 + (byte & 127)
      if (byte < 128) return value
    }
    throw broken('a number without an end')
  }
  const take = (length: number): Uint8Array => {
    if (at + length > end) throw broken(`an event of ${length} bytes beyond its track`)
    at += length
    return bytes.subarray(at - length, at)
  }
  while (at < end) {
    tick += number()
    let status = bytes[at] ?? 0
    if (at >= end) throw broken('a time without an event')
    if (status >= 0x80) at++
    else status = running
    if (status === 0xff) {
      const kind = take(1)[0]!,
        data = take(number())
      events.push({ tick, status, kind, data })
      if (kind === metas.end) break
    } else if (status === 0xf0 || status === 0xf7) take(number())
    else if (status >= 0x80 && status < 0xf0) {
      running = status
      events.push({ tick, status, kind: -1, data: take(dataBytes[(status >> 4) - 8]!) })
    } else throw broken(`the status ${status}`)
    if (status >= 0xf0) running = 0
  }
  return events
}

/** By time; those of one tick stay in the order of the file. */
const byTick = (events: readonly RawEvent[]): RawEvent[] => events.slice().sort((a, b) => a.tick - b.tick)

function clockOf(events: readonly RawEvent[], division: number) {
  if (division & 0x8000) {
    // SMPTE: frames a second, negative, with 29 for 29.97; then ticks a frame.
    const code = 256 - (division >> 8),
      rate = (code === 29 ? 30000 / 1001 : code) * (division & 255 || 1)
    return { seconds: (tick: number) => tick / rate, tempos: [{ time: 0, bpm: 60e6 / defaultTempo }] }
  }
  const marks = [{ tick: 0, time: 0, tempo: defaultTempo }]
  for (const { tick, kind, data } of byTick(events)) {
    if (kind !== metas.tempo || data.length < 3) continue
    const last = marks.at(-1)!,
      tempo = (data[0]! << 16) | (data[1]! << 8) | data[2]!
    if (tempo === 0) continue
    const mark = { tick, time: last.time + ((tick - last.tick) / division) * last.tempo * 1e-6, tempo }
    if (tick === last.tick) marks[marks.length - 1] = mark
    else marks.push(mark)
  }
  const seconds = (tick: number): number => {
    let low = 0,
      high = marks.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (marks[middle]!.tick <= tick) low = middle
      else high = middle - 1
    }
    const mark = marks[low]!
    return mark.time + ((tick - mark.tick) / division) * mark.tempo * 1e-6
  }
  return { seconds, tempos: marks.map(({ time, tempo }) => ({ time, bpm: 60e6 / tempo })) }
}

function metersOf(events: readonly RawEvent[], seconds: (tick: number) => number): Midi['meters'] {
  const found = byTick(events)
    .filter(({ kind, data }) => kind === metas.meter && data.length >= 2 && data[0]! > 0 && data[1]! < 8)
    .map(({ tick, data }) => ({ time: seconds(tick), beats: data[0]!, unit: 2 ** data[1]! }))
  return found[0]?.time === 0 ? found : [{ time: 0, beats: 4, unit: 4 }, ...found]
}

type Programs = ReadonlyMap<number, readonly { readonly tick: number; readonly program: number }[]>
/** Of every channel, by time: in format 1 another track may choose it. */
function programsOf(tracks: readonly (readonly RawEvent[])[]): Programs {
  const found = new Map<number, { tick: number; program: number }[]>()
  for (const { tick, status, data } of byTick(tracks.flat())) {
    if (status >> 4 !== 0xc) continue
    const list = found.get(status & 15) ?? []
    list.push({ tick, program: data[0]! & 127 })
    found.set(status & 15, list)
  }
  return found
}

function trackOf(events: readonly RawEvent[], seconds: (tick: number) => number, programs: Programs): MidiTrack {
  const notes: MidiNote[] = [],
    sounding = new Map<number, { tick: number; velocity: number; program: number }>(),
    name = events.find(event => event.kind === metas.name && event.data.length > 0)
  const end = (key: number, tick: number) => {
    const begun = sounding.get(key)
    if (!begun) return
    sounding.delete(key)
    const start = seconds(begun.tick)
    const { velocity, program } = begun
    notes.push({ start, duration: seconds(tick) - start, pitch: key & 127, velocity, channel: key >> 7, program })
  }
  const next = new Map<number, number>()
  for (const { tick, status, data } of events) {
    const channel = status & 15,
      key = (channel << 7) | (data[0]! & 127)
    if (status >> 4 !== 9 && status >> 4 !== 8) continue
    end(key, tick)
    if (status >> 4 === 8 || data[1] === 0) continue
    const list = programs.get(channel) ?? []
    let at = next.get(channel) ?? 0
    while (at < list.length && list[at]!.tick <= tick) at++
    next.set(channel, at)
    sounding.set(key, { tick, velocity: data[1]! & 127, program: at > 0 ? list[at - 1]!.program : 0 })
  }
  for (const key of [...sounding.keys()]) end(key, events.at(-1)!.tick)
  notes.sort((a, b) => a.start - b.start || a.pitch - b.pitch)
  return { ...(name && { name: chunkText(name.data) }), notes }
}
