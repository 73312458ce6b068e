/** The recipe cannot rot: its processor is the one that the matrix and the random graphs run. */
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const text = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

it('CONTRIBUTING.md shows packages/dsp/test/tremolo.ts, as it would stand in the folder of processors', () => {
  const shown = /```ts\n(.*?)```/s.exec(text('CONTRIBUTING.md'))?.[1]
  expect(shown).toBe(text('packages/dsp/test/tremolo.ts').replace("'../src/define.ts'", "'../define.ts'"))
})
