/** What faults are made of: delays, filters, second microphones, converters and codecs. */
import { spawnSync } from 'node:child_process'
import { type Audio, createRandom, type Kernels, type Random, resample } from '@mixwright/dsp'

type Channel = Float32Array
const each = (audio: Audio, change: (channel: Channel, c: number) => Channel): Audio => audio.map(change)

export const gained = (audio: Audio, dB: number): Audio => each(audio, x => x.map(v => v * 10 ** (dB / 20)))
export const flipped = (audio: Audio): Audio => each(audio, x => x.map(v => -v))
export const mono = (audio: Audio): Audio => [
  audio.length === 1 ? audio[0]! : audio[0]!.map((v, i) => 0.5 * (v + audio[1]![i]!))
]
/** @param other mono or as many channels */
export const added = (audio: Audio, other: Audio): Audio =>
  each(audio, (x, c) => x.map((v, i) => v + (other[c] ?? other[0]!)[i]!))

/** By a fraction of a sample too, linear in between; earlier where negative. */
export function delayed(audio: Audio, samples: number): Audio {
  const whole = Math.floor(samples),
    part = samples - whole
  return each(audio, x => x.map((_, i) => (1 - part) * (x[i - whole] ?? 0) + part * (x[i - whole - 1] ?? 0)))
}

/** One pole: what lies below `frequency`. */
export function low(audio: Audio, frequency: number, rate: number): Audio {
  const pole = Math.exp((-2 * Math.PI * frequency) / rate)
  return each(audio, x => {
    let state = 0
    return x.map(v => (state = v + (state - v) * pole))
  })
}
/** What lies above `frequency`, raised or lowered. */
export function shelved(audio: Audio, frequency: number, dB: number, rate: number): Audio {
  const below = low(audio, frequency, rate),
    gain = 10 ** (dB / 20)
  return each(audio, (x, c) => x.map((v, i) => below[c]![i]! + gain * (v - below[c]![i]!)))
}

export function noise(frames: number, level: number, random: Random): Channel {
  const own = createRandom(random.uint32()),
    gain = 10 ** (level / 20)
  return Float32Array.from({ length: frames }, () => gain * own.normal())
}

/**
 * Another microphone (or amplifier) of a source: other highs and lows, its own room, a little drive, some of its
 * neighbour, noise.
 */
export function secondMic(source: Audio, neighbour: Audio, level: number, rate: number, random: Random): Audio {
  const x = mono(source),
    toned = shelved(low(x, random.between(4000, 12000), rate), random.between(150, 600), random.between(-5, 5), rate),
    drive = random.between(0.5, 3),
    driven = inRoom(toned[0]!, random.between(-12, -4), rate, random).map(v => Math.tanh(drive * v) / drive),
    heard = gained(mono(neighbour), random.between(-35, -25))
  return gained(added(added([driven], heard), [noise(driven.length, level - 55, random)]), random.between(-6, 6))
}

/** With reflections up to 100 ms, `level` dB together. */
function inRoom(x: Channel, level: number, rate: number, random: Random): Channel {
  const taps = Array.from({ length: 24 }, () => {
      const ms = random.between(1.5, 100)
      return { at: Math.round((ms / 1000) * rate), gain: (random.uniform() < 0.5 ? -1 : 1) * 10 ** (-ms / 100) }
    }),
    scale = 10 ** (level / 20) / Math.hypot(...taps.map(tap => tap.gain)),
    out = x.slice()
  for (const { at, gain } of taps) for (let i = at; i < x.length; i++) out[i]! += scale * gain * x[i - at]!
  return out
}

/** As files are kept: float, 16 bits, another rate and back, or a lossy codec and back. */
export function kept(audio: Audio, way: (typeof keeping)[number], rate: number, kernels: Kernels): Audio {
  if (way === 'float') return audio
  if (way === '16 bits') return each(audio, x => x.map(v => Math.round(v * 32768) / 32768))
  if (way === 'resampled') {
    const other = rate === 48000 ? 44100 : 48000,
      back = resample(resample(audio, rate, other, kernels), other, rate, kernels)
    return each(audio, (x, c) => x.map((_, i) => back[c]![i] ?? 0))
  }
  return lossy(audio, rate)
}
export const keeping = ['float', '16 bits', 'resampled', 'lossy'] as const

/** MP3 at 192 kbit/s, by ffmpeg, which takes its delay out again. */
function lossy(audio: Audio, rate: number): Audio {
  const channels = audio.length,
    frames = audio[0]!.length,
    samples = new Float32Array(frames * channels),
    raw = ['-f', 'f32le', '-ar', `${rate}`, '-ac', `${channels}`],
    run = (args: string[], input: Uint8Array): Uint8Array => {
      const { stdout, status } = spawnSync('ffmpeg', ['-v', 'error', ...args, '-'], { input, maxBuffer: 2 ** 30 })
      if (status !== 0) throw new Error('ffmpeg failed')
      return stdout
    }
  audio.forEach((x, c) => x.forEach((v, i) => (samples[i * channels + c] = v)))
  const mp3 = run(
      [...raw, '-i', '-', '-c:a', 'libmp3lame', '-b:a', '192k', '-f', 'mp3'],
      new Uint8Array(samples.buffer)
    ),
    bytes = run(['-f', 'mp3', '-i', '-', ...raw], mp3),
    back = new Float32Array(bytes.slice().buffer)
  // Through a pipe the file has no header that tells its delay: 1105 samples of encoder and decoder.
  return each(audio, (x, c) => x.map((_, i) => back[(i + 1105) * channels + c] ?? 0))
}
