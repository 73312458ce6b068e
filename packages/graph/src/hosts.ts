/**
 * Processors written in TypeScript inside a plan: lanes are unwoven to planar arrays, the function runs, its outlets
 * are woven back.
 */
import {
  inletsOf,
  type KernelFunction,
  outletsOf,
  type Params,
  type Processor,
  type Registry,
  type Samples
} from '@mixwright/dsp'
import type { HostCall, Plan } from './plan.ts'

export type Hosts = ReturnType<typeof createHosts>
/** @throws Error if the registry lacks a processor of the plan */
export function createHosts(plan: Plan, registry: Registry, buffer: ArrayBuffer, functions: readonly KernelFunction[]) {
  const elements = (plan.real === 'f32' ? Float32Array : Float64Array) as Float32ArrayConstructor,
    elem = elements.BYTES_PER_ELEMENT
  const doubles = new Float64Array(buffer),
    reals: Samples = new elements(buffer),
    env = { sampleRate: plan.sampleRate }
  const weave = functions[plan.functions.indexOf(`weave_${plan.real}`)]!,
    unweave = functions[plan.functions.indexOf(`unweave_${plan.real}`)]!
  const bound = plan.hosts.map(call => {
    const def = registry[call.id]
    if (!def?.run) throw new Error(`the plan needs the processor "${call.id}"; pass the registry that has it`)
    return {
      call,
      def: def as Processor,
      inlets: inletsOf(def).map(i => i.name),
      outlets: outletsOf(def).map(o => o.name),
      params: Object.entries(def.params as Params)
    }
  })
  const pair = (planes: readonly number[], i: number, offset: number, n: number) => {
    const plane = (c: 0 | 1) => new elements(buffer, planes[2 * i + c]! + offset, n)
    return [plane(0), plane(1)] as const
  }
  const signals = (names: readonly string[], planes: readonly number[], offset: number, n: number) =>
    Object.fromEntries(names.map((name, i) => [name, pair(planes, i, offset, n)]))
  const tapeOf = (call: HostCall, offset: number, n: number) =>
    Array.from({ length: call.planarTape.length / 2 }, (_, i) => pair(call.planarTape, i, offset, n))
  const values = ({ call, params }: (typeof bound)[number]) =>
    Object.fromEntries(
      params.map(([name, param], j) => {
        const value = reals[(call.params + 16 * j) / elem]!
        return [name, param.kind === 'choice' ? param.options[value]! : value]
      })
    )
  const stateOf = (call: HostCall, address: number) => doubles.subarray(address / 8, address / 8 + call.stateWords)
  /** Weaves or unweaves every port; address 0: not connected. */
  const move = (
    f: KernelFunction,
    addresses: readonly number[],
    offset: number,
    planes: readonly number[],
    planeOffset: number,
    n: number
  ) =>
    addresses.forEach((address, i) => {
      if (address) f(address + offset, planes[2 * i]! + planeOffset, planes[2 * i + 1]! + planeOffset, n)
    })

  // As for kernels, `at` and `gAt` are bytes of lanes: where in the kept signals, and where in the gradients of the
  // block.
  return {
    run(index: number, at: number, n: number, keep: number) {
      const host = bound[index]!,
        { call, def } = host,
        offset = (at / 16) * elem
      move(unweave, call.x, at, call.planarX, offset, n)
      def.run!({
        n,
        env,
        p: values(host),
        x: signals(host.inlets, call.planarX, offset, n),
        y: signals(host.outlets, call.planarY, offset, n),
        state: stateOf(call, call.state),
        tape: keep ? tapeOf(call, offset, n) : undefined
      })
      move(weave, call.y, at, call.planarY, offset, n)
    },
    adjoint(index: number, at: number, gAt: number, n: number) {
      const host = bound[index]!,
        { call, def } = host,
        offset = (at / 16) * elem,
        gOffset = (gAt / 16) * elem
      const gp = Object.fromEntries(host.params.map(([name]) => [name, 0]))
      move(unweave, call.gy, gAt, call.planarGy, gOffset, n)
      def.adjoint!({
        n,
        env,
        p: values(host),
        x: signals(host.inlets, call.planarX, offset, n),
        y: signals(host.outlets, call.planarY, offset, n),
        gy: signals(host.outlets, call.planarGy, gOffset, n),
        gx: signals(host.inlets, call.planarGx, gOffset, n),
        gp,
        state: stateOf(call, call.adjointState),
        tape: tapeOf(call, offset, n)
      })
      move(weave, call.gx, gAt, call.planarGx, gOffset, n)
      host.params.forEach(([name], j) => {
        doubles[(call.gp + 32 * j) / 8]! += gp[name]!
      })
    }
  }
}
