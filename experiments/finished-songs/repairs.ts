/** Ways of repairing a song, and what comes out of them. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { type Audio, clipOf, type Kernels } from '@mixwright/dsp'
import { builder, render } from '@mixwright/graph'
import { turnedTowards } from '../../packages/tasks/src/mix/bus-refine.ts'
import { busPassages } from '../../packages/tasks/src/mix/bus-aims.ts'
import { chain } from '../../packages/tasks/src/mix/chain.ts'
import { excerptsOf } from '../../packages/tasks/src/mix/excerpts.ts'
import { createTraits } from '../../packages/tasks/src/master/norms/traits.ts'
import { readSound, wide, writeSound } from '../sound-files.ts'

/** dB per Bark band. */
export async function levelsOf(audio: Audio, rate: number, kernels: Kernels): Promise<readonly number[]> {
  const reader = createTraits(kernels, rate, audio.length)
  reader.push(audio)
  return reader.result()!.levels
}

/** Through the rule of the mix bus without a reference; `levels` where it does nothing. */
export async function likeRecordsLevels(
  audio: Audio,
  rate: number,
  kernels: Kernels,
  levels: readonly number[]
): Promise<readonly number[]> {
  const passages = excerptsOf(clipOf(wide(audio), rate), busPassages),
    entering = await passages.read(0, passages.frames),
    devices = await turnedTowards(undefined, [], entering, rate, { tone: 1, width: 0, dynamics: 0 }, { kernels })
  if (devices.length === 0) return levels
  const b = builder('records'),
    source = b.input('song', { channels: 2 })
  b.output('out', { channels: 2 }, chain(b, 'master', source, devices))
  const { out } = await render(b.graph(), { song: wide(audio) }, { kernels, sampleRate: rate, tail: 0 })
  return levelsOf(out!, rate, kernels)
}

/** Through the command line, from one file beside `place` to another. */
export async function mastered(place: string, audio: Audio, sampleRate: number): Promise<Audio> {
  const from = `${place}.wav`,
    to = `${place}-master`
  await writeSound(from, { audio: audio.map(c => Float32Array.from(c)), sampleRate })
  const { status, stderr } = spawnSync('node', [
    'apps/mixwright/dist/cli.js',
    'master',
    from,
    '--out',
    to,
    '--quiet',
    '--force'
  ])
  if (status !== 0) throw new Error(`${from}: ${stderr}`)
  const sound = await readSound(`${to}/master.wav`)
  rmSync(from)
  rmSync(to, { recursive: true })
  return sound.audio
}
