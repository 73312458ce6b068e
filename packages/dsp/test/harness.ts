/**
 * One processor on a bench: its kernel over one lane group in a memory of its own, or its TypeScript; the same to the
 * caller.
 */
import type { Params, Processor, Samples, Values } from '../src/define.ts'
import { defaultsOf, inletsOf, numeric, outletsOf } from '../src/derive.ts'
import { instantiate, type Real, record, reservedBytes } from '../src/kernels.ts'
import { kernels } from './kernels.ts'

/** Left and right. */
export type Stereo = readonly [Float64Array, Float64Array]
export type Settings = Readonly<Record<string, number | string>>
export interface Rig {
  readonly inlets: readonly string[]
  readonly outlets: readonly string[]
  /** Forward from a reset. `blocks`: lengths of the calls, repeated until the end. */
  run(x: readonly Stereo[], options?: { blocks?: readonly number[]; keep?: boolean }): Stereo[]
  /** Backward over the last `run` with `keep`: gradients of inlets, and of parameters by name. */
  adjoint(gy: readonly Stereo[], options?: { blocks?: readonly number[] }): { gx: Stereo[]; gp: Record<string, number> }
  /** Continues without a reset. */
  more(x: readonly Stereo[]): Stereo[]
}
export interface RigOptions {
  readonly real?: Real
  readonly rate: number
  readonly frames: number
  readonly values?: Settings
  /** Optional inlets that are connected. */
  readonly connect?: readonly string[]
  /** f32: the node sits in the second pair of the group, and another with other settings in the first. */
  readonly pair?: 0 | 1
}

export const stereo = (n: number, f: (i: number, channel: number) => number): Stereo => [
  Float64Array.from({ length: n }, (_, i) => f(i, 0)),
  Float64Array.from({ length: n }, (_, i) => f(i, 1))
]

/** Where two lists of signals first differ in a bit, in words; undefined if nowhere. */
export function firstDifference(actual: readonly Stereo[], wanted: readonly Stereo[]): string | undefined {
  if (actual.length !== wanted.length) return `${actual.length} signals, expected ${wanted.length}`
  for (const [k, pair] of wanted.entries())
    for (const c of [0, 1] as const) {
      const got = actual[k]![c],
        want = pair[c],
        port = wanted.length > 1 ? `port ${k}, ` : ''
      if (got.length !== want.length) return `${port}${got.length} samples, expected ${want.length}`
      const i = want.findIndex((v, j) => !Object.is(v, got[j]))
      if (i >= 0) return `${port}sample ${i}, ${c ? 'right' : 'left'}: ${got[i]}, expected ${want[i]}`
    }
  return undefined
}

export function rig(def: Processor, options: RigOptions): Rig {
  return def.kernel ? kernelRig(def, options) : scriptRig(def, options)
}
const split = (n: number, blocks: readonly number[]) => {
  const list: { at: number; n: number }[] = []
  for (let at = 0, k = 0; at < n; k++) {
    const size = Math.min(blocks[k % blocks.length]!, n - at)
    list.push({ at, n: size })
    at += size
  }
  return list
}
const complete = (def: Processor, values: Settings = {}) =>
  ({ ...defaultsOf(def.params as Params), ...values }) as Record<string, number | string>

function kernelRig(def: Processor, { real = 'f64', rate, frames, values, connect = [], pair = 0 }: RigOptions): Rig {
  const kernel = def.kernel!,
    all = inletsOf(def),
    inlets = all.map(i => i.name),
    outlets = outletsOf(def).map(o => o.name),
    params = Object.entries(def.params as Params),
    given = complete(def, values)
  const numbers = Object.fromEntries(params.map(([name, p]) => [name, numeric(p, given[name]!)])) as Values<Params>,
    state = kernel.state({ sampleRate: rate }, numbers)
  let top = reservedBytes
  const alloc = (bytes: number) => {
    const at = top
    top += Math.ceil(bytes / 16) * 16
    return at
  }
  const rec = alloc(record.words * 4),
    p = alloc(16 * params.length),
    st = alloc(state.bytes),
    gst = alloc(state.bytes),
    gp = alloc(32 * params.length),
    tape = alloc(16 * kernel.tape * (frames + 1))
  const connected = all.map(i => !i.optional || connect.includes(i.name)),
    buffers = () => alloc(16 * frames),
    x = connected.map(c => (c ? buffers() : 0)),
    gx = connected.map(c => (c ? buffers() : 0)),
    y = outlets.map(buffers),
    gy = outlets.map(buffers)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(top / 65536) + 1, maximum: 65536 }),
    f = instantiate(kernels, memory),
    bytes = new Uint8Array(memory.buffer),
    words = new Uint32Array(memory.buffer),
    doubles = new Float64Array(memory.buffer)
  const reals: Samples = real === 'f32' ? new Float32Array(memory.buffer) : doubles,
    elem = reals.BYTES_PER_ELEMENT,
    lanes = 16 / elem
  words.set([p, st, tape, gp, gst], rec / 4)
  doubles[rec / 8 + record.rate / 2] = rate
  for (const [field, addresses] of [
    [record.x, x],
    [record.y, y],
    [record.gx, gx],
    [record.gy, gy]
  ] as const)
    words.set(addresses, rec / 4 + field)
  // The neighbour in the other pair has the defaults: it must not be heard. Parameters that shape memory are shared.
  params.forEach(([name, param], j) => {
    for (let lane = 0; lane < lanes; lane++)
      reals[p / elem + j * lanes + lane] =
        lane >> 1 === pair || kernel.shape?.includes(name) ? (numbers[name]! as number) : numeric(param, param.default)
  })
  const restart = (at: number) => {
    bytes.fill(0, at, at + state.bytes)
    words.set(state.words ?? [], at / 4)
  }
  /** The neighbouring pair gets tones of its own. */
  const sampleOf = (signal: Stereo | undefined, i: number, lane: number) =>
    lane >> 1 !== pair ? 0.3 * Math.sin(0.1 * i * (lane + 1)) : signal ? signal[lane & 1]![i]! : 0
  const put = (address: number, signal: Stereo | undefined) => {
    for (let i = 0; i < frames; i++)
      for (let lane = 0; lane < lanes; lane++) reals[address / elem + i * lanes + lane] = sampleOf(signal, i, lane)
  }
  const take = (address: number): Stereo =>
    address ? stereo(frames, (i, c) => reals[address / elem + i * lanes + 2 * pair + c]!) : stereo(frames, () => 0)
  const forward = (signals: readonly Stereo[], blocks: readonly number[], keep: boolean) => {
    x.forEach((address, i) => {
      if (address) put(address, signals[i])
    })
    for (const { at, n } of split(frames, blocks)) f[`${kernel.name}_run_${real}`]!(rec, 16 * at, n, keep ? 1 : 0)
    return y.map(take)
  }
  return {
    inlets,
    outlets,
    run(signals, { blocks = [frames], keep = false } = {}) {
      restart(st)
      return forward(signals, blocks, keep)
    },
    more: signals => forward(signals, [frames], false),
    adjoint(signals, { blocks = [frames] } = {}) {
      restart(gst)
      doubles.fill(0, gp / 8, gp / 8 + 4 * params.length)
      gy.forEach((address, i) => {
        put(address, signals[i])
      })
      for (const { at, n } of split(frames, blocks).reverse())
        f[`${kernel.name}_adj_${real}`]!(rec, 16 * at, 16 * at, n)
      return {
        gx: gx.map(take),
        gp: Object.fromEntries(
          params.map(([name], j) => {
            const at = gp / 8 + 4 * j + 2 * pair
            return [name, doubles[at]! + doubles[at + 1]!]
          })
        )
      }
    }
  }
}

function scriptRig(def: Processor, { real = 'f64', rate, frames, values, connect = [] }: RigOptions): Rig {
  const make = (n: number): Samples => (real === 'f32' ? new Float32Array(n) : new Float64Array(n)),
    planes = () => [make(frames), make(frames)]
  const all = inletsOf(def),
    inlets = all.map(i => i.name),
    outlets = outletsOf(def).map(o => o.name),
    env = { sampleRate: rate },
    p = complete(def, values) as Values<Params>
  const x = inlets.map(planes),
    y = outlets.map(planes),
    tape = Array.from({ length: def.tape ?? 0 }, planes),
    state = new Float64Array(def.state ?? 0)
  const named = (names: readonly string[], list: Samples[][], at: number, n: number) =>
    Object.fromEntries(names.map((name, i) => [name, list[i]!.map(c => c.subarray(at, at + n))]))
  const views = (list: Samples[][], at: number, n: number) => list.map(pair => pair.map(c => c.subarray(at, at + n)))
  const take = (list: Samples[]): Stereo => stereo(frames, (i, c) => list[c]![i]!)
  const forward = (signals: readonly Stereo[], blocks: readonly number[], keep: boolean) => {
    all.forEach((inlet, i) =>
      x[i]!.forEach((c, k) => {
        if (!inlet.optional || connect.includes(inlet.name)) c.set(signals[i]![k]!)
        else c.fill(0)
      })
    )
    for (const { at, n } of split(frames, blocks))
      def.run!({
        n,
        env,
        p,
        x: named(inlets, x, at, n),
        y: named(outlets, y, at, n),
        state,
        tape: keep ? views(tape, at, n) : undefined
      })
    return y.map(take)
  }
  return {
    inlets,
    outlets,
    run(signals, { blocks = [frames], keep = false } = {}) {
      state.fill(0)
      return forward(signals, blocks, keep)
    },
    more: signals => forward(signals, [frames], false),
    adjoint(signals, { blocks = [frames] } = {}) {
      const gy = signals.map(s =>
          s.map(c => {
            const a = make(frames)
            a.set(c)
            return a
          })
        ),
        gx = inlets.map(planes),
        gp = Object.fromEntries(Object.keys(def.params).map(name => [name, 0])),
        memory = new Float64Array(def.state ?? 0)
      for (const { at, n } of split(frames, blocks).reverse())
        def.adjoint!({
          n,
          env,
          p,
          x: named(inlets, x, at, n),
          y: named(outlets, y, at, n),
          gy: named(outlets, gy, at, n),
          gx: named(inlets, gx, at, n),
          gp,
          state: memory,
          tape: views(tape, at, n)
        })
      return { gx: gx.map(take), gp }
    }
  }
}
