/** Where hits are and how sharp, where a voice is sung. Levels are powers per millisecond. */
export function levels(x: Float32Array, rate: number): Float64Array {
  const step = rate / 1000
  return Float64Array.from({ length: Math.floor(x.length / step) }, (_, k) => {
    let sum = 1e-10
    for (let i = Math.round(k * step); i < Math.round((k + 1) * step); i++) sum += x[i]! ** 2 / step
    return sum
  })
}
const mean = (e: Float64Array, from: number, to: number): number => {
  let sum = 0
  for (let k = from; k < to; k++) sum += e[k] ?? 1e-10
  return sum / (to - from)
}
/** dB of the 10 ms from k on over the 25 ms that end 2 ms before it. */
export const attack = (e: Float64Array, k: number): number =>
  10 * Math.log10(mean(e, k, k + 10) / mean(e, k - 27, k - 2))

/** Milliseconds where the level rises by 15 dB and more, 50 ms apart, to above -40 dB. */
export function onsets(e: Float64Array): number[] {
  const found: number[] = []
  for (let k = 60; k < e.length - 60; k++) {
    if (attack(e, k) < 15 || mean(e, k, k + 10) < 1e-4 || k - (found.at(-1) ?? -99) < 50) continue
    let best = k
    for (let j = k; j < k + 10; j++) if (attack(e, j) > attack(e, best)) best = j
    found.push(best)
  }
  return found
}
/** Milliseconds by which b is later than a, at most 60. */
export function alignment(a: Float64Array, b: Float64Array): number {
  let best = 0,
    most = -1
  for (let late = -60; late <= 60; late++) {
    let sum = 0
    for (let k = 100; k < Math.min(a.length, b.length) - 100; k++) sum += Math.sqrt(a[k]! * b[k + late]!)
    if (sum > most) {
      most = sum
      best = late
    }
  }
  return best
}
export const crest = (x: Float32Array): number => {
  const peak = x.reduce((most, v) => Math.max(most, Math.abs(v)), 0)
  return 20 * Math.log10(peak / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length))
}

/** Hz every 20 ms, 0 where nothing is sung: the normalised square difference (McLeod & Wyvill 2005) above 0.93. */
export function pitches(x: Float32Array, rate: number, late: number): number[] {
  const size = Math.round(0.04 * rate),
    found: number[] = []
  for (let at = Math.round(late) + size; at + 2 * size < x.length; at += Math.round(0.02 * rate)) {
    const likeness = (lag: number) => {
      let product = 0,
        power = 1e-6
      for (let i = at; i < at + size; i += 2) {
        product += x[i]! * x[i + lag]!
        power += x[i]! ** 2 + x[i + lag]! ** 2
      }
      return (2 * product) / power
    }
    let lag = Math.round(rate / 1000),
      last = likeness(lag),
      dipped = false,
      best = 0
    for (; lag < rate / 70 && !best; lag++) {
      const next = likeness(lag + 1)
      if (next < 0.5) dipped = true
      if (dipped && last > 0.93 && next < last) best = lag
      last = next
    }
    const [a, b, c] = [best - 1, best, best + 1].map(l => (best ? likeness(l) : 0)) as [number, number, number]
    found.push(best ? rate / (best + (a - c) / (2 * (a - 2 * b + c))) : 0)
  }
  return found
}
