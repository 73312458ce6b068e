// npm start [-- FOLDER [options]]: mixes a folder of stems; without one, the bundled example, which is rendered first.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url)),
  from = process.env.INIT_CWD ?? process.cwd(),
  args = process.argv.slice(2)
const node = (script, ...rest) => {
  const { status } = spawnSync(process.execPath, [`${root}/${script}`, ...rest], { stdio: 'inherit', cwd: from })
  if (status) process.exit(status)
}
if (args.length > 0 && !args[0].startsWith('-')) node('apps/mixwright/dist/cli.js', 'mix', ...args)
else {
  const stems = `${root}/build/example`
  if (!existsSync(stems)) {
    console.log('Rendering the stems of the bundled example …')
    node('build/example.js', stems)
  }
  node('apps/mixwright/dist/cli.js', 'mix', stems, '--force', ...args)
}
