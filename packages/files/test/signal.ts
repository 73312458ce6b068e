/** The signals of the fixtures, by formula. */
import type { Audio } from '@mixwright/dsp'
import type { AudioFile } from '../src/index.ts'

const sine = (t: number): number => 0.5 * Math.sin(2 * Math.PI * 440 * t)
const sweep = (t: number): number => 0.25 * Math.sin(2 * Math.PI * (200 * t + 4000 * t * t))

/** The sweep alone, or the sine on the left and the sweep on the right. */
export const signalOf = (channels: number, sampleRate: number, frames: number): Audio =>
  (channels === 1 ? [sweep] : [sine, sweep]).map(at => new Float32Array(frames).map((_, i) => at(i / sampleRate)))

/** All blocks of a file, joined. */
export async function decoded(file: AudioFile): Promise<Audio> {
  const blocks: Audio[] = []
  for await (const audio of file.blocks()) blocks.push(audio)
  return Array.from({ length: file.channels }, (_, c) => {
    const out = new Float32Array(blocks.reduce((sum, audio) => sum + audio[c]!.length, 0))
    let at = 0
    for (const audio of blocks) {
      out.set(audio[c]!, at)
      at += audio[c]!.length
    }
    return out
  })
}

/** Signal-to-noise ratio in dB of `found` against `wanted`, leaving `edge` frames out at both ends. */
export function snr(wanted: Float32Array, found: Float32Array, edge = 0): number {
  let signal = 0,
    noise = 0
  for (let i = edge; i < wanted.length - edge; i++) {
    signal += wanted[i]! ** 2
    noise += (wanted[i]! - (found[i] ?? 0)) ** 2
  }
  return 10 * Math.log10(signal / noise)
}
