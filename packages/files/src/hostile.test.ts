/** The short form of `npm run fuzz`. */
import { fileURLToPath } from 'node:url'
import { createRandom } from '@mixwright/dsp'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { mutated, outcome, wholeFiles } from '../test/hostile.ts'

// The decoders print what they stumble over.
beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})
const files = await wholeFiles(fileURLToPath(new URL('../test/fixtures', import.meta.url)))

it.each(Object.keys(files))('%s: harmed, it is heard or refused, and nothing else', async name => {
  const counts = { heard: 0, refused: 0 }
  expect(await outcome(files[name]!, name, false)).toBe('heard')
  for (let seed = 0; seed < 100; seed++)
    counts[await outcome(mutated(files[name]!, createRandom(seed)), name, seed % 3 === 0)]++
  expect(counts.heard).toBeGreaterThan(0)
  expect(counts.refused).toBeGreaterThan(0)
})
