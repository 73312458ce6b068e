/**
 * The stems of the example as a careless session leaves them: bleed between the drum mics, wrong levels, and faults to
 * be found.
 */
import { playKit } from './instruments/drums.ts'
import { playKeys, playShaker } from './instruments/keys.ts'
import { heard, noise, rate, scaled, type Sound, sum } from './instruments/sound.ts'
import { playBass, playGuitar } from './instruments/strings.ts'
import { sing } from './instruments/voice.ts'
import { bar, beat, chordAt, chorusAt, length, melody, type Note, outroAt } from './score.ts'

export interface Stem {
  readonly name: string
  readonly channels: readonly Sound[]
}
export const sampleRate = rate

/** What is wrong on purpose; example/README.md and the tests read it here. */
export const faults = {
  /** The lower snare mic points the other way, so its polarity is reversed. */ reversed: 'Snare Bottom',
  /** Constant offset of the bass interface, full scale = 1. */ dc: { stem: 'Bass DI', offset: 0.02 },
  /** Traffic under the voice: level of the noise, Hz of its corner. */ rumble: {
    stem: 'Lead Vox',
    level: 0.05,
    corner: 30
  },
  /** A resonance of the guitar, Hz. */ boom: { stem: 'Guitar', frequency: 196 },
  /** One instrument stored as two equal channels. */ dual: 'Shaker',
  /** Peak level each stem is brought to, dBFS: nobody set the gains. */
  peaks: {
    'Kick In': -9,
    'Snare Top': -3,
    'Snare Bottom': -14,
    Overheads: -10,
    'Tom Mic': -6,
    'Bass DI': -2,
    Guitar: -13,
    Keys: -4,
    'Lead Vox': -11,
    'BV Low': -5,
    'BV High': -16,
    Shaker: -3
  }
} as const

/** Renders all stems: equal lengths, deterministic. Some seconds of work. @param seconds of the song's beginning */
export function renderStems(seconds = length): Stem[] {
  const frames = Math.round(seconds * rate),
    { kick, snare, hat, tom } = playKit(frames)
  // Distances in metres, losses and corners by ear; each microphone hears the whole kit.
  const kickMic = sum(
    kick,
    heard(snare, { metres: 0.7, gain: 0.05, corner: 900 }),
    heard(tom, { metres: 0.5, gain: 0.08, corner: 800 }),
    heard(hat, { metres: 0.9, gain: 0.02, corner: 3000 })
  )
  const snareTop = sum(
    snare,
    heard(kick, { metres: 0.6, gain: 0.1, corner: 1500 }),
    heard(hat, { metres: 0.35, gain: 0.16, corner: 9000 }),
    heard(tom, { metres: 0.4, gain: 0.1, corner: 2500 })
  )
  const snareBottom = scaled(
    sum(
      bright(heard(snare, { metres: 0.12, gain: 1, corner: 14000 })),
      heard(kick, { metres: 0.5, gain: 0.12, corner: 900 }),
      heard(hat, { metres: 0.6, gain: 0.05, corner: 5000 })
    ),
    -1
  )
  const tomMic = sum(
    tom,
    heard(snare, { metres: 0.5, gain: 0.12, corner: 4000 }),
    heard(kick, { metres: 0.5, gain: 0.12, corner: 1000 }),
    heard(hat, { metres: 0.6, gain: 0.09, corner: 7000 })
  )
  const overheads = [1, -1].map(side =>
    room(
      sum(
        heard(kick, { metres: 1.4, gain: 0.3, corner: 5000 }),
        heard(snare, { metres: 1.15 + 0.06 * side, gain: 0.5, corner: 11000 }),
        heard(tom, { metres: 1.2 - 0.2 * side, gain: 0.42 - 0.12 * side, corner: 9000 }),
        heard(hat, { metres: 1 + 0.25 * side, gain: 0.6 - 0.28 * side, corner: 16000 })
      ),
      side
    )
  )
  const rumble = noise(61),
    low = [0, 0].reduce<(x: number) => number>(
      inner => {
        let s = 0
        const a = 1 - Math.exp((-2 * Math.PI * faults.rumble.corner) / rate)
        return x => (s += a * (inner(x) - s))
      },
      x => x
    )
  const lead = sing(melody, frames, { seed: 3, cents: 0, vibrato: 32, breath: 1, lag: 0 })
  const [keysLeft, keysRight] = playKeys(frames),
    shaker = playShaker(frames)
  const stems: Stem[] = [
    { name: 'Kick In', channels: [kickMic] },
    { name: 'Snare Top', channels: [snareTop] },
    { name: 'Snare Bottom', channels: [snareBottom] },
    { name: 'Tom Mic', channels: [tomMic] },
    { name: 'Overheads', channels: overheads },
    { name: 'Bass DI', channels: [playBass(frames)] },
    { name: 'Guitar', channels: [playGuitar(frames)] },
    { name: 'Keys', channels: [keysLeft, keysRight] },
    { name: 'Shaker', channels: [shaker, shaker.slice()] },
    { name: 'Lead Vox', channels: [lead] },
    {
      name: 'BV Low',
      channels: [sing(backing(1), frames, { seed: 4, cents: -7, vibrato: 18, breath: 1.6, lag: 0.015 })]
    },
    {
      name: 'BV High',
      channels: [sing(backing(3), frames, { seed: 8, cents: 6, vibrato: 22, breath: 1.8, lag: 0.022 })]
    }
  ]
  return stems.map(({ name, channels }) => {
    const peak = Math.max(...channels.map(c => c.reduce((m, v) => Math.max(m, Math.abs(v)), 0))),
      gain = 10 ** (faults.peaks[name as keyof typeof faults.peaks] / 20) / peak
    return {
      name,
      channels: channels.map(c =>
        c.map(
          v =>
            v * gain +
            (name === faults.dc.stem ? faults.dc.offset : 0) +
            (name === faults.rumble.stem ? faults.rumble.level * 8 * low(rumble()) : 0)
        )
      )
    }
  })
}

/** Long notes of the chorus chords on "oo" and "ah", on the chord's note of that index. */
function backing(index: number): Note[] {
  return Array.from({ length: outroAt - chorusAt + 1 }, (_, k) => {
    const { notes } = chordAt(chorusAt + k),
      pitch = notes[Math.min(index, notes.length - 1)]!
    return {
      start: (chorusAt + k) * bar,
      length: 3.8 * beat,
      pitch,
      level: 0.5 + 0.1 * (k % 2),
      vowel: k % 2 ? 'a' : 'u'
    } as const
  })
}
/** The wires' side of a snare: less body. */
function bright(sound: Sound): Sound {
  let low = 0
  return sound.map(v => {
    low += 0.12 * (v - low)
    return v - 0.8 * low
  })
}
/** Early reflections and a short diffuse tail, different on each side. */
function room(direct: Sound, side: number): Sound {
  const out = direct.slice(),
    r = noise(70 + side)
  for (let k = 0; k < 14; k++) {
    const late = Math.round((0.007 + 0.012 * k + 0.004 * r()) * rate),
      gain = 0.22 * Math.exp(-k / 4) * (r() > 0 ? 1 : -1)
    let s = 0
    for (let i = late; i < out.length; i++) {
      s += 0.35 * (direct[i - late]! - s)
      out[i]! += gain * s
    }
  }
  return out
}
