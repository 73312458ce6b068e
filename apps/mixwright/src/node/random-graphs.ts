/** Random graphs as files, with what goes in and comes out where dry sound is given. */
import { type Audio, type Clip, createRandom } from '@mixwright/dsp'
import { type Example, examples, type GraphPresetName, noneRejected, type Rejected, writeGraph } from '@mixwright/graph'
import { loadKernels } from '../kernels.ts'
import { atWorkbench } from './workbench.ts'

export interface ExampleFilesOptions {
  readonly preset: GraphPresetName
  readonly seed: number
  readonly count: number
  /** Files that dry sound is taken from, at random places. */
  readonly dry: readonly string[]
  /** Length of an example, s. */
  readonly seconds: number
  /** Hz */
  readonly sampleRate: number
  readonly out: string
  readonly force?: boolean
  readonly signal?: AbortSignal
  readonly progress?: (fraction: number) => void
}
export interface ExampleFilesResult {
  readonly files: readonly string[]
  readonly rejected: Rejected
}

/**
 * For each example `N.json`, `N-dry-INPUT.wav` and `N-wet.wav` in a folder, N from 1. All appear together.
 * @throws AudioFileError, RangeError with place, value and remedy; the signal's reason
 */
export async function writeExamples(options: ExampleFilesOptions): Promise<ExampleFilesResult> {
  const { preset, seed, count, seconds, sampleRate, out, force = false, signal, progress } = options,
    kernels = await loadKernels(),
    rejected = noneRejected()
  return atWorkbench(out, { force, threads: 1, signal }, async bench => {
    const clips: Clip[] = []
    for (const path of options.dry) clips.push(await bench.openFile(path, sampleRate))
    const frames = Math.round(seconds * sampleRate),
      sounds = await excerpts(clips, frames, createRandom(seed)),
      texts: [string, string][] = []
    let made = 0
    const write = async (name: string, audio: Audio) => {
      const take = bench.take(name, { sampleRate, channels: audio.length as 1 | 2, format: 'f32' })
      await take.write(audio)
      await take.close()
    }
    for await (const example of examples({
      kernels,
      preset,
      seed,
      count,
      sampleRate,
      rejected,
      dry: (_, channels, random) => asChannels(sounds[random.below(sounds.length)]!, channels)
    })) {
      signal?.throwIfAborted()
      const name = String(++made).padStart(String(count).length, '0')
      await files(example, name, write, texts)
      progress?.(made / count)
    }
    return { files: await bench.commit(texts, []), rejected }
  })
}

async function files(
  { graph, dry, wet }: Example,
  name: string,
  write: (name: string, audio: Audio) => Promise<void>,
  texts: [string, string][]
): Promise<void> {
  texts.push([`${name}.json`, writeGraph(graph)])
  for (const [input, audio] of Object.entries(dry)) await write(`${name}-dry-${input}.wav`, audio)
  await write(`${name}-wet.wav`, wet)
}

/** Eight excerpts of every clip; one that is shorter is heard from its beginning and then silent. */
async function excerpts(
  clips: readonly Clip[],
  frames: number,
  random: ReturnType<typeof createRandom>
): Promise<Audio[]> {
  const all: Audio[] = []
  for (const clip of clips)
    for (let k = 0; k < 8; k++) {
      const room = clip.frames - frames,
        start = room > 0 ? random.below(room + 1) : 0,
        audio = await clip.read(start, Math.min(frames, clip.frames))
      all.push(
        audio.map(channel => {
          const whole = new Float32Array(frames)
          whole.set(channel)
          return whole
        })
      )
    }
  return all
}

const asChannels = (audio: Audio, channels: 1 | 2): Audio =>
  channels === 2
    ? [audio[0]!, audio[1] ?? audio[0]!]
    : [audio.length === 1 ? audio[0]! : audio[0]!.map((x, i) => (x + audio[1]![i]!) / 2)]
