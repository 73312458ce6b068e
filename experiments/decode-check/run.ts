/**
 * Decodes every audio file below a folder and compares it with ffmpeg: number of frames, and the largest difference of
 * a sample.
 * node tools/run.mjs experiments/decode-check/run.ts FOLDER
 */
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { openAudioFile } from '../../apps/mixwright/src/node/audio-files.ts'

const folder = process.argv[2]!

/**
 * Samples as ffmpeg decodes them, interleaved, at the file's rate and channels. Its own Opus decoder is not exact: take
 * libopus.
 */
function reference(path: string): Float32Array {
  const decoder = path.endsWith('.opus') ? ['-c:a', 'libopus'] : []
  const bytes = execFileSync(
    'ffmpeg',
    ['-v', 'error', '-nostdin', ...decoder, '-i', path, '-map', '0:a:0', '-f', 'f32le', '-'],
    { maxBuffer: 2 ** 31 - 1 }
  )
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

let differ = 0,
  count = 0
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(f => /[.](wav|flac|mp[234]|og[ga]|opus|aiff?|aifc|m4a|aac)$/i.test(f))
  .sort()) {
  count++
  try {
    const path = join(folder, name),
      file = await openAudioFile(path),
      expected = reference(path),
      began = performance.now()
    let frames = 0,
      largest = 0,
      at = 0
    for await (const audio of file.blocks()) {
      frames += audio[0]!.length
      for (let i = 0; i < audio[0]!.length; i++)
        for (const channel of audio) largest = Math.max(largest, Math.abs(channel[i]! - expected[at++]!))
    }
    file.close()
    const speed = (frames / file.sampleRate / (performance.now() - began)) * 1000,
      truth = expected.length / file.channels
    const ok = frames === truth && (file.frames ?? frames) === frames && largest < 1e-4
    if (!ok) differ++
    console.log(
      `${ok ? 'ok  ' : 'DIFF'} ${file.format} ${file.sampleRate} Hz, ${file.channels} channels, frames ${frames} (header ${file.frames}, ffmpeg ${truth}), difference ${largest.toExponential(1)}, ${speed.toFixed(0)} x real time: ${name}`
    )
  } catch (error) {
    differ++
    console.log(`FAIL ${(error as Error).message}`)
  }
}
console.log(`${count} files, ${differ} differ`)
