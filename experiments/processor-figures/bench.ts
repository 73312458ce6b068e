/** A processor as it ships: a graph of one node, single precision, in blocks, its latency taken off. And spectra. */
import { compileKernels, createFft, createRealFft } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { chain, render, type Value } from '@mixwright/graph'

const kernels = await compileKernels(bytes)

/** Left and right in and out, as many samples. */
export async function apply(
  id: string,
  params: Readonly<Record<string, Value>>,
  audio: readonly Float32Array[],
  sampleRate: number
): Promise<readonly Float32Array[]> {
  const graph = chain({ [id]: { type: id, params } })
  const [input] = Object.keys(graph.inputs)
  const [output] = Object.keys(graph.outputs)
  const rendered = await render(graph, { [input!]: audio }, { kernels, sampleRate, tail: 0 })
  return rendered[output!]! as readonly Float32Array[]
}
/** The same signal on both channels. */
export const both = (n: number, f: (i: number) => number): Float32Array[] => {
  const one = Float32Array.from({ length: n }, (_, i) => f(i))
  return [one, one]
}

export const decibels = (power: number): number => 10 * Math.log10(Math.max(power, 1e-30))
export const level = (db: number): number => 10 ** (db / 20)

/** Powers at the multiples of rate / size, of `size` samples from `at` on: of a sine at one of them, amplitude² / 4. */
export function powers(x: Float32Array, at: number, size: number): Float64Array {
  const fft = createRealFft(size)
  const re = new Float64Array(fft.bins)
  const im = new Float64Array(fft.bins)
  fft.forward(x, re, im, at)
  return re.map((v, k) => (v * v + im[k]! ** 2) / size ** 2)
}

/**
 * Largest value of the band-limited curve through the samples: Fourier interpolation at 16 points a sample. Long signals
 * in frames that fade at both ends, of which the unfaded middle counts; what the sinc of noise up to half the rate
 * misses beyond 2048 samples is 0.7 % of its RMS.
 */
export function interpolatedPeak(channels: readonly Float32Array[]): number {
  const size = 1 << 15
  const fade = 4096
  const small = createFft(size)
  const big = createFft(16 * size)
  let most = 0
  for (const x of channels)
    for (let start = -fade; start < x.length; start += size - 2 * fade) {
      const re = Float64Array.from(
        { length: size },
        (_, i) => (x[start + i] ?? 0) * fadeAt(Math.min(i, size - i), fade)
      )
      const im = new Float64Array(size)
      if (!re.some(v => Math.abs(v) > 0)) continue
      small.forward(re, im)
      const wide = [re, im].map(part => {
        const padded = new Float64Array(16 * size)
        padded.set(part.subarray(0, size / 2))
        padded.set(part.subarray(size / 2 + 1), 15.5 * size + 1)
        return padded
      })
      big.inverse(wide[0]!, wide[1]!)
      for (let i = 16 * fade; i < 16 * (size - fade); i++) most = Math.max(most, Math.abs(wide[0]![i]!))
    }
  return 16 * most
}
const fadeAt = (i: number, fade: number) => (i >= fade ? 1 : Math.sin((Math.PI * i) / (2 * fade)) ** 2)
