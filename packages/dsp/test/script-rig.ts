/** A processor in TypeScript over planar arrays. What it does beyond its declaration ends in an error that says so. */
import type { Params, Processor, Samples, Values } from '../src/define.ts'
import { inletsOf, memoryOf, outletsOf } from '../src/derive.ts'
import { complete, type Rig, type RigOptions, type Stereo, split, stereo } from './bench.ts'

type Planes = readonly [Samples, Samples]
const planes = (make: () => Samples): Planes => [make(), make()]
const views = (list: readonly Planes[], at: number, n: number): Planes[] =>
  list.map(([left, right]) => [left.subarray(at, at + n), right.subarray(at, at + n)])
const ports = (names: readonly string[], list: readonly Planes[], at: number, n: number) =>
  Object.fromEntries(views(list, at, n).map((pair, i) => [names[i]!, pair]))
const take = ([left, right]: Planes): Stereo => stereo(left.length, (i, c) => (c ? right : left)[i]!)
const blank = (list: readonly Planes[]) => {
  for (const pair of list) for (const c of pair) c.fill(Number.NaN)
}

/** The same list, but an index outside it is an error instead of `undefined` that turns to NaN far from here. */
function fenced<T extends object>(list: T, what: 'state' | 'tape', length: number, def: Processor): T {
  const look = (key: string | symbol) => {
    const index = typeof key === 'string' ? Number(key) : Number.NaN
    if (Number.isNaN(index) || (Number.isInteger(index) && index >= 0 && index < length)) return
    const declared = def[what] === undefined ? `no ${what}` : `${what}: ${length}`
    const remedy = Number.isInteger(index) && index >= 0 ? `: declare ${what}: ${index + 1}` : ''
    throw new Error(`${def.id} uses ${what}[${String(key)}] but declares ${declared}${remedy}`)
  }
  return new Proxy(list, {
    get(target, key) {
      look(key)
      const value: unknown = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set(target, key, value) {
      look(key)
      return Reflect.set(target, key, value, target)
    }
  })
}

/** @throws Error if `now`, which the processor may only read, is no longer `before` */
function unwritten(def: Processor, what: string, names: readonly string[], now: readonly Planes[], before: Stereo[]) {
  for (const [k, pair] of now.entries())
    if (pair.some((c, channel) => c.some((v, i) => !Object.is(v, before[k]![channel as 0 | 1][i]))))
      throw new Error(`${def.id} writes ${what}.${names[k]}, which is only to be read`)
}

export function scriptRig(def: Processor, options: RigOptions): Rig {
  const { real = 'f64', rate, frames, values, connect = [] } = options
  const make = (): Samples => (real === 'f32' ? new Float32Array(frames) : new Float64Array(frames))
  const all = inletsOf(def),
    inlets = all.map(i => i.name),
    outlets = outletsOf(def).map(o => o.name),
    env = { sampleRate: rate },
    p = complete(def, values) as Values<Params>
  const x = inlets.map(() => planes(make)),
    y = outlets.map(() => planes(make)),
    gy = outlets.map(() => planes(make)),
    gx = inlets.map(() => planes(make)),
    tape = Array.from({ length: def.tape ?? 0 }, () => planes(make)),
    words = memoryOf(def, env),
    state = new Float64Array(words)
  const block = (at: number, n: number) => ({ n, env, p, x: ports(inlets, x, at, n), y: ports(outlets, y, at, n) })

  function forward(signals: readonly Stereo[], blocks: readonly number[], keep: boolean): Stereo[] {
    for (const [i, inlet] of all.entries())
      for (const c of [0, 1] as const)
        if (!inlet.optional || connect.includes(inlet.name)) x[i]![c].set(signals[i]![c])
        else x[i]![c].fill(0)
    const before = x.map(take)
    blank(y)
    if (keep) blank(tape)
    // The fence costs a third of a microsecond at every access: not where nothing but the output is asked for.
    const memory = keep ? fenced(state, 'state', words, def) : state
    for (const { at, n } of split(frames, blocks))
      def.run!({
        ...block(at, n),
        state: memory,
        tape: keep ? fenced(views(tape, at, n), 'tape', tape.length, def) : undefined
      })
    unwritten(def, 'x', inlets, x, before)
    return y.map(take)
  }
  function backward(signals: readonly Stereo[], blocks: readonly number[], gp: Record<string, number>): Stereo[] {
    for (const [k, pair] of gy.entries()) for (const c of [0, 1] as const) pair[c].set(signals[k]![c])
    const before = gy.map(take)
    blank(gx)
    const memory = fenced(new Float64Array(words), 'state', words, def)
    for (const { at, n } of split(frames, blocks).reverse())
      def.adjoint!({
        ...block(at, n),
        gy: ports(outlets, gy, at, n),
        gx: ports(inlets, gx, at, n),
        gp,
        state: memory,
        tape: fenced(views(tape, at, n), 'tape', tape.length, def)
      })
    unwritten(def, 'gy', outlets, gy, before)
    return gx.map(take)
  }
  return {
    inlets,
    outlets,
    run(signals, { blocks = [frames], keep = false } = {}) {
      state.fill(0)
      return forward(signals, blocks, keep)
    },
    more: signals => forward(signals, [frames], false),
    adjoint(signals, { blocks = [frames], gp: before = {} } = {}) {
      const gp = Object.fromEntries(Object.keys(def.params).map(name => [name, before[name] ?? 0]))
      return { gx: backward(signals, blocks, gp), gp }
    }
  }
}
