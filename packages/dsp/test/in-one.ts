import type { Audio } from '../src/index.ts'

/** Parts of one sound, one behind the other. */
export function inOne(parts: readonly Audio[], channels = parts[0]!.length): Float32Array<ArrayBuffer>[] {
  const frames = parts.reduce((sum, part) => sum + part[0]!.length, 0)
  return Array.from({ length: channels }, (_, c) => {
    const whole = new Float32Array(frames)
    let at = 0
    for (const part of parts) {
      whole.set(part[c]!, at)
      at += part[c]!.length
    }
    return whole
  })
}
