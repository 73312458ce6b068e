/**
 * How surely a steady line stands at a frequency: least squares of one amplitude and phase over all blocks, each weighted
 * by what lies beside the line in it (the matched filter in coloured noise: Kay, Fundamentals of Statistical Signal
 * Processing II, 1998, ch. 13). What the gate spreads of the line itself is taken off before its surroundings are read.
 */
export interface Spectrum {
  readonly re: Float64Array
  readonly im: Float64Array
}
/** A block of gated, windowed signal. */
export interface Block {
  /** Its start, s. */
  readonly at: number
  /** Mean power of its softest moments. */
  readonly softest: number
  /** Bins around each line, `reach` to both sides. */
  readonly lines: readonly Spectrum[]
  /** The spectrum of window and gate from 0 Hz up. */
  readonly gate: Spectrum
}
export interface Tone {
  /** Hz */
  readonly frequency: number
  readonly re: number
  readonly im: number
}
export interface Fit extends Tone {
  /** The line's energy against its surroundings, or what of it does not fit where that is more; about 1 for noise. */
  readonly strength: number
}
export interface Line {
  readonly index: number
  /** The bin in the middle of `lines[index]`. */
  readonly middle: number
  /** Hz */
  readonly binWidth: number
}
/** Hz from a line at which its surroundings are read: beyond the window's main lobe, nearer than the next semitone. */
const beside = { from: 1, to: 3.2 } as const
/** The same, for other lines that would fit as well. */
const others = Array.from({ length: 16 }, (_, i) => 0.9 + 0.15 * i)
/** Hz; other lines reach further than a line that drifts is looked for. */
export const reach = 4.2
/** Of the loudest block's surroundings: no block counts 50 dB more than another. */
const quietest = 1e-5

/** A block's bin without a tone, over the gain of the gate. */
function binOf(block: Block, line: Line, bin: number, tone?: Tone): readonly [re: number, im: number] {
  const { re, im } = block.lines[line.index]!,
    { gate } = block,
    gain = gate.re[0]!,
    half = (re.length - 1) / 2,
    at = bin - line.middle + half
  if (!tone) return [re[at]! / gain, im[at]! / gain]
  const turn = 2 * Math.PI * tone.frequency * block.at,
    c = Math.cos(turn),
    s = Math.sin(turn),
    away = bin - Math.round(tone.frequency / line.binWidth),
    gateRe = gate.re[Math.abs(away)]!,
    gateIm = Math.sign(away) * gate.im[Math.abs(away)]!,
    toneRe = tone.re * c - tone.im * s,
    toneIm = tone.re * s + tone.im * c
  return [(re[at]! - toneRe * gateRe + toneIm * gateIm) / gain, (im[at]! - toneRe * gateIm - toneIm * gateRe) / gain]
}

/** Power per bin beside a line, block by block. */
export function surroundings(blocks: readonly Block[], line: Line, tone?: Tone): number[] {
  const [from, to] = [beside.from, beside.to].map(hz => Math.round(hz / line.binWidth)) as [number, number],
    powers = blocks.map(block => {
      let sum = 0
      for (let d = from; d <= to; d++)
        for (const bin of [line.middle - d, line.middle + d]) {
          const [re, im] = binOf(block, line, bin, tone)
          sum += re * re + im * im
        }
      return sum / (2 * (to - from + 1))
    }),
    floor = quietest * Math.max(...powers) + 1e-20
  return powers.map(power => power + floor)
}

/** @param powers of `surroundings` @param tone taken off before */
export function fitLine(
  blocks: readonly Block[],
  line: Line,
  frequency: number,
  powers: readonly number[],
  tone?: Tone
): Fit {
  const bin = Math.round(frequency / line.binWidth)
  let weights = 0,
    re = 0,
    im = 0,
    energy = 0
  blocks.forEach((block, b) => {
    const [x, y] = binOf(block, line, bin, tone),
      turn = -2 * Math.PI * frequency * block.at,
      c = Math.cos(turn),
      s = Math.sin(turn),
      weight = 1 / powers[b]!
    weights += weight
    re += weight * (x * c - y * s)
    im += weight * (x * s + y * c)
    energy += weight * (x * x + y * y)
  })
  const fitted = (re * re + im * im) / weights,
    unfitted = (energy - fitted) / blocks.length
  return { frequency, re: re / weights, im: im / weights, strength: fitted / Math.max(1, unfitted) }
}

/** The strongest of the lines that would fit beside a tone: music, and hits that come round in time, have many. */
export const strongestBeside = (blocks: readonly Block[], line: Line, powers: readonly number[], tone: Tone): number =>
  Math.max(...others.flatMap(d => [-d, d].map(hz => fitLine(blocks, line, tone.frequency + hz, powers, tone).strength)))
