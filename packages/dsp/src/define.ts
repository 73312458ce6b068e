/**
 * The processor contract. A processor is one frozen object; everything that shows, stores, checks or learns it is
 * derived
 * from that object (derive.ts). See ARCHITECTURE.md.
 */
export * from './parameters.ts'

export type Samples = Float32Array | Float64Array
/** Planar audio: one array of equal length per channel, full scale = 1. */
export type Audio = readonly Float32Array[]
/** What a processor may know about where it runs. `sampleRate` in Hz. */
export interface Env {
  readonly sampleRate: number
}

/** Processors give times in ms; options of tasks may take seconds. */
export type Unit = 'Hz' | 'dB' | 'ms' | 's' | ':1' | 'samples' | 'semitones' | 'degrees' | 'bit' | ''
/** How a signal on the parameter's own inlet acts: × 2^signal, + signal in dB, or + signal in the parameter's unit. */
export type Modulation = 'octaves' | 'dB' | 'add'

export interface NumberParam {
  readonly kind: 'number'
  readonly unit: Unit
  readonly min: number
  readonly max: number
  readonly default: number
  readonly scale: 'linear' | 'log'
  readonly doc: string
  /** Declares an optional inlet of the parameter's name, sample by sample. */
  readonly modulate?: Modulation
  /** 'none': no useful gradient exists (said in `doc`). Default 'exact'. */
  readonly gradient?: 'exact' | 'none'
  /** Whole numbers only. */
  readonly integer?: boolean
  /** Where memory is read: turned while it sounds it jumps, because what lies between two values would be heard as many. */
  readonly jumps?: boolean
  /** A former name that files may still hold. */
  readonly was?: string
}
export interface ChoiceParam<T extends string = string> {
  readonly kind: 'choice'
  readonly options: readonly T[]
  readonly default: T
  readonly doc: string
  readonly was?: string
}
export type Param = NumberParam | ChoiceParam
export type Params = Readonly<Record<string, Param>>
export type Values<P extends Params = Params> = {
  readonly [K in keyof P]: P[K] extends ChoiceParam<infer T> ? T : number
}

export interface Port {
  readonly doc: string
  readonly optional?: boolean
  /** Open above 0.5, else closed. */
  readonly gate?: boolean
}
/** Port name → one line of documentation, or a port that may stay unconnected. */
export type Ports = Readonly<Record<string, string | Port>>
export const optional = (doc: string): Port => ({ doc, optional: true })

/** Memory of a kernel per lane group: zeroed, then `words` (32-bit) at its start. */
export interface KernelState {
  readonly bytes: number
  readonly words?: readonly number[]
}
export interface Kernel<P extends Params = Params> {
  /** Export prefix in the kernel module: `NAME_run_f32`, `NAME_adj_f32`, `NAME_run_f64`, `NAME_adj_f64`. */
  readonly name: string
  /**
   * 16-byte words per sample that `run` writes for the adjoint; there is room for one sample more, for what a block
   * leaves behind.
   */
  readonly tape: number
  /**
   * Where only the first inlet is connected: the same, if the adjoint then reads its tape and gradients and no signal,
   * which need not be kept.
   */
  readonly tapeAlone?: number
  /**
   * Both nodes of a lane group share one layout, so the size may depend on the environment but not on parameters,
   * unless `shape` names those.
   */
  readonly state: (env: Env, values: Values<P>) => KernelState
  /**
   * Parameters that change the layout of `state`: only nodes that agree in them share lanes, and they cannot be
   * automated.
   */
  readonly shape?: readonly (keyof P & string)[]
  /**
   * Also exports `NAME_run2_…(a, b, at, n, keep)` and `NAME_adj2_…(a, b, at, gat, n)`: two in series, unmodulated, in
   * one loop.
   */
  readonly series?: boolean
  /**
   * Mono nodes may take one lane each instead of a pair with both channels alike. 'lanes': every lane is computed by itself
   * anyway, from parameters of its own; 'kernel': `NAME_mono_run_f32` does so.
   */
  readonly mono?: 'lanes' | 'kernel'
}

type Keys<T> = keyof T & string
type ModulatedOf<P extends Params> = { [K in Keys<P>]: P[K] extends { modulate: Modulation } ? K : never }[Keys<P>]
/** Left and right. */
type Planes = readonly [left: Samples, right: Samples]
type Signals<N extends string> = { readonly [K in N]: Planes }

/**
 * [audio thread] One block of a processor in TypeScript: may not allocate or throw. Arrays are planar, two channels
 * (left, right), at least `n` long, in single precision where audio is rendered and in double where gradients are
 * checked.
 */
export interface Call<I extends string = string, O extends string = string, P extends Params = Params> {
  readonly n: number
  readonly env: Env
  /** In the units declared: times in ms, frequencies in Hz. */
  readonly p: Values<P>
  /** Inlets; one that is not connected holds zeros. Must not be written. */
  readonly x: Signals<I>
  /** Outlets: write every sample; what was there before means nothing. */
  readonly y: Signals<O>
  /** `state` numbers in double precision, kept from block to block. All zero at the start. */
  readonly state: Float64Array
  /**
   * tape[k][channel][i]: what the adjoint wants to know about sample i; it comes back to the adjoint as it was written
   * and is never cleared. Undefined when nobody asks. As precise as the signals, so a state may come back rounded. A
   * number that both channels share may stand in either plane, and the other plane may hold another one or nothing.
   */
  readonly tape: readonly Planes[] | undefined
}
/**
 * [worker] The same block backwards: reads gy, *writes* gx (every sample, also of inlets that are not connected), *adds*
 * to gp. Blocks come last to first.
 *
 * At a kink any value between the slopes on its two sides is right. The built-in processors take 0 for |x| at x = 0,
 * and for max(|left|, |right|) half for each channel where both are equal. A mono signal is such a tie at every sample:
 * whatever the shares, they must add up to 1.
 */
export interface AdjointCall<I extends string = string, O extends string = string, P extends Params = Params> {
  readonly n: number
  readonly env: Env
  readonly p: Values<P>
  /** As `run` had them. */
  readonly x: Signals<I>
  /** As `run` left them. */
  readonly y: Signals<O>
  /** d loss / d outlet. Must not be written. */
  readonly gy: Signals<O>
  /** d loss / d inlet. What was there before means nothing. */
  readonly gx: Signals<I>
  /** d loss / d parameter, in its declared unit. */
  readonly gp: { -readonly [K in keyof P]: number }
  /** The adjoint's own memory, as long as `state`, zero before the last block. */
  readonly state: Float64Array
  readonly tape: readonly Planes[]
}

export const families = ['filter', 'dynamics', 'nonlinear', 'time', 'stereo', 'utility', 'control', 'source'] as const
export type Family = (typeof families)[number]

export interface Definition<I extends Ports = Ports, O extends Ports = Ports, P extends Params = Params> {
  /** Forever: files store it. */
  readonly id: string
  readonly family: Family
  readonly title: string
  /** What it does, with its equation. */
  readonly doc: string
  /** Papers and standards behind it. */
  readonly sources?: readonly string[]
  readonly inlets: I
  readonly outlets: O
  readonly params: P
  /** 'stereo': the output has two channels whatever comes in. Default 'same'. */
  readonly channels?: 'same' | 'stereo'
  /** Linear in its main inlets: the matrix then checks superposition too. */
  readonly linear?: boolean
  /**
   * What it decides from the signal and its adjoint takes as given, so that central differences do not agree with it: at
   * given decisions it is linear in its main inlets, and that map's adjoint is exact. The matrix checks <y, w> = <x, gx>.
   */
  readonly decisions?: string
  /** Settings at which the output equals the main input (delayed by the latency). The matrix checks it. */
  readonly neutral?: Partial<Values<P>>
  /** Whole samples by which the output lags; the graph compensates. */
  readonly latency?: (env: Env) => number
  /** Seconds until the answer to an impulse has fallen by 60 dB. Default 0. */
  readonly tail?: (p: Values<P>, env: Env) => number
  /**
   * Its output depends on the time too, not only on its inlets (an LFO). Time begins with the signal: in a graph, as
   * late as that is, and until then the output is silent. The matrix then checks that silence before the signal does
   * change the output.
   */
  readonly clock?: true
  /** The usual case: AssemblyScript over lanes … */
  readonly kernel?: Kernel<P>
  /** … or TypeScript, where speed does not matter. How many numbers of memory `run` and `adjoint` each have. Default 0. */
  readonly state?: number | ((env: Env) => number)
  /** Numbers per sample and channel that `run` leaves for `adjoint`. Default 0. */
  readonly tape?: number
  run?(call: Call<Keys<I> | ModulatedOf<P>, Keys<O>, P>): void
  adjoint?(call: AdjointCall<Keys<I> | ModulatedOf<P>, Keys<O>, P>): void
  /** Settings worth hearing: presets, docs and tests at once. */
  readonly examples?: Readonly<Record<string, Partial<Values<P>>>>
}
/** A definition whose exact types do not matter to the caller. */
// biome-ignore lint/suspicious/noExplicitAny: run and adjoint are contravariant in their ports; no narrower type is above all
export type Processor = Definition<any, any, any>

/**
 * Declares a processor: checks it, freezes it, returns it.
 * @throws Error that lists every fault of the declaration (default outside its range, log scale at zero, empty doc, …).
 */
export function processor<const I extends Ports, const O extends Ports, const P extends Params>(
  def: Definition<I, O, P>
): Definition<I, O, P> {
  const faults = faultsOf(def as Processor)
  if (faults.length) throw new Error(`processor ${def.id || '(no id)'} is not well declared:\n  ${faults.join('\n  ')}`)
  return Object.freeze(def)
}

const kebab = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/
const portName = /^[a-z][a-z0-9_]*$/

function faultsOf(def: Processor): string[] {
  const faults: string[] = []
  const want = (ok: boolean, text: string) => {
    if (!ok) faults.push(text)
  }
  want(kebab.test(def.id), `id "${def.id}" is not kebab-case`)
  want(def.doc.length > 0 && def.title.length > 0, 'title or doc is empty')
  want((def.kernel !== undefined) !== (def.run !== undefined), 'declare either a kernel or run')
  want(def.run === undefined || def.adjoint !== undefined, 'run without adjoint')
  for (const [side, ports] of [
    ['inlet', def.inlets],
    ['outlet', def.outlets]
  ] as const)
    for (const [name, port] of Object.entries(ports as Ports)) {
      want(portName.test(name), `${side} "${name}": lower case, digits and _ only`)
      want((typeof port === 'string' ? port : port.doc).length > 0, `${side} ${name} has no doc`)
    }
  for (const [name, param] of Object.entries(def.params as Params)) faults.push(...paramFaults(name, param))
  for (const [title, values] of Object.entries({ neutral: def.neutral ?? {}, ...def.examples } as Record<
    string,
    Record<string, unknown>
  >))
    for (const [name, value] of Object.entries(values)) {
      const param = (def.params as Params)[name]
      want(param !== undefined && allows(param, value), `example ${title}: ${name} = ${String(value)} is not allowed`)
    }
  return faults
}

function paramFaults(name: string, param: Param): string[] {
  const faults: string[] = []
  if (!portName.test(name)) faults.push(`parameter "${name}": lower case, digits and _ only`)
  if (!param.doc) faults.push(`parameter ${name} has no doc`)
  if (param.kind === 'number') {
    if (!(param.min < param.max)) faults.push(`parameter ${name}: min ${param.min} is not below max ${param.max}`)
    if (param.scale === 'log' && !(param.min > 0))
      faults.push(`parameter ${name}: a log scale cannot touch ${param.min}`)
  }
  if (!allows(param, param.default)) faults.push(`parameter ${name}: default ${param.default} is outside its range`)
  return faults
}

/** Whether `value` may stand for `param`. */
export const allows = (param: Param, value: unknown): boolean =>
  param.kind === 'choice'
    ? typeof value === 'string' && param.options.includes(value)
    : typeof value === 'number' &&
      value >= param.min &&
      value <= param.max &&
      (!param.integer || Number.isInteger(value))
