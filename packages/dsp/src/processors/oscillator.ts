import { amount, choice, degrees, hz, processor, type Values } from '../define.ts'
import { type Reading, readSine, readWave } from '../math/wavetables.ts'

const params = {
  shape: choice(['triangle', 'sine', 'saw', 'square'], 'sine', 'Waveform; its peaks are at about 1'),
  frequency: hz(8, 12500, 440, 'Cycles per second', { modulate: 'octaves' }),
  phase: degrees(0, 360, 0, 'Where in its cycle it is at the start, and where a signal moves it to', {
    modulate: 'add'
  }),
  width: amount(0.05, 0.95, 0.5, 'Share of a cycle for which the square is up', { modulate: 'add' })
}
/** The wave at one sample, and its slopes. */
interface Point extends Reading {
  byWidth: number
}
const point: Point = { value: 0, byPhase: 0, byFrequency: 0, byWidth: 0 }
const back: Point = { ...point }
function clear(reading: Point): void {
  reading.value = reading.byPhase = reading.byFrequency = reading.byWidth = 0
}

/** Writes `point`. @param phase cycles @param frequency Hz */
function read(
  shape: Values<typeof params>['shape'],
  phase: number,
  frequency: number,
  width: number,
  sampleRate: number
): void {
  clear(point)
  if (shape === 'sine') readSine(phase, frequency, sampleRate, point)
  else if (shape !== 'square') readWave(shape, phase, frequency, sampleRate, 1, point)
  else {
    // The difference of two saws; up from 0 on, and without its mean.
    clear(back)
    readWave('saw', phase - width, frequency, sampleRate, 1, back)
    readWave('saw', phase, frequency, sampleRate, -1, point)
    point.value += back.value
    point.byPhase += back.byPhase
    point.byFrequency += back.byFrequency
    point.byWidth = -back.byPhase
  }
}

export const oscillator = processor({
  id: 'oscillator',
  family: 'source',
  title: 'Oscillator',
  doc: [
    'y = wave(c + (phase + signal)/360) with c += f / (sample rate) after each sample, f = frequency · 2^signal. sine;',
    'triangle = sum of 8/(pi k)² sin(2 pi k c), k odd, signs in turn; saw = 2 c - 1; square = 2 - 2 width for c < width,',
    'then -2 width, which is ±1 at 0.5. Band-limited: only harmonics that fold to above 20 kHz if at all (below half of',
    'low sample rates); the highest two thirds of an octave of them fade as the frequency changes. Cycles of 4096 points,',
    'three an octave, cubic in between. Above half the sample rate it is silent.'
  ].join(' '),
  sources: ['E. Catmull, R. Rom, A class of local interpolating splines, Computer Aided Geometric Design, 1974'],
  inlets: {},
  outlets: { main: 'The tone' },
  params,
  clock: true,
  state: 2, // the phases of both channels in cycles
  tape: 1, // the same at each sample
  run({ x, y, p, n, state, env, tape }) {
    for (let i = 0; i < n; i++) {
      const alike =
        state[0] === state[1] &&
        x.frequency[0]![i] === x.frequency[1]![i] &&
        x.phase[0]![i] === x.phase[1]![i] &&
        x.width[0]![i] === x.width[1]![i]
      for (let c = 0; c < 2; c++) {
        const octaves = x.frequency[c]![i]!,
          frequency = octaves === 0 ? p.frequency : p.frequency * 2 ** octaves,
          phase = state[c]!
        // The right channel of a mono signal is read already.
        if (c === 0 || !alike)
          read(p.shape, phase + (p.phase + x.phase[c]![i]!) / 360, frequency, p.width + x.width[c]![i]!, env.sampleRate)
        if (tape) tape[0]![c]![i] = phase
        y.main[c]![i] = point.value
        state[c] = (phase + frequency / env.sampleRate) % 1
      }
    }
  },
  adjoint({ x, gy, gx, gp, p, n, state, env, tape }) {
    for (let i = n - 1; i >= 0; i--)
      for (let c = 0; c < 2; c++) {
        const octaves = 2 ** x.frequency[c]![i]!,
          frequency = p.frequency * octaves,
          g = gy.main[c]![i]!
        const phase = tape[0]![c]![i]! + (p.phase + x.phase[c]![i]!) / 360
        read(p.shape, phase, frequency, p.width + x.width[c]![i]!, env.sampleRate)
        // The adjoint's state: d loss / d phase of the next sample.
        const gf = g * point.byFrequency + state[c]! / env.sampleRate
        gp.frequency += gf * octaves
        gx.frequency[c]![i] = gf * frequency * Math.LN2
        gp.phase += (g * point.byPhase) / 360
        gx.phase[c]![i] = (g * point.byPhase) / 360
        gp.width += g * point.byWidth
        gx.width[c]![i] = g * point.byWidth
        state[c]! += g * point.byPhase
      }
  },
  examples: {
    'Bass of a synthesiser': { shape: 'saw', frequency: 55 },
    Flute: { shape: 'triangle', frequency: 523.25 }
  }
})
