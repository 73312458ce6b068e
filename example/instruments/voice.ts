/**
 * Wordless singing: a glottal pulse through the formants of vowels, with vibrato, breath, glides and the noise of
 * consonants.
 */
import { hertz, type Note } from '../score.ts'
import { add, dull, noise, rate, resonator, type Sound } from './sound.ts'

/**
 * First four formants and bandwidths of a tenor's sung vowels, Hz (after Peterson & Barney 1952 and common Klatt
 * tables, rounded).
 */
const formants: Readonly<
  Record<Note['vowel'], readonly (readonly [frequency: number, bandwidth: number, gain: number])[]>
> = {
  a: [
    [720, 90, 1],
    [1150, 100, 0.6],
    [2550, 140, 0.32],
    [3300, 200, 0.22]
  ],
  e: [
    [470, 70, 1],
    [1850, 110, 0.42],
    [2500, 150, 0.32],
    [3350, 200, 0.2]
  ],
  i: [
    [310, 60, 1],
    [2150, 120, 0.36],
    [2850, 160, 0.3],
    [3500, 220, 0.2]
  ],
  o: [
    [450, 70, 1],
    [830, 90, 0.6],
    [2500, 140, 0.2],
    [3250, 200, 0.15]
  ],
  u: [
    [340, 60, 1],
    [690, 80, 0.5],
    [2400, 140, 0.12],
    [3200, 200, 0.1]
  ]
}
export interface Singer {
  readonly seed: number
  /** Pitch offset in cents. */
  readonly cents: number
  /** Depth of the vibrato in cents. */
  readonly vibrato: number
  readonly breath: number
  /** Seconds before or after the beat. */
  readonly lag: number
}

export function sing(notes: readonly Note[], frames: number, { seed, cents, vibrato, breath, lag }: Singer): Sound {
  const out = new Float32Array(frames),
    r = noise(seed)
  let before = notes[0] ? hertz(notes[0].pitch) : 220
  for (const note of notes) {
    const start = note.start + lag + 0.008 * r(),
      f = hertz(note.pitch) * 2 ** (cents / 1200),
      from = before
    if (note.onset) consonant(out, note, start, r)
    // A breath before a phrase that begins after a rest.
    if (r() > 0.2) {
      const air = resonator(2600, 2400)
      add(out, start - 0.32, 0.22, t => 0.02 * note.level * breath * air(r()) * Math.sin((Math.PI * t) / 0.22))
    }
    const filters = formants[note.vowel].map(([frequency, bandwidth, gain]) => ({
        run: resonator(frequency * (1 + 0.02 * ((seed % 3) - 1)), bandwidth),
        gain: ((gain * frequency) / bandwidth) * 0.12
      })),
      soft = dull(2600),
      rumour = dull(6000)
    let phase = r(),
      drift = 0
    add(out, start, note.length + 0.08, t => {
      drift += 0.02 * (r() - drift)
      const swing =
          vibrato * Math.min(1, Math.max(0, (t - 0.25) / 0.3)) * Math.sin(2 * Math.PI * 5.4 * t + seed) + 14 * drift,
        glide = 1 - Math.exp(-t / 0.045),
        pitch = from * (f / from) ** glide * 2 ** (swing / 1200)
      phase += pitch / rate
      phase -= Math.floor(phase)
      // Rosenberg's pulse, differentiated: open for 60 % of the period.
      const pulse =
        phase < 0.4
          ? Math.sin((Math.PI * phase) / 0.4) * 0.5
          : phase < 0.6
            ? -Math.sin((Math.PI * (phase - 0.4)) / 0.2)
            : 0
      const source = soft(pulse) * 1.6 + 0.06 * breath * rumour(r()) * (0.4 + Math.max(0, pulse))
      const envelope = Math.min(1, t / 0.05) * Math.min(1, Math.max(0, note.length + 0.08 - t) / 0.09)
      return note.level * envelope * filters.reduce((s, { run, gain }) => s + gain * run(source), 0)
    })
    before = f
  }
  return out
}

function consonant(out: Sound, note: Note, start: number, r: () => number): void {
  if (note.onset === 's') {
    const hiss = resonator(7200, 2600)
    add(out, start - 0.09, 0.11, t => 0.5 * note.level * hiss(r()) * Math.sin((Math.PI * t) / 0.11))
  } else if (note.onset === 'h') {
    const air = resonator(1600, 1800)
    add(out, start - 0.05, 0.08, t => 0.2 * note.level * air(r()) * Math.sin((Math.PI * t) / 0.08))
  } else {
    const hum = hertz(note.pitch)
    add(
      out,
      start - 0.06,
      0.09,
      t => 0.25 * note.level * Math.sin(2 * Math.PI * hum * t) * Math.sin((Math.PI * t) / 0.09)
    )
  }
}
