import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'

it('types and lint are clean', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['tools/check.mjs'], {
    encoding: 'utf8',
    cwd: new URL('..', import.meta.url)
  })
  expect(status, `${stdout}${stderr}`.slice(-4000)).toBe(0)
}, 120_000)
