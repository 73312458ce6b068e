/** The settings of a graph whose structure is known, from what went in and what came out. */
import { type Audio, createRandom, type Kernels, type Registry } from '@mixwright/dsp'
import { type Graph, redrawn, withGain, withParam } from '@mixwright/graph'
import { graphMatchLoss } from '../losses/graph-match.ts'
import { solveSymmetric } from './cholesky.ts'
import type { Residuals } from './gauss-newton.ts'
import { melResiduals, type SoundResiduals, waveResiduals } from './residuals.ts'
import { type Setting, settingsIn, valuesAt } from './settings.ts'
import { createVariants, type HeardProblem, type Variants } from './variants.ts'

export interface SettingsOptions {
  readonly starts?: number
  readonly seed?: number
  readonly registry?: Registry
  readonly truth?: Float64Array
  readonly trace?: (line: string) => void
}

export function createWorkbench(graph: Graph, problem: HeardProblem, settings: readonly Setting[], kernels: Kernels, registry?: Registry) {
  const batch = 32,
    groups: number[][] = []
  for (let j = 0; j < settings.length; j += batch)
    groups.push(Array.from({ length: Math.min(batch, settings.length - j) }, (_, i) => j + i))
  const single = createVariants(graph, problem, settings, [[]], kernels, registry)
  let beside: Variants[] | undefined
  const steps = settings.map(() => 1e-3)
  const hear = (units: Float64Array): Audio => {
    let heard: Audio = []
    single.hear(
      () => valuesAt(settings, units),
      audio => {
        heard = audio
      }
    )
    return heard
  }
  const trialCount = 16,
    trials = createVariants(
      graph,
      problem,
      settings,
      Array.from({ length: trialCount }, () => settings.map((_, j) => j)),
      kernels,
      registry
    )
  return {
    hear,
    /** Residuals of many settings at once. */
    each(points: readonly Float64Array[], kind: SoundResiduals, use: (r: Float64Array, k: number) => void) {
      const residuals = new Float64Array(kind.length)
      for (let at = 0; at < points.length; at += trialCount)
        trials.hear(
          k => valuesAt(settings, points[Math.min(at + k, points.length - 1)]!),
          (audio, k) => {
            if (at + k >= points.length) return
            kind.write(audio, residuals)
            use(residuals, at + k)
          }
        )
    },
    residualsOf(kind: SoundResiduals, change: number) {
      return (units: Float64Array): Residuals => {
        const residuals = new Float64Array(kind.length)
        kind.write(hear(units), residuals)
        return {
          residuals,
          jacobian() {
            beside ??= groups.map(group =>
              createVariants(graph, problem, settings, [[], ...group.map(j => [j])], kernels, registry)
            )
            const columns: Float64Array[] = []
            groups.forEach((group, g) => {
              const moves = group.map(j => (units[j]! + steps[j]! > 1 ? -steps[j]! : steps[j]!))
              beside![g]!.hear(
                k => {
                  const u = units.slice()
                  if (k > 0) u[group[k - 1]!]! += moves[k - 1]!
                  return valuesAt(settings, u)
                },
                (audio, k) => {
                  if (k === 0) return
                  const j = group[k - 1]!,
                    column = new Float64Array(kind.length)
                  kind.write(audio, column)
                  let square = 0
                  for (let i = 0; i < column.length; i++) {
                    const d = column[i]! - residuals[i]!
                    square += d * d
                    column[i] = d / moves[k - 1]!
                  }
                  columns[j] = column
                  // Next time a step that makes about this change.
                  steps[j] = Math.max(
                    1e-7,
                    Math.min(2e-2, steps[j]! * Math.max(1e-2, Math.min(10, change / (Math.sqrt(square) + 1e-12))))
                  )
                }
              )
            })
            return columns
          }
        }
      }
    }
  }
}

const square = (r: Float64Array) => {
  let sum = 0
  for (let i = 0; i < r.length; i++) sum += r[i]! * r[i]!
  return sum
}
/** Levenberg-Marquardt with many dampings tried at once. */
function descend(
  start: Float64Array,
  bench: ReturnType<typeof createWorkbench>,
  kind: SoundResiduals,
  { iterations, enough, change }: { iterations: number; enough: number; change: number }
) {
  let x = start
  const evaluate = bench.residualsOf(kind, change)
  let { residuals, jacobian } = evaluate(x),
    loss = square(residuals),
    rounds = 0,
    idle = 0
  for (; rounds < iterations && loss > enough; rounds++) {
    const columns = jacobian(),
      n = x.length,
      gradient = columns.map(c => {
        let s = 0
        for (let i = 0; i < c.length; i++) s += c[i]! * residuals[i]!
        return s
      }),
      normal = columns.map((a, i) =>
        columns.map((b, j) => {
          if (j > i) return 0
          let s = 0
          for (let k = 0; k < a.length; k++) s += a[k]! * b[k]!
          return s
        })
      )
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) normal[i]![j] = normal[j]![i]!
    const mean = normal.reduce((s, row, i) => s + row[i]!, 0) / n
    const candidates: Float64Array[] = []
    for (const diag of [true, false])
      for (const damping of [1e-9, 1e-6, 1e-4, 1e-3, 1e-2, 0.1, 1, 10]) {
        const held = x.map((v, i) => (v <= 0 && gradient[i]! > 0) || (v >= 1 && gradient[i]! < 0) ? 1 : 0)
        let to = x.slice()
        // Those that would leave their range are held there and the rest solved again.
        for (let pass = 0; pass < 4; pass++) {
          const free = [...x.keys()].filter(i => !held[i])
          const step = solveSymmetric(
            free.map(i =>
              free.map(j => normal[i]![j]! + (i === j ? damping * (diag ? normal[i]![i]! : mean) + 1e-12 * mean + 1e-30 : 0))
            ),
            free.map(i => -gradient[i]! - [...x.keys()].filter(j => held[j]).reduce((s, j) => s + normal[i]![j]! * (to[j]! - x[j]!), 0))
          )
          let left = false
          free.forEach((i, k) => {
            const v = x[i]! + step[k]!
            to[i] = Math.max(0, Math.min(1, v))
            if (v < 0 || v > 1) {
              held[i] = 1
              left = true
            }
          })
          if (!left) break
        }
        const most = to.reduce((m, v, i) => Math.max(m, Math.abs(v - x[i]!)), 0)
        if (most > 0.35) to = x.map((v, i) => v + ((to[i]! - v) * 0.35) / most)
        candidates.push(to)
      }
    let best = { loss, k: -1 }
    bench.each(candidates, kind, (r, k) => {
      const l = square(r)
      if (l < best.loss) best = { loss: l, k }
    })
    if (best.k < 0) {
      if (++idle > 1) break
      continue // once more with fresh steps
    }
    const gain = 1 - best.loss / loss
    x = candidates[best.k]!
    ;({ residuals, jacobian } = evaluate(x))
    loss = square(residuals)
    idle = gain < 1e-3 ? idle + 1 : 0
    if (idle > 2) break
  }
  return { x, loss, rounds }
}

export function fitSettings(graph: Graph, problem: HeardProblem, target: Audio, kernels: Kernels, options: SettingsOptions = {}) {
  const { starts = 16, seed = 1, registry, trace = () => {} } = options,
    settings = settingsIn(graph, () => true, registry),
    random = createRandom(seed),
    drawn = Array.from({ length: starts }, () =>
      Float64Array.from(settingsIn(redrawn(graph, random, registry), () => true, registry), ({ unit }) => unit)
    ),
    middle = Float64Array.from(settings, (_, j) => drawn.map(u => u[j]!).sort((a, b) => a - b)[starts >> 1]!),
    points = [middle, ...drawn],
    bench = createWorkbench(graph, problem, settings, kernels, registry),
    match = graphMatchLoss(kernels, target as Float32Array[], problem.sampleRate),
    mel = melResiduals(kernels, target, problem.sampleRate, [2048]),
    wave = waveResiduals(target, 0.9, 1 << 15),
    began = performance.now(),
    time = () => `${((performance.now() - began) / 1000).toFixed(1)} s`,
    waveAt = bench.residualsOf(wave, 3e-3),
    esr = (u: Float64Array) => waveAt(u).residuals.reduce((s, r) => s + r * r, 0),
    matchAt = (u: Float64Array) => match.value(bench.hear(u) as Float32Array[])
  const ranked = points.map(u => ({ u, loss: 0 }))
  bench.each(points, mel, (r, k) => (ranked[k]!.loss = square(r)))
  ranked.sort((a, b) => a.loss - b.loss)
  if (options.truth) trace(`truth ${esr(options.truth).toExponential(1)} ${matchAt(options.truth).toFixed(4)}`)
  trace(`${settings.length} settings, starts ${ranked.slice(0, 5).map(({ loss }) => loss.toFixed(3)).join(' ')} ${time()}`)
  let best = { u: middle, loss: Number.POSITIVE_INFINITY }
  for (const { u, loss } of ranked.slice(0, 2)) {
    const coarse = descend(u, bench, mel, { iterations: 15, enough: 1e-6, change: 3e-2 })
    trace(`  mel ${loss.toFixed(4)} > ${coarse.loss.toFixed(4)} (${coarse.rounds}), esr ${esr(coarse.x).toExponential(1)}, match ${matchAt(coarse.x).toFixed(4)} ${time()}`)
    const fine = descend(coarse.x, bench, wave, { iterations: 25, enough: 1e-9, change: 3e-3 })
    trace(`  wave > ${fine.loss.toExponential(1)} (${fine.rounds}), match ${matchAt(fine.x).toFixed(4)} ${time()}`)
    for (const x of [coarse.x, fine.x]) {
      const loss = matchAt(x)
      if (loss < best.loss) best = { u: x, loss }
    }
    if (best.loss < 0.003) break
  }
  const values = valuesAt(settings, best.u)
  return {
    graph: settings.reduce(
      (g, { place }, j) => ('node' in place ? withParam(g, place.node, place.param, values[j]!) : withGain(g, place.edge, values[j]!)),
      graph
    ),
    units: best.u,
    settings,
    loss: best.loss
  }
}
