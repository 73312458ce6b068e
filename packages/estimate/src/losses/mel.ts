/** Mel bands and A weighting, as losses on log-mel spectra use them. */

/**
 * Hz to mel after Slaney (Auditory Toolbox, 1998): 15 mel per kHz up to 1 kHz, above it 27 for a factor of 6.4.
 * The published losses use his scale and his triangles of equal area.
 */
const knee = 1000,
  linear = 15 / 1000,
  logarithmic = 27 / Math.log(6.4)
export const melOf = (frequency: number): number =>
  frequency < knee ? linear * frequency : linear * knee + logarithmic * Math.log(frequency / knee)
/** Hz */
export const frequencyOfMel = (mel: number): number =>
  mel < linear * knee ? mel / linear : knee * Math.exp((mel - linear * knee) / logarithmic)

/** IEC 61672-1:2013, annex E: gain at `frequency`, 1 at 1 kHz. */
export function aWeighting(frequency: number): number {
  const s = frequency * frequency,
    response = (x: number): number =>
      (12194.217 ** 2 * x * x) /
      ((x + 20.598997 ** 2) * Math.sqrt((x + 107.65265 ** 2) * (x + 737.86223 ** 2)) * (x + 12194.217 ** 2))
  return response(s) / response(1e6)
}

/** Triangles between `count` + 2 corners even in mel from 0 Hz to half the sample rate, over the bins of a transform. */
export interface MelTriangles {
  /** First bin of each of the `count` + 1 segments between neighbouring corners, and the end; bin 0 is left out. */
  readonly starts: Int32Array
  /** What bin k weighs in the band that rises in its segment (of the segment's number), and in the one that falls. */
  readonly rising: Float64Array
  readonly falling: Float64Array
}
export function melTriangles(sampleRate: number, size: number, count: number): MelTriangles {
  const top = melOf(sampleRate / 2),
    corners = Array.from({ length: count + 2 }, (_, i) => frequencyOfMel((top * i) / (count + 1))),
    width = sampleRate / size,
    half = size / 2,
    starts = Int32Array.from(corners, (corner, i) =>
      i === 0 ? 1 : i > count ? half : Math.max(1, Math.ceil(corner / width))
    ),
    rising = new Float64Array(half),
    falling = new Float64Array(half)
  for (let s = 0; s <= count; s++) {
    const low = corners[s]!,
      high = corners[s + 1]!
    for (let k = starts[s]!; k < starts[s + 1]!; k++) {
      const share = (k * width - low) / (high - low)
      // Equal areas: a triangle's height is 2 over its width in Hz.
      if (s < count) rising[k] = (share * 2) / (corners[s + 2]! - low)
      if (s > 0) falling[k] = ((1 - share) * 2) / (high - corners[s - 1]!)
    }
  }
  return { starts, rising, falling }
}
