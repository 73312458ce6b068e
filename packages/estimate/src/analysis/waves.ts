/** What oscillators swing by. */

/** Waves of oscillators by cycles; each begins at 0, rising. */
export const waves = {
  sine: (t: number) => Math.sin(2 * Math.PI * t),
  triangle: (t: number) => 1 - 4 * Math.abs(t - 0.25 - Math.round(t - 0.25)),
  saw: (t: number) => 2 * (t - Math.round(t)),
  square: (t: number) => (t - Math.floor(t) < 0.5 ? 1 : -1)
} as const
export type Shape = keyof typeof waves
