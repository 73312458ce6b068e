import { type Audio, type Clip, createRandom } from '@mixwright/dsp'
import { createWavWriter, memorySink } from '@mixwright/files'
import { task, TaskError } from '../define.ts'
import { base64 } from './base64.ts'
import { excerptsIn, type Group, groupsOf, type Profiled } from './groups.ts'
import { levels } from './level.ts'
import { compareOptions } from './options.ts'
import { comparePage } from './page.ts'
import { type PageTest, referenceId } from './page-test.ts'
import { profileOf } from './profile.ts'
import { stimulusCount } from './scales.ts'
import { veil } from './veil.ts'

export interface Compared {
  /** What it is called once the names are revealed. */
  readonly label: string
  readonly clip: Clip
}
export interface CompareInput {
  /** 2 to 8, all at one sample rate. */
  readonly stimuli: readonly Compared[]
  /** Can be heard beside the stimuli under its name, and is not rated. */
  readonly reference?: Compared
  /** Where the excerpt starts, in seconds of the first of the files that play in step. Default: found. */
  readonly from?: number
}
export interface CompareServices {
  /** The bundled script of the page. */
  readonly script: string
  /** `fraction` is that of the stage. */
  progress?(stage: CompareStage, fraction: number): void
  readonly signal?: AbortSignal
}
export type CompareStage = 'listening' | 'page'
/** One file as it is in the page. */
export interface Excerpted {
  readonly label: string
  /** Seconds from the start of its file. */
  readonly from: number
  /** LUFS and dBTP of the excerpt as it was, and the dB it is turned by. */
  readonly loudness: number
  readonly truePeak: number
  readonly gain: number
  /** Files of one number play in step: versions of one recording. */
  readonly recording: number
}
export interface CompareResult {
  /** The page, in pieces to be written one after the other. */
  readonly html: readonly string[]
  /** Of the page. */
  readonly bytes: number
  /** Names the page in answers. */
  readonly test: string
  readonly seconds: number
  /** LUFS of all excerpts. */
  readonly loudness: number
  readonly stimuli: readonly Excerpted[]
  readonly reference?: Excerpted
  readonly warnings: readonly string[]
}

/** Blind listening, prepared. */
export const compare = task({
  id: 'compare',
  title: 'Compare',
  doc: 'Makes one HTML file in which 2 to 8 recordings are compared blind, at equal loudness; or gathers the answers.',
  options: compareOptions,
  async run(input: CompareInput, options, services: CompareServices): Promise<CompareResult> {
    checkInput(input)
    const given = [...input.stimuli, ...(input.reference ? [input.reference] : [])],
      rate = given[0]!.clip.sampleRate,
      files = await profiles(given, services),
      groups = await groupsOf(files, options.align),
      { starts, frames } = excerptsIn(files, groups, rate, options.seconds, input.from)
    services.progress?.('page', 0)
    const channels = Math.max(...files.map(f => f.clip.channels)),
      audio = await Promise.all(
        files.map(async ({ clip }, i) => {
          const read = await clip.read(starts[i]!, frames)
          // All in one form: neither size nor place may tell one from the other.
          return channels === 2 && read.length === 1 ? [read[0]!, read[0]!.slice()] : read
        })
      ),
      { target, all } = levels(audio, rate)
    const excerpts = files.map(({ label }, i): Excerpted => {
      const level = all[i]
      if (!level)
        throw new TaskError(
          `${label}: silent from ${(starts[i]! / rate).toFixed(1)} s on for ${(frames / rate).toFixed(1)} s; choose another part with --from`
        )
      const recording = groups.findIndex(g => g.members.some(m => m.index === i)) + 1
      return { label, from: starts[i]! / rate, ...level, recording }
    })
    const page = await pageOf(audio, excerpts, rate, { ...options, reference: input.reference !== undefined })
    services.progress?.('page', 0.5)
    services.signal?.throwIfAborted()
    const html = comparePage(page.test, page.wavs, services.script),
      stimuli = excerpts.slice(0, input.stimuli.length)
    services.progress?.('page', 1)
    return {
      html,
      bytes: html.reduce((sum, part) => sum + new TextEncoder().encode(part).length, 0),
      test: page.test.test,
      seconds: frames / rate,
      loudness: target,
      stimuli,
      ...(input.reference && { reference: excerpts.at(-1)! }),
      warnings: warningsOf(files, groups, frames / rate, options.seconds)
    }
  }
})

function checkInput({ stimuli, reference, from }: CompareInput): void {
  const { min, max } = stimulusCount
  if (stimuli.length < min || stimuli.length > max)
    throw new TaskError(`${stimuli.length} files to compare; give ${min} to ${max}`)
  const labels = stimuli.map(s => s.label),
    twice = labels.find((label, i) => labels.indexOf(label) !== i)
  if (twice !== undefined) throw new TaskError(`labels: "${twice}" stands for two files; give each its own`)
  const empty = labels.findIndex(label => label.trim() === '')
  if (empty >= 0) throw new TaskError(`labels: the one of file ${empty + 1} is empty; give it a name`)
  if (from !== undefined && !(from >= 0)) throw new TaskError(`--from: ${from} is not allowed; give seconds from 0`)
  const rates = new Set([...stimuli, ...(reference ? [reference] : [])].map(s => s.clip.sampleRate))
  if (rates.size > 1) throw new TaskError(`sample rates of ${[...rates].join(' and ')} Hz; convert all to one`)
}

async function profiles(given: readonly Compared[], services: CompareServices): Promise<Profiled[]> {
  const files: Profiled[] = []
  for (const [i, { label, clip }] of given.entries()) {
    const profile = await profileOf(clip, {
      ...(services.signal && { signal: services.signal }),
      progress: fraction => services.progress?.('listening', (i + fraction) / given.length)
    })
    files.push({ label, clip, profile })
  }
  return files
}

/** Everything that the page holds, in an order that the seed decides. */
async function pageOf(
  audio: readonly Audio[],
  excerpts: readonly Excerpted[],
  sampleRate: number,
  options: { readonly seed: number; readonly trials: number; readonly reference: boolean }
): Promise<{ test: PageTest; wavs: Map<string, string> }> {
  const random = createRandom(options.seed),
    bytes = await Promise.all(audio.map((channels, i) => wavOf(channels, excerpts[i]!, sampleRate, random.uint32())))
  // The same files and settings give the same names of page and stimuli, others give others.
  const naming = createRandom(
      bytes.reduce((hash, wav) => fnv(wav, hash), fnv(Uint8Array.of(options.trials), 0x811c9dc5))
    ),
    hex = () => naming.uint32().toString(16).padStart(8, '0'),
    test = hex() + hex(),
    count = excerpts.length - (options.reference ? 1 : 0),
    ids = Array.from({ length: count }, hex),
    order = shuffled(count, random.below),
    key = naming.uint32()
  const names = Object.fromEntries(ids.map((id, i) => [id, excerpts[i]!])),
    secret = JSON.stringify({ names, ...(options.reference && { reference: excerpts.at(-1) }) })
  return {
    test: {
      test,
      sampleRate,
      seconds: audio[0]![0]!.length / sampleRate,
      trials: options.trials,
      stimuli: order.map(i => ids[i]!),
      reference: options.reference,
      outline: outlineOf(audio.slice(0, count), excerpts),
      names: base64(veil(new TextEncoder().encode(secret), key)),
      key
    },
    wavs: new Map([
      ...order.map((i): [string, string] => [ids[i]!, base64(bytes[i]!)]),
      ...(options.reference ? [[referenceId, base64(bytes.at(-1)!)] as const] : [])
    ])
  }
}

async function wavOf(audio: Audio, { label, gain }: Excerpted, sampleRate: number, seed: number) {
  const sink = memorySink(),
    factor = 10 ** (gain / 20),
    writer = await createWavWriter(sink, { sampleRate, channels: audio.length, format: 's16', seed, name: label })
  await writer.write(audio.map(channel => channel.map(x => x * factor)))
  await writer.close()
  return sink.bytes()
}

/** Fowler, Noll & Vo's hash of 32 bits (FNV-1a): tells pages apart, no more. */
function fnv(bytes: Uint8Array, start: number): number {
  let hash = start
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** Fisher and Yates. */
function shuffled(count: number, below: (count: number) => number): number[] {
  const order = Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = below(i + 1)
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

/** Level along the excerpt, 0 to 1, of all together: one picture that tells none from the other. */
function outlineOf(audio: readonly Audio[], excerpts: readonly Excerpted[], points = 400): number[] {
  const frames = audio[0]![0]!.length,
    levels = Array.from({ length: points }, (_, p) => {
      const from = Math.floor((p * frames) / points),
        to = Math.max(from + 1, Math.floor(((p + 1) * frames) / points))
      let sum = 0
      audio.forEach((channels, i) => {
        const power = 10 ** (excerpts[i]!.gain / 10)
        for (const x of channels) for (let k = from; k < to; k++) sum += (power * x[k]! ** 2) / (to - from)
      })
      return Math.sqrt(sum)
    })
  const most = Math.max(...levels, Number.MIN_VALUE)
  return levels.map(level => Math.round((100 * level) / most) / 100)
}

function warningsOf(files: readonly Profiled[], groups: readonly Group[], seconds: number, wanted: number): string[] {
  const names = (group: Group) => group.members.map(m => files[m.index]!.label).join(', ')
  return [
    ...(seconds < wanted - 0.05
      ? [`the excerpt has ${seconds.toFixed(1)} s instead of ${wanted}: there is no more in common`]
      : []),
    ...(groups.length > 1
      ? [
          `not one recording: ${groups.map(names).join(' | ')}; each plays its own best part (--align start: all in step from where the files start)`
        ]
      : [])
  ]
}
