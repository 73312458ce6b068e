/** Guitar (plucked strings) and bass. */
import { bar, bars, beat, chordAt, chorusAt, hertz, outroAt, verseAt } from '../score.ts'
import { add, dull, noise, rate, resonator, type Sound } from './sound.ts'

/** Karplus & Strong's string (1983): a burst of noise in a loop that loses its highs. */
function pluck(to: Sound, start: number, f: number, level: number, seconds: number, seed: number): void {
  const period = rate / f,
    whole = Math.floor(period - 0.5),
    fraction = period - 0.5 - whole,
    line = new Float32Array(whole + 1),
    r = noise(seed),
    pick = dull(5200)
  for (let i = 0; i < line.length; i++) line[i] = pick(r())
  const loss = Math.exp(-6.9 / ((rate / whole) * (f > 200 ? 1.8 : 2.6)))
  let at = 0,
    last = 0
  add(to, start, seconds, t => {
    const now = line[at]!,
      next = line[(at + 1) % line.length]!,
      y = now + fraction * (next - now)
    line[at] = loss * 0.5 * (y + last)
    last = y
    at = (at + 1) % line.length
    return level * y * Math.min(1, Math.max(0, seconds - t) / 0.03)
  })
}

export function playGuitar(frames: number): Sound {
  const dry = new Float32Array(frames),
    human = noise(21)
  for (let index = 0; index < bars; index++) {
    const { notes } = chordAt(index),
      strums =
        index >= outroAt ? [0] : index >= chorusAt ? [0, 0.5, 1.5, 2, 2.5, 3.5] : index >= verseAt ? [0, 1.5, 2.5] : []
    strums.forEach((at, k) => {
      const order = k % 2 ? [...notes].reverse() : notes
      order.forEach((note, i) =>
        pluck(
          dry,
          index * bar + at * beat + 0.012 * i + 0.003 * human(),
          hertz(note),
          0.22 * (k % 2 ? 0.7 : 1) * (1 + 0.15 * human()),
          index >= outroAt ? 3.5 : 1.1 * beat + 0.4,
          7000 + 100 * index + 10 * k + i
        )
      )
    })
    // Picked arpeggios before the band comes in.
    if (index < verseAt)
      for (let k = 0; k < 8; k++)
        pluck(
          dry,
          index * bar + (k * beat) / 2 + 0.004 * human(),
          hertz(notes[[0, 2, 3, 4, 3, 2, 3, 1][k]! % notes.length]!),
          0.3 * (1 + 0.15 * human()),
          1.4,
          9000 + 10 * index + k
        )
  }
  // The body: an air mode, a top mode, and the boom at 196 Hz that a microphone too near the hole hears.
  const air = resonator(104, 24),
    top = resonator(410, 90),
    boom = resonator(196, 9)
  return dry.map(v => v + 1.4 * air(v) + 0.8 * top(v) + 5 * boom(v))
}

export function playBass(frames: number): Sound {
  const out = new Float32Array(frames),
    human = noise(31)
  for (let index = 2; index < bars; index++) {
    const root = hertz(chordAt(index).bass),
      steps =
        index >= outroAt
          ? [[0, 6, 1]]
          : index >= chorusAt
            ? [
                [0, 1, 1],
                [1, 0.5, 1],
                [1.5, 0.5, 2],
                [2, 1, 1],
                [3, 0.5, 1.5],
                [3.5, 0.5, 2]
              ]
            : [
                [0, 1.4, 1],
                [1.5, 0.5, 1],
                [2.5, 1, 1],
                [3.5, 0.5, 1.5]
              ]
    for (const [at, long, ratio] of steps) {
      const f = root * ratio!,
        level = 0.42 * (1 + 0.2 * human()),
        low = resonator(f * 3, f * 4),
        seconds = long! * beat * 0.95
      let phase = 0
      add(out, index * bar + at! * beat + 0.004 * human(), seconds + 0.05, t => {
        phase += f / rate
        phase -= Math.floor(phase)
        const saw = 2 * phase - 1,
          bite = 0.5 * Math.exp(-t / 0.09)
        return (
          level *
          Math.min(1, t / 0.004) *
          Math.exp(-t / 1.4) *
          Math.min(1, Math.max(0, seconds + 0.05 - t) / 0.04) *
          (0.8 * Math.sin(2 * Math.PI * phase) + (0.22 + bite) * low(saw))
        )
      })
    }
  }
  return out
}
