/** An electric piano by frequency modulation, in stereo with a slow tremolo from side to side, and a shaker. */
import { bar, bars, beat, chordAt, chorusAt, hertz, outroAt } from '../score.ts'
import { add, noise, rate, resonator, type Sound } from './sound.ts'

/** After Chowning's two-operator tones: a fundamental with a falling index, and a short tine at 14 times the pitch. */
export function playKeys(frames: number): [Sound, Sound] {
  const left = new Float32Array(frames),
    right = new Float32Array(frames),
    human = noise(41)
  for (let index = 0; index < bars; index++) {
    const hits =
      index >= outroAt
        ? [[0, 4]]
        : index >= chorusAt
          ? [
              [0, 1.5],
              [1.5, 1],
              [2.5, 1.5]
            ]
          : [
              [0, 2.5],
              [2.5, 1.5]
            ]
    for (const [at, long] of hits)
      for (const [i, note] of chordAt(index).notes.slice(1).entries()) {
        const f = hertz(note),
          level = 0.085 * (1 + 0.15 * human()),
          start = index * bar + at! * beat + 0.006 * i + 0.003 * human(),
          seconds = long! * beat + 0.25
        const tone = new Float64Array(Math.round(seconds * rate)).map((_, i) => {
          const t = i / rate
          return (
            level *
            Math.min(1, t / 0.003) *
            Math.exp(-t / (index >= outroAt ? 2 : 1.1)) *
            Math.min(1, Math.max(0, seconds - t) / 0.15) *
            (Math.sin(2 * Math.PI * f * t + (1.6 * Math.exp(-t / 0.35) + 0.25) * Math.sin(2 * Math.PI * f * t)) +
              0.12 * Math.exp(-t / 0.05) * Math.sin(2 * Math.PI * 14 * f * t))
          )
        })
        add(left, start, seconds, (t, i) => tone[i]! * (1 + 0.35 * Math.sin(2 * Math.PI * 4.6 * (start + t))))
        add(right, start, seconds, (t, i) => tone[i]! * (1 - 0.35 * Math.sin(2 * Math.PI * 4.6 * (start + t))))
      }
  }
  return [left, right]
}

export function playShaker(frames: number): Sound {
  const out = new Float32Array(frames),
    r = noise(51)
  for (let index = chorusAt; index < outroAt; index++)
    for (let step = 0; step < 16; step++) {
      const grain = resonator(6400, 3600),
        force = (step % 4 === 0 ? 1 : step % 2 ? 0.35 : 0.6) * (1 + 0.15 * r())
      add(
        out,
        index * bar + (step * beat) / 4 + 0.005 * r(),
        0.09,
        t => 0.3 * force * grain(r()) * Math.sin(Math.PI * Math.min(1, t / 0.09)) ** 2
      )
    }
  return out
}
