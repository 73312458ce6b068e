/** The player of the pages, by what it gives sample by sample. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startBrowser } from './chromium.ts'
import { type Workplace, workplace } from './command.ts'
import { root } from './packed.ts'

const rate = 44100
let place: Workplace, browser: Browser
beforeAll(async () => {
  place = workplace()
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  place?.remove()
})

it('the player takes in another version in step while it plays: a ramp goes on as if nothing had happened', async () => {
  const file = place.at('player.js')
  await build({
    entryPoints: [join(root, 'apps/mixwright/src/listening/player.ts')],
    bundle: true,
    format: 'iife',
    globalName: 'listening',
    target: 'es2022',
    outfile: file,
    logLevel: 'error'
  })
  const tab = await browser.newPage()
  await tab.addScriptTag({ path: file })
  rmSync(file)
  const out = await tab.evaluate<number[]>(`(async () => {
      const rate = ${rate}, context = new OfflineAudioContext(1, 2 * rate, rate)
      const ramp = () => {
        const buffer = context.createBuffer(1, 3 * rate, rate)
        buffer.getChannelData(0).forEach((_, i, all) => { all[i] = i / all.length })
        return buffer
      }
      const player = listening.createPlayer(context, new Map([['a', ramp()]]))
      player.seek(0.123)
      player.play()
      context.suspend(0.5).then(() => { player.put('b', ramp()); context.resume() })
      context.suspend(1).then(() => { player.hear('b'); context.resume() })
      return [...(await context.startRendering()).getChannelData(0)]
    })()`)
  await tab.close()
  // 0.03 s until it starts, 5 ms of fading in; then one step of the ramp per sample, in the crossfade too, but for
  // the rounding of gains in 24 bits. Where it arrives tells a single sample.
  const step = 1 / (3 * rate),
    first = Math.ceil(0.036 * rate)
  for (let i = first; i < out.length - 1; i++)
    expect(Math.abs(out[i + 1]! - out[i]! - step), `at ${i / rate} s`).toBeLessThan(1e-6)
  expect(Math.abs(out[1.5 * rate]! - (0.123 + 1.5 - 0.03) / 3)).toBeLessThan(step)
})
