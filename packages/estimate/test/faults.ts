/** Faults planted in a mix, each at three severities: what the judge must hear (docs/results/judge.md). */
import { type Audio, createFft, createRandom, hann } from '@mixwright/dsp'

/** A mix, and a way to change how loud a role stands in it. */
export interface Sound {
  readonly audio: Audio
  readonly sampleRate: number
  readonly withRole: (role: 'lead' | 'bass' | 'rest', dB: number) => Audio
}
export interface Fault {
  /** What each severity means, in words. */
  readonly severities: readonly [string, string, string]
  /** @param severity 0, 1, 2: rising */
  readonly plant: (sound: Sound, severity: number) => Audio
}

export const gain = (dB: number): number => 10 ** (dB / 20),
  scaled = (audio: Audio, g: number): Audio => audio.map(c => c.map(v => g * v)),
  peakOf = (audio: Audio): number => audio.reduce((m, c) => c.reduce((n, v) => Math.max(n, Math.abs(v)), m), 0),
  rmsOf = (audio: Audio): number =>
    Math.sqrt(audio.reduce((s, c) => s + c.reduce((q, v) => q + v * v, 0), 0) / audio.length / audio[0]!.length)

/** Multiplies the spectrum by `shape(Hz)`: frames of 4096, half overlapping, both windows sines. */
function filtered(x: Float32Array, rate: number, shape: (f: number) => number): Float32Array {
  const size = 4096,
    fft = createFft(size),
    window = hann(size).map(Math.sqrt),
    out = new Float32Array(x.length),
    re = new Float64Array(size),
    im = new Float64Array(size),
    gains = new Float64Array(size).map((_, k) => shape((Math.min(k, size - k) * rate) / size))
  for (let at = -size / 2; at < x.length; at += size / 2) {
    for (let i = 0; i < size; i++) {
      re[i] = (x[at + i] ?? 0) * window[i]!
      im[i] = 0
    }
    fft.forward(re, im)
    for (let k = 0; k < size; k++) {
      re[k]! *= gains[k]!
      im[k]! *= gains[k]!
    }
    fft.inverse(re, im)
    for (let i = Math.max(0, -at); i < size && at + i < x.length; i++) out[at + i]! += re[i]! * window[i]!
  }
  return out
}
/** A bell, flat between the edges and fading within a third of an octave beside them. */
const bell = (low: number, high: number, dB: number) => (f: number) =>
  gain(dB * Math.max(0, Math.min(1, 1 - 3 * Math.max(Math.log2(low / f), Math.log2(f / high), 0))))
const boosted = ({ audio, sampleRate }: Sound, low: number, high: number, dB: number): Audio =>
  audio.map(c => filtered(c, sampleRate, bell(low, high, dB)))

function midSide(audio: Audio, change: (mid: Float32Array, side: Float32Array) => void): Audio {
  const mid = audio[0]!.map((v, i) => (v + audio[1]![i]!) / 2),
    side = audio[0]!.map((v, i) => (v - audio[1]![i]!) / 2)
  change(mid, side)
  return [mid.map((v, i) => v + side[i]!), mid.map((v, i) => v - side[i]!)]
}

/** Gain in dB per sample on both channels. */
const ridden = (audio: Audio, curve: Float32Array): Audio => audio.map(c => c.map((v, i) => v * gain(curve[i]!)))
/** Follows sizes: rises with `attack`, falls with `release`, seconds. */
function follower(x: Float32Array, rate: number, attack: number, release: number): Float32Array {
  const up = 1 - Math.exp(-1 / rate / attack),
    down = 1 - Math.exp(-1 / rate / release)
  let s = 0
  return x.map(v => (s += (Math.abs(v) > s ? up : down) * (Math.abs(v) - s)))
}
const loudest = (audio: Audio): Float32Array => audio[0]!.map((v, i) => Math.max(Math.abs(v), Math.abs(audio[1]![i]!)))
const percentile = (x: Float32Array, share: number): number =>
  x.filter((_, i) => i % 16 === 0).sort()[Math.floor((x.length / 16 - 1) * share)]!

/** Ducks everything by the kick: `depth` dB at its loudest, back within 150 ms. */
function pumped({ audio, sampleRate }: Sound, depth: number): Audio {
  const low = filtered(
      audio[0]!.map((v, i) => v + audio[1]![i]!),
      sampleRate,
      f => (f < 120 ? 1 : 0)
    ),
    level = follower(low, sampleRate, 0.005, 0.12),
    top = percentile(level, 0.95)
  return ridden(
    audio,
    level.map(v => -depth * Math.min(1, v / top))
  )
}
/** A gate without hysteresis or hold, its threshold amid the levels. */
function chattering({ audio, sampleRate }: Sound, share: number): Audio {
  const level = follower(loudest(audio), sampleRate, 0.0005, 0.01),
    threshold = percentile(level, share)
  let g = 1
  return ridden(
    audio,
    level.map(v => 20 * Math.log10((g += (v > threshold ? 0.02 : 0.01) * ((v > threshold ? 1 : 0.01) - g))))
  )
}
/** Peaks held down to a ceiling `drive` dB below the largest, 1.5 ms ahead, release 60 ms. */
function limited({ audio, sampleRate }: Sound, drive: number): Audio {
  const ceiling = peakOf(audio) * gain(-drive),
    ahead = Math.round(0.0015 * sampleRate),
    peaks = loudest(audio),
    need = peaks.map((_, i) => {
      let most = 0
      for (let k = i; k <= Math.min(peaks.length - 1, i + ahead); k++) most = Math.max(most, peaks[k]!)
      return Math.max(0, 20 * Math.log10(most / ceiling))
    }),
    release = 1 - Math.exp(-1 / sampleRate / 0.06)
  let s = 0
  return ridden(
    audio,
    need.map(n => -(s = n > s ? n : s + release * (n - s)))
  )
}
function noisy({ audio, sampleRate }: Sound, dB: number): Audio {
  const level = rmsOf(audio) * gain(dB),
    random = createRandom(77)
  return audio.map(c =>
    c.map(
      (v, i) =>
        v +
        level *
          (0.7 * random.normal() +
            [1, 2, 3, 5].reduce((s, h) => s + (0.6 / h) * Math.sin((2 * Math.PI * 50 * h * i) / sampleRate), 0))
    )
  )
}
function clicking({ audio, sampleRate }: Sound, rate: number): Audio {
  const random = createRandom(5),
    size = 0.4 * peakOf(audio),
    out = audio.map(c => c.slice())
  for (let t = 0.1; t < audio[0]!.length / sampleRate - 0.1; t += random.between(0.5, 1.5) / rate)
    for (const c of out) c[Math.round(t * sampleRate)]! += size
  return out
}

export const faults = {
  'lead low': {
    severities: ['-3 dB', '-6 dB', '-12 dB'],
    plant: (s, k) => s.withRole('lead', [-3, -6, -12][k]!)
  },
  'lead muted': { severities: ['-20 dB', '-40 dB', 'gone'], plant: (s, k) => s.withRole('lead', [-20, -40, -120][k]!) },
  'lead loud': { severities: ['+3 dB', '+6 dB', '+9 dB'], plant: (s, k) => s.withRole('lead', [3, 6, 9][k]!) },
  'lead buried': {
    severities: ['other +4 dB', '+8 dB', '+12 dB'],
    plant: (s, k) => s.withRole('rest', [4, 8, 12][k]!)
  },
  'bass loud': { severities: ['+3 dB', '+6 dB', '+9 dB'], plant: (s, k) => s.withRole('bass', [3, 6, 9][k]!) },
  clipped: {
    severities: ['3 dB', '6 dB', '9 dB'],
    plant: ({ audio }, k) => {
      const at = peakOf(audio) * gain([-3, -6, -9][k]!)
      return audio.map(c => c.map(v => Math.max(-at, Math.min(at, v))))
    }
  },
  crushed: { severities: ['6 dB', '9 dB', '12 dB'], plant: (s, k) => limited(s, [6, 9, 12][k]!) },
  pumping: { severities: ['3 dB', '6 dB', '9 dB'], plant: (s, k) => pumped(s, [3, 6, 9][k]!) },
  chatter: {
    severities: ['threshold at 5 %', 'at 15 %', 'at 30 %'],
    plant: (s, k) => chattering(s, [0.05, 0.15, 0.3][k]!)
  },
  comb: {
    severities: ['-9 dB, 2.3 ms', '-6 dB, 3.1 ms', '-3 dB, 5.7 ms'],
    plant: ({ audio, sampleRate }, k) => {
      const late = Math.round([0.0023, 0.0031, 0.0057][k]! * sampleRate),
        g = gain([-9, -6, -3][k]!)
      return audio.map(c => c.map((v, i) => v + g * (c[i - late] ?? 0)))
    }
  },
  antiphase: {
    severities: ['right reversed below 120 Hz', 'below 400 Hz', 'whole'],
    plant: ({ audio, sampleRate }, k) => {
      const corner = [120, 400, 30000][k]!
      return [audio[0]!, filtered(audio[1]!, sampleRate, f => (f < corner ? -1 : 1))]
    }
  },
  narrow: {
    severities: ['side -6 dB', '-12 dB', 'mono'],
    plant: ({ audio }, k) => midSide(audio, (_, side) => side.forEach((v, i) => (side[i] = v * [0.5, 0.25, 0][k]!)))
  },
  'too wide': {
    severities: ['side +6 dB', '+9 dB', '+12 dB'],
    plant: ({ audio }, k) => midSide(audio, (_, side) => side.forEach((v, i) => (side[i] = v * gain([6, 9, 12][k]!))))
  },
  harsh: { severities: ['+3 dB', '+6 dB', '+9 dB'], plant: (s, k) => boosted(s, 3000, 6000, [3, 6, 9][k]!) },
  muddy: { severities: ['+3 dB', '+6 dB', '+9 dB'], plant: (s, k) => boosted(s, 200, 400, [3, 6, 9][k]!) },
  noise: { severities: ['-45 dB', '-37 dB', '-30 dB'], plant: (s, k) => noisy(s, [-45, -37, -30][k]!) },
  clicks: { severities: ['1/s', '3/s', '10/s'], plant: (s, k) => clicking(s, [1, 3, 10][k]!) }
} as const satisfies Record<string, Fault>
export type FaultName = keyof typeof faults

export interface MaskedRole {
  /** Dry, two channels, on the mix's time. */
  readonly audio: Audio
  /** Power gain at a frequency (Hz) in the mix. */
  readonly standing: (f: number) => number
}
/**
 * The mix with some roles raised by their own dB: each bin times √(Σ changed powers / Σ powers), powers those of the
 * dry roles as they stand in the mix (ratio mask). Exact where roles do not overlap; it works in mixes whose
 * processing is unknown.
 */
export function withRoles(mix: Audio, rate: number, roles: readonly MaskedRole[], dB: readonly number[]): Audio {
  const size = 2048,
    fft = createFft(size),
    window = hann(size).map(Math.sqrt),
    frames = mix[0]!.length,
    out = mix.map(c => new Float32Array(c.length)),
    re = new Float64Array(size),
    im = new Float64Array(size),
    table = roles.map(r => new Float64Array(size / 2 + 1).map((_, k) => r.standing((k * rate) / size)))
  const read = (audio: Audio, at: number): void => {
    for (let i = 0; i < size; i++) {
      re[i] = (audio[0]![at + i] ?? 0) * window[i]!
      im[i] = (audio[1]![at + i] ?? 0) * window[i]!
    }
    fft.forward(re, im)
  }
  for (let at = -size / 2; at < frames; at += size / 2) {
    const before = new Float64Array(size / 2 + 1),
      after = new Float64Array(size / 2 + 1)
    roles.forEach((role, r) => {
      read(role.audio, at)
      for (let k = 0; k <= size / 2; k++) {
        const n = (size - k) % size,
          // |L|² + |R|² of two real signals in one transform: (|Z[k]|² + |Z[-k]|²) / 2.
          power = (table[r]![k]! * (re[k]! ** 2 + im[k]! ** 2 + re[n]! ** 2 + im[n]! ** 2)) / 2
        before[k]! += power
        after[k]! += power * gain(dB[r]!) ** 2
      }
    })
    read(mix, at)
    for (let k = 0; k < size; k++) {
      const bin = Math.min(k, size - k),
        g = before[bin]! > 0 ? Math.sqrt(after[bin]! / before[bin]!) : 1
      re[k]! *= g
      im[k]! *= g
    }
    fft.inverse(re, im)
    for (let i = Math.max(0, -at); i < size && at + i < frames; i++) {
      out[0]![at + i]! += re[i]! * window[i]!
      out[1]![at + i]! += im[i]! * window[i]!
    }
  }
  return out
}
