/**
 * Settings of REAPER's own effects as its projects hold them: base64 of a header, the effect's state and its program.
 * The layout was read off projects that REAPER 6 and 7 wrote (the tests hold some of their states); ReaComp and ReaGate
 * give REAPER no state, so it keeps their parameters, 0 to 1 or as factors, in their order.
 */
import { viewOf } from '../bytes.ts'
import { quoted, rppBlock } from './rpp-text.ts'

/** Values are the numbers of the plug-ins: four letters. */
export const reaPlugins = { ReaEQ: 'reeq', ReaComp: 'recm', ReaGate: 'regt', ReaLimit: 'rlmt' } as const
export type ReaPlugin = keyof typeof reaPlugins

const numberOf = (plugin: ReaPlugin): number =>
  [...reaPlugins[plugin]].reduce((sum, letter) => 256 * sum + letter.charCodeAt(0), 0)
/** Which of them the tokens of a `VST` block name: all programs number plug-ins alike, whatever the file's name. */
export const reaPluginOf = (tokens: readonly string[]): ReaPlugin | undefined => {
  const number = tokens.map(token => /^(\d+)(<|$)/.exec(token)?.[1]).find(found => found !== undefined && found !== '0')
  return (Object.keys(reaPlugins) as ReaPlugin[]).find(plugin => String(numberOf(plugin)) === number)
}

/** Effects with parameters alone hear a side chain on two more channels. */
const parametersAlone = (plugin: ReaPlugin): boolean => plugin === 'ReaComp' || plugin === 'ReaGate'
const magic = { state: 0xfeed5eee, parameters: 0xfeed5eef } as const
/** Begins a list of parameters. */
const listed = [0xef, 0xbe, 0xad, 0xde, 0x0d, 0xf0, 0xad, 0xde] as const
/** No name of a program; then a constant. */
const program = [0, 0, 0x10, 0, 0, 0] as const
/** Bytes of one line. */
const perLine = 96

/** The `VST` block of an effect. @param name of the instance, shown in the chain */
export function reaBlock(plugin: ReaPlugin, name: string, state: Uint8Array): string[] {
  const number = numberOf(plugin),
    hex = [...`VST${reaPlugins[plugin]}${plugin.toLowerCase()}`].map(c => c.charCodeAt(0).toString(16)).join(''),
    id = hex.toUpperCase().slice(0, 32).padEnd(32, '0'),
    lines = [base64(header(plugin, state.length))]
  for (let at = 0; at < state.length; at += perLine) lines.push(base64(state.subarray(at, at + perLine)))
  return rppBlock(`VST "VST: ${plugin} (Cockos)" ${plugin.toLowerCase()}.dll 0 ${quoted(name)} ${number}<${id}> ""`, [
    ...lines,
    base64(Uint8Array.from(program))
  ])
}

/** Who it is, pins (one bit per input and output), the size of what follows. */
function header(plugin: ReaPlugin, size: number): Uint8Array {
  const inputs = parametersAlone(plugin) ? 4 : 2,
    pins = (count: number) => [count, ...Array.from({ length: count }, (_, i) => [2 ** i, 0]).flat()]
  return words([
    numberOf(plugin),
    parametersAlone(plugin) ? magic.parameters : magic.state,
    ...pins(inputs),
    ...pins(2),
    size,
    parametersAlone(plugin) ? 0 : 1,
    0x100000
  ])
}
function words(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length)
  values.forEach((value, i) => viewOf(bytes).setUint32(4 * i, value, true))
  return bytes
}

/** The state from the lines of a block; undefined where it is none that we know. */
export function reaState(plugin: ReaPlugin, lines: readonly string[]): Uint8Array | undefined {
  const pieces = lines.map(bytesOf)
  if (pieces.some(piece => piece === undefined)) return undefined
  const all = Uint8Array.from(pieces.flatMap(piece => [...piece!])),
    view = viewOf(all),
    word = (at: number) => (at + 4 <= all.length ? view.getUint32(at, true) : 0),
    inputs = word(8),
    outputs = word(12 + 8 * inputs),
    at = 16 + 8 * (inputs + outputs),
    size = word(at)
  if (word(0) !== numberOf(plugin) || inputs > 64 || outputs > 64 || at + 12 + size > all.length) return undefined
  return all.slice(at + 12, at + 12 + size)
}

/** Parameters as a state. */
export function listBytes(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(listed.length + 4 * values.length)
  bytes.set(listed)
  values.forEach((value, i) => viewOf(bytes).setFloat32(listed.length + 4 * i, value, true))
  return bytes
}
/** Undefined where it is no list of at least `count` finite values: newer versions add some. */
export function listOf(state: Uint8Array, count: number): number[] | undefined {
  const values = Array.from({ length: Math.max(0, (state.length - listed.length) >> 2) }, (_, i) =>
    viewOf(state).getFloat32(listed.length + 4 * i, true)
  )
  return listed.every((byte, i) => state[i] === byte) && values.length >= count && values.every(Number.isFinite)
    ? values
    : undefined
}

export interface ReaBand {
  /** `reaBandTypes` knows some. */
  readonly type: number
  readonly on: boolean
  /** Hz */
  readonly frequency: number
  /** A factor. */
  readonly gain: number
  /** Octaves. */
  readonly bandwidth: number
}
export interface ReaEq {
  readonly bands: readonly ReaBand[]
  /** A factor. */
  readonly gain: number
  /** What follows: how the window looks. */
  readonly rest: Uint8Array
}
/** Each band: two words, three numbers, a byte that is 1. */
const bandSize = 33

export function eqBytes({ bands, gain, rest }: ReaEq): Uint8Array {
  const end = 8 + bandSize * bands.length,
    bytes = new Uint8Array(end + 16 + rest.length),
    view = viewOf(bytes)
  view.setInt32(0, bandSize, true)
  view.setInt32(4, bands.length, true)
  bands.forEach((band, i) => {
    const at = 8 + bandSize * i
    view.setInt32(at, band.type, true)
    view.setInt32(at + 4, band.on ? 1 : 0, true)
    view.setFloat64(at + 8, band.frequency, true)
    view.setFloat64(at + 16, band.gain, true)
    view.setFloat64(at + 24, band.bandwidth, true)
    view.setUint8(at + 32, 1)
  })
  view.setInt32(end, 1, true)
  view.setInt32(end + 4, 1, true)
  view.setFloat64(end + 8, gain, true)
  bytes.set(rest, end + 16)
  return bytes
}
export function eqOf(state: Uint8Array): ReaEq | undefined {
  const view = viewOf(state),
    count = state.length >= 8 ? view.getInt32(4, true) : -1,
    end = 8 + bandSize * count
  if (count < 0 || view.getInt32(0, true) !== bandSize || end + 16 > state.length) return undefined
  const bands = Array.from({ length: count }, (_, i): ReaBand => {
      const at = 8 + bandSize * i,
        number = (offset: number) => view.getFloat64(at + offset, true)
      return {
        type: view.getInt32(at, true),
        on: view.getInt32(at + 4, true) !== 0,
        frequency: number(8),
        gain: number(16),
        bandwidth: number(24)
      }
    }),
    gain = view.getFloat64(end + 8, true),
    finite = bands.every(band => [band.frequency, band.gain, band.bandwidth].every(value => value >= 0 && value < 1e6))
  return finite && gain >= 0 && gain < 1e6 ? { bands, gain, rest: state.slice(end + 16) } : undefined
}

export interface ReaLimit {
  readonly truePeak: boolean
  /** dB */
  readonly threshold: number
  /** dB */
  readonly ceiling: number
  /** What a second's release leaves, as a factor. */
  readonly fall: number
}
const limitSize = 48
export function limitBytes({ truePeak, threshold, ceiling, fall }: ReaLimit): Uint8Array {
  const bytes = new Uint8Array(limitSize),
    view = viewOf(bytes)
  view.setInt32(0, 3, true)
  view.setInt32(4, truePeak ? 1 : 0, true)
  view.setFloat64(8, threshold, true)
  view.setFloat64(16, ceiling, true)
  view.setInt32(24, 2, true)
  view.setFloat64(40, fall, true)
  return bytes
}
export function limitOf(state: Uint8Array): ReaLimit | undefined {
  if (state.length < limitSize) return undefined
  const view = viewOf(state),
    found = {
      truePeak: view.getInt32(4, true) !== 0,
      threshold: view.getFloat64(8, true),
      ceiling: view.getFloat64(16, true),
      fall: view.getFloat64(40, true)
    }
  return view.getInt32(0, true) === 3 && Object.values(found).every(value => Number.isFinite(Number(value)))
    ? found
    : undefined
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
function base64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(i, i + 3),
      bits = (a! << 16) | (b << 8) | c
    text += [18, 12, 6, 0].map(shift => letters[(bits >> shift) & 63]).join('')
  }
  const over = bytes.length % 3
  return over ? text.slice(0, over - 3) + '='.repeat(3 - over) : text
}
/** Undefined where it is no base64. */
function bytesOf(text: string): Uint8Array | undefined {
  const plain = text.replace(/=+$/, '')
  if (!/^[A-Za-z0-9+/]*$/.test(plain) || plain.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((plain.length * 3) / 4))
  let bits = 0
  for (let i = 0, at = 0; i < plain.length; i++) {
    bits = ((bits << 6) | letters.indexOf(plain[i]!)) & 0xffffff
    const over = (6 * (i + 1)) % 8
    if (i % 4 !== 0) bytes[at++] = (bits >> over) & 255
  }
  return bytes
}
