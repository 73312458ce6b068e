/** Which part is played: the most active of the loudest. */

/** Windows this much quieter than the loudest (in dB) may be chosen, if they are more active. */
const tolerance = 1
/** Windows of `power` per second, and how far apart candidates start. */
const steps = 10,
  hop = 5

/**
 * @param tracks K-weighted power in 0.1 s steps of each version, on a common time line, of one length
 * @param onsets onset strengths in 0.01 s steps, likewise
 * @param seconds length of the excerpt
 * @returns where it starts, in seconds
 */
export function excerptStart(
  tracks: readonly Float64Array[],
  onsets: readonly Float64Array[],
  seconds: number
): number {
  const length = Math.max(1, Math.floor(seconds * steps)),
    last = Math.max(0, Math.min(...tracks.map(t => t.length)) - length),
    starts = Array.from({ length: Math.floor(last / hop) + 1 }, (_, i) => i * hop)
  // Versions differ in level: each counts by its own loudest window.
  const windows = tracks.map(track => {
    const own = starts.map(s => sum(track, s, s + length)),
      most = Math.max(...own, Number.MIN_VALUE)
    return own.map(value => value / most)
  })
  const loudness = starts.map(
      (_, i) => 10 * Math.log10(Math.max(1e-12, sum(windows.map(w => w[i]!)) / windows.length))
    ),
    loudest = Math.max(...loudness)
  let best = 0,
    activity = -1
  starts.forEach((start, i) => {
    if (loudness[i]! < loudest - tolerance) return
    const found = sum(onsets.map(o => sum(o, start * steps, (start + length) * steps)))
    if (found > activity) {
      activity = found
      best = start
    }
  })
  return best / steps
}

const sum = (x: ArrayLike<number>, from = 0, to = x.length): number => {
  let total = 0
  for (let i = from; i < Math.min(to, x.length); i++) total += x[i]!
  return total
}
