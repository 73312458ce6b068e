/** Faults as sessions have them, each planted into one stem of a song. */
import type { Audio, Kernels, Random } from '@mixwright/dsp'
import type { FaultKind, StemAnalysis } from '@mixwright/tasks'
import { heardShare } from './masking.ts'
import { added, delayed, flipped, gained, keeping, kept, low, mono, noise, secondMic, shelved } from './signals.ts'
import { level, peakOf, type Song, type Stem } from './song.ts'

export interface Planted {
  /** The song as it should be; what is found in it was there before. */
  readonly before: Song
  readonly after: Song
  /** Stems of which one must be named. */
  readonly stems: readonly string[]
  readonly how: string
}
export interface Ground {
  readonly song: Song
  readonly analyses: readonly StemAnalysis[]
  readonly random: Random
  readonly kernels: Kernels
}
/** Undefined: no stem of the song suits. */
type Plant = (ground: Ground) => Planted | undefined

/** One change of one stem that suits. */
const inStem =
  (
    suits: (stem: Stem, analysis: StemAnalysis) => boolean,
    /** Undefined: nobody would hear it. */
    change: (audio: Audio, ground: Ground, index: number) => readonly [audio: Audio, how: string] | undefined
  ): Plant =>
  ground => {
    const { song, analyses, random } = ground,
      open = song.stems.flatMap((stem, i) => (!analyses[i]!.silent && suits(stem, analyses[i]!) ? [i] : []))
    if (open.length === 0) return undefined
    const index = open[random.below(open.length)]!,
      { name, audio } = song.stems[index]!,
      planted = change(audio, ground, index)
    if (!planted) return undefined
    const [changed, how] = planted
    return { before: song, after: withStem(song, index, { name, audio: changed }), stems: [name], how }
  }
const withStem = (song: Song, index: number, stem: Stem): Song => ({
  ...song,
  stems: song.stems.map((one, i) => (i === index ? stem : one))
})
/** At any place, so that the order of the files does not tell. */
const withMore = (song: Song, stem: Stem, at: number): Song => ({
  ...song,
  stems: [...song.stems.slice(0, at), stem, ...song.stems.slice(at)]
})
/** Of the time, in which a line of hum stands out. */
const heard = 0.1
const any = () => true,
  pauses = (_: Stem, { activity }: StemAnalysis) => activity.share < 0.95

/** A second microphone of a stem: right in `before`, changed in `after`. */
const inSecondMic =
  (change: (audio: Audio, ground: Ground) => readonly [audio: Audio, how: string]): Plant =>
  ground => {
    const { song, analyses, random } = ground,
      open = song.stems.flatMap((_, i) => (analyses[i]!.silent ? [] : [i])),
      index = open[random.below(open.length)]!,
      { name, audio } = song.stems[index]!,
      neighbour = song.stems[(index + 1) % song.stems.length]!.audio,
      near = delayed(
        secondMic(audio, neighbour, analyses[index]!.loudness, song.rate, random),
        random.between(-0.00003, 0.00003) * song.rate
      ),
      [changed, how] = change(near, ground),
      second = `${name} mic 2`,
      at = random.below(song.stems.length + 1)
    return {
      before: withMore(song, { name: second, audio: near }, at),
      after: withMore(song, { name: second, audio: changed }, at),
      stems: [name, second],
      how
    }
  }

const clip = (x: Float32Array) => x.map(v => Math.max(-1, Math.min(1, v)))

/** What is planted in two ways, and the kind of fault that it is. */
export const variants = {
  'polarity in a pair': { title: 'Polarity of one channel', kind: 'polarity' },
  'hum under playing': { title: 'Hum, the stem never pauses', kind: 'hum' }
} as const satisfies Record<string, { readonly title: string; readonly kind: FaultKind }>

/** A grid is 0.1 % off at most; what the stem masks at nearly every moment is no fault. */
const withHum = (audio: Audio, { song, random }: Ground) => {
  const grid = random.uniform() < 0.5 ? 50 : 60,
    frequency = grid * random.between(0.999, 1.001),
    below = random.between(-45, -30),
    size = Math.SQRT2 * 10 ** ((level(audio) + below) / 20),
    parts = [1, 2, 3, 4, 5, 6].map(h => ({ h, gain: random.between(0.3, 1) / Math.sqrt(h), at: random.uniform() })),
    norm = Math.hypot(...parts.map(p => p.gain)),
    lines = parts.map(({ h, gain, at }) => ({ frequency: h * frequency, amplitude: (size * gain) / norm, at })),
    hum = Float32Array.from({ length: audio[0]!.length }, (_, i) =>
      lines.reduce(
        (sum, line) => sum + line.amplitude * Math.sin(2 * Math.PI * ((line.frequency * i) / song.rate + line.at)),
        0
      )
    )
  return heardShare(mono(audio)[0]!, lines, song.rate) < heard
    ? undefined
    : ([added(audio, [hum]), `${frequency.toFixed(2)} Hz, ${below.toFixed(0)} dB`] as const)
}

export const plants: Readonly<Record<FaultKind | keyof typeof variants, Plant>> = {
  polarity: inSecondMic(audio => [flipped(audio), 'second microphone flipped']),
  'polarity in a pair': inStem(
    ({ audio }, { stereo }) => audio.length === 2 && stereo.correlation > 0.5,
    ([left, right]) => [[left!, ...flipped([right!])], 'right channel flipped']
  ),
  timing: inSecondMic((audio, { song, random }) => {
    const ms = random.between(1, 15) * (random.uniform() < 0.5 ? -1 : 1)
    return [delayed(audio, (ms / 1000) * song.rate), `second microphone ${ms.toFixed(1)} ms late`]
  }),
  clipping: inStem(any, (audio, { song, random, kernels }) => {
    const over = [3, 6, 9][random.below(3)]!,
      down = random.between(0, 12),
      way = keeping[random.below(keeping.length)]!,
      cut = gained(audio, over - 20 * Math.log10(peakOf(audio))).map(clip)
    return [kept(gained(cut, -down), way, song.rate, kernels), `${over} dB over, ${down.toFixed(0)} dB down, ${way}`]
  }),
  clicks: inStem(any, (audio, { random }) => {
    const frames = audio[0]!.length,
      out = audio.map(x => x.slice()),
      count = Math.round(random.between(5, 20)),
      size = random.between(-20, -6),
      peak = peakOf(audio) * 10 ** (size / 20)
    for (let n = 0; n < count; n++) {
      const at = random.below(frames - 8),
        length = 1 + random.below(4)
      for (let i = 0; i < length; i++) {
        const v = random.between(-1, 1) * peak + (i === 0 ? Math.sign(random.between(-1, 1)) * peak : 0)
        for (const x of out) x[at + i]! += v
      }
    }
    return [out, `${count} clicks, ${size.toFixed(0)} dB of its peak`]
  }),
  hum: inStem(pauses, withHum),
  'hum under playing': inStem((stem, analysis) => !pauses(stem, analysis), withHum),
  dc: inStem(any, (audio, { random }) => {
    const dc = random.between(0.005, 0.03) * (random.uniform() < 0.5 ? -1 : 1)
    return [audio.map(x => x.map(v => v + dc)), `${(100 * dc).toFixed(1)} %`]
  }),
  'one-sided': inStem(any, (audio, { random }) => {
    const left = random.uniform() < 0.5,
      silence = new Float32Array(audio[0]!.length)
    return [left ? [audio[0]!, silence] : [silence, audio.at(-1)!], `only ${left ? 'left' : 'right'}`]
  }),
  noise: inStem(pauses, (audio, { random, song }) => {
    const below = random.between(-35, -25),
      at = loudLevel(audio, song.rate) + below
    return [added(audio, [noise(audio[0]!.length, at, random)]), `${below.toFixed(0)} dB`]
  }),
  bleed: ground => {
    const { song, analyses, random } = ground,
      from = random.below(song.stems.length)
    return inStem(
      ({ name }, analysis) =>
        name !== song.stems[from]!.name && !analyses[from]!.silent && pauses({ name, audio: [] }, analysis),
      (audio, { song: { rate, stems } }) => {
        const dB = random.between(-24, -12),
          ms = random.between(1, 5),
          other = low(mono(stems[from]!.audio), random.between(3000, 9000), rate),
          gain = loudLevel(audio, rate) + dB - loudLevel(other, rate)
        return [
          added(audio, gained(delayed(other, (ms / 1000) * rate), gain)),
          `${stems[from]!.name} at ${dB.toFixed(0)} dB, ${ms.toFixed(1)} ms`
        ]
      }
    )(ground)
  },
  dropout: inStem(any, (audio, { song: { rate }, random }) => {
    const out = audio.map(x => x.slice()),
      count = 3 + random.below(6),
      loud = 10 ** ((level(audio) - 6) / 20)
    for (let n = 0, tries = 0; n < count && tries < 1e5; tries++) {
      const at = random.below(audio[0]!.length - rate / 5)
      if (Math.abs(out[0]![at]!) < loud) continue
      n++
      for (const x of out) x.fill(0, at, at + Math.round(random.between(0.004, 0.08) * rate))
    }
    return [out, `${count} gaps`]
  }),
  duplicate: ({ song, analyses, random }) => {
    const open = song.stems.flatMap((_, i) => (analyses[i]!.silent ? [] : [i])),
      index = open[random.below(open.length)]!,
      { name, audio } = song.stems[index]!,
      gain = random.between(-12, 3),
      way = ['as it is', 'shifted', 'equalised', 'shifted and equalised'][random.below(4)]!,
      shifted = way.startsWith('shifted') ? delayed(audio, Math.round(random.between(-0.01, 0.01) * song.rate)) : audio,
      toned = way.endsWith('equalised')
        ? shelved(shifted, random.between(300, 3000), random.between(-4, 4), song.rate)
        : shifted,
      copy = `Audio ${1 + random.below(40)}`
    return {
      before: song,
      after: withMore(song, { name: copy, audio: gained(toned, gain) }, random.below(song.stems.length + 1)),
      stems: [name, copy],
      how: `${way}, ${gain.toFixed(0)} dB`
    }
  },
  silent: inStem(any, (audio, { random }) => {
    const dither = random.uniform() < 0.5
    return [
      audio.map(x => (dither ? noise(x.length, -96, random) : new Float32Array(x.length))),
      dither ? 'dither' : 'digital silence'
    ]
  })
}

/** dB of the mean power of the louder third of its quarters of a second. */
function loudLevel(audio: Audio, rate: number): number {
  const size = Math.round(rate / 4),
    powers = Array.from({ length: Math.max(1, Math.floor(audio[0]!.length / size)) }, (_, k) =>
      level(audio.map(x => x.subarray(k * size, (k + 1) * size)))
    ).sort((a, b) => b - a)
  const loud = powers.slice(0, Math.ceil(powers.length / 3))
  return 10 * Math.log10(loud.reduce((sum, dB) => sum + 10 ** (dB / 10), 0) / loud.length)
}
