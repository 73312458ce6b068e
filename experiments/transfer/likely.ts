/**
 * How a room and a bend are told: logistic regression of the two level features that each changes and a compressor hardly, between
 * excerpts of development recordings, the second as it is, compressed, bent, or in a room. The weights, per 3 dB, are those of
 * packages/tasks/src/transfer/families.ts.
 *   node tools/run.mjs experiments/transfer/likely.ts SOURCES [room|bend] [rounds of excerpts]
 */
import { join } from 'node:path'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { levelFeatures, levelsOf } from '../../packages/tasks/src/transfer/levels.ts'
import { type Case, report } from './logistic.ts'
import { type EngineName, halves, type Kind, randomChain, rate, seeded, sourcesIn } from './pairs.ts'

const [root, what = 'room', rounds = '1'] = process.argv.slice(2) as [string, ('room' | 'bend')?, string?],
  kernels = await loadKernels(),
  random = seeded(31),
  impulse = join(root, '08-voice/small-room-response.wav'),
  told = {
    room: { kind: 'space', features: ['fall 0.02', 'highFall 0.01'], besides: ['dynamics own'] },
    bend: {
      kind: 'saturation',
      features: ['peak 0.98', 'level 0.98'],
      besides: ['dynamics own', 'dynamics ffmpeg', 'space own', 'space ffmpeg']
    }
  }[what],
  places = told.features.map(name => levelFeatures.findIndex(one => `${one.of} ${one.quantile}` === name)),
  kinds = ['', ...told.besides, `${told.kind} own`, `${told.kind} ffmpeg`].map(
    name => [name || 'nothing', ...name.split(' ')] as [string, Kind | '', EngineName]
  )
const cases: Case[] = []
for (let round = 0; round < Number(rounds); round++)
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
        is: chain === told.kind,
        x: places.map(i => Math.max(-4, Math.min(4, (values[i]! - before[i]!) / 3)))
      })
    }
  }
report(cases, 1)
