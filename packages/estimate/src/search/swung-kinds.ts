/** What an oscillator may swing, and what that does to the powers of bands. */
import { type BandFilter, type CutFilter, type EqFilter, powerResponse } from '@mixwright/dsp'

export type Numbers = Readonly<Record<string, number>>
export interface Kind {
  readonly type: string
  readonly inlet: string
  /** What the inlet moves. */
  readonly moves: string
  /** Where it is looked for; octaves, dB or the parameter's own unit to either side. */
  readonly starts: Readonly<Record<string, readonly number[]>>
  readonly depths: readonly number[]
  /** |H|² at a frequency. */
  readonly power: (numbers: Numbers, frequency: number, channel: number, sampleRate: number) => number
}
const octaves = [60, 120, 240, 480, 960, 1900, 3800, 7600],
  filterOf =
    (type: EqFilter | CutFilter | BandFilter): Kind['power'] =>
    (numbers, frequency, _, rate) =>
      powerResponse({ type, gain: 0, ...(numbers as { frequency: number; q: number }) }, rate)(frequency),
  /** A band of a third of an octave around a notch is not silent. */
  leak = 0.04,
  swept = (type: CutFilter | BandFilter, q: readonly number[], least = 0): Kind => ({
    type,
    inlet: 'frequency',
    moves: 'frequency',
    starts: { frequency: octaves, q },
    depths: [0.5, 1, 2],
    power: (...at) => least + (1 - least) * filterOf(type)(...at)
  })
const phaserPower: Kind['power'] = ({ frequency, mix, feedback }, f, _, rate) => {
  // A⁴ of four all-passes, each of which turns by twice the angle.
  const turn =
      8 * Math.atan(Math.tan((Math.PI * f) / rate) / Math.tan((Math.PI * Math.min(0.49 * rate, frequency!)) / rate)),
    [re, im] = [Math.cos(turn), -Math.sin(turn)],
    [lr, li] = [1 - feedback! * re, -feedback! * im],
    square = lr * lr + li * li,
    [zr, zi] = [(re * lr + im * li) / square, (im * lr - re * li) / square],
    [dry, wet] = [Math.cos((Math.PI / 2) * mix!), Math.sin((Math.PI / 2) * mix!)]
  return (dry + wet * zr) ** 2 + (wet * zi) ** 2
}

export const kinds: readonly Kind[] = [
  {
    type: 'gain',
    inlet: 'gain',
    moves: 'gain',
    starts: {},
    depths: [2, 6],
    power: ({ gain }) => 10 ** (gain! / 10)
  },
  {
    type: 'panning',
    inlet: 'pan',
    moves: 'pan',
    starts: { pan: [-0.6, -0.3, 0, 0.3, 0.6] },
    depths: [0.2, 0.5],
    power: ({ pan }, _, channel) => {
      const angle = (Math.PI / 4) * (1 + Math.max(-1, Math.min(1, pan!)))
      return 2 * (channel === 0 ? Math.cos(angle) : Math.sin(angle)) ** 2
    }
  },
  {
    type: 'bell',
    inlet: 'gain',
    moves: 'gain',
    starts: { frequency: octaves, q: [0.7, 2], gain: [0] },
    depths: [2, 6],
    power: filterOf('bell')
  },
  {
    type: 'bell',
    inlet: 'frequency',
    moves: 'frequency',
    starts: { frequency: octaves, q: [1], gain: [-8, 8] },
    depths: [0.7, 1.5],
    power: filterOf('bell')
  },
  swept('highpass', [0.7]),
  swept('lowpass', [0.7, 2]),
  swept('bandpass', [0.7, 2]),
  swept('bandreject', [0.7, 2, 4], leak),
  {
    type: 'phaser',
    inlet: 'modulation',
    moves: 'frequency',
    starts: { frequency: octaves, mix: [0.5], feedback: [0, 0.5] },
    depths: [0.3, 0.6, 1],
    power: phaserPower
  }
]
