import { expect, it } from 'vitest'
import { createMd5 } from './md5.ts'

const hex = (bytes: Uint8Array) => [...bytes].map(b => b.toString(16).padStart(2, '0')).join('')
/** The suite of RFC 1321, appendix A.5. */
it.each([
  ['', 'd41d8cd98f00b204e9800998ecf8427e'],
  ['a', '0cc175b9c0f1b6a831c399e269772661'],
  ['abc', '900150983cd24fb0d6963f7d28e17f72'],
  ['message digest', 'f96b697d7cb7938d525a2f31aaf161d0'],
  ['abcdefghijklmnopqrstuvwxyz', 'c3fcd3d76192e4007dfb496cca67e13b'],
  ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', 'd174ab98d277d9f5a5611c2c9f419d9f'],
  [
    '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
    '57edf4a22be3c955ac49da2e2107b67a'
  ]
])('MD5 of "%s", in pieces of any size', (text, sum) => {
  const bytes = new TextEncoder().encode(text)
  for (const step of [1, 7, 63, 64, 100]) {
    const md5 = createMd5()
    for (let at = 0; at < bytes.length; at += step) md5.update(bytes.subarray(at, at + step))
    expect(hex(md5.digest())).toBe(sum)
  }
})
