/** What the two reverbs share on the TypeScript side: delays, memory, decay, parameters, the text about them. */
import { amount, type Env, type KernelState } from '../define.ts'

/**
 * Delays in ms, [left, right] of each ring: eight lines of the feedback network, then six all-passes of the diffuser.
 * About evenly spread
 * on a logarithmic scale, so that few echoes coincide, then moved by a few per cent at random wherever that made the
 * third octaves flatter
 * and the echoes denser (decays of 0.16, 0.42 and 1.6 s, 48 kHz, 500 trials).
 */
const delays: readonly (readonly [left: number, right: number])[] = [
  [15.42, 16.05],
  [20.03, 17.66],
  [24.51, 23.82],
  [24.85, 30.32],
  [36.1, 33.44],
  [41.08, 44.6],
  [45.28, 55.58],
  [73.07, 55.51],
  [0.678, 0.629],
  [1.104, 1.276],
  [1.836, 1.501],
  [2.301, 2.619],
  [3.463, 3.176],
  [4.657, 4.424]
]
const header = 16 * delays.length,
  lowpasses = 16 * 8

/** The layout that kernels/stereo-reverb.ts expects. @param sides the left delays on the left and the right on the right, or left ones on both */
export function roomMemory({ sampleRate }: Env, sides: 'apart' | 'alike'): KernelState {
  const words: number[] = []
  let bytes = header + lowpasses
  for (const [l, r] of delays) {
    const [left, right] = [l, sides === 'apart' ? r : l].map(ms => Math.round((ms * sampleRate) / 1000)) as [
      number,
      number
    ]
    words.push(0, left, right, bytes)
    bytes += 16 * Math.max(left, right)
  }
  return { bytes, words }
}
/** Seconds to -60 dB at low and middle frequencies. */
export const decayTime = (size: number): number => 0.1 * 120 ** size
/** The size whose decay takes so many seconds; beyond the parameter's range where none does. */
export const sizeOfDecay = (seconds: number): number => Math.log(seconds / 0.1) / Math.log(120)

export const roomParams = {
  size: amount(0, 1, 0.5, 'Decay time 0.1 · 120^size s: 0.1 s at 0, 0.42 s at 0.3, 1.1 s at 0.5, 12 s at 1'),
  damping: amount(0, 1, 0.5, 'The decay at 8 kHz is shorter by 10^damping: 0 as long as below, 0.3 half, 1 a tenth')
} as const
export const roomMix = amount(0, 1, 0.3, '0: dry; 1: the room alone; constant power')

export const roomDoc = [
  'Decay to -60 dB in T = 0.1 · 120^size s, at 8 kHz (0.45 of the sample rate where that is less) in T /',
  '10^damping. Six all-passes, then a feedback delay network of eight lines per channel, mixed by a Hadamard',
  'matrix, each line with the gain and the one-pole low-pass that its delay needs for T. At low frequencies wet',
  'noise is as loud as its input, whatever the size. y = cos(mix · 90°) x + sin(mix · 90°) wet: constant power. Strong',
  'damping takes mids of short decays, too, as one pole falls by 6 dB per octave: where a pass must lose A dB',
  'more at 8 kHz than below, it loses 10 log10(1 + (10^(A/10) - 1)/64) dB more at 1 kHz. The decay at 1 kHz is',
  'then shorter than T: 0.98 of it at size 0.3 and damping 0.3, 0.85 at damping 0.5, 0.45 at 0.8; at size 0.8',
  '0.97, 0.95 and 0.88.'
].join(' ')
export const roomSources = [
  'M. R. Schroeder, Natural Sounding Artificial Reverberation, JAES 10(3), 1962',
  'J.-M. Jot, A. Chaigne, Digital delay networks for designing artificial reverberators, AES 90, 1991'
]
/** The energy that a line still holds comes out one delay later. */
export const roomTail = ({ size }: { readonly size: number }): number => decayTime(size) + 0.1
