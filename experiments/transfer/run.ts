/**
 * Transfers of sound against a truth of the same content:
 *   node tools/run.mjs experiments/transfer/run.ts SOURCES [--held-out] [--pairs 24] [--sets eq,eq-dynamics…] [--seed 1] [--list]
 * A recording is cut in two; the reference is the second excerpt through a chain by lot, the truth the first excerpt through the
 * same chain, the input the first excerpt. Chains are ffmpeg's and our own in turn; of `corrupted` the input has gone through
 * another one. Every second recording of a folder is held out: nothing has been tuned to it.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { measureLoudness } from '@mixwright/dsp'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { matchEq } from './baseline.ts'
import { distances, type Distances, measureNames } from './measures.ts'
import { type EngineName, halves, type Kind, randomChain, rate, seeded, sourcesIn } from './pairs.ts'
import { transferred } from './transferred.ts'

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'held-out': { type: 'boolean', default: false },
      pairs: { type: 'string', default: '24' },
      sets: { type: 'string', default: 'none,eq,dynamics,eq-dynamics,corrupted,saturation,width,space' },
      seed: { type: 'string', default: '1' },
      list: { type: 'boolean', default: false }
    }
  }),
  root = positionals[0]!,
  kernels = await loadKernels(),
  all = sourcesIn(root),
  sources = values['held-out'] ? all.heldOut : all.development,
  impulse = join(root, '08-voice/small-room-response.wav')

const who = ['untreated', 'match EQ', 'ours'] as const
type Row = Readonly<Record<(typeof who)[number], Distances>> & { readonly lufs: number; readonly seconds: number }
const mean = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0) / numbers.length
const shown = (of: Distances) => measureNames.map(name => of[name].toFixed(name === 'SCE' ? 0 : 3)).join(' ')

for (const set of values.sets.split(',') as (Kind | 'corrupted')[]) {
  const random = seeded(Number(values.seed) * 1000 + 7),
    rows: Row[] = [],
    usable = sources.filter(source => set !== 'width' || source.stereo)
  for (let i = 0, tried = 0; i < Number(values.pairs) && tried < 4 * Number(values.pairs); tried++) {
    const source = usable[tried % usable.length]!,
      cut = halves(source, random)
    if (!cut) continue
    const engine: EngineName = i % 2 ? 'own' : 'ffmpeg',
      kind = set === 'corrupted' ? 'eq-dynamics' : set,
      chain = randomChain(kind, engine, random, kernels, impulse),
      [a, b] = cut,
      input = set === 'corrupted' ? await randomChain('eq-dynamics', engine, random, kernels, impulse).run(a) : a,
      [truth, reference] = [await chain.run(a), await chain.run(b)],
      ours = await transferred(input, reference, kernels),
      row: Row = {
        untreated: distances(input, truth, rate),
        'match EQ': distances(matchEq(input, reference, rate), truth, rate),
        ours: distances(ours.audio, truth, rate),
        lufs: Math.abs(measureLoudness(ours.audio, rate).integrated - measureLoudness(reference, rate).integrated),
        seconds: ours.seconds
      }
    rows.push(row)
    i++
    if (values.list)
      console.log(
        `${set} ${source.name} ${engine} ${chain.words}\n  ${who.map(name => `${name} ${shown(row[name])}`).join(' | ')}; ${ours.seconds.toFixed(1)} s, ${row.lufs.toFixed(2)} LU\n  ${ours.result.reasons.length} moves; ${ours.result.chain.devices.map(d => d.reason).join(' ')}`
      )
  }
  const means = (name: (typeof who)[number]) =>
      Object.fromEntries(measureNames.map(key => [key, mean(rows.map(row => row[name][key]))])) as unknown as Distances,
    [untreated, equalised, ours] = who.map(means) as [Distances, Distances, Distances],
    ratio = (to: Distances) => measureNames.map(key => (ours[key] / to[key]).toFixed(2)).join(' ')
  console.log(
    `${set}, ${rows.length} pairs (${measureNames.join(' ')}): untreated ${shown(untreated)}; match EQ ${shown(equalised)}; ours ${shown(ours)}; ours / match EQ ${ratio(equalised)}; ours / untreated ${ratio(untreated)}; LUFS error at most ${Math.max(...rows.map(r => r.lufs)).toFixed(2)}; ${mean(rows.map(r => r.seconds)).toFixed(1)} s`
  )
}
