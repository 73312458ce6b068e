/**
 * Whether named styles do what their names say: figures of recordings before and after each, means over recordings.
 *   node tools/run.mjs experiments/transfer/styles.ts SOURCES [--held-out] [--count 8]
 */
import { parseArgs } from 'node:util'
import { type Audio, measureAudio } from '@mixwright/dsp'
import { styleNames } from '@mixwright/tasks'
import { loadKernels } from '../../apps/mixwright/src/kernels.ts'
import { levelFeatures, levelsOf } from '../../packages/tasks/src/transfer/levels.ts'
import { halves, rate, seeded, sourcesIn } from './pairs.ts'
import { styled } from './transferred.ts'

const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'held-out': { type: 'boolean', default: false }, count: { type: 'string', default: '8' } }
  }),
  kernels = await loadKernels(),
  sources = sourcesIn(positionals[0]!)[values['held-out'] ? 'heldOut' : 'development'],
  step = Math.max(1, Math.floor(sources.length / Number(values.count))),
  random = seeded(1007)

/** Share of the power between two frequencies, from thirds of an octave, %. */
function share(audio: Audio, from: number, to: number): number {
  const powers = measureAudio(audio, rate).bands.map(
      ({ centre, level }) => [centre, 10 ** ((level ?? -200) / 10)] as const
    ),
    sum = (some: typeof powers) => some.reduce((total, [, power]) => total + power, 0)
  return (100 * sum(powers.filter(([centre]) => centre >= from && centre <= to))) / sum(powers)
}
const level = (audio: Audio, quantile: number) =>
  levelsOf(audio, rate).values[levelFeatures.findIndex(one => one.of === 'level' && one.quantile === quantile)]!
const figures = {
  LUFS: (audio: Audio) => measureAudio(audio, rate).integrated!,
  'tilt, dB/oct': (audio: Audio) => measureAudio(audio, rate).tilt!,
  '300 to 3400 Hz, %': (audio: Audio) => share(audio, 300, 3400),
  'above 4 kHz, %': (audio: Audio) => share(audio, 4000, 20000),
  'below 400 Hz, %': (audio: Audio) => share(audio, 20, 400),
  'levels from the softest tenth to the loudest fiftieth, dB': (audio: Audio) => level(audio, 0.98) - level(audio, 0.1)
} as const

const rows = new Map<string, number[][]>([['before', []], ...styleNames.map(name => [name, [] as number[][]] as const)])
for (let i = 0; i < sources.length; i += step) {
  const cut = halves(sources[i]!, random)
  if (!cut) continue
  const read = (audio: Audio) => Object.values(figures).map(figure => figure(audio))
  rows.get('before')!.push(read(cut[0]))
  for (const name of styleNames) rows.get(name)!.push(read((await styled(cut[0], name, kernels)).audio))
}
console.log(`${rows.get('before')!.length} recordings; ${Object.keys(figures).join('; ')}`)
for (const [name, all] of rows)
  console.log(
    `${name}: ${all[0]!.map((_, k) => (all.reduce((sum, row) => sum + row[k]!, 0) / all.length).toFixed(2)).join(' ')}`
  )
