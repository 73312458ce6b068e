// npm run bench -- NAME [arguments]: runs experiments/bench/NAME.ts; without a name, all of them.
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

process.chdir(fileURLToPath(new URL('..', import.meta.url)))
const parts = ['song.ts', 'threads.ts'],
  all = readdirSync('experiments/bench')
    .filter(name => name.endsWith('.ts') && !parts.includes(name))
    .map(name => name.slice(0, -3)),
  [name, ...rest] = process.argv.slice(2)
if (name && !all.includes(name)) {
  console.error(`no benchmark "${name}"; there are ${all.join(', ')}`)
  process.exit(2)
}
for (const one of name ? [name] : all)
  if (
    spawnSync(process.execPath, ['tools/run.mjs', `experiments/bench/${one}.ts`, ...rest], { stdio: 'inherit' }).status
  )
    process.exitCode = 1
