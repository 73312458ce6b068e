// Types, lint and format of the whole workspace. Exit code 1 if anything is wrong.
import { spawnSync } from 'node:child_process'

const bin = (name, ...args) => spawnSync(process.execPath, [name, ...args], { stdio: 'inherit' }).status === 0
const results = [
  // The packages by themselves, where nothing of a host is.
  bin('node_modules/typescript/bin/tsc', '-p', 'packages'),
  bin('node_modules/typescript/bin/tsc', '-p', '.'),
  bin('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')
]
process.exit(results.every(Boolean) ? 0 : 1)
