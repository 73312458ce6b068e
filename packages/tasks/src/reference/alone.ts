/** A processor on its own, heard and measured as a user would hear it. */
import { type Audio, inletsOf, type Kernels, outletsOf, type Processor, type Registry } from '@mixwright/dsp'
import { builder, type Graph, render } from '@mixwright/graph'

export const rate = 44100
export type Settings = Readonly<Record<string, number | string>>

/** Input `main` into every inlet that must be connected, an LFO into those that want to be moved, and each outlet out. */
export function alone(def: Processor, params: Settings, channels: 1 | 2 = 2): Graph {
  const b = builder(def.id),
    song = b.input('main', { channels }),
    inlets = inletsOf(def).filter(({ optional }) => !optional)
  b.node('it', { type: def.id, params })
  for (const { name } of inlets)
    if (name === 'modulation') {
      b.wire([b.node('lfo', { type: 'lfo', params: { frequency: 0.4 } })[0], 'lfo'], ['it', name])
    } else b.wire(song, ['it', name])
  for (const { name } of outletsOf(def)) b.output(name, { channels: 2 }, ['it', name])
  return b.graph()
}

export interface Bench {
  readonly kernels: Kernels
  readonly registry: Registry
}
/** @returns its outlets by name, as long as the sound */
export const through = (def: Processor, params: Settings, sound: Audio, { kernels, registry }: Bench) =>
  render(alone(def, params, sound.length as 1 | 2), { main: sound }, { sampleRate: rate, kernels, registry, tail: 0 })

/** Two seconds and a half of plucked chords over short hits of noise: what most processors can be told by. */
export function phrase(): Audio {
  const frames = Math.round(2.5 * rate),
    left = new Float32Array(frames),
    right = new Float32Array(frames),
    // A minor, F major, C major, G major (Hz).
    chords = [
      [110, 261.6, 329.6, 440],
      [87.3, 261.6, 349.2, 440],
      [130.8, 261.6, 329.6, 392],
      [98, 246.9, 293.7, 392]
    ]
  chords.forEach((notes, k) => {
    const start = Math.round(k * 0.55 * rate)
    notes.forEach((pitch, voice) => pluck(left, right, start + voice * 400, pitch, voice))
    hit(left, right, start + Math.round(0.275 * rate), k + 1)
  })
  return [left, right]
}

function pluck(left: Float32Array, right: Float32Array, start: number, pitch: number, voice: number): void {
  for (let i = start; i < left.length; i++) {
    const t = (i - start) / rate
    let sum = 0
    for (let h = 1; h <= 8 && h * pitch < rate / 2; h++)
      sum += (Math.sin(2 * Math.PI * h * pitch * t) * Math.exp(-t * (2 + h))) / h
    const x = 0.11 * Math.min(1, t * 500) * sum,
      side = (voice - 1.5) / 4
    left[i]! += x * (1 - side)
    right[i]! += x * (1 + side)
  }
}

function hit(left: Float32Array, right: Float32Array, start: number, seed: number): void {
  let state = seed
  for (let i = start; i < Math.min(left.length, start + 0.2 * rate); i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const x = (state / 2 ** 31 - 1) * 0.3 * Math.exp(-((i - start) / rate) * 40)
    left[i]! += x
    right[i]! += x
  }
}
