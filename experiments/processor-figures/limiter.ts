/** The limiter: overshoot between the samples, on music and on noise, and what it does to a low tone. */
import { createFft, createRandom, measureTruePeak } from '@mixwright/dsp'
import { renderStems, sampleRate as songRate } from '../../example/stems.ts'
import { apply, both, decibels, interpolatedPeak, level, powers } from './bench.ts'

const ceiling = -1
const db = (v: number) => 20 * Math.log10(v)
const signed = (v: number) => `${v >= 0 ? '+' : '−'}${Math.abs(v).toFixed(3)}`

async function row(title: string, audio: readonly Float32Array[], rate: number, release: number): Promise<void> {
  const y = await apply('limiter', { ceiling, release }, audio, rate)
  const over = db(interpolatedPeak(audio)) - ceiling
  const ideal = db(interpolatedPeak(y)) - ceiling
  const read = measureTruePeak([...y], rate).max - ceiling
  console.log(`| ${title} | ${release} | ${over.toFixed(1)} | ${signed(ideal)} | ${signed(read)} |`)
}

/** The sum of the bundled example's stems, its sample peak `over` dB above the ceiling. */
function music(over: number): Float32Array[] {
  const stems = renderStems()
  const sum = [0, 1].map(c => {
    const total = new Float32Array(stems[0]!.channels[0]!.length)
    for (const { channels } of stems) (channels[c] ?? channels[0]!).forEach((v, i) => (total[i]! += v))
    return total
  })
  const peak = Math.max(...sum.map(x => x.reduce((most, v) => Math.max(most, Math.abs(v)), 0)))
  return sum.map(x => x.map(v => (v * level(ceiling + over)) / peak))
}

/** Uniform noise at 3 × full scale, of which only what lies below `share` of the rate is left; faded in and out. */
function noise(share: number, seed: number): Float32Array[] {
  const n = 1 << 17
  const random = createRandom(seed)
  const re = Float64Array.from({ length: n }, () => 3 * (2 * random.uniform() - 1))
  const im = new Float64Array(n)
  const fft = createFft(n)
  fft.forward(re, im)
  for (let k = 0; k < n; k++) if (Math.min(k, n - k) > share * n) re[k] = im[k] = 0
  fft.inverse(re, im)
  return both(n, i => re[i]! * Math.min(1, i / 1000, (n - 1 - i) / 1000))
}

export async function limiterFigures(): Promise<void> {
  console.log(`### limiter, ceiling ${ceiling} dBTP\n`)
  console.log('| material | release, ms | peak over the ceiling before, dB | after, Fourier × 16 | after, our meter |')
  console.log('|---|---|---|---|---|')
  for (const over of [6, 12])
    for (const release of [10, 80]) await row(`the example's sum, +${over} dB`, music(over), songRate, release)
  for (const share of [0.4, 0.45, 0.46, 0.47, 0.48, 0.49, 0.5])
    await row(`white noise up to ${share} of the rate (44.1 kHz)`, noise(share, 5), 44100, 80)
  for (const release of [1, 300])
    await row('white noise up to 0.45 of the rate (44.1 kHz)', noise(0.45, 6), 44100, release)
  console.log('\n| tone, turned down by 6 dB, by default | distortion (harmonics to tone), dB |\n|---|---|')
  for (const frequency of [30, 40, 50, 100, 1000]) {
    const rate = 48000
    const size = 1 << 16
    const cycles = Math.round((frequency * size) / rate)
    const amplitude = level(ceiling - 0.05 + 6)
    const x = both(3 * size, i => amplitude * Math.sin((2 * Math.PI * cycles * i) / size))
    const [y] = await apply('limiter', { ceiling }, x, rate)
    const p = powers(y!, 2 * size, size)
    const harmonics = p.reduce((sum, v, k) => (k > cycles && k % cycles === 0 ? sum + v : sum), 0)
    console.log(`| ${((cycles * rate) / size).toFixed(1)} Hz | ${decibels(harmonics / p[cycles]!).toFixed(1)} |`)
  }
}
