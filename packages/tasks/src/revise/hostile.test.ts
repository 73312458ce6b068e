/** The short form of `npm run fuzz` for sessions, answers and styles. */
import { createRandom } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { mutatedJson } from '../../../graph/test/hostile-json.ts'
import { songSession } from '../../test/revision.ts'
import { answers, answersOutcome, sessionOutcome, songStyle, styleOutcome } from '../../test/session-outcome.ts'
import { writeSession } from './index.ts'

it.each([
  ['a session', sessionOutcome, async () => writeSession(await songSession())],
  ['answers', answersOutcome, async () => answers],
  ['a style', styleOutcome, songStyle]
] as const)('%s, harmed: used or refused, and nothing else', async (_, outcome, make) => {
  const text = await make(),
    counts = { heard: 0, refused: 0 }
  expect(outcome(text)).toBe('heard')
  for (let seed = 0; seed < 1000; seed++) counts[outcome(mutatedJson(text, createRandom(seed)))]++
  expect(counts.heard).toBeGreaterThan(10)
  expect(counts.refused).toBeGreaterThan(100)
})
