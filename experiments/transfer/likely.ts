/**
 * How a room is told: logistic regression of the two level features that a room changes and a compressor hardly, between two
 * excerpts of development recordings, the second as it is, compressed, or in a room. The weights are `room` of
 * packages/tasks/src/transfer/families.ts.
 *   node tools/run.mjs experiments/transfer/rooms.ts SOURCES
 */
import { join } from 'node:path'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { levelFeatures, levelsOf } from '../../packages/tasks/src/transfer/levels.ts'
import { type Case, report } from './logistic.ts'
import { halves, randomChain, rate, seeded, sourcesIn } from './pairs.ts'

const root = process.argv[2]!,
  kernels = await loadKernels(),
  random = seeded(31),
  impulse = join(root, '08-voice/small-room-response.wav'),
  places = (['fall', 'highFall'] as const).map(of => levelFeatures.findIndex(one => one.of === of)),
  kinds = [
    ['nothing', undefined, 'own'],
    ['compressor', 'dynamics', 'own'],
    ['our room', 'space', 'own'],
    ['an impulse response', 'space', 'ffmpeg']
  ] as const
const cases: Case[] = []
for (const one of sourcesIn(root).development) {
  const cut = halves(one, random)
  if (!cut) continue
  const before = levelsOf(cut[0], rate).values
  for (const [kind, chain, engine] of kinds) {
    const audio = chain ? await randomChain(chain, engine, random, kernels, impulse).run(cut[1]) : cut[1],
      { values } = levelsOf(audio, rate)
    cases.push({
      recording: one.name,
      kind,
      is: chain === 'space',
      x: places.map(i => Math.max(-4, Math.min(4, (values[i]! - before[i]!) / 3)))
    })
  }
}
report(cases, 1)
