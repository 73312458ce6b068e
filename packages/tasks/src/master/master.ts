/** The task `master`: a finished mix in, a graph that masters it and what it sounds like out. */
import type { Clip, Measurement, Values } from '@mixwright/dsp'
import { builder, type Graph } from '@mixwright/graph'
import { task, TaskError } from '../define.ts'
import { busPassages, type Reference } from '../mix/bus-aims.ts'
import { turnedTowards } from '../mix/bus-refine.ts'
import { chain } from '../mix/chain.ts'
import { type Device, rounded, signed } from '../mix/decisions.ts'
import { excerptsOf } from '../mix/excerpts.ts'
import { heavyLimiting, limited, type Master, masterMix, measuredClip, metered } from '../mix/master.ts'
import type { MixServices, Take } from '../mix/services.ts'
import { masterOptions } from './options.ts'
import { type PlayedAt, platforms, playedAt } from './platforms.ts'

export interface MasterInput {
  readonly song: Clip
  /** A finished song whose tone, width and density the master comes near to. */
  readonly reference?: Clip
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
  readonly devices: readonly Device[]
  readonly master: Master
  readonly measured: { readonly song: Measurement; readonly master: Measurement; readonly reference?: Measurement }
  readonly played: readonly PlayedAt[]
  readonly warnings: readonly string[]
}

export const master = task({
  id: 'master',
  title: 'Master a song',
  doc: 'Brings a finished mix to a loudness, below a true-peak ceiling, after small moves of tone, width and density towards a reference or towards what records have.',
  options: masterOptions,
  run
})

/** LU by which the loudness may miss its target. */
const tolerance = 0.1
/** dB by which peaks stand out more than the reference's before density is worth a compressor. */
const worthDensity = 1

/**
 * @throws TaskError for a silent song or reference, or a loudness that is out of reach, with the loudest that is clean; the
 * abort reason
 */
async function run(
  { song, reference }: MasterInput,
  { loudness, ceiling, platform, amount, tone, width, dynamics }: Values<typeof masterOptions>,
  services: MasterServices
): Promise<MasterResult> {
  const target = platform === 'none' ? { loudness, ceiling } : platforms[platform],
    { measured } = await heard(song, 'the song'),
    like = reference && { clip: reference, ...(await heard(reference, 'the reference')) },
    passages = excerptsOf(song, busPassages),
    stereo = song.channels === 2
  services.progress?.('listening', 1)
  const [left, right = left] = await passages.read(0, passages.frames),
    devices = await turnedTowards(
      like,
      density(measured, like),
      [left!, right!],
      song.sampleRate,
      { tone: amount * tone, width: stereo ? amount * width : 0, dynamics: amount * dynamics },
      services
    )
  const toned = await through(devices, song, services),
    done = await masterMix(
      toned.clip,
      toned.measured,
      { ...target, channels: stereo ? 2 : 1 },
      {
        ...services,
        open: (_, format) => services.open('master', format),
        progress: (_, fraction) => services.progress?.('master', fraction)
      }
    )
  checkReach(done, target.loudness)
  return {
    graph: whole(devices, done, song.channels),
    devices,
    master: done,
    measured: { song: measured, master: done.measured, ...(like && { reference: like.measured }) },
    played: playedAt(done.measured.integrated!, done.measured.truePeak!),
    warnings:
      done.limiting > heavyLimiting
        ? [
            `The limiter takes ${done.limiting.toFixed(1)} LU to reach ${target.loudness} LUFS; ${rounded(target.loudness - done.limiting)} LUFS would be clean.`
          ]
        : []
  }
}

async function heard(clip: Clip, what: string) {
  const found = await measuredClip(clip)
  if (found.measured.integrated === null) throw new TaskError(`${what} is silent; there is nothing to master by it`)
  return found
}

/** A compressor that peaks may be held by, where they stand out more than the reference's. */
function density({ crest, integrated }: Measurement, reference: Reference | undefined): Device[] {
  const over = reference && crest !== null ? crest - (reference.measured.crest ?? crest) : 0
  if (over < worthDensity) return []
  return [
    {
      slot: 'comp',
      type: 'compressor',
      params: { threshold: rounded(Math.min(0, integrated! + 10)), ratio: 2, attack: 5, release: 120, knee: 10 },
      reason: `Compressor 2:1: peaks stand out ${over.toFixed(1)} dB more than the reference's (crest factor).`,
      cites: { measure: 'crest' }
    }
  ]
}

/** The song through the devices, measured. */
async function through(devices: readonly Device[], song: Clip, services: MasterServices) {
  const { sampleRate, channels } = song,
    take = await services.open('toned', { sampleRate, channels: channels as 1 | 2 }),
    meter = metered(sampleRate, take.write, channels),
    b = builder('tone'),
    source = b.input('song', { channels: channels as 1 | 2 })
  b.output('toned', { channels: channels as 1 | 2 }, chain(b, 'master', source, devices))
  await services.render(
    b.graph(),
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
function whole(devices: readonly Device[], { gain, ceiling, reason }: Master, channels: number): Graph {
  const b = builder('master'),
    source = b.input('song', { channels: channels as 1 | 2 })
  b.output(
    'master',
    { channels: channels as 1 | 2 },
    limited(b, chain(b, 'master', source, devices), gain, ceiling, reason)
  )
  return b.graph()
}

function checkReach({ measured: { integrated }, limiting, channels }: Master, loudness: number): void {
  const reached = (integrated ?? Number.NEGATIVE_INFINITY) + (channels === 1 ? 10 * Math.log10(2) : 0),
    off = reached - loudness
  if (Math.abs(off) <= tolerance) return
  throw new TaskError(
    `master.loudness: ${loudness} LUFS is out of reach, ${signed(reached)} is as loud as it gets; the loudest that is clean is about ${(reached - Math.max(0, limiting - heavyLimiting)).toFixed(1)} LUFS`
  )
}
