/** The task `transfer`: a sound and what it is to sound like in, the graph that brings it there and the audio out. */
import type { Audio, Clip, Measurement, Values } from '@mixwright/dsp'
import { type Graph, render } from '@mixwright/graph'
import { task, TaskError } from '../define.ts'
import { heardSound, type Sound, toneCentres } from '../master/sound.ts'
import { flatOf, sidesTowards, toneChanged, type Weighted, weightedMean } from '../master/tone.ts'
import { rounded, signed } from '../mix/decisions.ts'
import type { Metered } from '../mix/master.ts'
import type { MixServices, Take } from '../mix/services.ts'
import { type Aim, aimsOf } from './aims.ts'
import { emptyTransfer, type FoundDevice, type TransferChain, transferGraph, wordsOf } from './chain.ts'
import { excerptOf, shorter } from './excerpt.ts'
import { families } from './families.ts'
import { type ToneFrames, toneFrames } from './frames.ts'
import { levelFeatures, levelsOf } from './levels.ts'
import { finished } from './loudness.ts'
import { transferOptions } from './options.ts'
import { type Candidate, devicesTowards, type Found } from './search.ts'
import type { StyleSource } from './style.ts'

export interface TransferInput {
  readonly sound: Clip
  /** What it is to sound like; perhaps still to come, while the sound is listened to. More than one are blended by their weights. */
  readonly styles: Styles | Promise<Styles>
}
type Styles = readonly Weighted<StyleSource>[]
export interface TransferServices extends Pick<MixServices, 'kernels' | 'render' | 'signal'> {
  /** `toned`, which is read again and may be thrown away then, and `transferred`; channels as the sound has them. */
  open(name: TransferOutput, format: { readonly sampleRate: number; readonly channels: 1 | 2 }): Take | Promise<Take>
  /** What is written holds nothing above full scale, whatever the reference has there. Default: it does, as floats do. */
  readonly fullScale?: boolean
  /** `fraction` is that of the stage. */
  progress?(stage: TransferStage, fraction: number): void
}
export type TransferOutput = 'toned' | 'transferred'
export type TransferStage = 'listening' | 'search' | 'render'

export interface TransferResult {
  /** Input `sound`, output `transferred`. Without nodes where nothing is to be changed. */
  readonly graph: Graph
  readonly chain: TransferChain
  readonly reasons: readonly string[]
  readonly measured: { readonly sound: Sound; readonly transferred: Metered }
  /** What was looked for and what came of it. */
  readonly found: {
    /** Hz, and dB per band that the tone was to be changed by. */
    readonly centres: readonly number[]
    readonly tone: readonly number[]
    /** `levelFeatures` before, after and as they were aimed at, dB. */
    readonly levels: Readonly<Record<'before' | 'after' | 'aim', readonly number[]>>
    /** The likeliest device first, then the likeliest behind it. */
    readonly candidates: readonly Candidate[]
  }
  readonly warnings: readonly string[]
}
export type TransferSettings = Values<typeof transferOptions>

export const transfer = task({
  id: 'transfer',
  title: 'Transfer a sound',
  doc: 'Gives a recording the sound of another that plays something else, or of a style: tone, dynamics, saturation, width, space and loudness, each by an amount.',
  options: transferOptions,
  run
})

/** dB of filters at most, and of tone that is left. */
const filters = { gain: 24, filters: 12, near: 0.3 } as const
/** Times that the tone is set again behind what the devices do to it. */
const again = 2

/** @throws TaskError for silence or without a style; the abort reason */
async function run(
  { sound, styles: given }: TransferInput,
  settings: TransferSettings,
  services: TransferServices
): Promise<TransferResult> {
  const [heard, styles] = await Promise.all([
    heardSound(sound, 'the sound', services, done => services.progress?.('listening', done)),
    given
  ])
  if (styles.length === 0) throw new TaskError('transfer.styles: there is none; give a reference or a style')
  const planned = await plan(heard, styles, settings, services),
    done = await finished(heard, planned.chain, planned.aims, settings, services)
  return {
    graph: transferGraph(done.chain, sound.channels as 1 | 2),
    chain: done.chain,
    reasons: wordsOf(done.chain),
    measured: { sound: heard, transferred: done.metered },
    found: planned.found,
    warnings: [...warningsOf(heard.measured, planned.aims), ...done.warnings]
  }
}

async function plan(heard: Sound, styles: Styles, settings: TransferSettings, services: TransferServices) {
  const { kernels } = services,
    { sampleRate } = heard.clip,
    channels = heard.clip.channels as 1 | 2,
    excerpt = await excerptOf(heard),
    aims = await aimsOf(styles, excerpt, sampleRate, kernels),
    frames = (audio: Audio) => toneFrames(audio, sampleRate, kernels),
    through = async (chain: TransferChain, sound = excerpt): Promise<Audio> => {
      services.signal?.throwIfAborted()
      return (await render(transferGraph(chain, channels), { sound }, { kernels, sampleRate, tail: 0 })).transferred!
    }
  const lacking = (now: ToneFrames, done: readonly number[]) => levelled(blended(aims, aim => aim.lacking(now, done))),
    whole = lacking(
      frames(excerpt),
      toneCentres(sampleRate).map(() => 0)
    )
  let change = whole.map(dB => settings.tone * dB),
    chain: TransferChain = { ...emptyTransfer, tone: toneDevices(heard, change, aims) },
    devices: readonly FoundDevice[] = []
  const aim = levelFeatures.map((_, i) => weightedMean(aims, one => one.levels[i]!)!),
    toned = await through(chain),
    before = levelsOf(toned, sampleRate),
    heardOften = shorter(toned, sampleRate)
  chain = { ...chain, reference: before.reference }
  const hear = async (found: readonly Found[]) => {
      const devices = { ...emptyTransfer, devices: withoutReasons(found), reference: before.reference }
      return levelsOf(found.length ? await through(devices, heardOften) : heardOften, sampleRate).values
    },
    named = styles.every(({ of }) => typeof of === 'string'),
    search = await devicesTowards(aim, allowed(settings), hear, named)
  devices = scaled(search, settings, named)
  chain = { ...chain, devices }
  let after = await through(chain)
  for (let k = 0; k < again && settings.tone > 0 && devices.length > 0; k++) {
    // What is not to be done is to be left.
    const more = lacking(frames(after), change).map((dB, b) => dB - (1 - settings.tone) * whole[b]!)
    if (Math.sqrt(more.reduce((sum, dB) => sum + dB * dB, 0) / more.length) < filters.near) break
    change = change.map((dB, b) => dB + more[b]!)
    chain = await withTone(chain, toneDevices(heard, change, aims))
    after = await through(chain)
  }
  return {
    aims,
    chain: { ...chain, sides: sidesOf(heard, aims, settings.width) },
    found: {
      centres: toneCentres(sampleRate),
      tone: change,
      levels: { before: before.values, after: levelsOf(after, sampleRate).values, aim },
      candidates: search.candidates
    }
  }
  /** Devices stand at levels against what enters them. */
  async function withTone(old: TransferChain, tone: TransferChain['tone']): Promise<TransferChain> {
    const entering = await through({ ...old, tone, devices: [] })
    return { ...old, tone, reference: levelsOf(entering, sampleRate).reference }
  }
}

const blended = (aims: readonly Weighted<Aim>[], curve: (aim: Aim) => number[]): number[] => {
  const curves = aims.map(({ of, weight }) => ({ of: curve(of), weight }))
  return curves[0]!.of.map((_, b) => weightedMean(curves, one => one[b]!)!)
}
const levelled = (curve: readonly number[]): number[] => {
  const mean = curve.reduce((a, b) => a + b, 0) / curve.length
  return curve.map(dB => dB - mean)
}
const namesOf = (aims: readonly Weighted<Aim>[]): string => aims.map(({ of }) => of.name).join(' and ')

const toneDevices = (heard: Sound, change: readonly number[], aims: readonly Weighted<Aim>[]): TransferChain['tone'] =>
  toneChanged(heard, { change, against: namesOf(aims), magnitudes: flatOf(heard.spectra) }, filters)
const allowed = (settings: TransferSettings) =>
  new Set((['dynamics', 'saturation', 'space'] as const).filter(aspect => settings[aspect] > 0))
const withoutReasons = (found: readonly Omit<FoundDevice, 'reason'>[]): FoundDevice[] =>
  found.map(one => ({ ...one, reason: '' }))
const scaled = (
  { devices, candidates }: Awaited<ReturnType<typeof devicesTowards>>,
  settings: TransferSettings,
  named: boolean
): FoundDevice[] =>
  devices.map(({ family, setting }, k) => {
    const { title, amount, ...of } = families[family],
      by = of.scaled(setting, settings[amount]),
      told = named ? '' : ` (told with ${Math.round(100 * candidates[k]!.probability)} %)`
    return {
      family,
      setting: by,
      reason: `${title}, ${of.words(by)}: with it the level moves as in the reference${told}.`
    }
  })

function sidesOf(heard: Sound, aims: readonly Weighted<Aim>[], amount: number): TransferChain['sides'] {
  const known = aims.flatMap(({ of, weight }) => (of.spectra ? [{ of: { spectra: of.spectra }, weight }] : []))
  return known.length === 0 ? [] : sidesTowards(heard, known, amount)
}

function warningsOf(own: Measurement, aims: readonly Weighted<Aim>[]): string[] {
  const warnings: string[] = []
  for (const { of } of aims)
    if (of.channels === 2 && own.channels === 1)
      warnings.push(`${of.name} is stereo and the sound is mono: its width is not transferred.`)
  if (own.samplePeak !== null && own.samplePeak >= 0)
    warnings.push(
      `The sound peaks at ${signed(rounded(own.samplePeak))} dBFS: it may be clipped, which no transfer mends.`
    )
  return warnings
}
