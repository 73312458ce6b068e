/**
 * What a mix loses in mono, and whether its low end is one: ours, and any mix that lies beside the stems.
 *   node tools/run.mjs experiments/mono-safety/run.ts FOLDER …
 * Each folder is one song: `dry/` holds its stems, other audio files are mixes of it. Loss per stem in the sum to mono by
 * the role-balance reader, from the mix alone; correlation of left and right from 20 to 120 Hz.
 */
import { readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Audio, clipOf, measureAntiphase, compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { createRoleReader } from '@mixwright/estimate'
import { mix } from '../../apps/mixwright/src/api.ts'
import { readSound, wide } from '../sound-files.ts'

const kernels = await compileKernels(bytes)

const folders = process.argv.slice(2)
if (folders.length === 0) {
  console.error('usage: node tools/run.mjs experiments/mono-safety/run.ts FOLDER …')
  process.exit(2)
}
const audible = (name: string) => /\.(wav|flac|mp3|ogg|m4a)$/i.test(name),
  titleOf = (file: string) => basename(file, extname(file)),
  /** Seconds from the middle. */
  most = 60

console.log(
  '| song | mix | most that a stem loses in mono, dB | which | correlation under 120 Hz |\n|---|---|---|---|---|'
)
for (const folder of folders) {
  const files = readdirSync(join(folder, 'dry')).filter(audible).sort(),
    sounds = await Promise.all(files.map(file => readSound(join(folder, 'dry', file)))),
    rate = sounds[0]!.sampleRate,
    frames = Math.max(...sounds.map(sound => sound.audio[0]!.length)),
    from = Math.max(0, (frames - most * rate) >> 1),
    part = (audio: Audio): Float32Array[] => audio.map(c => c.slice(from, from + most * rate)),
    stems = Object.fromEntries(
      files
        .map((file, i) => [titleOf(file), part(sounds[i]!.audio)] as const)
        .filter(([, audio]) => audio.some(c => c.some(v => Math.abs(v) > 1e-4)))
    ),
    reader = createRoleReader(
      Object.fromEntries(Object.entries(stems).map(([name, audio]) => [name, clipOf(wide(audio), rate)])),
      kernels
    ),
    ours = await mix(stems, rate),
    mixes: Record<string, Audio> = { ours: ours.audio.mix!, 'ours, mastered': ours.audio.master! }
  for (const file of readdirSync(folder).filter(audible))
    mixes[titleOf(file)] = part((await readSound(join(folder, file))).audio)
  for (const [name, audio] of Object.entries(mixes)) {
    const found = await reader.read(clipOf(wide(audio), rate)),
      losses = Object.entries(found?.roles ?? {})
        .filter(([, role]) => Number.isFinite(role.gain))
        .sort((a, b) => b[1].monoLoss - a[1].monoLoss),
      low = measureAntiphase(wide(audio), rate).low
    console.log(
      `| ${basename(folder)} | ${name} | ${losses[0]?.[1].monoLoss.toFixed(2) ?? '–'} | ${losses[0]?.[0] ?? '–'} | ${low?.toFixed(3) ?? '–'} |`
    )
  }
}
