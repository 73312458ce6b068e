/** The distortion: what is not harmonic in its answer to a sine of full scale. */
import { apply, both, decibels, powers } from './bench.ts'

const settings = [
  { gain: 24, hardness: 0, asymmetry: 0 },
  { gain: 48, hardness: 0, asymmetry: 0 },
  { gain: 48, hardness: 1, asymmetry: 0 },
  { gain: 48, hardness: 1, asymmetry: 0.7 }
]
const frequencies = [1000, 2000, 3000, 4000, 5000, 6000]

export async function distortionFigures(): Promise<void> {
  const size = 1 << 15
  console.log('\n### distortion, aliases of a sine of full scale against it, dB: the strongest / their sum\n')
  console.log(`| rate, gain, hardness, asymmetry | ${frequencies.map(f => `${f / 1000} kHz`).join(' | ')} |`)
  console.log(`|---|${frequencies.map(() => '---|').join('')}`)
  for (const rate of [44100, 48000])
    for (const params of settings) {
      const cells: string[] = []
      for (const frequency of frequencies) {
        // An odd multiple is prime to the length: no alias falls on a harmonic before the size / 2 th.
        const bin = 2 * Math.round((frequency * size) / rate / 2) + 1
        const x = both(3 * size, i => Math.sin((2 * Math.PI * bin * i) / size))
        const [y] = await apply('distortion', params, x, rate)
        const p = powers(y!, size, size)
        const aliases = p.map((v, k) => (k % bin ? v / p[bin]! : 0))
        const strongest = aliases.reduce((most, v) => Math.max(most, v), 0)
        const sum = aliases.reduce((total, v) => total + v, 0)
        cells.push(`${decibels(strongest).toFixed(1)} / ${decibels(sum).toFixed(1)}`)
      }
      console.log(`| ${[rate, ...Object.values(params)].join(', ')} | ${cells.join(' | ')} |`)
    }
}
