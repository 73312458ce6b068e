/**
 * Time and peak memory of `mixwright mix` by the length of the song: eight stereo stems, the bundled example played
 * over and over.
 *   node tools/run.mjs experiments/long-song/run.ts SCRATCH MINUTES …
 * Peak memory is the process's high-water mark (VmHWM of /proc, threads included), read twice a second; Linux only.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createTake } from '../../apps/mixwright/src/node/takes.ts'
import { renderStems, sampleRate } from '../../example/stems.ts'

const [scratch, ...lengths] = process.argv.slice(2)
if (!scratch || lengths.length === 0) {
  console.error('usage: node tools/run.mjs experiments/long-song/run.ts SCRATCH MINUTES …')
  process.exit(2)
}
const chosen = ['Kick In', 'Snare Top', 'Overheads', 'Bass DI', 'Guitar', 'Keys', 'Lead Vox', 'BV Low']

async function write(folder: string, minutes: number): Promise<void> {
  mkdirSync(folder, { recursive: true })
  for (const { name, channels } of renderStems().filter(stem => chosen.includes(stem.name))) {
    const take = await createTake(join(folder, `${name}.wav`), { sampleRate, channels: 2, format: 's16', force: true })
    // The right side a little softer: stereo files, not doubled mono.
    const once = [channels[0]!, (channels[1] ?? channels[0]!).map(v => v * 0.98)]
    for (let left = Math.round(minutes * 60 * sampleRate); left > 0; left -= once[0]!.length)
      await take.write(once.map(c => c.subarray(0, Math.min(left, c.length))))
    ;(await take.close()).close()
  }
}

interface Usage {
  readonly peak: number
  readonly seconds: number
}
function run(folder: string): Promise<Usage> {
  const child = spawn(process.execPath, ['apps/mixwright/dist/cli.js', 'mix', folder, '--force', '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit']
    }),
    began = performance.now()
  let peak = 0
  const look = setInterval(() => {
    const found = /VmHWM:\s+(\d+) kB/.exec(
      existsSync(`/proc/${child.pid}/status`) ? readFileSync(`/proc/${child.pid}/status`, 'utf8') : ''
    )
    if (found) peak = Math.max(peak, Number(found[1]) / 1024)
  }, 500)
  return new Promise((resolve, reject) =>
    child.on('exit', code => {
      clearInterval(look)
      if (code === 0) resolve({ peak, seconds: (performance.now() - began) / 1000 })
      else reject(new Error(`mixwright mix ended with ${code}`))
    })
  )
}

console.log('| minutes | seconds | × real time | peak memory MB |\n|---|---|---|---|')
for (const minutes of lengths.map(Number)) {
  const folder = join(scratch, `song-${minutes}`)
  await write(folder, minutes)
  const { peak, seconds } = await run(folder)
  console.log(`| ${minutes} | ${seconds.toFixed(1)} | ${((minutes * 60) / seconds).toFixed(0)} | ${peak.toFixed(0)} |`)
  rmSync(folder, { recursive: true })
}
