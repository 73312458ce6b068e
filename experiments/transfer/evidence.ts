/**
 * How a compressor or a bend is told: logistic regression of how far levels are from the aim without and with the best device,
 * between two excerpts of development recordings, with a compressor or without. The weights are `told` of
 * packages/tasks/src/transfer/search.ts.
 *   node tools/run.mjs experiments/transfer/evidence.ts SOURCES
 */
import { join } from 'node:path'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { type Case, report } from './logistic.ts'
import { halves, randomChain, seeded, sourcesIn } from './pairs.ts'
import { transferred } from './transferred.ts'

const root = process.argv[2]!,
  kernels = await loadKernels(),
  random = seeded(21007),
  impulse = join(root, '08-voice/small-room-response.wav'),
  cases: Case[] = []
for (const source of sourcesIn(root).development) {
  const cut = halves(source, random)
  if (!cut) continue
  for (const kind of ['none', 'eq', 'eq-dynamics', 'dynamics'] as const) {
    const chain = randomChain(kind, random() < 0.5 ? 'own' : 'ffmpeg', random, kernels, impulse),
      { result } = await transferred(cut[0], await chain.run(cut[1]), kernels),
      [best] = result.found.candidates
    // An expander is never what was done here.
    if (best && best.family !== 'expander')
      cases.push({ recording: source.name, kind, is: kind.includes('dynamics'), x: [best.before, best.behind] })
  }
}
report(cases, 0.1)
