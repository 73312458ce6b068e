import { expect, it } from 'vitest'
import type { StemAnalysis } from './analysis.ts'
import { likeliest, mostPairs } from './pairs.ts'

/** A stem that is loud in every `period`-th frame; of all that is known of it only the level is asked for. */
const stem = (period: number) =>
  ({
    tracks: { level: Uint8Array.from({ length: 400 }, (_, i) => (i % period === 0 ? 220 : 150)) }
  }) as unknown as StemAnalysis

it('of more pairs than are compared, those stay whose levels move together', () => {
  // Fifty stems of which every fifth has the same rhythm, the others one of their own.
  const stems = Array.from({ length: 50 }, (_, i) => stem(i % 5 === 0 ? 7 : 11 + i)),
    pairs = stems.flatMap((_, a) => stems.flatMap((__, b) => (a === b ? [] : [[a, b] as const]))),
    kept = likeliest(pairs, stems, mostPairs)
  expect(pairs.length).toBeGreaterThan(mostPairs)
  expect(kept).toHaveLength(mostPairs)
  for (const pair of pairs) if (pair.every(i => i % 5 === 0)) expect(kept).toContainEqual(pair)
  expect(likeliest(pairs.slice(0, mostPairs), stems, mostPairs)).toEqual(pairs.slice(0, mostPairs))
})
