import { amount, type Env, type KernelState, processor } from '../define.ts'

/**
 * Delays in ms, [left, right] of each ring: eight lines of the feedback network, then four all-passes of the diffuser. The lines are spread
 * evenly on a logarithmic scale, so that few echoes coincide, and dealt to left and right by the Thue-Morse sequence, so that both decay alike.
 */
const delays: readonly (readonly [left: number, right: number])[] = [
  [15.1, 16.7], [20.4, 18.5], [24.9, 22.6], [27.4, 30.2], [36.7, 33.3], [40.3, 44.5], [49.1, 54.3], [66.1, 59.9],
  [1.33, 1.57], [2.21, 1.93], [3.19, 3.43], [4.97, 4.61],
]
const header = 16 * delays.length, lowpasses = 16 * 8

/** The layout that kernels/stereo-reverb.ts expects. */
function memoryOf({ sampleRate }: Env): KernelState {
  const words: number[] = []
  let bytes = header + lowpasses
  for (const pair of delays) {
    const [left, right] = pair.map((ms) => Math.round(ms * sampleRate / 1000)) as [number, number]
    words.push(0, left, right, bytes)
    bytes += 16 * Math.max(left, right)
  }
  return { bytes, words }
}
/** Seconds to -60 dB at low and middle frequencies. */
export const decayTime = (size: number): number => 0.1 * 120 ** size

export const stereoReverb = processor({
  id: 'stereo-reverb', family: 'time', title: 'Stereo reverb',
  doc: 'Decay to -60 dB in T = 0.1 · 120^size s, at 8 kHz (0.45 of the sample rate where that is less) in T / 10^damping. Four all-passes, then a feedback delay network of eight lines per channel, mixed by a Hadamard matrix, each line with the gain and the one-pole low-pass that its delay needs for T. At low frequencies wet noise is as loud as its input, whatever the size. Width w: left = cos φ L + sin φ R and right likewise, φ = (1 - w) 45°, so that the power stays. y = cos(mix · 90°) x + sin(mix · 90°) wet: constant power. Strong damping darkens short decays from about 1 kHz on: one pole falls by 6 dB per octave.',
  sources: [
    'M. R. Schroeder, Natural Sounding Artificial Reverberation, JAES 10(3), 1962',
    'J.-M. Jot, A. Chaigne, Digital delay networks for designing artificial reverberators, AES 90, 1991',
  ],
  inlets: { main: 'Signal' },
  outlets: { main: 'The signal and its room' },
  channels: 'stereo',
  params: {
    size: amount(0, 1, 0.5, 'Decay time 0.1 · 120^size s: 0.1 s at 0, 0.42 s at 0.3, 1.1 s at 0.5, 12 s at 1'),
    damping: amount(0, 1, 0.5, 'The decay at 8 kHz is shorter by 10^damping: 0 as long as below, 0.3 half, 1 a tenth'),
    width: amount(0, 1, 1, '0: the room is mono; 1: left and right have nothing in common'),
    mix: amount(0, 1, 0.3, '0: dry; 1: the room alone; constant power'),
  },
  linear: true,
  neutral: { mix: 0 },
  // The energy that a line still holds comes out one delay later.
  tail: ({ size }) => decayTime(size) + 0.1,
  kernel: { name: 'stereo_reverb', tape: 17, state: memoryOf },
  examples: {
    'A room for dry recordings': { size: 0.3, damping: 0.45, mix: 1 },
    'A hall behind a voice': { size: 0.58, damping: 0.55, mix: 1 },
    'Width without a room': { size: 0.1, damping: 0.3, mix: 0.25 },
  },
})
