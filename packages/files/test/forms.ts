/** WAV and AIFF files made byte by byte from the specifications, apart from the code under test. */
import type { Encoding } from '../src/index.ts'

const ascii = (text: string): number[] => [...text].map(c => c.charCodeAt(0))
const number = (value: number, bytes: number, big = false): number[] => {
  const out = Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * i)) % 256)
  return big ? out.reverse() : out
}
export const le = (value: number, bytes: number): number[] => number(value, bytes)
export const be = (value: number, bytes: number): number[] => number(value, bytes, true)
export const bytesOf = (...parts: readonly (readonly number[] | string)[]): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(parts.flatMap(p => (typeof p === 'string' ? ascii(p) : p)))

/** A chunk with its padding. `said` replaces the size in its header. */
export const chunk = (id: string, data: readonly number[], big = false, said = data.length): number[] => [
  ...ascii(id),
  ...number(said, 4, big),
  ...data,
  ...(data.length % 2 ? [0] : [])
]

/** The bytes of one sample: `value` is a whole number for integers, the sample itself for floats. */
export function sampleBytes(value: number, encoding: Encoding, big = false): number[] {
  if (encoding === 'f32' || encoding === 'f64') {
    const view = new DataView(new ArrayBuffer(8)),
      width = encoding === 'f32' ? 4 : 8
    if (width === 4) view.setFloat32(0, value, !big)
    else view.setFloat64(0, value, !big)
    return [...new Uint8Array(view.buffer, 0, width)]
  }
  const width = Number(encoding.slice(1)) / 8,
    stored = encoding === 'u8' ? value + 128 : value < 0 ? value + 2 ** (8 * width) : value
  return number(stored, width, big)
}

/** Samples that reach full scale and exercise every byte, `count` of them. */
export function samplesFor(encoding: Encoding, count: number): number[] {
  if (encoding[0] === 'f') return Array.from({ length: count }, (_, i) => Math.fround(1.5 * Math.sin(i * 0.7)))
  const full = 2 ** (Number(encoding.slice(1)) - 1)
  return Array.from({ length: count }, (_, i) =>
    i === 0 ? -full : i === 1 ? full - 1 : Math.round((full - 1) * Math.sin(i * 0.7))
  )
}
/** What they mean with full scale = 1, as 32-bit floats. */
export const meaning = (value: number, encoding: Encoding): number =>
  Math.fround(encoding[0] === 'f' ? value : value / 2 ** (Number(encoding.slice(1)) - 1))

export interface WavForm {
  readonly encoding: Encoding
  readonly channels: number
  readonly frames: number
  readonly sampleRate?: number
  readonly extensible?: boolean
  readonly bits?: number
  readonly tag?: number
}
export const wavFormat = ({ encoding, channels, sampleRate = 48000, extensible, bits, tag }: WavForm): number[] => {
  const width = Number(encoding.slice(1)) / 8,
    code = tag ?? (encoding[0] === 'f' ? 3 : 1),
    frame = channels * width
  const plain = [
    ...le(extensible ? 0xfffe : code, 2),
    ...le(channels, 2),
    ...le(sampleRate, 4),
    ...le(sampleRate * frame, 4),
    ...le(frame, 2),
    ...le(extensible ? 8 * width : (bits ?? 8 * width), 2)
  ]
  // Valid bits, speaker mask, then the GUID 0000xxxx-0000-0010-8000-00aa00389b71.
  return extensible
    ? [
        ...plain,
        ...le(22, 2),
        ...le(bits ?? 8 * width, 2),
        ...le(channels === 2 ? 3 : 4, 4),
        ...le(code, 2),
        0,
        0,
        0,
        0,
        16,
        0,
        128,
        0,
        0,
        170,
        0,
        56,
        155,
        113
      ]
    : plain
}
export const wavData = ({ encoding, channels, frames }: WavForm): number[] =>
  samplesFor(encoding, channels * frames).flatMap(s => sampleBytes(s, encoding))
export function wavOf(
  form: WavForm,
  before: readonly number[] = [],
  after: readonly number[] = []
): Uint8Array<ArrayBuffer> {
  const body = [
    ...ascii('WAVE'),
    ...before,
    ...chunk('fmt ', wavFormat(form)),
    ...chunk('data', wavData(form)),
    ...after
  ]
  return bytesOf('RIFF', le(body.length, 4), body)
}

export interface AiffForm {
  readonly encoding: Encoding
  readonly channels: number
  readonly frames: number
  readonly codec?: string
  readonly bits?: number
  readonly sampleRate?: number
  readonly offset?: number
}
/** The 80-bit float of a whole number: its highest bit is the mantissa's leading one. */
const extended = (value: number): number[] => {
  const exponent = Math.floor(Math.log2(value))
  return [...be(16383 + exponent, 2), ...be(value * 2 ** (31 - exponent), 4), 0, 0, 0, 0]
}
export function aiffOf(
  { encoding, channels, frames, codec, bits, sampleRate = 44100, offset = 0 }: AiffForm,
  before: readonly number[] = [],
  after: readonly number[] = []
): Uint8Array<ArrayBuffer> {
  const little = codec === 'sowt' || codec === '42ni' || codec === '23ni'
  const common = [
    ...be(channels, 2),
    ...be(frames, 4),
    ...be(bits ?? Number(encoding.slice(1)), 2),
    ...extended(sampleRate),
    ...(codec ? [...ascii(codec), 0, 0] : [])
  ]
  const data = samplesFor(encoding, channels * frames).flatMap(s => sampleBytes(s, encoding, !little))
  const version = codec ? chunk('FVER', be(0xa2805140, 4), true) : []
  const body = [
    ...ascii(codec ? 'AIFC' : 'AIFF'),
    ...version,
    ...before,
    ...chunk('COMM', common, true),
    ...chunk('SSND', [...be(offset, 4), ...be(0, 4), ...Array<number>(offset).fill(7), ...data], true),
    ...after
  ]
  return bytesOf('FORM', be(body.length, 4), body)
}

/** The samples that `wavOf` and `aiffOf` put in, planar. */
export const planar = ({
  encoding,
  channels,
  frames
}: {
  encoding: Encoding
  channels: number
  frames: number
}): Float32Array[] => {
  const all = samplesFor(encoding, channels * frames)
  return Array.from({ length: channels }, (_, c) =>
    new Float32Array(frames).map((_, i) => meaning(all[i * channels + c]!, encoding))
  )
}
