/** Files written by the package midi-file, and bytes from the specification's own examples. */
import { type MidiEvent, writeMidi } from 'midi-file'
import { describe, expect, it } from 'vitest'
import { be, bytesOf } from '../test/forms.ts'
import { readMidi } from './index.ts'

const on = (deltaTime: number, noteNumber: number, channel = 0, velocity = 100): MidiEvent => ({
  deltaTime,
  type: 'noteOn',
  channel,
  noteNumber,
  velocity
})
const off = (deltaTime: number, noteNumber: number, channel = 0): MidiEvent =>
  ({ ...on(deltaTime, noteNumber, channel, 64), type: 'noteOff' }) as MidiEvent
const tempo = (deltaTime: number, microsecondsPerBeat: number): MidiEvent => ({
  deltaTime,
  type: 'setTempo',
  microsecondsPerBeat
})
const end: MidiEvent = { deltaTime: 0, type: 'endOfTrack' }
const file = (tracks: MidiEvent[][], format: 0 | 1 | 2 = 1, running = false) =>
  Uint8Array.from(writeMidi({ header: { format, numTracks: tracks.length, ticksPerBeat: 480 }, tracks }, { running }))

describe('MIDI', () => {
  it.each([false, true])('tempo map, names, programs and notes in seconds; running status: %s', running => {
    const { tracks, tempos, duration } = readMidi(
      file(
        [
          [{ deltaTime: 0, type: 'trackName', text: 'Song' }, tempo(0, 500000), tempo(960, 250000), end],
          [
            { deltaTime: 0, type: 'trackName', text: 'Bass' },
            { deltaTime: 0, type: 'programChange', channel: 2, programNumber: 33 },
            on(480, 40, 2),
            on(0, 43, 2, 90),
            off(960, 40, 2),
            off(0, 43, 2),
            { deltaTime: 0, type: 'programChange', channel: 2, programNumber: 34 },
            on(0, 40, 2),
            end
          ]
        ],
        1,
        running
      ),
      'x'
    )
    expect(tempos).toEqual([
      { time: 0, bpm: 120 },
      { time: 1, bpm: 240 }
    ])
    expect(tracks.map(track => track.name)).toEqual(['Song', 'Bass'])
    const note = { start: 0.5, duration: 0.75, channel: 2, program: 33 }
    expect(tracks[1]!.notes).toEqual([
      { ...note, pitch: 40, velocity: 100 },
      { ...note, pitch: 43, velocity: 90 },
      { start: 1.25, duration: 0, pitch: 40, velocity: 100, channel: 2, program: 34 }
    ])
    expect(duration).toBeCloseTo(1.25, 12)
  })
  it('the example of format 0 in the specification', () => {
    // RP-001, "Program fragments and example MIDI files": 4/4, 120 quarters a minute, 96 ticks, running status.
    const body = [
      ...[0, 0xff, 0x58, 4, 4, 2, 24, 8, 0, 0xff, 0x51, 3, 7, 0xa1, 0x20, 0, 0xc0, 5, 0, 0xc1, 46, 0, 0xc2, 70],
      ...[0, 0x92, 48, 96, 0, 60, 96, 96, 0x91, 67, 64, 96, 0x90, 76, 32],
      ...[0x81, 0x40, 0x82, 48, 64, 0, 60, 64, 0, 0x81, 67, 64, 0, 0x80, 76, 64, 0, 0xff, 0x2f, 0]
    ]
    const { tracks, tempos, meters } = readMidi(
      bytesOf('MThd', be(6, 4), be(0, 2), be(1, 2), be(96, 2), 'MTrk', be(body.length, 4), body),
      'x'
    )
    expect(tempos).toEqual([{ time: 0, bpm: 120 }]) // 0x07a120 = 500000 µs
    expect(meters).toEqual([{ time: 0, beats: 4, unit: 4 }])
    expect(tracks[0]!.notes.map(n => [n.start, n.duration, n.pitch, n.velocity, n.channel, n.program])).toEqual([
      [0, 2, 48, 96, 2, 70],
      [0, 2, 60, 96, 2, 70],
      [0.5, 1.5, 67, 64, 1, 46],
      [1, 1, 76, 32, 0, 5]
    ])
  })
  it('SMPTE time', () => {
    const body = [0, 0x90, 60, 1, 0x87, 0x68, 0x80, 60, 0, 0, 0xff, 0x2f, 0] // 1000 ticks
    const midi = readMidi(
      bytesOf('MThd', be(6, 4), be(1, 2), be(1, 2), [256 - 25, 40], 'MTrk', be(body.length, 4), body),
      'x'
    )
    expect(midi.tracks[0]!.notes[0]!.duration).toBe(1)
  })
  it('notes that never end, and notes that begin twice', () => {
    const { notes } = readMidi(file([[on(0, 60), on(480, 60), { ...end, deltaTime: 480 }]]), 'x').tracks[0]!
    expect(notes.map(n => [n.start, n.duration])).toEqual([
      [0, 0.5],
      [0.5, 0.5]
    ])
  })
  it('refuses what it cannot be', () => {
    expect(() => readMidi(bytesOf('RIFF', be(0, 40)), 'x.mid')).toThrow('x.mid: the file is no MIDI file')
    expect(() => readMidi(file([[end]], 2), 'x')).toThrow('format 2')
    const whole = file([[on(0, 60), off(480, 60), end]])
    for (let cut = 0; cut < whole.length; cut++) expect(() => readMidi(whole.subarray(0, cut), 'x')).toThrow(/^x: /)
  })
})
