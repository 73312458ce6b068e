/** The task `master`: a finished mix in, a graph that masters it and what it sounds like out. */
import type { Clip, Measurement, Values } from '@mixwright/dsp'
import { peakiness } from '@mixwright/estimate'
import { builder, type Graph } from '@mixwright/graph'
import { task, TaskError } from '../define.ts'
import { rounded, signed } from '../mix/decisions.ts'
import { asMeasured, heavyLimiting, limited, type Master, masterMix, type Metered, metered } from '../mix/master.ts'
import type { MixServices, Take } from '../mix/services.ts'
import { emptyChain, type MasterChain, reasonsOf, tonedGraph, wireMaster } from './chain.ts'
import { bandDynamics, type WantedDensity } from './dynamics.ts'
import { asHeard, cleanLoudness, type LoudnessTarget, statedTarget } from './loudness.ts'
import { type Norms, normsOf } from './norms/index.ts'
import { masterOptions } from './options.ts'
import { loudPassages, passagesOf } from './passages.ts'
import { type PlayedAt, playedAt } from './platforms.ts'
import { saturationFor } from './saturation.ts'
import { heardSound, type Sound } from './sound.ts'
import {
  bassCentred,
  changeTowards,
  fromBark,
  sidesTowards,
  toneChanged,
  toneOf,
  toneRepaired,
  type Weighted,
  weightedMean
} from './tone.ts'

export interface MasterInput {
  readonly song: Clip
  /** Finished songs whose tone, width and density the master comes near to. */
  readonly references?: readonly Weighted<Clip>[]
  /** Finished songs that it is to be as loud as, for the target `reference`. Default: the references. */
  readonly loudnessReferences?: readonly Weighted<Clip>[]
}
export interface MasterServices extends Pick<MixServices, 'kernels' | 'render' | 'signal'> {
  /** `toned`, which is read again and may be thrown away then, and `master`; channels as the song has them. */
  open(name: MasterOutput, format: { readonly sampleRate: number; readonly channels: 1 | 2 }): Take | Promise<Take>
  /** `fraction` is that of the stage. */
  progress?(stage: MasterStage, fraction: number): void
}
export type MasterOutput = 'toned' | 'master'
export type MasterStage = 'listening' | 'tone' | 'master'

export interface MasterResult {
  /** Input `song`, output `master`: good for an instrumental or for stems as well. */
  readonly graph: Graph
  /** What is done before loudness, each with its reason. */
  readonly chain: MasterChain
  readonly reasons: readonly string[]
  readonly target: LoudnessTarget
  readonly master: Master
  readonly measured: {
    readonly song: Metered
    readonly master: Metered
    readonly references: readonly Measurement[]
  }
  readonly played: readonly PlayedAt[]
  readonly warnings: readonly string[]
}

export const master = task({
  id: 'master',
  title: 'Master a song',
  doc: 'Brings a finished mix to a loudness, below a true-peak ceiling, after equaliser, bands of dynamics, width and saturation towards references or, without one, where something is taken for wrong.',
  options: masterOptions,
  run
})

/** LU by which the loudness may miss its target. */
const tolerance = 0.1

type Settings = Values<typeof masterOptions>
export interface Listened {
  readonly song: Sound
  readonly references: readonly Weighted<Sound>[]
  readonly loudnessReferences: readonly Weighted<Measurement>[]
}

/**
 * @throws TaskError for a silent song or reference, a missing one, or a loudness that is out of reach, with the loudest that
 * is clean; the abort reason
 */
async function run(input: MasterInput, settings: Settings, services: MasterServices): Promise<MasterResult> {
  const heard = await listen(input, services),
    stated = statedTarget(settings, heard.loudnessReferences)
  return masterHeard(heard, settings, { ...(stated && { target: stated }) }, services)
}

/** What is decided already: by the user, or by the album that a song is part of. */
export interface Stated {
  /** Absent: the material decides. */
  readonly target?: LoudnessTarget
  /** dB per band (`toneCentres`) to be added, and what it comes near to. Absent: by references or norms. */
  readonly tone?: { readonly change: readonly number[]; readonly against: string }
}
/** A song that has been listened to. @throws as `master.run` */
export async function masterHeard(
  heard: Listened,
  settings: Settings,
  stated: Stated,
  services: MasterServices
): Promise<MasterResult> {
  const { song } = heard,
    { made, target } = await planned(heard, settings, stated, services),
    channels = song.clip.channels as 1 | 2,
    toned = await through(made, song, services),
    done = await masterMix(
      toned.clip,
      toned.measured,
      { ...target, channels },
      {
        ...services,
        open: (_, format) => services.open('master', format),
        progress: (_, fraction) => services.progress?.('master', fraction)
      }
    )
  if (stated.target) checkReach(done, target.loudness)
  return {
    graph: whole(made, done, channels),
    chain: made,
    reasons: reasonsOf(made),
    target,
    master: done,
    measured: { song, master: done, references: heard.references.map(({ of }) => of.measured) },
    played: playedAt(done.measured.integrated!, done.measured.truePeak!),
    warnings:
      done.limiting > heavyLimiting
        ? [
            `The limiter takes ${done.limiting.toFixed(1)} LU to reach ${rounded(target.loudness)} LUFS; ${rounded(target.loudness - done.limiting)} LUFS would be clean.`
          ]
        : []
  }
}

async function listen(input: MasterInput, services: MasterServices): Promise<Listened> {
  const progress = (fraction: number) => services.progress?.('listening', fraction),
    song = await heardSound(input.song, 'the song', services, progress)
  return { song, ...(await hearReferences(input, services)) }
}
/** @throws TaskError for a silent one */
export async function hearReferences(
  { references = [], loudnessReferences = references }: Omit<MasterInput, 'song'>,
  services: Pick<MixServices, 'kernels' | 'signal'>
): Promise<Omit<Listened, 'song'>> {
  const sounds = await allHeard(references, 'the reference', services),
    loud =
      loudnessReferences === references
        ? sounds
        : await allHeard(loudnessReferences, 'the reference of loudness', services)
  return { references: sounds, loudnessReferences: loud.map(({ of, weight }) => ({ of: of.measured, weight })) }
}
async function allHeard(
  clips: readonly Weighted<Clip>[],
  what: string,
  services: Pick<MixServices, 'kernels' | 'signal'>
) {
  const found: Weighted<Sound>[] = []
  for (const { of, weight } of clips) found.push({ of: await heardSound(of, what, services), weight })
  return found
}

/** What is done before the limiter, and how loud it gets. */
async function planned(heard: Listened, settings: Settings, stated: Stated, services: MasterServices) {
  const { song, references } = heard,
    { amount, ceiling } = settings,
    passages = passagesOf(song, services),
    like = references.length > 0,
    norms = like || stated.tone ? asItIs : await normsOf(song.clip, services),
    some = (change: readonly number[], by: number) => change.map(dB => amount * by * dB),
    toned: MasterChain = {
      ...emptyChain,
      eq: stated.tone
        ? toneChanged(song, some(stated.tone.change, settings.tone), stated.tone.against)
        : like
          ? toneChanged(song, some(changeTowards(toneOf(song), references), settings.tone), 'the reference')
          : toneRepaired(song, some(fromBark(norms.tone, song.clip.sampleRate), settings.tone), norms.reason),
      sides: like ? sidesTowards(song, references, amount * settings.width) : bassCentred(song, amount * settings.width)
    },
    clip = await passages.toned(toned),
    target = stated.target ?? { loudness: await cleanLoudness(clip, song.measured, ceiling, services), ceiling },
    density = await wantedDensity(heard, norms, amount * settings.dynamics),
    dynamics = density && (await bandDynamics(passages, toned, target.loudness, target.ceiling, density, services)),
    made = { ...toned, ...(dynamics && { dynamics }) },
    saturation = await saturationFor(
      passages,
      made,
      asMeasured(target.loudness, song.clip.channels as 1 | 2),
      target.ceiling,
      amount * settings.saturation,
      services
    )
  return { made: { ...made, ...(saturation && { saturation }) }, target }
}

const asItIs: Norms = { tone: [0], density: 0, reason: '' }

/** Undefined where peaks are to stand as they do. */
async function wantedDensity(
  { references }: Pick<Listened, 'references'>,
  norms: Norms,
  amount: number
): Promise<WantedDensity | undefined> {
  if (amount === 0) return undefined
  if (references.length === 0)
    return norms.density === 0
      ? undefined
      : {
          change: () => amount * norms.density,
          reason: `peaks should stand ${signed(norms.density)} dB (${norms.reason})`
        }
  const peaks: Weighted<number>[] = []
  for (const { of, weight } of references) {
    const clip = loudPassages(of)
    peaks.push({ of: peakiness(await clip.read(0, clip.frames)), weight })
  }
  const theirs = weightedMean(peaks, value => value)!
  return {
    change: own => amount * (theirs - own),
    reason: `peaks of the reference stand ${theirs.toFixed(1)} dB above its level`
  }
}

/** The song through the chain, measured. */
async function through(made: MasterChain, { clip: song }: Sound, services: MasterServices) {
  const { sampleRate } = song,
    channels = song.channels as 1 | 2,
    take = await services.open('toned', { sampleRate, channels }),
    meter = metered(sampleRate, take.write, channels)
  await services.render(
    tonedGraph(made, channels),
    { song },
    { toned: meter.sink },
    {
      sampleRate,
      tail: 0,
      ...(services.signal && { signal: services.signal }),
      progress: fraction => services.progress?.('tone', fraction)
    }
  )
  return { clip: await take.close(), ...meter.result() }
}

/** All of it in one graph. */
function whole(made: MasterChain, { gain, ceiling, reason }: Master, channels: 1 | 2): Graph {
  const b = builder('master')
  b.output(
    'master',
    { channels },
    limited(b, wireMaster(b, b.input('song', { channels }), made), gain, ceiling, reason)
  )
  return b.graph()
}

function checkReach({ measured, limiting, channels }: Master, loudness: number): void {
  const reached = asHeard({ integrated: measured.integrated ?? Number.NEGATIVE_INFINITY, channels })
  if (Math.abs(reached - loudness) <= tolerance) return
  throw new TaskError(
    `master.loudness: ${rounded(loudness)} LUFS is out of reach, ${signed(reached)} is as loud as it gets; the loudest that is clean is about ${(reached - Math.max(0, limiting - heavyLimiting)).toFixed(1)} LUFS`
  )
}
