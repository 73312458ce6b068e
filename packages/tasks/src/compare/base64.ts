const alphabet = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const padding = '='.charCodeAt(0)

/** RFC 4648, section 4. */
export function base64(bytes: Uint8Array): string {
  const out = new Uint8Array(4 * Math.ceil(bytes.length / 3))
  for (let i = 0, at = 0; i < bytes.length; i += 3) {
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0),
      left = bytes.length - i
    out[at++] = alphabet[word >> 18]!
    out[at++] = alphabet[(word >> 12) & 63]!
    out[at++] = left > 1 ? alphabet[(word >> 6) & 63]! : padding
    out[at++] = left > 2 ? alphabet[word & 63]! : padding
  }
  return new TextDecoder().decode(out)
}
