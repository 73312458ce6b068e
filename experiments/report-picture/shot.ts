/**
 * A picture of a report as a browser shows it.
 *   node tools/run.mjs experiments/report-picture/shot.ts REPORT.html OUT.png [width] [height] [scroll] [dark]
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { startBrowser } from '../../apps/mixwright/test/chromium.ts'

const [report, out, width = '1100', height, scroll = '0', scheme] = process.argv.slice(2)
if (!report || !out) {
  console.error(
    'usage: node tools/run.mjs experiments/report-picture/shot.ts REPORT.html OUT.png [width] [height] [scroll] [dark]'
  )
  process.exit(2)
}
const browser = await startBrowser(),
  page = await browser.newPage({
    viewport: { width: Number(width), height: Number(height ?? 900) },
    colorScheme: scheme === 'dark' ? 'dark' : 'light'
  }),
  faults: string[] = []
page.on('console', message => {
  if (message.type() === 'error') faults.push(message.text())
})
page.on('pageerror', error => {
  faults.push(String(error))
})
await page.goto(pathToFileURL(resolve(report)).href)
// Until the player, if there is one, has its sound.
for (let k = 0; k < 100; k++) {
  if (await page.evaluate(() => !document.querySelector<HTMLButtonElement>('#play')?.disabled)) break
  await new Promise(resolve => setTimeout(resolve, 100))
}
await page.evaluate(y => scrollTo(0, y), Number(scroll))
await page.screenshot({ path: out, fullPage: height === undefined })
const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
console.log(
  `${out}: page ${overflow > 0 ? `${overflow} px too wide` : 'fits'}; ${faults.length ? faults.join('; ') : 'no errors'}`
)
await browser.close()
