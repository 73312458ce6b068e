/** Decodes every audio file below a folder and compares it with ffmpeg: frames, and the largest difference of samples. node tools/run.mjs experiments/decode-check/run.ts FOLDER */
import { execFileSync } from 'node:child_process'
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { openAudio, type ByteSource } from '@mixwright/files'

const folder = process.argv[2]!
const fileSource = (path: string): ByteSource & { close(): void } => {
  const fd = openSync(path, 'r')
  return {
    size: fstatSync(fd).size, close: () => closeSync(fd),
    async read(offset, length, into = new Uint8Array(length)) { return into.subarray(0, readSync(fd, into, 0, length, offset)) },
  }
}
/** Samples as ffmpeg decodes them, interleaved; its own sampling rate and channels. */
const reference = (path: string): Float32Array => {
  const bytes = execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...path.endsWith('.opus') ? ['-c:a', 'libopus'] : [], '-i', path, '-map', '0:a:0', '-f', 'f32le', '-'], { maxBuffer: 2 ** 30 })
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length))
}
let failed = 0, count = 0
for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((f) => /[.](wav|flac|mp3|ogg|opus|aiff?|m4a|mp4|aac|mp2)$/i.test(f)).sort()) {
  const source = fileSource(join(folder, path))
  count++
  try {
    const file = await openAudio(source, path), expected = reference(join(folder, path))
    let frames = 0, largest = 0, at = 0, ms = performance.now()
    for await (const audio of file.blocks()) {
      frames += audio[0]!.length
      for (let i = 0; i < audio[0]!.length; i++) for (let c = 0; c < file.channels; c++) largest = Math.max(largest, Math.abs(audio[c]![i]! - expected[at++]!))
    }
    ms = performance.now() - ms
    const truth = expected.length / file.channels, ok = frames === truth && (file.frames ?? frames) === frames && largest < 1e-3
    if (!ok) failed++
    console.log(`${ok ? 'ok  ' : 'DIFF'} ${file.format} ${file.sampleRate} ${file.channels} frames ${frames} said ${file.frames} ffmpeg ${truth} difference ${largest.toExponential(1)} ${(frames / file.sampleRate / ms * 1000).toFixed(0)}x ${path}`)
  } catch (error) {
    failed++
    console.log(`FAIL ${(error as Error).message}`)
  }
  source.close()
}
console.log(`${count} files, ${failed} differ`)
