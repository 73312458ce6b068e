/**
 * Names in the page are veiled, so that nobody reads them by accident in its source. It is no encryption: the page has
 * to lift the veil itself.
 */

/** Applied twice it gives the bytes back. Marsaglia's xorshift32 (J. Stat. Software 2003) as a stream. @param key whole */
export function veil(bytes: Uint8Array, key: number): Uint8Array<ArrayBuffer> {
  let state = key | 0 || 1
  return Uint8Array.from(bytes, byte => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return byte ^ (state & 255)
  })
}
