/** The stereo reverb: its decay in octave bands against the map of its parameters. */
import { createFft } from '@mixwright/dsp'
import { apply, both, decibels } from './bench.ts'

const rate = 48000
const octaves = [125, 250, 500, 1000, 2000, 4000, 8000]

/** Energy over time of the octave around `centre`: a band with raised-cosine edges of a sixth of an octave. */
function octaveEnergy(x: Float32Array, centre: number): Float64Array {
  const size = 2 ** Math.ceil(Math.log2(2 * x.length))
  const fft = createFft(size)
  const re = new Float64Array(size)
  const im = new Float64Array(size)
  re.set(x)
  fft.forward(re, im)
  for (let k = 0; k < size; k++) {
    const apart = Math.abs(Math.log2((Math.max(Math.min(k, size - k), 1) * rate) / size / centre))
    const edge = Math.min(1, Math.max(0, (apart - 5 / 12) * 6))
    const gain = Math.cos((Math.PI / 2) * edge)
    re[k]! *= gain
    im[k]! *= gain
  }
  fft.inverse(re, im)
  return re.subarray(0, x.length).map(v => v * v)
}
/** T60: slope of the backward integral (Schroeder, JASA 37, 1965) between −5 and −35 dB (ISO 3382-1, T30). */
function decay(energy: Float64Array): number {
  let rest = 0
  const backward = energy
    .slice()
    .reverse()
    .map(e => (rest += e))
    .reverse()
  const points = Array.from(backward, (e, i) => [i / rate, decibels(e / backward[0]!)] as const)
  const fitted = points.filter(([, level]) => level <= -5 && level >= -35)
  const t = fitted.reduce((s, p) => s + p[0], 0) / fitted.length
  const l = fitted.reduce((s, p) => s + p[1], 0) / fitted.length
  const slope =
    fitted.reduce((s, p) => s + (p[0] - t) * (p[1] - l), 0) / fitted.reduce((s, p) => s + (p[0] - t) ** 2, 0)
  return -60 / slope
}

export async function reverbFigures(): Promise<void> {
  console.log('\n### stereo-reverb, decay ÷ T = 0.1 · 120^size s, by octaves (8 kHz: ÷ T / 10^damping)\n')
  console.log(`| size, damping | T, s | ${octaves.map(f => `${f} Hz`).join(' | ')} |`)
  console.log(`|---|---|${octaves.map(() => '---|').join('')}`)
  for (const size of [0.2, 0.3, 0.5, 0.8])
    for (const damping of [0, 0.3, 0.5, 0.8]) {
      const seconds = 0.1 * 120 ** size
      const x = both(Math.round((1.2 * seconds + 0.3) * rate), i => (i === 0 ? 1 : 0))
      const [left, right] = await apply('stereo-reverb', { size, damping, width: 1, mix: 1 }, x, rate)
      const ratios = octaves.map(f => {
        const other = octaveEnergy(right!, f)
        const wanted = f === 8000 ? seconds / 10 ** damping : seconds
        return decay(octaveEnergy(left!, f).map((e, i) => e + other[i]!)) / wanted
      })
      console.log(`| ${size}, ${damping} | ${seconds.toFixed(2)} | ${ratios.map(r => r.toFixed(2)).join(' | ')} |`)
    }
}
