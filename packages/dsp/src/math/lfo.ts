/** What the low-frequency oscillators share on the TypeScript side. */
import { choice, degrees, hz } from '../define.ts'

/** In the order of kernels/lfo.ts. */
const shapes = ['sine', 'triangle', 'saw', 'square'] as const

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
/** Cycles so far, a 64-bit integer for each channel. */
export const cyclesSoFar = () => ({ bytes: 32 })
