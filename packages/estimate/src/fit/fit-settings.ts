/** The settings of a graph whose structure is known, from what went in and what came out. */
import { type Audio, createRandom, type Kernels, type Registry } from '@mixwright/dsp'
import { type Graph, redrawn } from '@mixwright/graph'
import { graphMatchLoss } from '../losses/graph-match.ts'
import type { Descended } from './descend.ts'
import { createStage, emphasis, narrowed, rows, type Stage } from './fit-stage.ts'
import { turned } from './graph-knobs.ts'
import type { Place } from './knobs.ts'
import { after, afterwards, waveResiduals } from './residuals.ts'
import { inRange, type Setting, settingsIn, valuesAt } from './settings.ts'
import type { HeardProblem } from './variants.ts'
import { createWorkbench } from './workbench.ts'

/** Errors to signal at which work ends. */
interface Limits {
  /** A descent on the first share of the sound must come below it for anything more to be tried. Default: none. */
  readonly below: number
  /** Above it a way has led astray, and the next start is taken. Default 3e-3. */
  readonly lost: number
  /** Below it no other valley is looked for. Default 1e-6 on the first share of the sound, 3e-6 on longer ones. */
  readonly near: number
  /** Below it one is looked for all the same, until nothing is left: none but the engine itself comes so near. Default 0. */
  readonly exact: number
}
export interface SettingsOptions extends Partial<Limits> {
  /** Drawn by the laws of random graphs, beside the graph's own numbers and the middle of the laws. Default 24. */
  readonly starts?: number
  /** Default 1. The same seed gives the same fit. */
  readonly seed?: number
  /** What the square of a way from a start costs, each setting in shares of its range. Default 1e-8. */
  readonly price?: number
  /** What may be heard, in rounds of descent over the whole sound: each as often as there are settings and twelve. Default 100. */
  readonly rounds?: number
  /** Which of all settings are looked for. Default: all. */
  readonly may?: ((place: Place) => boolean) | undefined
  readonly registry?: Registry
  readonly signal?: AbortSignal | undefined
  readonly progress?: ((fraction: number) => void) | undefined
  readonly trace?: ((line: string) => void) | undefined
}
export interface SettingsFit {
  readonly graph: Graph
  readonly settings: readonly Setting[]
  /** Of the settings, 0 to 1 of their ranges. */
  readonly units: Float64Array
  /** The graph-match loss. */
  readonly loss: number
  /** Σ error² over Σ target², high frequencies emphasised. */
  readonly errorToSignal: number
  /** What was heard, as `rounds` of the options. */
  readonly rounds: number
}

/** Error to signal at which a descent ends, -80 dB: what is left moves none that can be told. */
const found = 1e-8,
  /** At which waves have nothing in common. */
  strange = 0.3,
  usual: Limits = { below: Number.POSITIVE_INFINITY, lost: 3e-3, near: 0, exact: 0 },
  /** Shares of the sound that are fitted one after the other: in a short one what swings is in step for longer, and rounds cost less. */
  shares = [1 / 4, 1 / 2, 1],
  /** Seconds, least. */
  shortest = 0.5,
  /** Share of all power that a part must hold. */
  sounding = 0.02,
  /** Starts that are followed, those that are followed on, and for how many rounds. */
  begin = [
    { ways: 5, rounds: 4 },
    { ways: 3, rounds: 6 }
  ] as const,
  /** Descents with jumps between them on the shortest share and on others, and jumps by mel bands; a descent's rounds; where no other valley is looked for. */
  turns = {
    first: {
      most: 8,
      strange: 1,
      rounds: 30,
      near: 1e-6,
      legs: [
        { ways: 8, rounds: 2 },
        { ways: 3, rounds: 4 },
        { ways: 1, rounds: 8 }
      ]
    },
    later: {
      most: 3,
      strange: 0,
      rounds: 15,
      near: 3e-6,
      legs: [
        { ways: 3, rounds: 2 },
        { ways: 1, rounds: 6 }
      ]
    }
  } as const,
  melRounds = 8

/** @throws RangeError as `compile`, and for a silent target; the signal's reason */
export function fitSettings(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  options: SettingsOptions = {}
): SettingsFit {
  const { starts = 24, seed = 1, price = 1e-8, rounds: most = 100, may, registry, signal, progress, trace } = options,
    limits = { ...usual, ...options },
    settings = settingsIn(graph, may, registry),
    drawn = drawnFrom(graph, starts, seed, options),
    middle = Float64Array.from(
      settings,
      (_, j) => drawn.map(units => units[j]!).sort((a, b) => a - b)[drawn.length >> 1]!
    ),
    own = Float64Array.from(settings, ({ unit }) => unit)
  let rounds = 0,
    ends: Ends | undefined
  for (const frames of lengthsOf(target, problem)) {
    const stage = createStage({
      graph,
      settings,
      problem: { ...problem, frames },
      target: target.map(channel => channel.subarray(0, frames)),
      kernels,
      drawn,
      middle,
      price,
      enough: found,
      spend(sounds) {
        rounds += ((frames / problem.frames) * sounds) / (settings.length + 12)
        progress?.(Math.min(1, rounds / most))
        return rounds < most
      },
      registry,
      signal
    })
    const say = (line: string) =>
      trace?.(`${(frames / problem.sampleRate).toFixed(2)} s: ${line}, ${rounds.toFixed(1)} rounds`)
    ends = ends
      ? worked(stage, (ends.mel ?? ends.wave).units, turns.later, limits, say)
      : begun(stage, [own, middle], drawn, limits, say, () => rounds < most / 2)
    if (!(ends.wave.loss < limits.below)) break
  }
  progress?.(1)
  return { ...nearest(ends!, graph, settings, problem, target, kernels, registry), settings, rounds }
}

/** The graph as in other draws, units by setting. */
function drawnFrom(graph: Graph, count: number, seed: number, { may, registry }: SettingsOptions): Float64Array[] {
  const random = createRandom(seed)
  return Array.from({ length: count }, () =>
    Float64Array.from(settingsIn(redrawn(graph, random, registry), may, registry), ({ unit }) => unit)
  )
}

/** Shares of the sound that are long enough and in which something sounds, the shortest first. */
function lengthsOf(target: Audio, { frames: whole, sampleRate, warmup = 0 }: HeardProblem): number[] {
  const power = (frames: number) =>
      target.reduce((sum, x) => sum + x.subarray(warmup, frames).reduce((t, v) => t + v * v, 0), 0),
    all = power(whole)
  if (!(all > 0))
    throw new RangeError('the target is silent, which tells no setting; give one in which something sounds')
  return shares
    .map(share => warmup + Math.round(share * (whole - warmup)))
    .filter(frames => frames === whole || (frames - warmup >= shortest * sampleRate && power(frames) >= sounding * all))
}

/** By what is heard of the whole, which samples alone do not judge. */
function nearest(
  ends: Ends,
  graph: Graph,
  settings: readonly Setting[],
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  registry?: Registry
): Pick<SettingsFit, 'graph' | 'units' | 'loss' | 'errorToSignal'> {
  const { warmup = 0 } = problem,
    heard = after(target as Float32Array[], warmup),
    match = graphMatchLoss(kernels, heard, problem.sampleRate),
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    points = [ends.mel ?? ends.wave, ends.wave].map(end => end.units),
    losses = points.map(units => match.value(after(bench.hear(units) as Float32Array[], warmup))),
    loss = Math.min(...losses),
    units = points[losses.indexOf(loss)]!.map((u, j) => inRange(settings[j]!, u)),
    [errorToSignal] = bench.squares(afterwards(waveResiduals(heard, emphasis, rows), warmup), [units]),
    places = settings.map(({ place }) => place)
  return { graph: turned(graph, places, valuesAt(settings, units)), units, loss, errorToSignal: errorToSignal! }
}

/** Where a length's work ends: by samples, and by mel bands where samples lead nowhere. */
interface Ends {
  readonly wave: Descended
  readonly mel?: Descended
}
/**
 * The best way down from some points and from draws, one after the other until one is not lost. Where others led is added
 * to `drawn`: devices may be as there.
 */
function begun(
  stage: Stage,
  from: readonly Float64Array[],
  drawn: Float64Array[],
  limits: Limits,
  say: (line: string) => void,
  more: () => boolean
): Ends {
  const points = [...from, ...drawn],
    ranks = stage.losses('mel', points)
  let ways = points.map((units, k) => ({ units, loss: ranks[k]!, rounds: 0 })).sort((a, b) => a.loss - b.loss)
  for (const leg of begin) ways = narrowed(ways, leg, (start, rounds) => stage.descend('wave', start, rounds))
  drawn.unshift(...ways.slice(1).map(({ units }) => units))
  let best: Ends | undefined
  for (const { units } of ways) {
    const ends = worked(stage, units, turns.first, limits, say)
    if (!best || ends.wave.loss < best.wave.loss) best = ends
    if (best.wave.loss < limits.lost || !(best.wave.loss < limits.below) || !more()) break
    drawn.unshift(ends.wave.units)
  }
  return best!
}

/** Descents and jumps by turns. */
function worked(
  stage: Stage,
  start: Float64Array,
  { most, strange: mels, rounds, near: least, legs }: (typeof turns)[keyof typeof turns],
  { below, near, exact }: Limits,
  say: (line: string) => void
): Ends {
  let units = start
  for (let k = 0; ; k++) {
    const wave = stage.descend('wave', units, rounds),
      mel = wave.loss > strange ? stage.descend('mel', units, melRounds) : undefined,
      end = mel ?? wave
    say(`${mel ? 'mel' : 'wave'} ${end.loss.toExponential(1)}`)
    const there = wave.loss <= least || (wave.loss <= near && wave.loss > exact)
    const next =
      there || !(wave.loss < below) || k + 1 === most
        ? undefined
        : (stage.swing(wave, legs) ??
          stage.chains(wave) ??
          (mel && k >= mels ? undefined : stage.jump(mel ? 'mel' : 'wave', end, legs)))
    if (!next) return { wave, ...(mel && { mel }) }
    units = next.units
  }
}
