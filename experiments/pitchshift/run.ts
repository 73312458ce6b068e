/**
 * The pitch shift beside others: steady tones and chords, drums, a voice.
 *   node tools/run.mjs experiments/pitchshift/run.ts DRUMS.wav VOICE.wav
 * Peers where they are installed: ffmpeg's rubberband filter, pedalboard.PitchShift of Python 3.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createFft } from '@mixwright/dsp'
import { apply } from '../processor-figures/bench.ts'
import { readSound } from '../sound-files.ts'
import { alignment, attack, crest, levels, onsets, pitches } from './measures.ts'

const folder = 'build/tmp/pitchshift'
mkdirSync(folder, { recursive: true })
type Shift = (x: Float32Array, semitone: number, rate: number) => Promise<Float32Array | undefined>
const floats = (path: string) => {
  const { buffer, byteOffset, length } = readFileSync(path)
  return new Float32Array(buffer.slice(byteOffset, byteOffset + length - (length % 4)))
}
const put = (x: Float32Array) => writeFileSync(`${folder}/in.f32`, new Uint8Array(x.buffer, x.byteOffset, x.byteLength))
const shifts: Record<string, Shift> = {
  ours: async (x, semitone, rate) => (await apply('pitchshift', { semitone }, [x, x], rate))[0]!,
  rubberband: async (x, semitone, rate) => {
    put(x)
    const raw = ['-f', 'f32le', '-ar', String(rate), '-ac', '1']
    const { status } = spawnSync('ffmpeg', [
      ...['-y', '-loglevel', 'error', ...raw, '-i', `${folder}/in.f32`],
      ...['-af', `rubberband=pitch=${2 ** (semitone / 12)}`, ...raw, `${folder}/out.f32`]
    ])
    return status === 0 ? floats(`${folder}/out.f32`) : undefined
  },
  pedalboard: async (x, semitone, rate) => {
    put(x)
    const code = `import numpy as np, pedalboard as p
x = np.fromfile('${folder}/in.f32', dtype=np.float32)
p.Pedalboard([p.PitchShift(semitones=${semitone})])(x[None, :], ${rate}.0).astype(np.float32).tofile('${folder}/out.f32')`
    return spawnSync('python3', ['-c', code]).status === 0 ? floats(`${folder}/out.f32`) : undefined
  }
}

/** 4-term Blackman-Harris window: side lobes at -92 dB. */
function spectrumOf(y: Float32Array, from: number, size = 65536): Float64Array {
  const re = new Float64Array(size),
    im = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    const t = (2 * Math.PI * i) / size
    re[i] = y[from + i]! * (0.35875 - 0.48829 * Math.cos(t) + 0.14128 * Math.cos(2 * t) - 0.01168 * Math.cos(3 * t))
  }
  createFft(size).forward(re, im)
  return re.map((v, k) => Math.hypot(v, im[k]!)).subarray(0, size / 2)
}
/** Worst cents of a partial, and the strongest of all that lies more than 4 Hz beside them, in dB below the strongest. */
function tuned(y: Float32Array, frequencies: readonly number[], rate: number): string {
  const spectrum = spectrumOf(y, rate),
    rest = spectrum.slice()
  let cents = 0
  for (const f of frequencies) {
    const want = (f * 65536) / rate
    let k = Math.round(want)
    for (let j = k - 8; j <= k + 8; j++) if (spectrum[j]! > spectrum[k]!) k = j
    const [a, b, c] = [k - 1, k, k + 1].map(j => Math.log(spectrum[j]!)) as [number, number, number]
    cents = Math.max(cents, Math.abs(1200 * Math.log2((k + (a - c) / (2 * (a - 2 * b + c))) / want)))
    rest.fill(0, k - 5, k + 6)
  }
  return `${cents.toFixed(2)} cents, beside ${(20 * Math.log10(Math.max(...rest) / Math.max(...spectrum))).toFixed(1)} dB`
}

async function steady(): Promise<void> {
  const rate = 48000,
    chords = {
      A4: [440],
      A1: [55],
      'C major': [261.63, 329.63, 392],
      'low fifth': [82.4, 123.5],
      '7th': [130.8, 196, 329.6, 466.2]
    }
  for (const [chord, frequencies] of Object.entries(chords))
    for (const semitone of [-12, -5, 3, 12])
      for (const [name, shift] of Object.entries(shifts)) {
        const x = Float32Array.from({ length: 3.5 * rate }, (_, i) =>
          frequencies.reduce((sum, f, k) => sum + 0.2 * Math.sin((2 * Math.PI * f * i) / rate + k), 0)
        )
        const y = await shift(x, semitone, rate)
        const ratio = 2 ** (semitone / 12)
        if (y)
          console.log(
            `${chord} ${semitone} ${name}: ${tuned(
              y,
              frequencies.map(f => f * ratio),
              rate
            )}`
          )
      }
}
const middle = (list: number[], share = 0.5): number =>
  list.sort((a, b) => a - b)[Math.floor(share * (list.length - 1))] ?? Number.NaN

async function drums(path: string): Promise<void> {
  const { audio, sampleRate } = await readSound(path),
    x = audio[0]!.subarray(0, 12 * sampleRate),
    dry = levels(x, sampleRate),
    hits = onsets(dry)
  const told = (y: Float32Array) => {
    const e = levels(y, sampleRate),
      late = alignment(dry, e)
    return `10 ms after over 25 ms before a hit ${middle(hits.map(k => attack(e, k + late))).toFixed(1)} dB, crest ${crest(y).toFixed(1)} dB`
  }
  console.log(`drums: ${hits.length} hits; ${told(x)}`)
  for (const semitone of [-5, 3])
    for (const [name, shift] of Object.entries(shifts)) {
      const y = await shift(x, semitone, sampleRate)
      if (y) console.log(`drums ${semitone} ${name}: ${told(y.subarray(0, x.length))}`)
    }
}

async function voice(path: string): Promise<void> {
  const { audio, sampleRate } = await readSound(path),
    x = audio[0]!.subarray(0, 10 * sampleRate),
    dry = levels(x, sampleRate),
    sung = pitches(x, sampleRate, 0)
  for (const semitone of [-5, 3])
    for (const [name, shift] of Object.entries(shifts)) {
      const y = await shift(x, semitone, sampleRate)
      if (!y) continue
      const late = alignment(dry, levels(y, sampleRate)),
        now = pitches(y, sampleRate, (late * sampleRate) / 1000)
      const off = sung.flatMap((f, k) =>
        f && now[k] ? [Math.abs(1200 * Math.log2(now[k]! / f) - 100 * semitone)] : []
      )
      console.log(
        `voice ${semitone} ${name}: ${off.length} frames, off by ${middle(off).toFixed(1)} cents (half), ${middle(off, 0.9).toFixed(1)} (nine in ten)`
      )
    }
}

await steady()
if (process.argv[2]) await drums(process.argv[2])
if (process.argv[3]) await voice(process.argv[3])
const noise = Float32Array.from({ length: 480000 }, (_, i) => ((i * 7919) % 1009) / 1009 - 0.5)
await shifts.ours!(noise, 3, 48000)
const before = process.cpuUsage().user
await shifts.ours!(noise, 3, 48000)
console.log(`share of a core, stereo at 48 kHz: ${((process.cpuUsage().user - before) / 1e7).toFixed(3)}`)
