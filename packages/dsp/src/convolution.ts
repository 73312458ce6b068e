/**
 * Convolution with an impulse response. A response is too large for a parameter, so each makes a processor of its own, whose
 * id names it and what is in it: a graph stays data, and whoever renders it registers the responses it names.
 */
import { type Audio, type Env, type Processor, processor } from './define.ts'
import { createFft, type Fft } from './math/fft.ts'

/** Samples of a partition, and so of latency: few for short responses; a response is some 64 of them, a long one more. */
const partitionOf = (frames: number): number => Math.min(1024, Math.max(32, 2 ** Math.ceil(Math.log2(frames / 64))))

/** 64 bits of what the samples are in single precision (FNV-1a, twice with different starts), as hexadecimal digits. */
function fingerprint(response: Audio): string {
  const words = response.map(channel => new Uint32Array(Float32Array.from(channel).buffer)),
    over = (start: number) =>
      words.reduce((all, channel) => channel.reduce((hash, word) => mixed(hash ^ word), all), start)
  return [0x811c9dc5, 0x9747b28c]
    .map(over)
    .map(hash => (hash >>> 0).toString(16).padStart(8, '0'))
    .join('')
}
const mixed = (hash: number): number => {
  const z = Math.imul(hash, 0x01000193)
  return z ^ (z >>> 15)
}

/** Spectra of the partitions, one complex number per bin and channel. */
interface Plan {
  readonly block: number
  readonly partitions: number
  readonly bins: number
  readonly fft: Fft
  /** Per channel: partition after partition, bin after bin. */
  readonly re: readonly Float64Array[]
  readonly im: readonly Float64Array[]
  /** Whether both channels have one response. */
  readonly alike: boolean
  /** Scratch: a frame of left + i right, and what the sum of products makes of it; the sums of either channel. */
  readonly zr: Float64Array
  readonly zi: Float64Array
  readonly sums: readonly Sum[]
}
interface Sum {
  readonly re: Float64Array
  readonly im: Float64Array
}

type Sizes = Pick<Plan, 'block' | 'partitions' | 'bins'>
const sizesOf = (response: Audio, block: number): Sizes => ({
  block,
  partitions: Math.ceil(response[0]!.length / block),
  bins: block + 1
})

function planOf(response: Audio, sizes: Sizes): Plan {
  const { block, partitions, bins } = sizes,
    fft = createFft(2 * block)
  const zr = new Float64Array(2 * block),
    zi = new Float64Array(2 * block)
  const spectra = [0, 1].map(c => {
    const samples = response[c % response.length]!,
      re = new Float64Array(partitions * bins),
      im = new Float64Array(partitions * bins)
    for (let p = 0; p < partitions; p++) {
      zr.fill(0)
      zi.fill(0)
      zr.set(samples.subarray(p * block, (p + 1) * block))
      fft.forward(zr, zi)
      re.set(zr.subarray(0, bins), p * bins)
      im.set(zi.subarray(0, bins), p * bins)
    }
    return { re, im }
  })
  return {
    ...sizes,
    fft,
    re: spectra.map(s => s.re),
    im: spectra.map(s => s.im),
    alike: response.length === 1,
    zr,
    zi,
    sums: [0, 1].map(() => ({ re: new Float64Array(bins), im: new Float64Array(bins) }))
  }
}

/**
 * Numbers of memory: count, newest partition, turns until all that differs in the right, and all that is
 * heard there, has passed; two
 * blocks coming in and one going out, left and right; spectra of the past: per partition the left's real parts, imaginary parts,
 * the right's.
 */
const head = 4
const sizeOf = ({ block, partitions, bins }: Sizes): number => head + 6 * block + 4 * partitions * bins

/** One sample through the delay of a block: y[n] = Σ h[k] x[n - block - k]. The transpose is the same, backwards in time. */
function push(plan: Plan, state: Float64Array, left: number, right: number): number {
  const { block } = plan,
    i = state[0]!
  state[head + block + i] = left
  state[head + 3 * block + i] = right
  state[0] = (i + 1) % block
  return i
}
const leftOut = ({ block }: Plan): number => head + 4 * block
const rightOut = ({ block }: Plan): number => head + 5 * block

/** [when a block is full] Its spectrum joins the past, and the sum of products becomes the next block that goes out. */
function turn(plan: Plan, state: Float64Array): void {
  const { block, partitions, bins, fft, zr, zi } = plan
  for (const [at, z] of [
    [head, zr],
    [head + 2 * block, zi]
  ] as const) {
    for (let i = 0; i < 2 * block; i++) z[i] = state[at + i]!
    state.copyWithin(at, at + block, at + 2 * block)
  }
  let differs = false,
    heard = false
  for (let i = 0; i < 2 * block; i++) {
    differs ||= zi[i] !== zr[i]
    heard ||= zi[i] !== 0
  }
  state[2] = differs ? partitions : Math.max(0, state[2]! - 1)
  state[3] = heard ? partitions : Math.max(0, state[3]! - 1)
  fft.forward(zr, zi)
  const newest = (state[1]! + partitions - 1) % partitions,
    at = head + 6 * block + 4 * newest * bins
  state[1] = newest
  for (let k = 0; k < bins; k++) {
    // left = (Z + conj Z')/2, right = (Z - conj Z')/2i, Z' at the mirrored bin.
    const m = k === 0 ? 0 : 2 * block - k
    state[at + k] = (zr[k]! + zr[m]!) / 2
    state[at + bins + k] = (zi[k]! - zi[m]!) / 2
    state[at + 2 * bins + k] = (zi[k]! + zi[m]!) / 2
    state[at + 3 * bins + k] = (zr[m]! - zr[k]!) / 2
  }
  multiply(plan, state)
  fft.inverse(zr, zi)
  for (let i = 0; i < block; i++) {
    state[leftOut(plan) + i] = zr[block + i]!
    state[rightOut(plan) + i] = zi[block + i]!
  }
}

/** The sum of the partitions' products, as left + i right. What is mono or silent on the right is not computed twice. */
function multiply(plan: Plan, state: Float64Array): void {
  const { block, bins, alike, zr, zi, sums } = plan,
    left = sumOf(plan, state, 0),
    right = state[3] === 0 ? silence(sums[1]!) : alike && state[2] === 0 ? left : sumOf(plan, state, 1)
  for (let k = 0; k < bins; k++) {
    const lr = left.re[k]!,
      li = left.im[k]!,
      rr = right.re[k]!,
      ri = right.im[k]!
    zr[k] = lr - ri
    zi[k] = li + rr
    if (k > 0 && k < block) {
      zr[2 * block - k] = lr + ri
      zi[2 * block - k] = rr - li
    }
  }
}
function silence(sum: Sum): Sum {
  sum.re.fill(0)
  sum.im.fill(0)
  return sum
}
function sumOf({ block, partitions, bins, re, im, sums }: Plan, state: Float64Array, c: 0 | 1): Sum {
  const sum = silence(sums[c]!),
    [sr, si, hr, hi] = [sum.re, sum.im, re[c]!, im[c]!]
  for (let p = 0; p < partitions; p++) {
    const from = head + 6 * block + (4 * ((state[1]! + p) % partitions) + 2 * c) * bins,
      h = p * bins
    for (let k = 0; k < bins; k++) {
      const a = state[from + k]!,
        b = state[from + bins + k]!,
        r = hr[h + k]!,
        i = hi[h + k]!
      sr[k] = sr[k]! + a * r - b * i
      si[k] = si[k]! + a * i + b * r
    }
  }
  return sum
}

/** A stream through the convolver, first to last sample or (the transpose) last to first. */
function stream(
  plan: Plan,
  state: Float64Array,
  from: readonly [ArrayLike<number>, ArrayLike<number>],
  to: readonly [{ [i: number]: number }, { [i: number]: number }],
  n: number,
  backwards: boolean
): void {
  for (let j = 0; j < n; j++) {
    const i = backwards ? n - 1 - j : j,
      place = push(plan, state, from[0][i]!, from[1][i]!)
    to[0][i] = state[leftOut(plan) + place]!
    to[1][i] = state[rightOut(plan) + place]!
    if (state[0] === 0) turn(plan, state)
  }
}

/** A processor, and the response that is in it. */
export interface Convolution extends Processor {
  readonly name: string
  readonly response: Audio
  readonly sampleRate: number
  /** Samples of a partition. */
  readonly block: number
}
/** A response as plain data, that can be sent to another thread. */
export type ImpulseResponse = Pick<Convolution, 'id' | 'name' | 'response' | 'sampleRate' | 'block'>
export const convolutionOf = ({ name, response, sampleRate, block }: Omit<ImpulseResponse, 'id'>): Convolution =>
  convolution(name, response, sampleRate, block)
export const isConvolution = (processor: Processor): processor is Convolution => 'response' in processor
/** The ids of convolutions that a text names, each once: whoever reads a graph must find their responses. */
export const convolutionsIn = (text: string): string[] => [
  ...new Set(text.match(/(?<=")convolution-[a-z0-9]+-[0-9a-f]{16}(?=")/g))
]
/** The file that holds the response beside a graph: of letters, digits and hyphens, so that it never leaves its folder. */
export const responseFile = (id: string): string => `${id}.wav`
/** What an id names a response. */
export const responseName = (id: string): string => id.split('-')[1]!

/**
 * A processor that convolves with `response`, one channel for both or one for each; its id is
 * `convolution-NAME-FINGERPRINT`.
 * @param name lower case and digits
 * @param sampleRate of the response in Hz
 * @param block samples of a partition, a power of two: more of them cost less and are later. Default: by the length
 * @throws RangeError for a response that is empty, not finite, of more than two channels, or of channels of two lengths
 */
export function convolution(
  name: string,
  response: Audio,
  sampleRate: number,
  block = partitionOf(response[0]?.length ?? 0)
): Convolution {
  const frames = response[0]?.length ?? 0
  if (!(frames > 0 && response.length <= 2 && response.every(c => c.length === frames && c.every(Number.isFinite))))
    throw new RangeError(
      `response "${name}": ${response.length} channels of ${response.map(c => c.length).join(' and ')} samples; give one or two, equally long, of finite samples`
    )
  const sizes = sizesOf(response, block)
  let planned: Plan | undefined
  // Not everyone who has a response convolves with it.
  const plan = () => (planned ??= planOf(response, sizes))
  const atRate = (env: Env) => {
    if (env.sampleRate !== sampleRate)
      throw new RangeError(`response "${name}" has ${sampleRate} Hz, the graph ${env.sampleRate} Hz; resample it first`)
    return sizeOf(sizes)
  }
  const made = processor({
    id: `convolution-${name}-${fingerprint(response)}`,
    family: 'time',
    title: 'Convolution',
    doc: [
      'y[n] = Σ h[k] x[n - k] with the response h, each channel with its own or both with the one there is; the response in',
      `partitions of ${block} samples, which is the latency, each by Fourier transforms of twice that length. Its adjoint`,
      'is the correlation with the response: the same, backwards in time.'
    ].join(' '),
    sources: [
      'T. G. Stockham, High-speed convolution and correlation, AFIPS 1966',
      'G. Kulp, Digital equalization using Fourier transform techniques, AES 85, 1988'
    ],
    inlets: { main: 'Signal' },
    outlets: { main: 'The signal in the room, or through the device, that the response is of' },
    params: {},
    linear: true,
    // Where its blocks lie decides how it rounds: so they begin with the signal.
    clock: true,
    latency: () => block,
    tail: () => frames / sampleRate,
    state: atRate,
    run: ({ x, y, n, state }) => stream(plan(), state, x.main, y.main, n, false),
    adjoint: ({ gy, gx, n, state }) => stream(plan(), state, gy.main, gx.main, n, true)
  }) as Processor
  return Object.freeze({ ...made, name, response, sampleRate, block })
}
