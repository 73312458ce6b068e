/** The curve of `distortion` by itself. What bends a signal by it alone, without oversampling, aliases. */
export function distortionCurve({
  gain,
  hardness,
  asymmetry
}: Readonly<Record<'gain' | 'hardness' | 'asymmetry', number>>): (x: number) => number {
  const amplitude = 10 ** (gain / 20),
    f = (u: number) => (1 - hardness) * Math.tanh(u) + hardness * Math.max(-1, Math.min(1, u)),
    rest = f(asymmetry)
  return x => f(amplitude * x + asymmetry) - rest
}
