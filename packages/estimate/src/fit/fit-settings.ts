/** The settings of a graph whose structure is known, from what went in and what came out. */
import { type Audio, createRandom, type Kernels, type Registry } from '@mixwright/dsp'
import { type Graph, redrawn } from '@mixwright/graph'
import { graphMatchLoss } from '../losses/graph-match.ts'
import { descend, normalOf } from './descend.ts'
import { identificationOf, type Identification } from './curvature.ts'
import { turned } from './graph-knobs.ts'
import { delayJumps, oscillatorJumps } from './jumps.ts'
import { melResiduals, type SoundResiduals, waveResiduals } from './residuals.ts'
import { type Setting, settingsIn, valuesAt } from './settings.ts'
import type { HeardProblem } from './variants.ts'
import { createWorkbench, squareOf, withChange, type Change, type Workbench } from './workbench.ts'

export interface SettingsOptions {
  /** Drawn by the laws of random graphs. Default 24. */
  readonly starts?: number
  /** Default 1. The same seed gives the same fit. */
  readonly seed?: number
  /** What the square of a way from a start costs, each setting in shares of its range. Default 1e-8. */
  readonly price?: number
  /** Rounds of descent, each as many renders as there are settings and eight more. Default 60. */
  readonly rounds?: number
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
  readonly rounds: number
}

/** Error to signal at which the settings are found, -80 dB: what is left moves none that can be told. */
const found = 1e-8,
  /** As Wright & Välimäki (ICASSP 2020). */
  emphasis = 0.9,
  /** Sums that errors are added up in: far more than settings. */
  rows = 1 << 15,
  /** Samples: bands of music and modulations of up to 10 Hz are both seen. */
  window = 2048,
  /** Norms of what differences make: mel bands have kinks where they are loud and soft, samples bend with delays. */
  changes = { mel: 3e-2, wave: 3e-3 } as const,
  /** Rounds of one descent. */
  leg = { mel: 8, wave: 14 } as const,
  /** Ways taken from different starts. */
  attempts = 3

/** @throws RangeError as `compile`; the signal's reason */
export function fitSettings(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  options: SettingsOptions = {}
): SettingsFit {
  const { starts = 24, seed = 1, price = 1e-8, rounds: most = 60, registry, signal, progress, trace } = options,
    settings = settingsIn(graph, undefined, registry),
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    match = graphMatchLoss(kernels, target as Float32Array[], problem.sampleRate),
    mel = melResiduals(kernels, target, problem.sampleRate, [window]),
    wave = waveResiduals(target, emphasis, rows)
  let rounds = 0,
    best: Omit<SettingsFit, 'settings' | 'graph' | 'rounds'> = {
      units: new Float64Array(),
      loss: Number.POSITIVE_INFINITY,
      errorToSignal: 1
    }
  const keep = (units: Float64Array) => {
    const loss = match.value(bench.hear(units) as Float32Array[])
    if (loss < best.loss) best = { units, loss, errorToSignal: squareOf(bench.residuals(wave, units)) }
  }
  const go = (kind: 'mel' | 'wave', start: Float64Array) => {
    const done = descend(bench, kind === 'mel' ? mel : wave, start, {
      rounds: Math.min(leg[kind], most - rounds),
      enough: found,
      change: changes[kind],
      price,
      signal
    })
    rounds += done.rounds
    progress?.(Math.min(1, rounds / most))
    keep(done.units)
    trace?.(
      `${kind} ${done.rounds}: ${done.loss.toExponential(1)}, error ${best.errorToSignal.toExponential(1)}, match ${best.loss.toFixed(4)}`
    )
    return done
  }
  const over = () => best.errorToSignal <= found || rounds >= most
  const ranked = rankedStarts(graph, bench, mel, starts, seed, registry)
  const oscillators = oscillatorJumps(graph, settings, registry)
  for (const start of ranked.slice(0, attempts)) {
    if (over()) break
    let units = jumped(bench, mel, start, oscillators)
    let last = Number.POSITIVE_INFINITY
    for (let k = 0; k < 3 && !over(); k++) {
      const done = go('wave', units)
      units = done.units
      if (over() || done.loss > 0.98 * last) break
      last = done.loss
      const other = jumped(bench, wave, units, [
        ...delayJumps(graph, problem, target, bench, units, kernels, registry),
        ...oscillators
      ])
      if (other !== units) {
        units = other
        continue
      }
      units = go('mel', units).units
    }
  }
  return {
    ...best,
    graph: turned(
      graph,
      settings.map(({ place }) => place),
      valuesAt(settings, best.units)
    ),
    settings,
    rounds
  }
}

/** The middles of the laws and draws, the nearest first. */
function rankedStarts(
  graph: Graph,
  bench: Workbench,
  kind: SoundResiduals,
  count: number,
  seed: number,
  registry?: Registry
) {
  const random = createRandom(seed),
    drawn = Array.from({ length: count }, () =>
      Float64Array.from(settingsIn(redrawn(graph, random, registry), undefined, registry), ({ unit }) => unit)
    ),
    middle = Float64Array.from(bench.settings, (_, j) => drawn.map(u => u[j]!).sort((a, b) => a - b)[count >> 1]!),
    points = [middle, ...drawn],
    losses = bench.squares(kind, points)
  return points
    .map((units, k) => ({ units, loss: losses[k]! }))
    .sort((a, b) => a.loss - b.loss)
    .map(({ units }) => units)
}

/** One list of changes after the other: the best of each where it is better than nothing. */
function jumped(
  bench: Workbench,
  kind: SoundResiduals,
  start: Float64Array,
  lists: readonly (readonly Change[])[]
): Float64Array {
  return lists.reduce((units, list) => {
    const losses = bench.changed(kind, units, list),
      k = losses.reduce((a, loss, i) => (loss < losses[a]! ? i : a), 0)
    return list.length > 0 && losses[k]! < squareOf(bench.residuals(kind, units)) ? withChange(units, list[k]!) : units
  }, start)
}

/**
 * How sure the settings are: how far each may go, all others following as they can, until the error to signal has risen
 * by the tolerance; and along which directions they may go `reach` and farther.
 */
export function certaintyOf(
  graph: Graph,
  problem: HeardProblem,
  target: Audio,
  kernels: Kernels,
  {
    tolerance = 1e-6,
    reach = 0.1,
    registry
  }: { readonly tolerance?: number; readonly reach?: number; readonly registry?: Registry } = {}
): Identification {
  const settings = settingsIn(graph, undefined, registry),
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    wave = waveResiduals(target, emphasis, rows),
    units = Float64Array.from(settings, ({ unit }) => unit)
  // The first differences only find their steps.
  let columns: Float64Array[] = []
  for (let k = 0; k < 3; k++) columns = bench.jacobian(wave, units, changes.wave)
  const hessian = normalOf(columns).map(row => row.map(v => 2 * v))
  return identificationOf(
    hessian,
    settings.map(({ name }) => name),
    tolerance,
    reach
  )
}
