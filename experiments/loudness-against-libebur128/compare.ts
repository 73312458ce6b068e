/**
 * Compares the meter with libebur128 on every audio file below a folder. Both get the same samples.
 * Needs gcc and libebur128's header (Debian: libebur128-dev). node tools/run.mjs
 * experiments/loudness-against-libebur128/compare.ts FOLDER
 * Exit code 1 if a loudness differs by more than 0.1 LU or a true peak lies more than 0.05 dB below libebur128's.
 */
import { execFileSync } from 'node:child_process'
import { closeSync, fstatSync, mkdtempSync, openSync, readdirSync, readSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLoudness, createTruePeak, loudnessRange } from '@mixwright/dsp'
import { openAudio } from '@mixwright/files'

declare const ENTRY_FOLDER: string
const folder = process.argv[2]
if (!folder) {
  console.error('usage: node tools/run.mjs experiments/loudness-against-libebur128/compare.ts FOLDER')
  process.exit(2)
}
const scratch = mkdtempSync(join(tmpdir(), 'ebur128-')),
  program = join(scratch, 'ebur128')
execFileSync('gcc', ['-O2', join(ENTRY_FOLDER, 'ebur128.c'), '-o', program, '-lebur128', '-lm'])

interface Row {
  name: string
  rate: number
  channels: number
  seconds: number
  integrated: number
  range: number
  coarse: number
  peak: number
  theirs: [number, number, number]
  ms: number
}

async function compare(path: string, name: string): Promise<Row> {
  const fd = openSync(path, 'r')
  const file = await openAudio(
    {
      size: fstatSync(fd).size,
      async read(offset, length, into = new Uint8Array(length)) {
        return into.subarray(0, readSync(fd, into, 0, length, offset))
      }
    },
    name
  )
  const loudness = createLoudness(file.sampleRate, file.channels),
    peak = createTruePeak(file.sampleRate, file.channels),
    parts: Uint8Array[] = []
  let frames = 0,
    ms = 0
  for await (const audio of file.blocks()) {
    const count = audio[0]!.length,
      woven = new Float32Array(count * file.channels),
      start = performance.now()
    loudness.push(audio)
    peak.push(audio)
    ms += performance.now() - start
    for (const [c, channel] of audio.entries())
      for (let i = 0; i < count; i++) woven[i * file.channels + c] = channel[i]!
    parts.push(new Uint8Array(woven.buffer))
    frames += count
  }
  closeSync(fd)
  const answer = execFileSync(program, [String(file.sampleRate), String(file.channels)], {
    input: Buffer.concat(parts),
    encoding: 'utf8'
  })
  const { integrated, range, shortTerm } = loudness.result()
  return {
    name,
    rate: file.sampleRate,
    channels: file.channels,
    seconds: frames / file.sampleRate,
    integrated,
    range: range ?? 0,
    // libebur128 moves its windows by 1 s, this meter by 0.1 s.
    coarse: loudnessRange(shortTerm.filter((_, i) => i % 10 === 0)) ?? 0,
    peak: peak.result().max,
    theirs: answer.trim().split(' ').map(Number) as [number, number, number],
    ms
  }
}

const rows: Row[] = []
for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(f => /[.](wav|flac|aiff?|mp3|ogg|opus)$/i.test(f))
  .sort())
  rows.push(await compare(join(folder, name), name))
rmSync(scratch, { recursive: true })

const signed = (value: number, digits: number): string => (value >= 0 ? '+' : '') + value.toFixed(digits)
console.log(
  '| file | Hz | ch | s | LUFS | Δ LU | LRA | Δ LU | Δ LU at 1 s | dBTP | Δ dB | × real time |\n|---|---|---|---|---|---|---|---|---|---|---|---|'
)
for (const r of rows)
  console.log(
    `| ${r.name} | ${r.rate} | ${r.channels} | ${r.seconds.toFixed(1)} | ${r.integrated.toFixed(2)} | ${signed(r.integrated - r.theirs[0], 4)} | ${r.range.toFixed(2)} | ${signed(r.range - r.theirs[1], 2)} | ${signed(r.coarse - r.theirs[1], 4)} | ${r.peak.toFixed(2)} | ${signed(r.peak - r.theirs[2], 3)} | ${Math.round((r.seconds * 1000) / r.ms)} |`
  )
const loudest = Math.max(...rows.map(r => Math.abs(r.integrated - r.theirs[0]))),
  lowest = Math.min(...rows.map(r => r.peak - r.theirs[2]))
console.log(
  `\n${rows.length} files: loudness differs by at most ${loudest.toFixed(4)} LU, range by at most ${Math.max(...rows.map(r => Math.abs(r.range - r.theirs[1]))).toFixed(2)} LU (${Math.max(...rows.map(r => Math.abs(r.coarse - r.theirs[1]))).toFixed(4)} with windows every 1 s), true peak by ${signed(lowest, 3)} to ${signed(Math.max(...rows.map(r => r.peak - r.theirs[2])), 3)} dB`
)
process.exit(rows.length > 0 && loudest <= 0.1 && lowest >= -0.05 ? 0 : 1)
