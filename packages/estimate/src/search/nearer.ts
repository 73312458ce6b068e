/** A console turned until its samples come near: least squares find in a few rounds what magnitudes, which have kinks, find in many. */
import type { Kernels } from '@mixwright/dsp'
import { descend } from '../fit/descend.ts'
import { afterwards, type SoundResiduals, waveResiduals } from '../fit/residuals.ts'
import { settingsIn, valuesAt } from '../fit/settings.ts'
import { turned } from '../fit/graph-knobs.ts'
import { createWorkbench, type Workbench } from '../fit/workbench.ts'
import { type Console, consoleGraph, mixOutput, readBack, registryOf } from './console.ts'
import { unique } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'

/** As Wright & Välimäki (ICASSP 2020). */
const emphasis = 0.9,
  /** Sums that errors are added up in: far more than settings. */
  rows = 1 << 14,
  /** Of all: what differences make; an error at which nothing is left to find; what the square of a way from the start costs. */
  how = { change: 3e-3, enough: 1e-8, price: 1e-6 } as const

/**
 * @param count of the stretches, from the first on
 * @returns the console by Levenberg's and Marquardt's steps on its samples; where phases are others, it need not sound nearer
 */
export function nearer(
  console: Console,
  stretches: Stretches,
  count: number,
  kernels: Kernels,
  rounds: number
): Console {
  const { sampleRate, starts, warmup, judged, passages } = stretches,
    began = (p: number) => (starts[p]! - warmup) / sampleRate,
    // What swings is told from the first stretch on, and only there.
    swings = console.strips.some(({ chain }) => chain.some(({ modulator }) => modulator)),
    heard = passages.slice(0, swings ? 1 : count),
    from = later(console, began(0)),
    graph = consoleGraph(from),
    registry = registryOf(console),
    settings = settingsIn(graph, unique, registry),
    parts = heard.map(({ inputs, wet }) => ({
      bench: createWorkbench(
        graph,
        { sampleRate, inputs, frames: warmup + judged, output: mixOutput },
        settings,
        kernels,
        registry
      ),
      kind: afterwards(waveResiduals(wet, emphasis, rows), warmup)
    })),
    { units } = descend(
      together(parts),
      parts[0]!.kind,
      Float64Array.from(settings, ({ unit }) => unit),
      { ...how, rounds }
    ),
    found = turned(
      graph,
      settings.map(({ place }) => place),
      valuesAt(settings, units)
    )
  return later(readBack(from, found), -began(0))
}

interface Part {
  readonly bench: Workbench
  readonly kind: SoundResiduals
}
/** As if all were one sound. */
function together(parts: readonly Part[]): Workbench {
  const joined = (some: readonly Float64Array[]): Float64Array => {
    const out = new Float64Array(some.reduce((sum, { length }) => sum + length, 0))
    some.reduce((at, one) => (out.set(one, at), at + one.length), 0)
    return out
  }
  if (parts.length === 1) return parts[0]!.bench
  return {
    ...parts[0]!.bench,
    residuals: (_, units) => joined(parts.map(({ bench, kind }) => bench.residuals(kind, units))),
    squares: (_, points) =>
      parts
        .map(({ bench, kind }) => bench.squares(kind, points))
        .reduce((sums, some) => sums.map((sum, k) => sum + some[k]!)),
    jacobian: (_, units, change) => {
      const all = parts.map(({ bench, kind }) => bench.jacobian(kind, units, change))
      return all[0]!.map((_, j) => joined(all.map(columns => columns[j]!)))
    }
  }
}

/** The console where its oscillators have gone on for so many seconds. */
export const later = (console: Console, seconds: number): Console => ({
  ...console,
  strips: console.strips.map(strip => ({
    ...strip,
    chain: strip.chain.map(device => {
      if (!device.modulator) return device
      const { params } = device.modulator,
        phase = Number(params.phase ?? 0) + 360 * Number(params.frequency ?? 0) * seconds
      return {
        ...device,
        modulator: { ...device.modulator, params: { ...params, phase: phase - 360 * Math.floor(phase / 360) } }
      }
    })
  }))
})
