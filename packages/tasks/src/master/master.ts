/** The task `master`: a finished mix in, a graph that masters it and what it sounds like out. */
import type { Clip, Values } from '@mixwright/dsp'
import { builder, type Graph } from '@mixwright/graph'
import { task, TaskError } from '../define.ts'
import { rounded, signed } from '../mix/decisions.ts'
import {
  heavyLimiting,
  limited,
  limitingWarnings,
  type Master,
  masterMix,
  type Metered,
  metered
} from '../mix/master.ts'
import type { MixServices, Take } from '../mix/services.ts'
import { type MasterChain, reasonsOf, tonedGraph, wireMaster } from './chain.ts'
import { asHeard, type LoudnessTarget, statedTarget } from './loudness.ts'
import { masterOptions } from './options.ts'
import { type Listened, planned, type Stated } from './plan.ts'
import { type PlayedAt, playedAt } from './platforms.ts'
import { heardSound, type Sound } from './sound.ts'
import type { Weighted } from './tone.ts'

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
    readonly song: Sound
    readonly master: Metered
    readonly references: readonly Sound[]
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

/**
 * @throws TaskError for a silent song or reference, a missing one, or a loudness that is out of reach, with the loudest that
 * is clean; the abort reason
 */
async function run(input: MasterInput, settings: Settings, services: MasterServices): Promise<MasterResult> {
  const heard = await listen(input, services),
    stated = statedTarget(settings, heard.loudnessReferences)
  return masterHeard(heard, settings, { ...(stated && { target: stated }) }, services)
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
      // The engine plays one channel on both sides.
      {
        ...toned.measured,
        integrated: asHeard({ integrated: toned.measured.integrated, channels }),
        momentary: toned.series.momentary
      },
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
    measured: { song, master: done, references: heard.references.map(({ of }) => of) },
    played: playedAt(done.measured.integrated!, done.measured.truePeak!),
    warnings: limitingWarnings(done, target.loudness)
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
