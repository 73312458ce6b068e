/** The short form of `npm run fuzz graph`. */
import { createRandom } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { graphOutcome } from '../test/graph-outcome.ts'
import { hugeGraphs, mutatedJson } from '../test/hostile-json.ts'
import { randomGraph } from '../test/random-graph.ts'
import { writeGraph } from './index.ts'

it('harmed, a graph is heard or refused, and nothing else', async () => {
  const counts = { heard: 0, refused: 0 }
  for (let seed = 0; seed < 300; seed++) {
    const text = writeGraph(randomGraph(seed % 20, { nodes: 4, seconds: 0.01 }))
    counts[await graphOutcome(seed < 20 ? text : mutatedJson(text, createRandom(seed)))]++
  }
  expect(counts.heard).toBeGreaterThan(20)
  expect(counts.refused).toBeGreaterThan(50)
})
it.each(Object.keys(hugeGraphs))('%s: refused in few words and little time', async name => {
  expect(await graphOutcome(hugeGraphs[name]!())).toBe('refused')
})
