/** What the low-frequency oscillators share: their waves, with slopes for the adjoint, and the phase that runs. */
import { choice, degrees, hz, type Samples } from '../define.ts'

type Planes = readonly [left: Samples, right: Samples]
const shapes = ['sine', 'triangle', 'saw', 'square'] as const
type Shape = (typeof shapes)[number]

export const lfoParams = {
  frequency: hz(0.01, 40, 1, 'Cycles per second'),
  phase: degrees(0, 360, 0, 'Where in its cycle it starts'),
  shape: choice(shapes, 'sine', 'Sine, triangle, rising saw or square; each begins at 0, rising')
} as const
export const waves = [
  'With t the phase in cycles: sine sin(2πt); triangle, saw and square likewise between -1 and 1, rising through 0 at t',
  '= 0. The jumps of saw and square, at t = 1/2 and at t = 0 and 1/2, are spread by a polynomial over two samples',
  '(polyBLEP), so that they alias less.'
].join(' ')
export const waveSources = [
  'V. Välimäki, A. Huovilainen, Antialiasing Oscillators in Subtractive Synthesis, IEEE Signal Processing Magazine 24(2), 2007'
] as const

const fraction = (t: number) => t - Math.floor(t)

/**
 * What a jump by 2 at t = 0 lacks to be band-limited, for steps of `dt` a sample: the integral of a triangle of two samples
 * less the jump. Two parabolas that meet the wave without a corner, so that slopes exist everywhere.
 */
function residual(t: number, dt: number): number {
  if (t < dt) return -((1 - t / dt) ** 2)
  return t > 1 - dt ? (1 + (t - 1) / dt) ** 2 : 0
}
/** Its slope in units of samples, u = t / dt: d/dt is this over dt, d/ddt this times -u / dt. */
const residualSlope = (t: number, dt: number): number =>
  t < dt ? 2 * (1 - t / dt) : t > 1 - dt ? 2 * (1 + (t - 1) / dt) : 0
const samplesFromJump = (t: number, dt: number): number => (t < 0.5 ? t : t - 1) / dt

/** @param t phase in cycles, 0 to 1 */
function wave(shape: Shape, t: number, dt: number): number {
  const half = fraction(t + 0.5)
  if (shape === 'sine') return Math.sin(2 * Math.PI * t)
  if (shape === 'triangle') return 1 - 4 * Math.abs(fraction(t + 0.25) - 0.5)
  if (shape === 'saw') return 2 * half - 1 - residual(half, dt)
  return (t < 0.5 ? 1 : -1) + residual(t, dt) - residual(half, dt)
}
/** d wave / d t */
function slope(shape: Shape, t: number, dt: number): number {
  const half = fraction(t + 0.5)
  if (shape === 'sine') return 2 * Math.PI * Math.cos(2 * Math.PI * t)
  if (shape === 'triangle') return fraction(t + 0.25) < 0.5 ? 4 : -4
  if (shape === 'saw') return 2 - residualSlope(half, dt) / dt
  return (residualSlope(t, dt) - residualSlope(half, dt)) / dt
}
/** d wave / d dt, at the same phase */
function slopeOfStep(shape: Shape, t: number, dt: number): number {
  if (shape === 'sine' || shape === 'triangle') return 0
  const half = fraction(t + 0.5),
    second = (residualSlope(half, dt) * samplesFromJump(half, dt)) / dt
  return shape === 'saw' ? second : second - (residualSlope(t, dt) * samplesFromJump(t, dt)) / dt
}

interface Setting {
  readonly frequency: number
  readonly phase: number
  readonly shape: Shape
}
/** @param offset degrees by which the right channel is ahead. state: the phase in cycles. tape: both slopes. */
export function oscillate(
  y: Planes,
  { frequency, phase, shape }: Setting,
  offset: number,
  n: number,
  state: Float64Array,
  sampleRate: number,
  tape: readonly Planes[] | undefined
): void {
  const dt = frequency / sampleRate
  for (let i = 0; i < n; i++) {
    for (let c = 0; c < 2; c++) {
      const t = fraction(state[0]! + (phase + c * offset) / 360)
      y[c]![i] = wave(shape, t, dt)
      if (tape) {
        tape[0]![c]![i] = slope(shape, t, dt)
        tape[1]![c]![i] = slopeOfStep(shape, t, dt)
      }
    }
    state[0] = fraction(state[0]! + dt)
  }
}
/**
 * Adds to the gradients of frequency and phase. state: d loss / d phase (cycles) of the next sample.
 * @returns what the right channel alone adds to that of the phase
 */
export function oscillateBack(
  gy: Planes,
  gp: { frequency: number; phase: number },
  n: number,
  state: Float64Array,
  sampleRate: number,
  tape: readonly Planes[]
): number {
  let right = 0
  for (let i = n - 1; i >= 0; i--) {
    gp.frequency += state[0]! / sampleRate
    for (let c = 0; c < 2; c++) {
      const g = gy[c]![i]! * tape[0]![c]![i]!
      gp.frequency += (gy[c]![i]! * tape[1]![c]![i]!) / sampleRate
      gp.phase += g / 360
      right += (c * g) / 360
      state[0]! += g
    }
  }
  return right
}
