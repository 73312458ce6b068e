/** Distances of a sound to a target as lists of numbers, for least squares. */
import { type Audio, createRandom, type Kernels, type Samples } from '@mixwright/dsp'
import { createMelFrames, signals } from '../losses/mel-frames.ts'

export interface SoundResiduals {
  readonly length: number
  /** Writes them: their squares add up to about the mean square distance. */
  write(audio: Audio, to: Float64Array): void
}

/** The same of what comes after so many samples. */
export const afterwards = (kind: SoundResiduals, warmup: number): SoundResiduals => ({
  length: kind.length,
  write: (audio, to) => kind.write(after(audio, warmup), to)
})
export const after = <Sound extends Samples>(audio: readonly Sound[], warmup: number): Sound[] =>
  audio.map(channel => channel.subarray(warmup) as Sound)

const bands = 96,
  /** As the graph-match loss has it. */
  leastPower = 1e-4,
  /** A band counts as at least so far below the loudest pair. */
  floor = 1e-4

/** ln of the A-weighted mel bands of left, right, sum and difference against the target's. */
export function melResiduals(
  kernels: Kernels,
  target: Audio,
  sampleRate: number,
  sizes: readonly number[]
): SoundResiduals {
  const parts = sizes.map(size => melPart(kernels, target, sampleRate, size)),
    share = 1 / Math.sqrt(parts.length)
  return {
    length: parts.reduce((sum, { length }) => sum + length, 0),
    write(audio, to) {
      let at = 0
      for (const part of parts) {
        const into = to.subarray(at, at + part.length)
        part.write(audio, into)
        for (let i = 0; i < into.length; i++) into[i]! *= share
        at += part.length
      }
    }
  }
}
function melPart(kernels: Kernels, target: Audio, sampleRate: number, size: number): SoundResiduals {
  const mel = createMelFrames(kernels, sampleRate, [size], target[0]!.length, bands, leastPower, 'f32'),
    { runs, cells, bands: heard } = mel.parts[0]!,
    found = heard.view,
    count = target.length === 1 ? 1 : signals.length,
    length = cells * count,
    scale = 0.5 / Math.sqrt(length),
    wanted = new Float64Array(length),
    floors = new Float64Array(length),
    each = (use: (at: number, i: number, other: number) => void) => {
      let i = 0
      for (let run = 0; run < runs.starts.length; run++)
        for (let s = 0; s < count; s++) {
          const first = runs.starts[run]! + s * mel.lanes,
            other = ((s ^ 1) - s) * mel.lanes
          for (let k = first; k < first + runs.counts[run]!; k++) use(k, i++, count > 1 ? k + other : k)
        }
    }
  mel.bands(target)
  each((k, i, other) => {
    floors[i] = floor * (found[k]! ** 2 + found[other]! ** 2)
    wanted[i] = Math.log(found[k]! ** 2 + floors[i]!)
  })
  return {
    length,
    write(audio, to) {
      mel.bands(audio)
      each((k, i) => {
        to[i] = scale * (Math.log(found[k]! * found[k]! + floors[i]!) - wanted[i]!)
      })
    }
  }
}

/**
 * Error over signal, sample by sample, as a count sketch (Clarkson & Woodruff, STOC 2013): every error is added, with a
 * sign, to one of `rows` sums, which keeps lengths and angles of few columns. The places are not drawn one by one, but where
 * each stretch of as many samples begins: no two of a stretch meet, and memory is gone through in order.
 * @param blocks parts of time that each have their own of the rows; both whole numbers, the rows a multiple
 */
export function waveResiduals(target: Audio, emphasis: number, all: number, blocks = 1): SoundResiduals {
  const rows = all / blocks,
    frames = Math.ceil(target[0]!.length / blocks),
    random = createRandom(1),
    signs = Int8Array.from({ length: target.length * frames }, () => 1 - 2 * (random.uint32() & 1)),
    begins = Array.from({ length: Math.ceil(signs.length / rows) }, () => random.below(rows)),
    sketch = (audio: Audio, to: Float64Array) => {
      to.fill(0)
      for (let c = 0, at = 0; c < target.length; c++) {
        const x = audio[c]!
        let last = 0
        for (let i = 0; i < x.length; ) {
          const within = at % rows,
            row = (begins[(at - within) / rows]! + within) % rows,
            n = Math.min(x.length - i, rows - within, rows - row)
          for (let k = 0; k < n; k++) {
            const v = x[i + k]!
            to[row + k]! += signs[at + k]! * (v - emphasis * last)
            last = v
          }
          i += n
          at += n
        }
      }
    },
    each = (audio: Audio, to: Float64Array) => {
      for (let b = 0; b < blocks; b++)
        sketch(
          audio.map(channel => channel.subarray(b * frames, (b + 1) * frames)),
          to.subarray(b * rows, (b + 1) * rows)
        )
    },
    wanted = new Float64Array(all),
    power = target.reduce((sum, x) => {
      let last = 0
      for (const v of x) {
        sum += (v - emphasis * last) ** 2
        last = v
      }
      return sum
    }, 1e-12),
    scale = 1 / Math.sqrt(power)
  each(target, wanted)
  return {
    length: all,
    write(audio, to) {
      each(audio, to)
      for (let i = 0; i < all; i++) to[i] = scale * (to[i]! - wanted[i]!)
    }
  }
}

/** Hz; above it, waves that are slightly late already stand against each other. */
const highest = 1500
/** Error over signal of what lies low: where delays are not right yet it leads from farther away. */
export function lowResiduals(target: Audio, sampleRate: number, rows: number): SoundResiduals {
  const pole = Math.exp((-2 * Math.PI * highest) / sampleRate),
    low = target.map(channel => new Float32Array(channel.length)),
    filtered = (audio: Audio): Audio => {
      audio.forEach((x, c) => {
        const y = low[c]!
        for (let i = 0, first = 0, second = 0; i < y.length; i++) {
          first = pole * first + (1 - pole) * x[i]!
          y[i] = second = pole * second + (1 - pole) * first
        }
      })
      return low
    },
    waves = waveResiduals(filtered(target), 0, rows)
  return { length: waves.length, write: (audio, to) => waves.write(filtered(audio), to) }
}
