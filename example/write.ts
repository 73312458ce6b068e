/** node build/example.js FOLDER: renders the stems of the example into a folder, as 24-bit WAV. */
import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createTake } from '../apps/mixwright/src/node/takes.ts'
import { renderStems, sampleRate } from './stems.ts'

const folder = process.argv[2]
if (!folder) {
  process.stderr.write('usage: node build/example.js FOLDER\n')
  process.exit(2)
}
// Under another name until all are there: an interrupted run leaves no half folder behind.
const partial = `${folder}.part`
rmSync(partial, { recursive: true, force: true })
mkdirSync(partial, { recursive: true })
for (const { name, channels } of renderStems()) {
  const take = await createTake(join(partial, `${name}.wav`), {
    sampleRate,
    channels: channels.length,
    format: 's24',
    force: true
  })
  await take.write(channels)
  ;(await take.close()).close()
}
renameSync(partial, folder)
