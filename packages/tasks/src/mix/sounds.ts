/** What each role sounds like: weights of what stems are heard by, learnt by experiments/roles/learn.ts. */
import type { SoundFeatures } from './analysis.ts'
import type { Role } from './roles.ts'

const octaves = Math.log2
/** What is compared, and on which scale. `undefined`: it says nothing. */
export const aspects: readonly {
  readonly name: keyof SoundFeatures
  readonly of: (features: SoundFeatures) => number | undefined
}[] = [
  { name: 'centroid', of: f => octaves(f.centroid) },
  { name: 'lowEdge', of: f => octaves(f.lowEdge) },
  { name: 'highEdge', of: f => octaves(f.highEdge) },
  { name: 'spread', of: f => f.spread },
  { name: 'lows', of: f => f.lows },
  { name: 'highs', of: f => f.highs },
  { name: 'voiced', of: f => f.voiced },
  { name: 'pitch', of: f => (f.pitch > 0 ? octaves(f.pitch) : undefined) },
  { name: 'pitchRange', of: f => Math.min(36, f.pitchRange) },
  { name: 'movement', of: f => f.movement },
  { name: 'glide', of: f => f.glide },
  { name: 'hiss', of: f => f.hiss },
  { name: 'flatness', of: f => f.flatness },
  { name: 'noisiest', of: f => f.noisiest },
  { name: 'motion', of: f => f.motion },
  { name: 'sustain', of: f => f.sustain },
  { name: 'onsets', of: f => octaves(f.onsets + 0.2) },
  { name: 'decay', of: f => f.decay }
]

/** A multinomial logistic regression. */
export interface Hearing {
  /** Mean and deviation of each aspect over all stems. */
  readonly scales: readonly (readonly [mean: number, deviation: number])[]
  /** Per role: a constant, then each aspect's weight. */
  readonly roles: readonly { readonly role: Role; readonly weights: readonly number[] }[]
}

/** Deviations from the mean; farther out says no more. An aspect that says nothing is at the mean. */
const most = 3
/** What the weights multiply. */
export function termsOf(features: SoundFeatures, scales: Hearing['scales']): number[] {
  const z = aspects.map((aspect, k) => {
    const value = aspect.of(features),
      [mean, deviation] = scales[k]!
    return value === undefined ? 0 : Math.max(-most, Math.min(most, (value - mean) / deviation))
  })
  return [1, ...z]
}

// biome-ignore format: a table, one role a line
export const sounds: Hearing = {
  scales: [[8.708, 1.657], [7.903, 1.706], [9.427, 1.85], [2.597, 1.263], [-19.083, 15.104], [-24.878, 15.338], [0.418, 0.353], [7.123, 1.143], [10.779, 12.238], [1.146, 1.251], [0.077, 0.18], [0.085, 0.217], [-21.316, 13.554], [-13.616, 9.995], [1.672, 1.365], [0.685, 0.226], [1.398, 1.048], [9.957, 13.289]],
  roles: [
    { role: 'bass', weights: [0.74, -0.61, -0.55, -0.63, 0.43, 0.69, -0.09, 0.26, -0.17, -0.55, 0.57, -0.15, -0.02, -1.75, 0.79, -0.22, 0.85, 0.67, -0.55] },
    { role: 'brass', weights: [1.01, 0.45, 0.72, 0.41, -0.42, 0, -1.18, 0.75, 0.57, 0.2, 0.49, -0.43, -0.1, 1.07, -0.67, -0.32, 0.47, -0.2, -0.23] },
    { role: 'drums', weights: [-1.69, -0.57, -0.98, -0.25, 1.15, 0.82, 0.64, -0.11, 0.37, 0.24, -0.34, 0.52, 1.08, 0.51, 0.28, 1.42, -0.82, 0.2, 0.47] },
    { role: 'guitar', weights: [1.35, 0.24, 0.14, 0.57, 0.26, -0.11, -0.04, 0.37, -0.8, 0.3, 0.14, -0.54, -0.22, -1.64, 0.29, -0.83, 0.47, 0.35, 0.04] },
    { role: 'hihat', weights: [-2.83, 1.03, 1.13, 1.05, -0.16, -0.23, 0.27, -0.52, -0.22, -0.17, -0.1, -0.06, 0.53, 1.22, 0.99, 0.4, 0.15, -0.25, 0.51] },
    { role: 'keys', weights: [1.47, 0.24, -0.03, 0.48, 0.79, -0.09, -0.43, 0.07, -0.17, 0.42, 0.17, -0.44, -0.09, -1, -1, -0.7, -0.31, 0.53, -0.34] },
    { role: 'kick', weights: [-2.51, -1.15, -0.91, -1.19, -1.18, 0.52, -0.37, -0.41, -0.32, -0.78, -0.7, 0.13, -0.33, -0.11, -0.19, 0.4, -0.37, 0.14, 1.22] },
    { role: 'lead-vocal', weights: [-0.45, 0.32, 0.48, 0.62, 0.2, -0.73, -0.44, 0.49, 0.97, -0.68, -0.3, 1.83, -0.11, 0.06, 0.17, -0.19, -0.42, -0.54, -1.79] },
    { role: 'music', weights: [1.15, 0.12, -0.23, 0.1, 0.28, 0.58, 0.65, -0.63, -0.9, 1.17, 0.53, -0.38, -0.06, -0.43, -0.57, 0.05, 1.25, 0.15, 0.34] },
    { role: 'pad', weights: [0.31, -0.27, -0.44, 0.08, 0.17, -1.22, -1.55, -0.27, 0.89, 0.44, -0.21, 0.17, -0.04, 0.4, -0.85, 0.13, 0.25, -1.03, -0.23] },
    { role: 'percussion', weights: [0.47, 0.65, 0.2, 0.33, -0.04, 0.25, 0.84, 0.44, 0.01, 0.1, -1.16, -0.1, 0.12, -0.68, -0.41, -0.93, -1.71, 0.48, 0.86] },
    { role: 'snare', weights: [0.13, -0.17, 0.4, -0.47, 0.3, 0.35, 0.55, -1.12, 0.14, -0.56, -0.4, -0.36, -0.09, 1.28, 0.48, -0.77, -0.31, -0.57, 0.76] },
    { role: 'speech', weights: [-0.25, 0.32, 0.41, 0.26, 0.18, 0.16, 0.21, -0.24, -0.36, -0.22, 0.34, 0.54, -0.31, 0.06, 0.5, 1.85, 0.03, 1.59, -0.29] },
    { role: 'strings', weights: [0.63, -0.49, -0.31, -0.58, -0.46, -1.21, -0.27, 0.22, -0.07, 0.31, 0.42, -1.08, -0.03, 0.21, 0.53, 0.04, 0.47, -1.25, -0.75] },
    { role: 'synth', weights: [2.47, 0.23, 0.1, -0.16, -0.39, -0.1, 0.24, 0.36, 0.2, -0.15, 0.08, -0.62, -0.24, -0.11, -0.66, 0.09, 0.68, 0.29, 0.39] },
    { role: 'tom', weights: [-1.06, -0.32, -0.13, -0.62, -1.11, 0.34, 0.96, 0.34, -0.14, -0.05, 0.47, 0.93, -0.09, 0.92, 0.32, -0.41, -0.69, -0.56, -0.4] }
  ]
}
