/** What is done to a song before its loudness, and how loud it gets: decided from what was heard of it. */
import { type Clip, clipOf, type Measurement, processors, type Values } from '@mixwright/dsp'
import { peakiness } from '@mixwright/estimate'
import { rounded, signed } from '../mix/decisions.ts'
import { asMeasured } from '../mix/master.ts'
import type { MixServices } from '../mix/services.ts'
import { emptyChain, type MasterChain } from './chain.ts'
import { bandDynamics, type WantedDensity } from './dynamics.ts'
import { cleanLoudness, type LoudnessTarget } from './loudness.ts'
import { type Norms, normsOf } from './norms/index.ts'
import type { masterOptions } from './options.ts'
import { loudened, loudPassages, type Passages, passagesOf } from './passages.ts'
import { saturationFor } from './saturation.ts'
import { fineLevels, finePlaces, heardSound, type Sound } from './sound.ts'
import {
  bassCentred,
  changeTowards,
  fineTowards,
  fromBark,
  sidesTowards,
  type ToneAim,
  toneChanged,
  toneOf,
  toneRepaired,
  type Weighted,
  weightedMean
} from './tone.ts'

export interface Listened {
  readonly song: Sound
  readonly references: readonly Weighted<Sound>[]
  readonly loudnessReferences: readonly Weighted<Measurement>[]
}
/** What is decided already: by the user, or by the album that a song is part of. */
export interface Stated {
  /** Absent: the material decides. */
  readonly target?: LoudnessTarget
  /** Absent: by references or norms. */
  readonly tone?: ToneAim
}
export type PlanServices = Pick<MixServices, 'kernels' | 'render' | 'signal'>
type Settings = Values<typeof masterOptions>

export async function planned(
  heard: Listened,
  settings: Settings,
  stated: Stated,
  services: PlanServices
): Promise<{ readonly made: MasterChain; readonly target: LoudnessTarget }> {
  const { song, references } = heard,
    { amount, ceiling } = settings,
    passages = passagesOf(song, services),
    like = references.length > 0,
    norms = like || stated.tone ? asItIs : await normsOf(song.clip, services),
    whole = stated.tone ?? (like ? aimTowards(song, references) : undefined),
    byTone = (change: readonly number[]) => change.map(dB => amount * settings.tone * dB),
    aim = whole && { ...whole, change: byTone(whole.change), ...(whole.fine && { fine: byTone(whole.fine) }) },
    toned: MasterChain = {
      ...emptyChain,
      ...trimFor(song),
      eq: aim
        ? toneChanged(song, aim)
        : toneRepaired(song, byTone(fromBark(norms.tone, song.clip.sampleRate)), norms.reason),
      sides: like ? sidesTowards(song, references, amount * settings.width) : bassCentred(song, amount * settings.width)
    },
    clip = await passages.toned(toned),
    target = stated.target ?? {
      // What is given back to peaks needs room.
      loudness:
        (await cleanLoudness(clip, song.measured, ceiling, services)) -
        Math.max(0, amount * settings.dynamics * norms.density.change),
      ceiling
    },
    loud = { loudness: asMeasured(target.loudness, song.clip.channels as 1 | 2), ceiling: target.ceiling },
    density = await wantedDensity(heard, norms, amount * settings.dynamics),
    dynamics = density && (await bandDynamics(passages, toned, loud.loudness, loud.ceiling, density, services)),
    dense = { ...toned, ...(dynamics && { dynamics }) },
    saturation = await saturationFor(
      passages,
      dense,
      loud.loudness,
      loud.ceiling,
      amount * settings.saturation,
      services
    ),
    made = { ...dense, ...(saturation && { saturation }) }
  if (!aim || amount * settings.tone === 0) return { made, target }
  // What bends and turns down changes the tone as well: the equaliser makes that good.
  const { bands, fine } = await toneShift(passages, toned, made, loud, services),
    change = aim.change.map((dB, b) => dB - bands[b]!)
  return { made: { ...made, eq: toneChanged(song, { ...aim, change, behind: fine }) }, target }
}
/** LUFS between which songs are taken as they are, and to which others are brought: the chain's gains reach no further than 24 dB. */
const usual = { least: -26, most: -5, to: -16 } as const
function trimFor({ measured }: Sound): Pick<MasterChain, 'trim'> {
  const level = measured.integrated!
  if (level >= usual.least && level <= usual.most) return {}
  const { min, max } = processors.gain.params.gain,
    gain = rounded(Math.max(min, Math.min(max, usual.to - level)))
  return { trim: { gain, reason: `${signed(gain)} dB first: the song comes at ${level.toFixed(1)} LUFS.` } }
}
const aimTowards = (song: Sound, references: readonly Weighted<Sound>[]): ToneAim => ({
  change: changeTowards(toneOf(song), references),
  fine: fineTowards(song, references),
  against: 'the reference'
})
const asItIs: Norms = { tone: [0], reason: '', density: { change: 0, reason: '' } }

/** dB per band, and at `finePlaces`, by which all behind the equaliser, the limiter too, moves the tone of the passages. */
async function toneShift(
  passages: Passages,
  toned: MasterChain,
  made: MasterChain,
  { loudness, ceiling }: LoudnessTarget,
  services: PlanServices
): Promise<{ readonly bands: number[]; readonly fine: number[] }> {
  const plain = await passages.toned(toned),
    { audio } = await loudened(await passages.toned(made), loudness, ceiling, services),
    heard = (clip: Clip) => heardSound(clip, 'the song', services),
    [before, after] = [await heard(plain), await heard(clipOf(audio, plain.sampleRate))],
    places = finePlaces(plain.sampleRate),
    less = (of: (sound: Sound) => readonly number[]) => {
      const from = of(before)
      return of(after).map((level, i) => level - from[i]!)
    }
  return { bands: less(toneOf), fine: less(({ spectra }) => fineLevels(spectra, places)) }
}

/** Most that bands compress or expand by, dB out per dB in, less 1: what was done to a song takes more to be undone. */
const strength = { likeReference: 1.2, repair: 2 } as const
/** Undefined where peaks are to stand as they do. */
async function wantedDensity(
  { references }: Pick<Listened, 'references'>,
  norms: Norms,
  amount: number
): Promise<WantedDensity | undefined> {
  if (amount === 0) return undefined
  if (references.length === 0)
    return norms.density.change === 0
      ? undefined
      : {
          change: () => amount * norms.density.change,
          most: strength.repair,
          reason: `peaks should stand ${signed(norms.density.change)} dB (${norms.density.reason})`
        }
  const peaks: Weighted<number>[] = []
  for (const { of, weight } of references) {
    const clip = loudPassages(of)
    peaks.push({ of: peakiness(await clip.read(0, clip.frames)), weight })
  }
  const theirs = weightedMean(peaks, value => value)!
  return {
    change: own => amount * (theirs - own),
    most: strength.likeReference,
    reason: `peaks of the reference stand ${theirs.toFixed(1)} dB above its level`
  }
}
