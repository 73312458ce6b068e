/**
 * Kick drums as drum machines make them (a sine that falls and dies away), which a General MIDI set has not: folders for
 * `learn.ts`.
 *   node tools/run.mjs experiments/roles/electronic.ts FOLDER
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createRandom } from '@mixwright/dsp'
import { writeSound } from '../sound-files.ts'

const [folder] = process.argv.slice(2)
if (!folder) {
  console.error('usage: node tools/run.mjs experiments/roles/electronic.ts FOLDER')
  process.exit(2)
}
const rate = 44100,
  seconds = 20,
  random = createRandom(5),
  between = (from: number, to: number) => from * (to / from) ** random.uniform()
for (let one = 1; one <= 6; one++) {
  const period = between(0.3, 1),
    pitch = between(38, 65),
    sweep = between(0.5, 8),
    fall = between(0.01, 0.06),
    decay = between(0.05, 0.25),
    click = between(0.005, 0.2),
    x = Float32Array.from({ length: rate * seconds }, (_, i) => {
      const t = (i / rate) % period
      return (
        0.7 * Math.exp(-t / decay) * Math.sin(2 * Math.PI * (pitch * t + sweep * (1 - Math.exp(-t / fall)))) +
        click * Math.exp(-t / 0.003) * (2 * random.uniform() - 1)
      )
    }),
    song = join(folder, `electronic-${one}`)
  mkdirSync(join(song, 'dry'), { recursive: true })
  await writeSound(join(song, 'dry/kick.wav'), { audio: [x], sampleRate: rate })
  writeFileSync(join(song, 'labels.json'), '{"kick":"kick"}')
}
