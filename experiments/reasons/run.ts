/**
 * Does each move do what its reason says? The measure that it cites, with the move and without it.
 *   node tools/run.mjs experiments/reasons/run.ts FOLDER … [--reference SOUND] [--plant]
 * Each folder is one song: its stems lie in it, or in `dry/`; mixes beside them are left out. A folder named `08-voice`
 * stands for the podcast of `experiments/podcast`, made from the data that it lies in. `--plant` puts two stems into each song that
 * say nothing: a copy of its first at half its level, and noise that nobody hears.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Audio, clipOf, createRandom } from '@mixwright/dsp'
import { renderClips } from '@mixwright/graph'
import { evidence, movesOf, type Verdict, verify } from '@mixwright/tasks'
import { loadKernels, mix, type MixSettings } from '../../apps/mixwright/src/api.ts'
import { podcast } from '../podcast/material.ts'
import { readSound } from '../sound-files.ts'

const {
  positionals: folders,
  values: { reference: like, plant }
} = parseArgs({ allowPositionals: true, options: { reference: { type: 'string' }, plant: { type: 'boolean' } } })
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/reasons/run.ts FOLDER … [--reference SOUND] [--plant]')
  process.exit(2)
}
interface Song {
  readonly stems: Readonly<Record<string, Audio>>
  readonly rate: number
  readonly settings: MixSettings
}
async function songIn(folder: string): Promise<Song> {
  if (basename(folder) === '08-voice')
    return {
      stems: (await podcast(dirname(resolve(folder)))).stems,
      rate: 44100,
      settings: { preset: 'podcast' }
    }
  const inside = existsSync(join(folder, 'dry')) ? join(folder, 'dry') : folder,
    names = readdirSync(inside)
      .filter(name => /\.(wav|flac|mp3|ogg|m4a)$/i.test(name) && !/mixture/.test(name))
      .sort(),
    sounds = await Promise.all(names.map(name => readSound(join(inside, name))))
  return {
    stems: Object.fromEntries(sounds.map(({ audio }, i) => [basename(names[i]!, extname(names[i]!)), audio])),
    rate: sounds[0]!.sampleRate,
    settings: {}
  }
}

function planted(stems: Song['stems']): Song['stems'] {
  const [[name, first]] = Object.entries(stems) as [[string, Audio]],
    random = createRandom(1)
  return {
    ...stems,
    [`${name} again`]: first.map(channel => channel.map(x => x / 2)),
    unheard: [first[0]!.map(() => 1e-5 * random.normal())]
  }
}

const kernels = await loadKernels(),
  all: Verdict[] = [],
  figure = (value: number) => (Number.isFinite(value) ? value.toPrecision(4) : String(value))
console.log('| song | move | measure | with | without | holds |\n|---|---|---|---|---|---|')
for (const folder of folders) {
  const { stems: own, rate, settings } = await songIn(folder),
    stems = plant ? planted(own) : own,
    reference = like && (await readSound(like)).audio,
    mixed = await mix(stems, rate, { ...settings, ...(reference && { reference }) }),
    clips = Object.entries(stems).map(([name, audio]) => ({ name, clip: clipOf(audio, rate) })),
    verdicts = await verify(mixed, clips, {
      kernels,
      render: (graph, inputs, sinks, how) => renderClips(graph, inputs, sinks, { ...how, kernels })
    })
  for (const { id, measure, with: now, without, holds } of verdicts)
    console.log(
      `| ${basename(folder)} | ${id} | ${evidence[measure].title}, ${evidence[measure].unit} | ${figure(now)} | ${figure(without)} | ${holds ? 'yes' : '**no**'} |`
    )
  const silent = movesOf(mixed.decisions).length - verdicts.length
  if (silent) console.log(`${silent} moves of ${basename(folder)} cite nothing.`)
  all.push(...verdicts)
}
console.log('\n| kind of move | moves | hold |\n|---|---|---|')
for (const kind of [...new Set(all.map(one => one.kind)), 'all']) {
  const some = all.filter(one => kind === 'all' || one.kind === kind),
    held = some.filter(one => one.holds).length
  console.log(`| ${kind} | ${some.length} | ${held} (${Math.round((100 * held) / some.length)} %) |`)
}
