/** A kernel over one lane group in a memory of its own. */
import type { Params, Processor, Samples, Values } from '../src/define.ts'
import { inletsOf, numeric, outletsOf } from '../src/derive.ts'
import { instantiate, record, reservedBytes } from '../src/kernels.ts'
import { complete, type Rig, type RigOptions, type Stereo, split, stereo } from './bench.ts'
import { kernels } from './kernels.ts'

export function kernelRig(
  def: Processor,
  { real = 'f64', rate, frames, values, connect = [], pair = 0, only = false, over }: RigOptions
): Rig {
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
    y = outlets.map((_, i) => (over?.[0] === i ? x[over[1]]! : buffers())),
    gy = outlets.map(buffers)
  const memory = new WebAssembly.Memory({ initial: Math.ceil(top / 65536) + 1, maximum: 65536 }),
    f = instantiate(kernels, memory),
    bytes = new Uint8Array(memory.buffer),
    words = new Uint32Array(memory.buffer),
    doubles = new Float64Array(memory.buffer)
  const reals: Samples = real === 'f32' ? new Float32Array(memory.buffer) : doubles,
    elem = reals.BYTES_PER_ELEMENT,
    lanes = 16 / elem
  words.set([p, st, tape, gp, gst, only || real === 'f64' ? 1 : 2], rec / 4)
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
    lane >> 1 !== pair ? (only ? 0 : 0.3) * Math.sin(0.1 * i * (lane + 1)) : signal ? signal[lane & 1]![i]! : 0
  const put = (address: number, signal: Stereo | undefined) => {
    for (let i = 0; i < frames; i++)
      for (let lane = 0; lane < lanes; lane++) reals[address / elem + i * lanes + lane] = sampleOf(signal, i, lane)
  }
  const take = (address: number): Stereo =>
    address ? stereo(frames, (i, c) => reals[address / elem + i * lanes + 2 * pair + c]!) : stereo(frames, () => 0)
  const blank = (address: number, words: number) => {
    if (address) reals.fill(Number.NaN, address / elem, (address + 16 * words) / elem)
  }
  const forward = (signals: readonly Stereo[], blocks: readonly number[], keep: boolean) => {
    for (const address of y) blank(address, frames)
    if (keep) blank(tape, kernel.tape * (frames + 1))
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
    adjoint(signals, { blocks = [frames], gp: before = {} } = {}) {
      restart(gst)
      for (const address of gx) blank(address, frames)
      doubles.fill(0, gp / 8, gp / 8 + 4 * params.length)
      params.forEach(([name], j) => {
        doubles[gp / 8 + 4 * j + 2 * pair] = before[name] ?? 0
      })
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
