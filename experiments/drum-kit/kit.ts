/**
 * Made drum kits: real hits played in a room by geometry, heard by every microphone. Each hears each drum late by the distance,
 * weaker by it, off its axis, with some reverberation and noise.
 */
import { createRandom } from '@mixwright/dsp'

export const rate = 44100
const seconds = 14,
  soundSpeed = 343

/** Metres: across (audience's left negative), forwards, upwards. */
type Point = readonly [number, number, number]
interface Drum {
  readonly at: Point
  /** What its samples' names begin with, and by how much they are slowed down. */
  readonly sample: string
  readonly pitch?: number
  /** Beats of two bars at which it is hit. */
  readonly beats: readonly number[]
  /** dB at 1 m against the snare, as drums sound in a room. */
  readonly loud: number
}
const eighths = Array.from({ length: 16 }, (_, i) => i / 2)
export const drums = {
  kick: { at: [0, 0, 0.3], sample: 'kick', beats: [0, 2.5, 4, 6, 6.5], loud: 0 },
  snare: { at: [0.3, 0.35, 0.6], sample: 'snare', beats: [1, 3, 5, 7], loud: 0 },
  hat: { at: [0.65, 0.3, 0.9], sample: 'hihat_closed', beats: eighths, loud: -8 },
  tom1: { at: [0.15, -0.1, 0.85], sample: 'tom', beats: [3.5, 7.5], loud: -2 },
  tom2: { at: [-0.25, -0.1, 0.85], sample: 'tom', pitch: 0.8, beats: [3.75, 7.75], loud: -2 },
  floor: { at: [-0.6, 0.35, 0.6], sample: 'tom', pitch: 0.6, beats: [7.25], loud: -1 }
} as const satisfies Record<string, Drum>
export type DrumName = keyof typeof drums

interface Mic {
  readonly name: string
  readonly at: Point
  /** The drum that it stands at; absent for those that hear the whole kit. */
  readonly own?: DrumName
  /** It hears that drum from behind: upside down. */
  readonly behind?: true
}
const beside = ([x, y, z]: Point, by: number): Point => [x, y - by, z + 0.03]
export const mics: readonly Mic[] = [
  { name: 'Kick', at: beside(drums.kick.at, 0.15), own: 'kick' },
  { name: 'Snare Top', at: beside(drums.snare.at, 0.06), own: 'snare' },
  { name: 'Snare Bottom', at: [0.3, 0.4, 0.45], own: 'snare', behind: true },
  { name: 'Hihat', at: beside(drums.hat.at, 0.12), own: 'hat' },
  { name: 'Tom 1', at: beside(drums.tom1.at, 0.07), own: 'tom1' },
  { name: 'Tom 2', at: beside(drums.tom2.at, 0.07), own: 'tom2' },
  { name: 'Floor Tom', at: beside(drums.floor.at, 0.08), own: 'floor' },
  { name: 'OH L', at: [-0.6, 0.3, 1.7] },
  { name: 'OH R', at: [0.6, 0.3, 1.7] },
  { name: 'Room L', at: [-1.2, -3, 1.4] },
  { name: 'Room R', at: [1.2, -3, 1.4] }
]

export interface Kit {
  readonly stems: Readonly<Record<string, Float32Array>>
  /** Loudness of what each microphone stands at alone, dB of power; of all for those that hear the whole. */
  readonly own: readonly number[]
  /** Microphones that must be turned over, so that all agree with the overheads. */
  readonly reversed: ReadonlySet<string>
}

/** @param samples by the begin of their names */
export function makeKit(seed: number, samples: (begin: string, pick: number) => Float32Array): Kit {
  const random = createRandom(seed),
    bpm = random.between(85, 135),
    frames = seconds * rate,
    played = Object.fromEntries(
      Object.entries(drums).map(([name, drum]) => [
        name,
        play(drum, samples(drum.sample, random.between(0, 0.999)), bpm, frames, random)
      ])
    ),
    tail = Float32Array.from(
      { length: Math.round(0.35 * rate) },
      (_, i) => random.between(-1, 1) * Math.exp(-i / (0.06 * rate))
    )
  const flips = new Set<string>(['Snare Bottom']),
    candidates = ['Kick', 'Snare Top', 'Tom 1', 'Tom 2', 'Floor Tom']
  for (let n = Math.floor(random.between(0, 3)); n > 0; n--) flips.add(candidates[Math.floor(random.between(0, 4.99))]!)
  const own: number[] = [],
    stems: Record<string, Float32Array> = {}
  for (const mic of mics) {
    const out = new Float32Array(frames)
    let mine = 0
    for (const [name, drum] of Object.entries(drums)) {
      const r = Math.hypot(...mic.at.map((v, k) => v - drum.at[k]!)),
        close = mic.own !== undefined,
        axis = close && mic.own !== name ? 10 ** (-6 / 20) : 1,
        sign = mic.own === name && mic.behind ? -1 : 1,
        gain = (sign * axis * 10 ** (drum.loud / 20)) / Math.max(0.05, r),
        heard = delayed(played[name]!, r / soundSpeed, gain)
      if (!close || mic.own === name) mine += heard.reduce((sum, v) => sum + v * v, 0)
      for (let i = 0; i < frames; i++) out[i]! += heard[i]!
    }
    reverberate(out, played, tail, mic.own === undefined && mic.at[1] < -1 ? 0.05 : 0.012)
    const peak = out.reduce((most, v) => Math.max(most, Math.abs(v)), 1e-9),
      // As gains are set before a take: peaks with some room.
      preamp = 10 ** ((-8 + random.between(-4, 4)) / 20) / peak,
      // Behind the drum it is upside down by itself; a wrong cable turns that back.
      wrong = flips.has(mic.name) !== (mic.behind === true) ? -1 : 1
    for (let i = 0; i < frames; i++) out[i] = out[i]! * preamp * wrong + random.between(-1, 1) * 1e-4
    stems[mic.name] = out
    own.push(10 * Math.log10(mine * preamp * preamp + 1e-12))
  }
  return { stems, own, reversed: flips }
}

function play(
  { beats, pitch = 1 }: { readonly beats: readonly number[]; readonly pitch?: number },
  sample: Float32Array,
  bpm: number,
  frames: number,
  random: ReturnType<typeof createRandom>
): Float32Array {
  const out = new Float32Array(frames),
    beat = (60 / bpm) * rate
  for (let bar = 0; bar * 8 * beat < frames; bar++)
    for (const at of beats) {
      const start = Math.round((bar * 8 + at) * beat + random.between(-0.004, 0.004) * rate),
        gain = 10 ** (random.between(-5, 0) / 20)
      for (let i = 0; i < sample.length / pitch - 1 && start + i < frames; i++) {
        if (start + i < 0) continue
        const p = i * pitch,
          k = Math.floor(p)
        out[start + i]! += gain * (sample[k]! + (p - k) * ((sample[k + 1] ?? 0) - sample[k]!))
      }
    }
  return out
}

const delayed = (x: Float32Array, time: number, gain: number): Float32Array => {
  const late = Math.round(time * rate),
    out = new Float32Array(x.length)
  for (let i = late; i < x.length; i++) out[i] = gain * x[i - late]!
  return out
}

/** The room's sound: all drums through noise that dies away, the same for all microphones but for where it starts. */
function reverberate(
  out: Float32Array,
  played: Readonly<Record<string, Float32Array>>,
  tail: Float32Array,
  level: number
): void {
  const all = new Float32Array(out.length)
  for (const x of Object.values(played)) for (let i = 0; i < out.length; i++) all[i]! += x[i]!
  // Every 40th tap: dense enough for a hit, and quick.
  for (let k = 300; k < tail.length; k += 40) {
    const gain = level * tail[k]!
    for (let i = k; i < out.length; i++) out[i]! += gain * all[i - k]!
  }
}
