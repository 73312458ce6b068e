/**
 * One streaming pass over one stem. Nothing here knows other stems, so that stems can be analysed side by side on
 * threads.
 */
import { type Audio, blocksOf, type Clicks, type Clip, createClicks, type Kernels, type Samples } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import { fromByte, gridOf, type StemAnalysis } from './analysis.ts'
import { offsetMeter } from './offset.ts'
import { featuresOf, resonancesOf, sibilanceOf } from './features.ts'
import { dropoutMeter } from './dropouts.ts'
import { frameMeter, type FrameTracks } from './frames.ts'
import { activityOf, dynamicsOf } from './level.ts'
import { pitchMeter } from './pitch.ts'
import { topMeter } from './tops.ts'

export interface AnalyseOptions {
  readonly kernels: Kernels
  readonly signal?: AbortSignal | undefined
  /** `fraction` 0 to 1. */
  readonly progress?: ((fraction: number) => void) | undefined
}

/**
 * Measures a stem.
 * @param clip mono or stereo, any length
 * @param name for messages
 * @throws TaskError if a sample is not a number, or the clip is empty; the abort reason
 */
export async function analyseStem(
  clip: Clip,
  name: string,
  { kernels, signal, progress }: AnalyseOptions
): Promise<StemAnalysis> {
  if (clip.frames === 0) throw new TaskError(`${name}: has no samples; export it again or leave it out`)
  if (clip.channels !== 1 && clip.channels !== 2)
    throw new TaskError(`${name}: has ${clip.channels} channels; give mono or stereo`)
  const frames = frameMeter(clip.sampleRate, clip.channels, kernels),
    pitches = pitchMeter(clip.sampleRate, kernels),
    samples = sampleMeter(name, clip),
    clicks = createClicks(clip.sampleRate, clip.channels),
    tops = topMeter(clip.channels),
    dropouts = dropoutMeter(clip.sampleRate)
  for await (const { start, audio } of blocksOf(clip)) {
    signal?.throwIfAborted()
    samples.push(audio, start)
    frames.push(audio)
    pitches.push(audio)
    clicks.push(audio)
    tops.push(audio)
    dropouts.push(audio)
    progress?.(Math.min(1, (start + audio[0]!.length) / clip.frames))
  }
  const { below30, below80, brightness, ...framed } = frames.done(),
    { hum, ...track } = pitches.done(),
    measured = samples.done(),
    { active, noiseFloor, activity, dynamics, ...told } = toldBy(framed, clip.sampleRate),
    { loudness, spectrum, tracks } = told,
    { hop, level } = tracks
  return {
    name,
    sampleRate: clip.sampleRate,
    channels: clip.channels,
    frames: clip.frames,
    silent: measured.peak < -80 || !Number.isFinite(loudness),
    ...measured,
    activity,
    ...told,
    dynamics: { ...dynamics, crest: measured.peak - dynamics.p95 },
    noiseFloor,
    defects: {
      clicks: clicksIn(clicks.result(), level, hop, loudness),
      piledTops: tops.done(),
      dropouts: dropouts.done()
    },
    hum,
    rumble: { below30, below80 },
    resonances: resonancesOf(spectrum),
    features: featuresOf({ ...tracks, brightness, active, spectrum }, track)
  }
}

/** What the frames of a stem tell by themselves. */
function toldBy({ level, bands, spectrum }: Pick<FrameTracks, 'level' | 'bands' | 'spectrum'>, sampleRate: number) {
  const { seconds: hop } = gridOf(sampleRate),
    { active, noiseFloor, ...activity } = activityOf(level, hop),
    { loudness, ...dynamics } = loudnessWhere(level, hop, active)
  return {
    active,
    noiseFloor,
    activity,
    loudness,
    dynamics,
    spectrum,
    sibilance: sibilanceOf(bands, active),
    tracks: { hop, level, bands }
  }
}
/** As `analyseStem`, of levels and spectrum alone, in a fraction of the time. */
export async function analyseFrames(
  clip: Clip,
  { kernels, signal }: AnalyseOptions
): Promise<ReturnType<typeof toldBy>> {
  const frames = frameMeter(clip.sampleRate, clip.channels, kernels)
  for await (const { audio } of blocksOf(clip)) {
    signal?.throwIfAborted()
    frames.push(audio)
  }
  return toldBy(frames.done(), clip.sampleRate)
}

/** A click stands this far above its surroundings, dB; edges of notes stay below. */
const clickStrength = 24
/** dB from the sound before to that after: from the first on it is an onset, from the second down a cut end. */
const onset = 6,
  cutEnd = -40
/** dB below the stem from which on a click is not heard: the last bit of a fade, say. */
const unheard = 45
/** s between the clicks before and after one: steps of a sawtooth follow each other faster. */
const alone = 0.06
/** dBFS below which all is silence. */
const silence = -120

/** Clicks within sound or silence: hits begin with one. */
const clicksIn = ({ times, strengths }: Clicks, level: Uint8Array, hop: number, loudness: number): number =>
  times.filter((time, i) => {
    const frame = Math.round(time / hop),
      at = (shift: number) => Math.max(silence, fromByte(level[frame + shift] ?? 0)),
      // What lies wholly before and after it.
      change = at(1) - at(-3)
    return (
      strengths[i]! > clickStrength &&
      (times[i + 1] ?? Infinity) - (times[i - 1] ?? -Infinity) > alone &&
      change < onset &&
      change > cutEnd &&
      Math.max(at(-1), at(0)) > loudness - unheard
    )
  }).length

/** While it plays; of hits so short and far apart that no block of 400 ms is half full of them, over all of the time. */
export function loudnessWhere(level: Uint8Array, hop: number, active: Uint8Array): ReturnType<typeof dynamicsOf> {
  const found = dynamicsOf(level, hop, active)
  return Number.isFinite(found.loudness) ? found : dynamicsOf(level, hop, new Uint8Array(level.length).fill(1))
}

/** What lies beside a run at the greatest level, of that level, at most: round tops of few bits stay closer. */
const corner = 0.999

/**
 * Sample by sample: peak, clipping, how the sides relate. Sums are kept in local variables: a variable that outlives
 * the loop is boxed at every step.
 */
function sampleMeter(name: string, { channels, sampleRate }: Clip) {
  const squares = [0, 0]
  const offset = offsetMeter(sampleRate, channels)
  let product = 0,
    peak = 0,
    runs = 0
  /** Runs at the greatest level, of the channel that is being looked at. */
  function held(x: Samples): void {
    for (let i = 0; i < x.length; i++) {
      const size = Math.abs(x[i]!)
      if (size < peak) continue
      if (size > peak) runs = 0
      peak = size
      const from = i
      while (i + 1 < x.length && Math.abs(x[i + 1]!) === peak) i++
      const beside = Math.max(Math.abs(x[from - 1] ?? 0), Math.abs(x[i + 1] ?? 0))
      if (i > from && peak > 0.1 && beside < corner * peak) runs++
    }
  }
  return {
    push(audio: Audio, start: number) {
      const left = audio[0]!,
        right = audio[1] ?? left
      let squareLeft = 0,
        squareRight = 0,
        both = 0,
        largest = 0
      for (let i = 0; i < left.length; i++) {
        const l = left[i]!,
          r = right[i]!
        squareLeft += l * l
        squareRight += r * r
        both += l * r
        largest = Math.max(largest, Math.abs(l), Math.abs(r))
      }
      if (!Number.isFinite(squareLeft + squareRight)) throw notFinite(name, audio, start, sampleRate)
      // Runs at the greatest level can only lie where the block reaches it.
      for (const channel of largest >= peak ? audio.slice(0, channels) : []) held(channel)
      offset.push(audio)
      squares[0]! += squareLeft
      if (channels === 1) return
      squares[1]! += squareRight
      product += both
    },
    done() {
      const [left, right] = squares as [number, number],
        total = left + right,
        balance = 10 * Math.log10((right + 1e-20) / (left + 1e-20))
      const kind =
        channels === 1
          ? 'mono'
          : total === 0 || total - 2 * product < 1e-7 * total
            ? 'dual mono'
            : Math.abs(balance) > 60
              ? 'one-sided'
              : 'stereo'
      return {
        peak: 20 * Math.log10(peak + 1e-10),
        dc: offset.done(),
        clippedRuns: runs,
        stereo: {
          kind,
          correlation: channels === 1 || left * right === 0 ? 1 : product / Math.sqrt(left * right),
          balance: channels === 1 ? 0 : balance,
          side: kind !== 'one-sided' ? undefined : balance > 0 ? 'right' : 'left'
        } as const
      }
    }
  }
}

function notFinite(name: string, audio: Audio, start: number, sampleRate: number): TaskError {
  const channel = audio.findIndex(c => c.some(v => !Number.isFinite(v))),
    at = audio[channel]!.findIndex(v => !Number.isFinite(v))
  return new TaskError(
    `${name}: sample ${start + at} (${((start + at) / sampleRate).toFixed(3)} s) of channel ${channel + 1} is ${audio[channel]![at]}, not a number; export the stem again`
  )
}
