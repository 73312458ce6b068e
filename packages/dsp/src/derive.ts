/**
 * What follows from a processor's declaration: defaults, inlet order, parsing with messages, unit scale, text, JSON
 * Schema.
 */
import {
  allows,
  type Env,
  type NumberParam,
  type Param,
  type Params,
  type Port,
  type Ports,
  type Processor,
  type Values
} from './define.ts'

/** A mistake in data from outside: where, what, and what to do. */
export interface Problem {
  readonly place: string
  readonly message: string
}
export const showProblems = (problems: readonly Problem[]): string =>
  problems.map(p => `${p.place}: ${p.message}`).join('\n')

export interface Inlet extends Port {
  readonly name: string
  readonly modulates?: string
}
const portsOf = (ports: Ports): Inlet[] =>
  Object.entries(ports).map(([name, port]) => ({ name, ...(typeof port === 'string' ? { doc: port } : port) }))

/** Inlets in kernel order: the declared ones, then one per modulated parameter. */
export const inletsOf = (def: Processor): readonly Inlet[] => [
  ...portsOf(def.inlets),
  ...Object.entries(def.params as Params).flatMap(([name, param]) =>
    param.kind === 'number' && param.modulate
      ? [{ name, doc: `Modulates ${name}: ${modulationDoc[param.modulate]}`, optional: true, modulates: name }]
      : []
  )
]
const modulationDoc = { octaves: '× 2^signal', dB: '+ signal, in dB', add: '+ signal' } as const
export const outletsOf = (def: Processor): readonly Inlet[] => portsOf(def.outlets)

/** Numbers of memory of a processor in TypeScript. */
export const memoryOf = (def: Processor, env: Env): number =>
  typeof def.state === 'function' ? def.state(env) : (def.state ?? 0)

export const defaultsOf = <P extends Params>(params: P): Values<P> =>
  Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default])) as Values<P>

/** The number that a kernel sees: a choice is its index. */
export const numeric = (param: Param, value: number | string): number =>
  param.kind === 'choice' ? param.options.indexOf(value as string) : (value as number)

// — Unit interval: estimators, knobs and optimisers live in 0…1 —
export const toUnit = (param: NumberParam, value: number): number =>
  param.scale === 'log'
    ? Math.log(value / param.min) / Math.log(param.max / param.min)
    : (value - param.min) / (param.max - param.min)
export const fromUnit = (param: NumberParam, unit: number): number => {
  const value =
    param.scale === 'log' ? param.min * (param.max / param.min) ** unit : param.min + (param.max - param.min) * unit
  return param.integer ? Math.round(value) : value
}
/** d value / d unit, for the chain rule. */
export const slopeOfUnit = (param: NumberParam, value: number): number =>
  param.scale === 'log' ? value * Math.log(param.max / param.min) : param.max - param.min

// — Text —
const round = (value: number): string => String(Number(value.toPrecision(4)))
/** "2.3 kHz", "-6 dB", "4:1" */
export function show(param: Param, value: number | string): string {
  if (param.kind === 'choice' || typeof value === 'string') return String(value)
  if (param.unit === 'Hz' && Math.abs(value) >= 1000) return `${round(value / 1000)} kHz`
  if (param.unit === ':1') return `${round(value)}:1`
  return param.unit === '' ? round(value) : `${round(value)} ${param.unit}`
}
/** The range in words: "20 Hz to 20 kHz", "tanh | cubic". */
export const range = (param: Param): string =>
  param.kind === 'choice'
    ? param.options.join(' | ')
    : `${param.integer ? 'a whole number, ' : ''}${show(param, param.min)} to ${show(param, param.max)}`
/** Reads what `show` writes, and plain numbers. NaN if it is neither. */
export function read(param: Param, text: string): number | string {
  if (param.kind === 'choice') return text
  const found = /^\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(k?)\s*([a-z:%]*1?)\s*$/i.exec(text)
  if (!found) return Number.NaN
  const unit = found[3]!.toLowerCase()
  if (unit && unit !== param.unit.toLowerCase() && !(found[2] && `k${unit}` === param.unit.toLowerCase()))
    return Number.NaN
  return Number(found[1]) * (found[2] ? 1000 : 1)
}

// — Parsing —
/** Letters of a value in a message. */
const longest = 80
/** A value as a message shows it: short, whatever it is. */
export function shown(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch {
    return 'something deeply nested'
  }
  return text === undefined ? 'nothing' : shortened(text)
}
const shortened = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text)
/** Names to be compared; among more nobody has mistyped one that is worth the time. */
const mostNames = 500

/** The names nearest to `wrong`, best first: what a message offers. */
export function nearest(wrong: string, names: readonly string[], count = 3): string[] {
  if (names.length > mostNames || wrong.length > longest) return []
  const scored = names.map(name => ({
    name,
    d: distance(wrong.toLowerCase(), name.toLowerCase()) - (name.includes(wrong) || wrong.includes(name) ? 2 : 0)
  }))
  return scored
    .filter(s => s.d <= Math.max(2, wrong.length / 2))
    .sort((a, b) => a.d - b.d)
    .slice(0, count)
    .map(s => s.name)
}
/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length]!
}
/** "no such X; did you mean a or b?" with all names where there are few. */
export function unknownName(what: string, wrong: string, names: readonly string[]): string {
  const near = nearest(wrong, names),
    none = `no such ${what} "${shortened(wrong)}"`
  if (near.length) return `${none}; did you mean ${near.join(' or ')}?`
  return names.length === 0
    ? `${none}; there is none`
    : names.length <= 12
      ? `${none}; it has ${names.map(shortened).join(', ')}`
      : none
}
/** One value against its declaration. */
export const problemOf = (param: Param, value: unknown): string | undefined =>
  allows(param, value) ? undefined : `${shown(value)} is not allowed; give ${range(param)}`

export interface Parsed {
  readonly values: Record<string, number | string>
  readonly problems: Problem[]
}
/**
 * Completes partial values with defaults, old names with new ones, and lists everything that is wrong. `what` is what a
 * name stands for.
 */
export function parseValues(
  params: Params,
  input: Readonly<Record<string, unknown>>,
  place: string,
  what = 'parameter'
): Parsed {
  const problems: Problem[] = [],
    values: Record<string, number | string> = { ...defaultsOf(params) }
  const current = new Map(Object.entries(params).flatMap(([name, p]) => (p.was ? [[p.was, name]] : [])))
  for (const [given, value] of Object.entries(input)) {
    const name = current.get(given) ?? given,
      param = Object.hasOwn(params, name) ? params[name] : undefined
    const message = param ? problemOf(param, value) : unknownName(what, given, Object.keys(params))
    if (message) problems.push({ place: `${place}.${given}`, message })
    else values[name] = value as number | string
  }
  return { values, problems }
}
export const parse = (def: Processor, input: Readonly<Record<string, unknown>>, place = def.id): Parsed =>
  parseValues(def.params as Params, input, place)

/** JSON Schema (2020-12) of one parameter. */
export const jsonSchema = (param: Param): Record<string, unknown> =>
  param.kind === 'choice'
    ? { type: 'string', enum: [...param.options], default: param.default, description: param.doc }
    : {
        type: param.integer ? 'integer' : 'number',
        minimum: param.min,
        maximum: param.max,
        default: param.default,
        description: `${param.doc}${param.unit ? ` [${param.unit}]` : ''}`
      }
