/**
 * Operations of a plan that depend on the time: lanes as signals, as gains and as parameters, forwards and backwards,
 * one control period after another.
 */
import type { KernelFunction, Samples } from '@mixwright/dsp'
import { controlPeriod, spread, valueAt } from './automation.ts'
import type { Hosts } from './hosts.ts'
import type { AutomatedCall, Plan } from './plan.ts'

/** What an interpreter works on: a plan's memory in two views, and what its calls refer to. */
export interface Machine {
  readonly plan: Plan
  readonly functions: readonly KernelFunction[]
  readonly doubles: Float64Array
  readonly reals: Samples
  readonly hosts: Hosts
  /** Per lane: when its time 0 is, in samples of the stream. */
  readonly laneStarts: Float64Array
  /** Per lane: d loss / d breakpoint. */
  readonly laneGradients: readonly Float64Array[]
}

/** What to do for `count` samples from `offset` on: they lie in the control period from `begin`, `into` samples after it. */
type Visit = (offset: number, count: number, begin: number, into: number) => void

/** Control periods that samples [time, time + n) touch, one after another. */
function periods(n: number, time: number, visit: Visit, backwards = false): void {
  const first = Math.floor(time / controlPeriod)
  const last = Math.floor((time + n - 1) / controlPeriod)
  for (let k = 0; k <= last - first; k++) {
    const begin = (backwards ? last - k : first + k) * controlPeriod
    const from = Math.max(begin, time)
    visit(from - time, Math.min(begin + controlPeriod, time + n) - from, begin, from - begin)
  }
}

const perDb = Math.LN10 / 20

export type LaneCalls = ReturnType<typeof createLaneCalls>
/** Lanes as signals and as edge gains: lines over each control period. `time` is that of the engine's first sample. */
export function createLaneCalls({ plan, doubles, laneGradients, laneStarts }: Machine) {
  const { scratch } = plan
  const slot = scratch / 8
  const amplitude = (lane: number, time: number) => 10 ** (valueAt(plan.lanes[lane]!.track, time) / 20)
  /** A line over one control period, from its sample `into` on. */
  const aim = (from: number, to: number, into: number) => {
    doubles[slot] = from
    doubles[slot + 1] = (to - from) / controlPeriod
    doubles[slot + 2] = into
  }
  const clearSums = () => doubles.fill(0, slot, slot + 2)
  /** Hands Σ g and Σ i g of one period to the breakpoints that shape it. */
  const give = (lane: number, begin: number, into: number, slope: (time: number) => number) => {
    const sum = doubles[slot]!
    const moment = (doubles[slot + 1]! + into * sum) / controlPeriod
    const { track } = plan.lanes[lane]!
    const gradient = laneGradients[lane]!
    spread(track, begin, (sum - moment) * slope(begin), gradient)
    spread(track, begin + controlPeriod, moment * slope(begin + controlPeriod), gradient)
  }
  /** Time of the signal that a lane meets. */
  const met = (lane: number, time: number) => time - plan.lanes[lane]!.shift - laneStarts[lane]!
  return {
    line(f: KernelFunction, dst: number, lane: number, n: number, time: number) {
      const { track } = plan.lanes[lane]!
      periods(n, met(lane, time), (offset, count, begin, into) => {
        aim(valueAt(track, begin), valueAt(track, begin + controlPeriod), into)
        f(dst + offset * 16, scratch, count)
      })
    },
    lineBack(f: KernelFunction, from: number, lane: number, n: number, time: number) {
      periods(n, met(lane, time), (offset, count, begin, into) => {
        clearSums()
        f(from + offset * 16, scratch, count)
        give(lane, begin, into, () => 1)
      })
    },
    ramp(f: KernelFunction, dst: number, src: number, lane: number, fresh: number, n: number, time: number) {
      periods(n, met(lane, time), (offset, count, begin, into) => {
        aim(amplitude(lane, begin), amplitude(lane, begin + controlPeriod), into)
        f(dst + offset * 16, src + offset * 16, scratch, count, fresh)
      })
    },
    /** Gradient of an edge's gain; lane −1: of a constant one. */
    dot(f: KernelFunction, from: number, src: number, sums: number, lane: number, n: number, time: number) {
      if (lane < 0) {
        f(from, src, sums, n)
        return
      }
      periods(n, met(lane, time), (offset, count, begin, into) => {
        clearSums()
        f(from + offset * 16, src + offset * 16, scratch, count)
        give(lane, begin, into, t => amplitude(lane, t) * perDb)
      })
    }
  }
}

export type AutomatedCalls = ReturnType<typeof createAutomatedCalls>
/** Groups whose parameters are held through each control period at what a lane says, or that wait for their clock. */
export function createAutomatedCalls({ plan, functions, doubles, reals, hosts, laneGradients }: Machine) {
  const hold = (call: AutomatedCall, begin: number) => {
    for (const { lane, address } of call.params) {
      const i = address / reals.BYTES_PER_ELEMENT
      reals.fill(valueAt(plan.lanes[lane]!.track, begin), i, i + 2)
    }
  }
  /** Moves what a period has added to the parameters' gradients to the breakpoints. */
  const give = (call: AutomatedCall, begin: number) => {
    for (const { lane, gp } of call.params) {
      const gradient = doubles[gp / 8]! + doubles[gp / 8 + 1]!
      spread(plan.lanes[lane]!.track, begin, gradient, laneGradients[lane]!)
    }
  }
  return {
    run(call: AutomatedCall, at: number, n: number, time: number, keep: number) {
      const { by, clear } = call
      periods(n, time - call.shift, (offset, count, begin) => {
        const from = at + offset * 16
        if (clear && begin < 0) {
          for (const y of clear.y) functions[clear.fn]!(y + from, count)
          return
        }
        hold(call, begin)
        if ('host' in by) hosts.run(by.host, from, count, keep)
        else functions[by.fn]!(by.record, from, count, keep)
      })
    },
    adjoint(call: AutomatedCall, at: number, n: number, time: number) {
      const { by, clear } = call
      const visit: Visit = (offset, count, begin) => {
        const from = at + offset * 16
        if (clear && begin < 0) {
          for (const gx of clear.gx) functions[clear.fn]!(gx + offset * 16, count)
          return
        }
        hold(call, begin)
        for (const { gp } of call.params) doubles.fill(0, gp / 8, gp / 8 + 2)
        if ('host' in by) hosts.adjoint(by.host, from, offset * 16, count)
        else functions[by.adjoint]!(by.record, from, offset * 16, count)
        give(call, begin)
      }
      periods(n, time - call.shift, visit, true)
    }
  }
}
