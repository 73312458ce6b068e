import { describe, expect, it } from 'vitest'
import { kernels } from '../../test/kernels.ts'
import { load } from '../engine.ts'
import { compile } from '../compile.ts'
import { notesToLanes } from '../notes.ts'
import { render } from '../render.ts'
import { validate } from '../validate.ts'
import { voice } from './voice.ts'

const rate = 48000,
  notes = [
    { start: 0.1, length: 0.2, key: 69, velocity: 1 },
    { start: 0.4, length: 0.4, key: 57, velocity: 0.5 }
  ],
  envelope = { attack: 1, decay: 10, sustain: 1, release: 20 }

describe('voice', () => {
  it('plays notes: their pitch, their times, their loudness', async () => {
    const graph = voice(notes, { oscillator: { shape: 'sine' }, envelope })
    expect(validate(graph)).toEqual([])
    const main = (await render(graph, {}, { kernels, sampleRate: rate, frames: rate })).main![0]!
    const peak = (from: number, to: number) =>
      main.subarray(from * rate, to * rate).reduce((most, v) => Math.max(most, Math.abs(v)), 0)
    const rises = (from: number, to: number) => {
      let count = 0
      for (let i = from * rate; i < to * rate; i++) if (main[i - 1]! < 0 && main[i]! >= 0) count++
      return count
    }
    expect(peak(0, 0.1)).toBe(0)
    // 440 Hz for 0.15 s is 66 cycles, 220 Hz for 0.35 s is 77; what a cycle's ends do at the borders is one of them.
    expect(Math.abs(rises(0.12, 0.27) - 66)).toBeLessThanOrEqual(1)
    expect(Math.abs(rises(0.42, 0.77) - 77)).toBeLessThanOrEqual(1)
    expect(peak(0.12, 0.27)).toBeCloseTo(1, 2)
    expect(peak(0.42, 0.77)).toBeCloseTo(0.5, 2)
    // A thousandth is left 20 ms after a key is up.
    expect(peak(0.325, 0.39)).toBeLessThan(0.0011)
  })
  it('can be opened by a filter with an envelope of its own', () => {
    const graph = voice(notes, {
      oscillator: { shape: 'saw' },
      envelope,
      filter: { lowpass: { frequency: 300 }, envelope: { attack: 5, decay: 200, sustain: 0 }, octaves: 3 }
    })
    expect(validate(graph)).toEqual([])
    const engine = load(compile(graph, { sampleRate: rate }), kernels)
    engine.forward(engine.plan.chunk)
    expect(engine.outputs.main![0]!.some(v => v !== 0)).toBe(true)
  })
  it('refuses notes that cannot be played', () => {
    const note = notes[0]!
    expect(() => notesToLanes([note, note])).toThrow(/note 2 at 0.1 s/)
    expect(() => notesToLanes([{ ...note, length: 0 }])).toThrow(/a length above 0/)
  })
})
