/**
 * Runs a plan. [audio thread] for `forward` of graphs of kernels: no allocation, no throw.
 * The offline renderer, the gradients, workers and the AudioWorklet all run this.
 */
import {
  instantiate,
  type KernelFunction,
  type Kernels,
  type Processor,
  processors,
  type Registry,
  reservedBytes,
  type Samples
} from '@mixwright/dsp'
import { controlPeriod, spread, valueAt } from './automation.ts'
import { callWords, op } from './draft.ts'
import { createHosts } from './hosts.ts'
import type { AutomatedCall, Plan } from './plan.ts'

export interface Engine {
  readonly plan: Plan
  /**
   * The arrays to fill before `forward` and to read after it: two channels of `chunk` samples. A mono input goes into
   * both.
   */
  readonly inputs: Readonly<Record<string, readonly Samples[]>>
  readonly outputs: Readonly<Record<string, readonly Samples[]>>
  readonly inputGradients: Readonly<Record<string, readonly Samples[]>>
  readonly outputGradients: Readonly<Record<string, readonly Samples[]>>
  /** All memory of processors as at the start, time zero. */
  reset(): void
  /** `frames` ≤ chunk samples; all but the last call of a stream take a multiple of the control period. */
  forward(frames: number): void
  /** Parameter of a node (not automated), in its own unit, from the next block on. */
  set(node: string, param: string, value: number): void
  /** Gain in dB of the edge with that index in the graph (one that states a gain). */
  setEdge(edge: number, gain: number): void
  readonly internals: Internals
}
/** What gradients.ts needs beyond a stream. */
export interface Internals {
  readonly bytes: Uint8Array
  readonly doubles: Float64Array
  execute(calls: Int32Array, at: number, start: number, n: number, time: number): void
  readonly laneGradients: readonly Float64Array[]
  restart(address: number): void
}

const elementsOf = (plan: Plan, buffer: ArrayBuffer, address: number, length: number): Samples =>
  plan.real === 'f32' ? new Float32Array(buffer, address, length) : new Float64Array(buffer, address, length)

/** Instantiates the kernels over a memory of the plan's size. One engine = one stream. */
export function load(plan: Plan, kernels: Kernels, registry: Registry = processors): Engine {
  const memory = new WebAssembly.Memory({ initial: Math.ceil(plan.bytes / 65536) + 1, maximum: 65536 }),
    exports = instantiate(kernels, memory)
  const { buffer } = memory,
    bytes = new Uint8Array(buffer),
    words = new Uint32Array(buffer),
    doubles = new Float64Array(buffer),
    elements = elementsOf(plan, buffer, 0, 0).constructor as Float32ArrayConstructor
  const reals: Samples = new elements(buffer)
  bytes.set(plan.image, reservedBytes)
  const functions: KernelFunction[] = plan.functions.map(name => {
    if (!exports[name]) throw new Error(`the kernel module has no ${name}; rebuild it`)
    return exports[name]
  })
  const views = (ports: Plan['inputs']) =>
    Object.fromEntries(
      Object.entries(ports).map(([name, channels]) => [
        name,
        channels.map(address => elementsOf(plan, buffer, address, plan.chunk))
      ])
    )
  const hosts = createHosts(plan, registry as Readonly<Record<string, Processor>>, buffer, functions),
    laneGradients = plan.lanes.map(lane => new Float64Array(lane.track.values.length))
  const execute = interpreter(plan, functions, { doubles, reals, hosts, laneGradients })
  const restart = (address: number) => {
    bytes.fill(0, address, address + plan.state.bytes)
    for (const { offset, values } of plan.state.words) words.set(values, (address + offset) / 4)
  }
  let time = 0
  restart(plan.state.at)
  return {
    plan,
    inputs: views(plan.inputs),
    outputs: views(plan.outputs),
    inputGradients: views(plan.inputGradients),
    outputGradients: views(plan.outputGradients),
    reset() {
      time = 0
      restart(plan.state.at)
    },
    forward(frames) {
      for (let start = 0; start < frames; start += plan.block)
        execute(plan.forward, 0, start, Math.min(plan.block, frames - start), time + start)
      time += frames
    },
    set(node, param, value) {
      const home = plan.params[node]?.[param]
      if (!home) throw new RangeError(`the plan has no parameter ${node}.${param}`)
      reals.fill(value, home.address / reals.BYTES_PER_ELEMENT, home.address / reals.BYTES_PER_ELEMENT + 2)
    },
    setEdge(edge, gain) {
      const home = plan.edges[edge]
      if (!home) throw new RangeError(`edge ${edge} states no gain`)
      doubles[home.gain / 8] = 10 ** (gain / 20)
    },
    internals: { bytes, doubles, execute, laneGradients, restart }
  }
}

interface World {
  readonly doubles: Float64Array
  readonly reals: Samples
  readonly hosts: ReturnType<typeof createHosts>
  readonly laneGradients: readonly Float64Array[]
}
const perDb = Math.LN10 / 20

function interpreter(
  plan: Plan,
  functions: readonly KernelFunction[],
  { doubles, reals, hosts, laneGradients }: World
) {
  const elem = reals.BYTES_PER_ELEMENT,
    scratch = plan.scratch,
    slot = scratch / 8
  const amplitude = (lane: number, time: number) => 10 ** (valueAt(plan.lanes[lane]!.track, time) / 20)
  /** A line over one control period, from its sample `into` on. */
  const aim = (from: number, to: number, into: number) => {
    doubles[slot] = from
    doubles[slot + 1] = (to - from) / controlPeriod
    doubles[slot + 2] = into
  }
  /** Control periods that samples [time, time + n) touch, one after another. */
  const periods = (
    n: number,
    time: number,
    visit: (offset: number, count: number, begin: number, into: number) => void,
    backwards = false
  ) => {
    const first = Math.floor(time / controlPeriod),
      last = Math.floor((time + n - 1) / controlPeriod)
    for (let k = 0; k <= last - first; k++) {
      const begin = (backwards ? last - k : first + k) * controlPeriod,
        from = Math.max(begin, time)
      visit(from - time, Math.min(begin + controlPeriod, time + n) - from, begin, from - begin)
    }
  }
  const setAutomated = (call: AutomatedCall, begin: number) => {
    for (const param of call.params) {
      const v = valueAt(plan.lanes[param.lane]!.track, begin),
        i = param.address / elem
      reals[i] = v
      reals[i + 1] = v
    }
  }
  /** Time of the signal that a lane meets. */
  const met = (lane: number, time: number) => time - plan.lanes[lane]!.shift
  const line = (f: KernelFunction, dst: number, lane: number, n: number, time: number) =>
    periods(n, met(lane, time), (offset, count, begin, into) => {
      const { track } = plan.lanes[lane]!
      aim(valueAt(track, begin), valueAt(track, begin + controlPeriod), into)
      f(dst + offset * 16, scratch, count)
    })
  const ramp = (f: KernelFunction, dst: number, src: number, lane: number, fresh: number, n: number, time: number) =>
    periods(n, met(lane, time), (offset, count, begin, into) => {
      aim(amplitude(lane, begin), amplitude(lane, begin + controlPeriod), into)
      f(dst + offset * 16, src + offset * 16, scratch, count, fresh)
    })
  /** Hands Σ g and Σ i g of one period to the breakpoints that shape it. */
  const give = (lane: number, begin: number, into: number, slope: (time: number) => number) => {
    const sum = doubles[slot]!,
      moment = (doubles[slot + 1]! + into * sum) / controlPeriod,
      { track } = plan.lanes[lane]!,
      gradient = laneGradients[lane]!
    spread(track, begin, (sum - moment) * slope(begin), gradient)
    spread(track, begin + controlPeriod, moment * slope(begin + controlPeriod), gradient)
  }
  const lineBack = (f: KernelFunction, from: number, lane: number, n: number, time: number) =>
    periods(n, met(lane, time), (offset, count, begin, into) => {
      doubles[slot] = 0
      doubles[slot + 1] = 0
      f(from + offset * 16, scratch, count)
      give(lane, begin, into, () => 1)
    })
  const dot = (f: KernelFunction, from: number, src: number, sums: number, lane: number, n: number, time: number) => {
    if (lane < 0) {
      f(from, src, sums, n)
      return
    }
    periods(n, met(lane, time), (offset, count, begin, into) => {
      doubles[slot] = 0
      doubles[slot + 1] = 0
      f(from + offset * 16, src + offset * 16, scratch, count)
      give(lane, begin, into, t => amplitude(lane, t) * perDb)
    })
  }
  const runAutomated = (call: AutomatedCall, at: number, n: number, time: number, keep: number) =>
    periods(n, time - call.shift, (offset, count, begin) => {
      const { by, clear } = call,
        from = at + offset * 16
      if (clear && begin < 0) {
        for (const y of clear.y) functions[clear.fn]!(y + from, count)
        return
      }
      setAutomated(call, begin)
      if ('host' in by) hosts.run(by.host, from, count, keep)
      else functions[by.fn]!(by.record, from, count, keep)
    })
  const adjointAutomated = (call: AutomatedCall, at: number, n: number, time: number) =>
    periods(
      n,
      time - call.shift,
      (offset, count, begin) => {
        const { by, clear } = call,
          from = at + offset * 16
        if (clear && begin < 0) {
          for (const gx of clear.gx) functions[clear.fn]!(gx + offset * 16, count)
          return
        }
        setAutomated(call, begin)
        for (const param of call.params) doubles.fill(0, param.gp / 8, param.gp / 8 + 2)
        if ('host' in by) hosts.adjoint(by.host, from, offset * 16, count)
        else functions[by.adjoint]!(by.record, from, offset * 16, count)
        for (const param of call.params)
          spread(
            plan.lanes[param.lane]!.track,
            begin,
            doubles[param.gp / 8]! + doubles[param.gp / 8 + 1]!,
            laneGradients[param.lane]!
          )
      },
      true
    )

  return (calls: Int32Array, at: number, start: number, n: number, time: number): void => {
    const planar = start * elem
    for (let i = 0; i < calls.length; i += callWords) {
      const a = calls[i + 1]!,
        b = calls[i + 2]!,
        c = calls[i + 3]!,
        d = calls[i + 4]!,
        e = calls[i + 5]!,
        f = functions[a]!
      switch (calls[i]) {
        case op.run:
          f(b, at, n, c)
          break
        case op.run2:
          f(b, c, at, n, d)
          break
        case op.route:
          f(b + at, c + at, d, n, e)
          break
        case op.weave:
          f(b + at, c + planar, d + planar, n)
          break
        case op.unweave:
          f(b + at, c + planar, d + planar, n)
          break
        case op.clear:
          f(b + at, n)
          break
        case op.line:
          line(f, b + at, c, n, time)
          break
        case op.ramp:
          ramp(f, b + at, c + at, d, e, n, time)
          break
        case op.runAutomated:
          runAutomated(plan.automated[a]!, at, n, time, b)
          break
        case op.host:
          hosts.run(a, at, n, b)
          break
        case op.adjoint:
          f(b, at, 0, n)
          break
        case op.adjoint2:
          f(b, c, at, 0, n)
          break
        case op.routeBack:
          f(b, c, d, n, e)
          break
        case op.weaveBack:
          f(b, c + planar, d + planar, n)
          break
        case op.unweaveBack:
          f(b, c + planar, d + planar, n)
          break
        case op.clearBack:
          f(b, n)
          break
        case op.dot:
          dot(f, b, c + at, d, e, n, time)
          break
        case op.rampBack:
          ramp(f, b, c, d, e, n, time)
          break
        case op.lineBack:
          lineBack(f, b, c, n, time)
          break
        case op.adjointAutomated:
          adjointAutomated(plan.automated[a]!, at, n, time)
          break
        case op.hostAdjoint:
          hosts.adjoint(a, at, 0, n)
          break
      }
    }
  }
}
