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
  const words = response.flatMap(channel => [...new Uint32Array(Float32Array.from(channel).buffer)])
  return [0x811c9dc5, 0x9747b28c]
    .map(start => words.reduce((hash, word) => mixed(hash ^ word), start))
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
  /** Scratch: a frame of left + i right, and what the sum of products makes of it. */
  readonly zr: Float64Array
  readonly zi: Float64Array
}

function planOf(response: Audio, block: number): Plan {
  const frames = response[0]!.length,
    partitions = Math.ceil(frames / block),
    bins = block + 1,
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
  return { block, partitions, bins, fft, re: spectra.map(s => s.re), im: spectra.map(s => s.im), zr, zi }
}

/** Numbers of memory: count, newest partition; two blocks coming in and one going out, left and right; spectra of the past. */
const sizeOf = ({ block, partitions, bins }: Plan): number => 2 + 6 * block + 4 * partitions * bins

/** One sample through the delay of a block: y[n] = Σ h[k] x[n - block - k]. The transpose is the same, backwards in time. */
function push(plan: Plan, state: Float64Array, left: number, right: number): number {
  const { block } = plan,
    i = state[0]!
  state[2 + block + i] = left
  state[2 + 3 * block + i] = right
  state[0] = (i + 1) % block
  return i
}
const leftOut = ({ block }: Plan): number => 2 + 4 * block
const rightOut = ({ block }: Plan): number => 2 + 5 * block

/** [when a block is full] Its spectrum joins the past, and the sum of products becomes the next block that goes out. */
function turn(plan: Plan, state: Float64Array): void {
  const { block, partitions, bins, fft, zr, zi } = plan
  for (const [at, z] of [
    [2, zr],
    [2 + 2 * block, zi]
  ] as const) {
    for (let i = 0; i < 2 * block; i++) z[i] = state[at + i]!
    state.copyWithin(at, at + block, at + 2 * block)
  }
  fft.forward(zr, zi)
  const newest = (state[1]! + partitions - 1) % partitions,
    past = 2 + 6 * block
  state[1] = newest
  for (let k = 0; k < bins; k++) {
    // left = (Z + conj Z')/2, right = (Z - conj Z')/2i, Z' at the mirrored bin.
    const m = (2 * block - k) % (2 * block),
      at = past + 4 * (newest * bins + k)
    state[at] = (zr[k]! + zr[m]!) / 2
    state[at + 1] = (zi[k]! - zi[m]!) / 2
    state[at + 2] = (zi[k]! + zi[m]!) / 2
    state[at + 3] = (zr[m]! - zr[k]!) / 2
  }
  multiply(plan, state)
  fft.inverse(zr, zi)
  for (let i = 0; i < block; i++) {
    state[leftOut(plan) + i] = zr[block + i]!
    state[rightOut(plan) + i] = zi[block + i]!
  }
}

/** The sum of the partitions' products, as left + i right. */
function multiply({ block, partitions, bins, re, im, zr, zi }: Plan, state: Float64Array): void {
  const newest = state[1]!,
    past = 2 + 6 * block,
    [hlr, hrr] = re as [Float64Array, Float64Array],
    [hli, hri] = im as [Float64Array, Float64Array]
  zr.fill(0)
  zi.fill(0)
  for (let p = 0; p < partitions; p++) {
    const from = past + 4 * ((newest + p) % partitions) * bins,
      h = p * bins
    for (let k = 0; k < bins; k++) {
      const at = from + 4 * k,
        a = state[at]!,
        b = state[at + 1]!,
        c = state[at + 2]!,
        d = state[at + 3]!
      const lr = a * hlr[h + k]! - b * hli[h + k]!,
        li = a * hli[h + k]! + b * hlr[h + k]!,
        rr = c * hrr[h + k]! - d * hri[h + k]!,
        ri = c * hri[h + k]! + d * hrr[h + k]!
      zr[k]! += lr - ri
      zi[k]! += li + rr
      if (k > 0 && k < block) {
        zr[2 * block - k]! += lr + ri
        zi[2 * block - k]! += rr - li
      }
    }
  }
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
  readonly response: Audio
  readonly sampleRate: number
}

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
  const plan = planOf(response, block)
  const atRate = (env: Env) => {
    if (env.sampleRate !== sampleRate)
      throw new RangeError(`response "${name}" has ${sampleRate} Hz, the graph ${env.sampleRate} Hz; resample it first`)
    return sizeOf(plan)
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
    run: ({ x, y, n, state }) => stream(plan, state, x.main, y.main, n, false),
    adjoint: ({ gy, gx, n, state }) => stream(plan, state, gy.main, gx.main, n, true)
  }) as Processor
  return Object.freeze({ ...made, response, sampleRate })
}
