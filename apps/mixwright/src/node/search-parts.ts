/** What a search has done by other threads, which share the memory of long signals, so that to send them costs nothing. */
import { type SearchPart, type SearchWork, searchWorkBy } from '@mixwright/estimate'

export interface SearchPartJob {
  readonly kind: 'search-part'
  readonly what: SearchPart
  readonly part: unknown
}

/** @param hands jobs done at once @param ask has one done */
export function searchWorkOf(hands: number, ask: <T>(job: SearchPartJob) => Promise<T>): SearchWork {
  const shared = sharing()
  return searchWorkBy(hands, (what, job) => ask({ kind: 'search-part', what, part: shared(job) }))
}

/** Bytes from which on an array is worth it. */
const long = 65536
type Signal = Float32Array | Float64Array

/** Copies plain data with its long signals in shared memory; a signal that it has had before is not copied again. */
function sharing(): <T>(data: T) => T {
  const known = new WeakMap<Signal, Signal>(),
    copied = (signal: Signal): Signal => {
      const Kind = signal.constructor as Float32ArrayConstructor,
        copy = new Kind(new SharedArrayBuffer(signal.byteLength))
      copy.set(signal)
      return copy
    },
    shared = (data: unknown): unknown => {
      if (data instanceof Float32Array || data instanceof Float64Array) {
        if (data.byteLength < long || data.buffer instanceof SharedArrayBuffer) return data
        const found = known.get(data) ?? copied(data)
        known.set(data, found)
        return found
      }
      if (Array.isArray(data)) return data.map(shared)
      if (typeof data === 'object' && data !== null && !ArrayBuffer.isView(data))
        return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, shared(value)]))
      return data
    }
  return data => shared(data) as typeof data
}
