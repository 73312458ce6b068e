/** A drum kit, each drum by itself: what stands in the room before any microphone hears it. */
import { accents, bars, bar, beat, type Drum, patternAt } from '../score.ts'
import { add, noise, rate, resonator, type Sound } from './sound.ts'

export type Kit = Readonly<Record<Drum, Sound>>

export function playKit(frames: number): Kit {
  const kit = {
      kick: new Float32Array(frames),
      snare: new Float32Array(frames),
      hat: new Float32Array(frames),
      tom: new Float32Array(frames)
    },
    human = noise(11)
  let toms = 0
  for (let index = 0; index < bars; index++) {
    const pattern = patternAt(index)
    if (!pattern) continue
    for (const drum of Object.keys(kit) as Drum[])
      [...pattern[drum]].forEach((mark, step) => {
        const accent = accents[mark]
        if (accent === undefined) return
        // A drummer's hands: a few milliseconds and a tenth of the force.
        const start = index * bar + (step * beat) / 4 + 0.004 * human() + (step % 2 ? 0.006 : 0),
          force = accent * (1 + 0.12 * human()),
          seed = 1000 * index + step
        if (drum === 'kick') kick(kit.kick, start, force, seed)
        else if (drum === 'snare') snare(kit.snare, start, force, seed)
        else if (drum === 'hat') hat(kit.hat, start, force, mark === 'o', seed)
        else tom(kit.tom, start, force, toms++ % 3)
      })
  }
  // A crash where the chorus begins would hide the balance; the hats open instead.
  return kit
}

function kick(to: Sound, start: number, force: number, seed: number): void {
  const r = noise(seed)
  let phase = 0
  add(to, start, 0.45, t => {
    phase += (2 * Math.PI * (48 + 95 * Math.exp(-t / 0.018) + 6 * Math.exp(-t / 0.1))) / rate
    return (
      force *
      0.8 *
      (Math.sin(phase) * Math.exp(-t / 0.11) +
        0.25 * r() * Math.exp(-t / 0.003) +
        0.12 * Math.sin(2 * Math.PI * 2900 * t) * Math.exp(-t / 0.006))
    )
  })
}
function snare(to: Sound, start: number, force: number, seed: number): void {
  const r = noise(seed),
    wires = resonator(3400, 5200),
    low = resonator(1500, 2200)
  // Two modes of the head, and the wires that answer a little later.
  add(
    to,
    start,
    0.35,
    t =>
      force *
      (0.5 * Math.sin(2 * Math.PI * 186 * t * (1 + 0.15 * Math.exp(-t / 0.01))) * Math.exp(-t / 0.07) +
        0.25 * Math.sin(2 * Math.PI * 331 * t) * Math.exp(-t / 0.05) +
        (wires(r()) * 1.1 + low(r()) * 0.6) * (1 - Math.exp(-t / 0.002)) * Math.exp(-t / (0.06 + 0.05 * force)) +
        0.4 * r() * Math.exp(-t / 0.0015))
  )
}
function hat(to: Sound, start: number, force: number, open: boolean, seed: number): void {
  const r = noise(seed),
    band = resonator(9200, 5200),
    decay = open ? 0.28 : 0.045
  // Inharmonic partials of two cymbals, as squares that beat against each other, under noise.
  const partials = [2053, 3191, 4157, 5433, 6797, 8231].map((f, i) => ({ f: f * (1 + 0.002 * r()), phase: i }))
  add(
    to,
    start,
    open ? 0.9 : 0.2,
    t =>
      force *
      0.32 *
      (band(partials.reduce((s, p) => s + Math.sign(Math.sin(2 * Math.PI * p.f * t + p.phase)), 0) / 6 + 1.4 * r()) *
        Math.exp(-t / decay) +
        0.15 * r() * Math.exp(-t / 0.001))
  )
}
function tom(to: Sound, start: number, force: number, which: number): void {
  const f = [175, 128, 92][which]!
  let phase = 0
  add(to, start, 0.6, t => {
    phase += (2 * Math.PI * f * (1 + 0.35 * Math.exp(-t / 0.03))) / rate
    return (
      force *
      0.7 *
      (Math.sin(phase) * Math.exp(-t / 0.16) +
        0.3 * Math.sin(1.593 * phase) * Math.exp(-t / 0.07) +
        0.1 * Math.sin(2 * Math.PI * 1800 * t) * Math.exp(-t / 0.004))
    )
  })
}
