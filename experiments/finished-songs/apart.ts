/**
 * What each element of the master does to finished songs, clean and made worse: dB (Bark, equally loud) that the song moves by
 * it alone, and what is left of what was planted behind all of them.
 *   node tools/run.mjs experiments/finished-songs/apart.ts MASTERS [--part training] [--songs N] [--others] [--plants clean,mud,crushed]
 */
import { parseArgs } from 'node:util'
import { type Audio, clipOf } from '@mixwright/dsp'
import { emptyChain, type MasterChain, tonedGraph } from '../../packages/tasks/src/master/chain.ts'
import { master } from '../../packages/tasks/src/master/master.ts'
import { limited } from '../../packages/tasks/src/mix/master.ts'
import { rendered } from '../../packages/tasks/src/mix/rendered.ts'
import { builder } from '@mixwright/graph'
import { inThread, take } from '../../packages/tasks/test/in-thread.ts'
import { barkError } from './bark-error.ts'
import { peaksOver } from './peaks-over.ts'
import { bassSides, equalised, otherPlants, type TonePlant, tonePlants } from './planted.ts'
import { levelsOf } from './repairs.ts'
import { chosenOf, decoded, type Part, songsOf } from './songs.ts'

const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      songs: { type: 'string', default: '12' },
      part: { type: 'string', default: 'training' },
      others: { type: 'boolean', default: false },
      seconds: { type: 'string', default: '100' },
      plants: { type: 'string', default: ['clean', ...Object.keys(tonePlants), ...Object.keys(otherPlants)].join() }
    }
  }),
  [masters] = positionals
if (!masters) {
  console.error('usage: node tools/run.mjs experiments/finished-songs/apart.ts MASTERS [--part PART] [--songs N]')
  process.exit(2)
}
const { kernels } = inThread,
  rate = 44100

async function mastered(song: Audio) {
  const audio: Record<string, Audio> = {},
    made = await master.run(
      { song: clipOf(song, rate) },
      {},
      {
        ...inThread,
        open: (name, { channels }) => take(audio, name, channels)
      }
    )
  return { ...made, audio: audio.master! }
}
const through = (song: Audio, chain: MasterChain) =>
    rendered(tonedGraph(chain, song.length as 1 | 2), { song: clipOf(song, rate) }, inThread),
  limitedAt = (song: Audio, gain: number, ceiling: number) => {
    const b = builder('limited'),
      channels = song.length as 1 | 2
    b.output('out', { channels }, limited(b, b.input('in', { channels }), gain, ceiling, ''))
    return rendered(b.graph(), { in: clipOf(song, rate) }, inThread)
  }

const shares = new Map<string, number[]>(),
  note = (key: string, value: number) => void shares.set(key, [...(shares.get(key) ?? []), value])
async function apart(plant: string, clean: Audio, song: Audio): Promise<void> {
  const made = await mastered(song),
    { chain, master: done, target } = made,
    at = (audio: Audio) => levelsOf(audio, rate, kernels),
    [original, before] = [await at(clean), await at(song)],
    by = async (audio: Audio) => barkError(await at(audio), before).toFixed(2),
    psr = (audio: Audio) => peaksOver(audio, rate).psr,
    alone: string[] = []
  if (chain.eq.length) alone.push(`eq ${await by(await through(song, { ...emptyChain, eq: chain.eq }))}`)
  if (chain.sides.length) alone.push(`sides ${await by(await through(song, { ...emptyChain, sides: chain.sides }))}`)
  if (chain.dynamics)
    alone.push(`dynamics ${await by(await through(song, { ...emptyChain, dynamics: chain.dynamics }))}`)
  if (chain.saturation)
    alone.push(`saturation ${await by(await through(song, { ...emptyChain, saturation: chain.saturation }))}`)
  const toned = await through(song, chain),
    away = target.loudness - made.measured.song.measured.integrated!
  alone.push(`limiting ${await by(await limitedAt(song, away, done.ceiling))}`)
  const whole = barkError(await at(made.audio), original),
    planted = barkError(before, original),
    other = plant === 'wide bass' ? (a: Audio) => bassSides(a, rate) : psr,
    [was, is, out] = [clean, song, made.audio].map(other) as [number, number, number],
    share = plant in tonePlants ? 1 - whole / planted : 1 - Math.abs(out - was) / Math.abs(is - was)
  if (plant === 'clean') note(plant, whole)
  else if (plant in tonePlants || Math.abs(is - was) > 1) note(plant, share)
  console.log(
    `  ${plant}: ${plant === 'clean' ? `${whole.toFixed(2)} dB` : `${Math.round(100 * share)} %`}; ${alone.join(', ')}; chain ${await by(toned)}; ${plant === 'wide bass' ? 'bass sides' : 'PSR'} ${[was, is, out].map(v => v.toFixed(1)).join(' > ')}; ${made.measured.song.measured.integrated!.toFixed(1)} LUFS, ${made.measured.song.measured.truePeak!.toFixed(1)} dBTP > ${target.loudness.toFixed(1)}, limiter ${done.limiting.toFixed(2)} LU | ${made.reasons.map(r => r.slice(0, 90)).join(' | ')}`
  )
}

for (const { path } of chosenOf(songsOf(masters, [values.part as Part]), Number(values.songs), values.others)) {
  const sound = decoded(path, Number(values.seconds))
  if (!sound) continue
  console.log(path.split('/').slice(-1)[0], sound.audio.length === 1 ? 'mono' : '')
  for (const plant of values.plants.split(','))
    if (plant === 'clean') await apart(plant, sound.audio, sound.audio)
    else if (plant in tonePlants)
      await apart(plant, sound.audio, equalised(sound.audio, tonePlants[plant as TonePlant], rate))
    else if (plant !== 'wide bass' || sound.audio.length === 2)
      await apart(plant, sound.audio, otherPlants[plant as keyof typeof otherPlants](sound.audio, rate))
}
for (const [plant, list] of shares) {
  const sorted = list.toSorted((a, b) => a - b),
    mean = list.reduce((a, b) => a + b, 0) / list.length,
    show = (v: number) => (plant === 'clean' ? `${v.toFixed(2)} dB` : `${Math.round(100 * v)} %`)
  console.log(`| ${plant} | ${show(mean)} | ${show(sorted[sorted.length >> 1]!)} | ${list.length} |`)
}
