/** The "bext" chunk of Broadcast Wave files. Source: EBU Tech 3285 version 2 (2011), section 2.3 and its supplements. */
import { viewOf } from './bytes.ts'

/** What a "bext" chunk says; what it leaves out is undefined. Text is ASCII; on writing, other letters become "?". */
export interface Broadcast {
  /** At most 256 letters. */
  readonly description?: string
  /** At most 32 letters. */
  readonly originator?: string
  /** At most 32 letters. */
  readonly originatorReference?: string
  /** yyyy-mm-dd */
  readonly date?: string
  /** hh:mm:ss */
  readonly time?: string
  /** Where the file begins: frames since midnight, or since the start of the session. 0 to 2^53. */
  readonly timeReference: number
  /** Known from version 2 on. */
  readonly loudness?: BroadcastLoudness
  /** One line per coding, e.g. "A=PCM,F=48000,W=24,M=stereo". */
  readonly history?: string
}
/** Each in steps of 0.01, -327.68 to 327.66. */
export interface BroadcastLoudness {
  /** LUFS */
  readonly integrated?: number
  /** LU */
  readonly range?: number
  /** dBTP */
  readonly truePeak?: number
  /** LUFS, the highest of all. */
  readonly momentary?: number
  /** LUFS, the highest of all. */
  readonly shortTerm?: number
}

/** Bytes before the coding history: the same in every version. */
const fixed = 602
/** Where the texts begin, and their lengths. */
const texts = {
  description: [0, 256],
  originator: [256, 32],
  originatorReference: [288, 32],
  date: [320, 10],
  time: [330, 8]
} as const
const textKeys = Object.keys(texts) as (keyof typeof texts)[]
const at = { timeReference: 338, version: 346, loudness: 412 } as const
/** In the order of the chunk, 16 bits each. */
const loudnessKeys = ['integrated', 'range', 'truePeak', 'momentary', 'shortTerm'] as const
/** Says that a loudness is not given. */
const unused = 0x7fff
/** Longer histories are cut: each is one line. */
export const maxBroadcast = fixed + 65536

/** @param bytes the chunk's data; undefined if they are too few: sound is not refused for the label on it */
export function readBroadcast(bytes: Uint8Array): Broadcast | undefined {
  if (bytes.length < fixed) return undefined
  const view = viewOf(bytes),
    low = view.getUint32(at.timeReference, true),
    high = view.getUint32(at.timeReference + 4, true)
  if (high >= 2 ** 21) return undefined // beyond exact numbers, and any clock
  const found = Object.fromEntries(
      textKeys.flatMap(key => {
        const text = field(bytes, texts[key][0], texts[key][1])
        return text ? [[key, text]] : []
      })
    ),
    history = field(bytes, fixed, bytes.length - fixed),
    loudness = view.getUint16(at.version, true) >= 2 ? readLoudness(view) : {}
  return {
    ...found,
    timeReference: high * 2 ** 32 + low,
    ...(Object.keys(loudness).length > 0 && { loudness }),
    ...(history && { history })
  }
}

function readLoudness(view: DataView): BroadcastLoudness {
  return Object.fromEntries(
    loudnessKeys.flatMap((key, i) => {
      const value = view.getInt16(at.loudness + 2 * i, true)
      return value === unused ? [] : [[key, value / 100]]
    })
  )
}

/** Up to the first zero. */
function field(bytes: Uint8Array, start: number, length: number): string {
  const part = bytes.subarray(start, start + length),
    end = part.indexOf(0)
  return new TextDecoder('latin1').decode(end < 0 ? part : part.subarray(0, end)).trimEnd()
}

/** @returns the chunk's data, of even length and version 2. @throws RangeError for a time or loudness that does not fit */
export function broadcastBytes(broadcast: Broadcast): Uint8Array<ArrayBuffer> {
  const history = broadcast.history ? `${ascii(broadcast.history.trimEnd())}\r\n` : '',
    bytes = new Uint8Array(fixed + history.length + (history.length % 2)),
    view = viewOf(bytes),
    { timeReference, loudness = {} } = broadcast
  if (!Number.isSafeInteger(timeReference) || timeReference < 0)
    throw new RangeError(`timeReference: ${timeReference}; give whole frames from 0 on`)
  const put = (text: string, start: number) => {
    for (let i = 0; i < text.length; i++) bytes[start + i] = text.charCodeAt(i)
  }
  for (const key of textKeys) put(ascii(broadcast[key] ?? '').slice(0, texts[key][1]), texts[key][0])
  put(history, fixed)
  view.setUint32(at.timeReference, timeReference % 2 ** 32, true)
  view.setUint32(at.timeReference + 4, Math.floor(timeReference / 2 ** 32), true)
  view.setUint16(at.version, 2, true)
  loudnessKeys.forEach((key, i) => {
    const value = loudness[key]
    const steps = value === undefined ? unused : Math.round(value * 100)
    if (!(steps >= -0x8000 && (steps < unused || value === undefined)))
      throw new RangeError(`loudness.${key}: ${value}; give -327.68 to 327.66`)
    view.setInt16(at.loudness + 2 * i, steps, true)
  })
  return bytes
}
const ascii = (text: string): string => text.replace(/[^\x20-\x7e\r\n]/gu, '?')
