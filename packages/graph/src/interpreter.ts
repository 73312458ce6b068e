/** Executes call lists. [audio thread] for `forward` of graphs of kernels: no allocation, no throw. */
import { callWords, op } from './calls.ts'
import { createAutomatedCalls, createLaneCalls, type Machine } from './followers.ts'

/**
 * Runs the calls over `n` samples: `at` is where they lie in the kept signals, in bytes; `start` where in the planar
 * arrays, `time` where in the stream, both in samples.
 */
export type Execute = (calls: Int32Array, at: number, start: number, n: number, time: number) => void

export function createInterpreter(machine: Machine): Execute {
  const { plan, functions, hosts } = machine
  const elementBytes = machine.reals.BYTES_PER_ELEMENT
  const lanes = createLaneCalls(machine)
  const automated = createAutomatedCalls(machine)
  return (calls, at, start, n, time) => {
    const planar = start * elementBytes
    for (let i = 0; i < calls.length; i += callWords) {
      const a = calls[i + 1]!
      const b = calls[i + 2]!
      const c = calls[i + 3]!
      const d = calls[i + 4]!
      const e = calls[i + 5]!
      const f = functions[a]!
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
          lanes.line(f, b + at, c, n, time)
          break
        case op.ramp:
          lanes.ramp(f, b + at, c + at, d, e, n, time)
          break
        case op.runAutomated:
          automated.run(plan.automated[a]!, at, n, time, b)
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
          lanes.dot(f, b, c + at, d, e, n, time)
          break
        case op.rampBack:
          lanes.ramp(f, b, c, d, e, n, time)
          break
        case op.lineBack:
          lanes.lineBack(f, b, c, n, time)
          break
        case op.adjointAutomated:
          automated.adjoint(plan.automated[a]!, at, n, time)
          break
        case op.hostAdjoint:
          hosts.adjoint(a, at, 0, n)
          break
      }
    }
  }
}
