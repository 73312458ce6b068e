/**
 * Clipping that resampling or a codec has bent, at any level: the tops of a clipped waveform pile up at one height, where
 * music's thin out towards the largest, and some of them are flat. Hits that repeat one sample pile up too, but as round as
 * they are.
 */
import type { Audio, Samples } from '@mixwright/dsp'

/** Heights in quarters of a dB, -100 to +28 dBFS. */
const steps = 4,
  lowest = -100,
  bins = 512
/** Only tops near the largest so far are looked at: 4.4 dB, which `reach` and what lies under a pile fit into. */
const near = 0.6
/**
 * Width at 90 % of its height against that at 60 %: 0.49 for a sine, more than this when 6 dB of it are cut
 * (acos 0.45 / acos 0.3 = 0.87).
 */
const flatFrom = 0.66,
  widest = 3
/** dB from the largest top down in which the pile may lie; codecs overshoot by as much. */
const reach = 2.5
/** A pile stands above what lies under it by this factor, in at least so many tops, of which this share is flat. */
const pile = 2.5,
  leastTops = 12,
  leastFlat = 0.03
/** Tops of so many shapes: samples that are played again have few. */
const leastShapes = 8
/** Or the flat ones alone are a pile, in so many tops and shapes: codecs spread tops, but make none flat. */
const flatPile = { times: 8, tops: 8, shapes: 24 } as const

export interface TopMeter {
  push(audio: Audio): void
  /** Tops in the pile of the worst channel; 0 without one. */
  done(): number
}

export function topMeter(channels: number): TopMeter {
  const each = Array.from({ length: channels }, () => channelTops())
  return {
    push: audio => each.forEach((channel, c) => channel.push(audio[c]!)),
    done: () => Math.max(...each.map(channel => channel.done()))
  }
}

function channelTops() {
  const tops = new Float64Array(bins),
    flat = new Float64Array(bins),
    shapes = Array.from({ length: bins }, () => new Set<number>())
  let largest = 1e-3
  function add(x: Samples, from: number, to: number, top: number): void {
    let high = 0,
      wide = 0,
      area = 0
    for (let i = from; i < to; i++) {
      const size = Math.abs(x[i]!)
      area += size
      if (size > 0.6 * top) wide++
      if (size > 0.9 * top) high++
    }
    const bin = Math.max(0, Math.min(bins - 1, Math.floor((20 * Math.log10(top) - lowest) * steps)))
    tops[bin]!++
    if (high >= widest && high > flatFrom * wide) flat[bin]!++
    // Its length, and its fullness in percent.
    if (shapes[bin]!.size < flatPile.shapes)
      shapes[bin]!.add(100 * (to - from) + Math.floor((99 * area) / (top * (to - from))))
  }
  return {
    /** What crosses the ends of a block is left out: a block holds hundreds of half waves. */
    push(x: Samples): void {
      let most = largest,
        top = 0,
        from = 0,
        positive = x[0]! > 0
      for (let i = 0; i < x.length; i++) {
        const v = x[i]!
        if (v > 0 !== positive) {
          if (top > near * most && from > 0) add(x, from, i, top)
          if (top > most) most = top
          positive = !positive
          from = i
          top = 0
        }
        const size = v < 0 ? -v : v
        if (size > top) top = size
      }
      largest = most
    },
    done(): number {
      const last = tops.findLastIndex(n => n > 0)
      let found = 0
      for (let b = last; b > last - reach * steps && b > steps; b--) {
        const sum = (counts: Float64Array, from: number, to: number) =>
            counts.subarray(from, to + 1).reduce((total, n) => total + n, 0),
          // What would lie in it by the density of the dB under it.
          under = (counts: Float64Array) => (3 / steps) * sum(counts, b - 1 - steps, b - 2),
          inPile = sum(tops, b - 1, b + 1),
          flatOnes = sum(flat, b - 1, b + 1),
          kinds = new Set([-1, 0, 1].flatMap(d => [...(shapes[b + d] ?? [])])).size
        if (
          (inPile >= leastTops &&
            inPile > pile * under(tops) &&
            flatOnes > leastFlat * inPile &&
            kinds >= leastShapes) ||
          (flatOnes >= flatPile.tops && flatOnes > flatPile.times * under(flat) && kinds >= flatPile.shapes)
        )
          found = Math.max(found, inPile)
      }
      return found
    }
  }
}
