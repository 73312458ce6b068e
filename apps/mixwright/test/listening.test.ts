/** The listening page in a real browser, opened from a file as listeners do. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Answers, Summary } from '@mixwright/tasks'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBrowser } from './chromium.ts'
import { run, type Workplace, workplace } from './command.ts'
import { root } from './packed.ts'

const rate = 44100,
  labels = ['Raw-Sum', 'Human-Mix', 'Mixwright-Mix']
let place: Workplace, browser: Browser

/** Bursts of noise, the same in every version, over a tone of its own: one recording, mixed differently. */
function version(hz: number, level: number): Float32Array {
  let seed = 7
  return new Float32Array(8 * rate).map((_, i) => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    const burst = Math.exp(-((i + 700 * Math.sin(i / 90000)) % 17000) / 2500)
    return level * (0.6 * burst * (seed / 2 ** 31 - 1) + 0.2 * Math.sin((2 * Math.PI * hz * i) / rate))
  })
}

beforeAll(async () => {
  place = workplace()
  await place.wav('one.wav', [version(220, 0.9), version(220, 0.9)])
  await place.wav('two.wav', [version(330, 0.4)])
  await place.wav('three.wav', [version(440, 0.2), version(440, 0.2)])
  await place.wav('ref.wav', [version(150, 0.5), version(150, 0.5)])
  const { code, err } = await run(place.folder, [
    'compare',
    ...['one.wav', 'two.wav', 'three.wav', '--labels', labels.join(','), '--reference', 'ref.wav'],
    ...['--seconds', '6', '--trials', '4', '--out', 'page.html']
  ])
  expect({ code, err }).toEqual({ code: 0, err: 'Opening the files …\nListening …\nWriting the page …\n' })
  browser = await startBrowser()
})
afterAll(async () => {
  await browser?.close()
  place?.remove()
})

/** A listener's tab, with everything that went wrong in it or was asked of a network. */
async function opened(file = 'page.html', width = 1280): Promise<{ tab: Page; problems: string[] }> {
  const tab = await browser.newPage({ viewport: { width, height: 900 } }),
    problems: string[] = []
  tab.on('pageerror', error => problems.push(String(error)))
  tab.on('console', message => {
    if (message.type() === 'error') problems.push(message.text())
  })
  tab.on('request', request => {
    if (!/^(file|blob|data):/.test(request.url())) problems.push(`asks for ${request.url()}`)
  })
  await tab.goto(pathToFileURL(place.at(file)).href)
  await until(tab, '!document.getElementById("play").disabled')
  return { tab, problems }
}
/** The page's policy forbids what playwright's own waiting does. */
const until = (tab: Page, condition: string) =>
  expect.poll(() => tab.evaluate<boolean>(condition), { timeout: 10_000, interval: 50 }).toBe(true)
// By the keyboard: under load, Chromium at times never answers the mouse right after a download.
const saved = async (tab: Page): Promise<{ name: string; text: string }> => {
  const [download] = await Promise.all([tab.waitForEvent('download'), tab.press('#save', 'Enter')])
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') }
}
const rateAll = (tab: Page) =>
  tab.evaluate(() => {
    document.querySelectorAll<HTMLInputElement>('.slider input').forEach((input, i) => {
      input.value = String(20 + 7 * i)
      input.dispatchEvent(new Event('input'))
    })
  })
const chosen = (tab: Page) => tab.textContent('#choices [aria-pressed=true]')

describe('switching', () => {
  it('has no gap: with constant signals the output moves from one to the other in the crossfade, and nowhere else', async () => {
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
    // Loops of 0.5 s; switched at 0.7 s; 1.5 s in all.
    const out = await tab.evaluate<number[]>(`(async () => {
      const rate = ${rate}, context = new OfflineAudioContext(1, 1.5 * rate, rate)
      const constant = value => {
        const buffer = context.createBuffer(1, 2 * rate, rate)
        buffer.getChannelData(0).fill(value)
        return buffer
      }
      const player = listening.createPlayer(context, new Map([['a', constant(0.25)], ['b', constant(0.75)]]))
      player.setLoop({ from: 0.2, to: 0.7 })
      player.play()
      context.suspend(0.7).then(() => { player.hear('b'); context.resume() })
      return [...(await context.startRendering()).getChannelData(0)]
    })()`)
    await tab.close()
    const quantum = 128 / rate, // `suspend` rounds up to it
      at = (seconds: number) => out[Math.round(seconds * rate)]!
    const start = 0.03,
      seams = [start + 0.5, start + 1, start + 1.5]
    for (let i = 0; i < out.length; i++) {
      const time = i / rate,
        nearSeam = seams.some(seam => Math.abs(time - seam) <= 0.0052)
      if (time < start + 0.0052 || nearSeam) continue
      const expected = time < 0.7 ? [0.25, 0.25] : time > 0.7 + 0.0151 + quantum ? [0.75, 0.75] : [0.25, 0.75]
      expect(out[i]!, `at ${time} s`).toBeGreaterThan(expected[0]! - 1e-4)
      expect(out[i]!, `at ${time} s`).toBeLessThan(expected[1]! + 1e-4)
    }
    // The crossfade is one: half-way between both in its middle, and never back.
    expect(Math.abs(at(0.7 + 0.0075 + quantum / 2) - 0.5)).toBeLessThan(0.5 * (quantum / 0.015) + 0.01)
    for (let i = Math.round(0.7 * rate); i < 0.73 * rate; i++) expect(out[i + 1]! - out[i]!).toBeGreaterThan(-1e-6)
    // The seam is a dip of a few milliseconds and no click.
    expect(Math.abs(at(seams[0]!))).toBeLessThan(0.01)
  })
})

describe('the page', () => {
  it('is blind: its source holds no name and no file, its letters are dealt anew for each listener', async () => {
    const html = readFileSync(place.at('page.html'), 'utf8')
    for (const name of [...labels, 'one.wav', 'two.wav', 'three.wav', 'ref.wav', place.folder]) {
      expect(html).not.toContain(name)
      expect(html).not.toContain(Buffer.from(name).toString('base64').slice(0, 8))
    }
    const excerpts = [...html.matchAll(/data:audio\/wav;base64,([^<]+)/g)].map(m => Buffer.from(m[1]!, 'base64'))
    // Three and the reference, alike in length and form (mono files too).
    expect(excerpts.map(e => e.length)).toEqual(Array.from({ length: 4 }, () => 80 + 6 * rate * 4))
    expect(new Set(excerpts.map(e => e.subarray(0, 80).toString('hex'))).size).toBe(1)
    const orders = new Set<string>()
    for (let k = 0; k < 12 && orders.size < 2; k++) {
      const { tab } = await opened()
      await tab.fill('#listener', 'x')
      await rateAll(tab)
      orders.add((JSON.parse((await saved(tab)).text) as Answers).rounds[0]!.order.join())
      await tab.close()
    }
    // Twelve deals of six orders alike: 6^-11.
    expect(orders.size).toBeGreaterThan(1)
  })

  it('plays, switches by key and by button, loops', async () => {
    const { tab, problems } = await opened()
    expect(await tab.$$eval('#choices button', all => all.map(b => b.textContent))).toEqual([
      'Reference',
      'A',
      'B',
      'C'
    ])
    expect(await chosen(tab)).toBe('A')
    await tab.keyboard.press('Space')
    await until(tab, 'document.getElementById("timeline").getAttribute("aria-valuenow") > 0.2')
    expect(await tab.textContent('#play .word')).toBe('Pause')
    for (const [key, name] of [
      ['2', 'B'],
      ['3', 'C'],
      ['0', 'Reference'],
      ['9', 'Reference'],
      ['1', 'A']
    ] as const) {
      await tab.keyboard.press(key)
      expect(await chosen(tab)).toBe(name)
    }
    await tab.click('.slider button:has-text("C") >> nth=1')
    expect(await chosen(tab)).toBe('C')
    // Letters that are typed are letters.
    await tab.fill('#comment', '')
    await tab.focus('#comment')
    await tab.keyboard.type('1 2')
    expect([await tab.inputValue('#comment'), await chosen(tab)]).toEqual(['1 2', 'C'])
    await tab.locator('#comment').blur()
    const { x, y, width, height } = (await (await tab.$('#timeline'))!.boundingBox())!
    await tab.mouse.move(x + width * 0.5, y + height / 2)
    await tab.mouse.down()
    await tab.mouse.move(x + width * 0.7, y + height / 2, { steps: 4 })
    await tab.mouse.up()
    expect(await tab.isEnabled('#loop-all')).toBe(true)
    await tab.waitForTimeout(1500)
    const inside = Number(await tab.getAttribute('#timeline', 'aria-valuenow'))
    expect(inside).toBeGreaterThanOrEqual(2.9)
    expect(inside).toBeLessThanOrEqual(4.3)
    await tab.keyboard.press('Space')
    expect(await tab.textContent('#play .word')).toBe('Play')
    expect(problems).toEqual([])
    await tab.close()
  })

  it('keeps the names until the end, and then saves answers that the command line gathers', async () => {
    const { tab, problems } = await opened(),
      text = () => tab.evaluate(() => document.querySelector('main')!.textContent)
    const silent = async () => {
      const all = `${await text()} ${await tab.evaluate(() => document.body.innerHTML.replace(/<script[\s\S]*?<\/script>/g, ''))}`
      for (const label of labels) expect(all).not.toContain(label)
    }
    await tab.click('#reveal')
    expect(await tab.textContent('#message')).toContain('nothing to reveal yet')
    await tab.fill('#listener', 'Ana')
    await rateAll(tab)
    await silent()
    // A second round, in letters of its own.
    await tab.click('#again')
    expect(await tab.textContent('#round')).toBe('round 2')
    expect(await tab.$$eval('.slider output', all => all.map(o => o.textContent))).toEqual(Array(9).fill('–'))
    await rateAll(tab)
    // ABX: what X was is not told before the last trial.
    await tab.selectOption('#abx-second', '2')
    await tab.click('#abx-start')
    expect(await tab.$$eval('#choices button', all => all.map(b => b.textContent))).toEqual(['A', 'C', 'X'])
    for (let trial = 1; trial <= 4; trial++) {
      expect(await tab.textContent('#abx-trial')).toBe(`Trial ${trial} of 4: which of the two is X?`)
      expect(await text()).not.toMatch(/right\. By guessing/)
      await tab.click('[data-answer=C]')
    }
    expect(await tab.textContent('.abx-result')).toMatch(/^A \/ C: [0-4] of 4 right\. By guessing/)
    await silent()
    const before = await saved(tab)
    expect(before.name).toBe('unfinished-Ana.json')
    for (const label of labels) expect(before.text).not.toContain(label)

    await tab.fill('#comment', 'the second <b>was</b> best')
    await tab.press('#reveal', 'Enter')
    const results = await tab.textContent('#results')
    for (const label of labels) expect(results).toContain(label)
    expect(results).toContain('1 listener, 2 rounds of ratings')
    expect(results).toContain('the second <b>was</b> best')
    expect(await tab.isDisabled('.slider input >> nth=0')).toBe(true)
    const after = await saved(tab)
    expect(after.name).toBe('answers-Ana.json')
    place.put('answers-Ana.json', after.text)
    const answers = JSON.parse(after.text) as Answers,
      order = answers.rounds[0]!.order
    expect(answers.stimuli.map(s => s.label).sort()).toEqual([...labels].sort())
    expect(
      answers.rounds.map(round => order.length === round.order.length && round.scores.clarity[round.order[1]!])
    ).toEqual([20 + 7 * 4, 20 + 7 * 4])
    expect(answers.abx[0]!.pair).toEqual([answers.rounds[1]!.order[0], answers.rounds[1]!.order[2]])
    expect(problems).toEqual([])
    await tab.close()

    // The truth of the labels: the letter's audio is that of the file. A tone of its own is in each (see `version`).
    const { code, out } = await run(place.folder, ['compare', '--results', 'answers-Ana.json', '--json'])
    expect(code).toBe(0)
    const summary = JSON.parse(out) as Summary
    expect(summary.unit).toBe('round')
    const own = answers.stimuli.find(s => s.label === 'Human-Mix')!,
      expected = answers.rounds.reduce((sum, round) => sum + round.scores.production[own.id]! / 2, 0)
    expect(summary.means.find(m => m.scale === 'production' && m.stimulus === own.id)!.mean).toBeCloseTo(expected, 10)
    expect(summary.abx[0]!.trials).toBe(4)
    const plain = await run(place.folder, ['compare', '--results', 'answers-Ana.json'])
    expect(plain.out).toMatch(/Ratings\n.*\nScale +Stimulus +Mean/)
  })

  it('goes on from unfinished answers, and opens finished ones as results', async () => {
    const first = await opened()
    await rateAll(first.tab)
    await first.tab.fill('#listener', 'Ben')
    const half = await saved(first.tab)
    await first.tab.close()
    writeFileSync(place.at('half.json'), half.text)
    const { tab, problems } = await opened()
    await tab.setInputFiles('#files', place.at('half.json'))
    await until(tab, 'document.getElementById("message").textContent.includes("go on")')
    expect(await tab.inputValue('#listener')).toBe('Ben')
    expect(await tab.$$eval('.slider output', all => all.map(o => o.textContent))).toEqual(
      Array.from({ length: 9 }, (_, i) => String(20 + 7 * i))
    )
    // Finished answers would show the names.
    await tab.setInputFiles('#files', place.at('answers-Ana.json'))
    await until(tab, 'document.getElementById("message").textContent.includes("would show the names")')
    expect(await tab.isHidden('#results')).toBe(true)
    await tab.click('#reveal')
    await tab.setInputFiles('#files', place.at('answers-Ana.json'))
    await until(tab, 'document.getElementById("results").innerText.includes("2 listeners, 3 rounds")')
    expect(problems).toEqual([])
    await tab.close()
  })

  it('says which audio a label stands for: labels survive veil, deal and letters', async () => {
    const { tab } = await opened()
    await rateAll(tab)
    await tab.click('#reveal')
    const answers = JSON.parse((await saved(tab)).text) as Answers,
      html = readFileSync(place.at('page.html'), 'utf8')
    await tab.close()
    const tones: Record<string, number> = { 'Raw-Sum': 220, 'Human-Mix': 330, 'Mixwright-Mix': 440 }
    for (const { id, label } of answers.stimuli) {
      const wav = Buffer.from(new RegExp(`id="audio-${id}">data:audio/wav;base64,([^<]+)`).exec(html)![1]!, 'base64'),
        left = new Float64Array(2 * rate).map((_, i) => wav.readInt16LE(80 + 4 * i))
      const level = (hz: number) => {
        let re = 0,
          im = 0
        left.forEach((x, i) => {
          re += x * Math.cos((2 * Math.PI * hz * i) / rate)
          im += x * Math.sin((2 * Math.PI * hz * i) / rate)
        })
        return Math.hypot(re, im)
      }
      const loudest = Object.values(tones).sort((a, b) => level(b) - level(a))[0]
      expect(loudest).toBe(tones[label!])
    }
  })

  it.each([1280, 390])('fits %i pixels, and every control has a name', async width => {
    const { tab, problems } = await opened('page.html', width)
    const shots = process.env.MIXWRIGHT_SCREENSHOTS
    if (shots) await tab.screenshot({ path: join(shots, `page-${width}.png`), fullPage: true })
    const check = async () => {
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width)
      expect(
        await tab.$$eval('button, input:not([hidden]), textarea, select, canvas', all =>
          all
            .filter(
              e =>
                !(
                  e.getAttribute('aria-label') ||
                  e.textContent?.trim() ||
                  (e as HTMLInputElement).labels?.[0]?.textContent?.trim()
                )
            )
            .map(e => e.outerHTML)
        )
      ).toEqual([])
    }
    await check()
    await rateAll(tab)
    await tab.click('#abx-start')
    await check()
    if (shots) await tab.screenshot({ path: join(shots, `abx-${width}.png`) })
    for (let k = 0; k < 4; k++) await tab.click('[data-answer=A]')
    await tab.click('#again')
    await rateAll(tab)
    await tab.click('#reveal')
    await check()
    if (shots) {
      await tab.screenshot({ path: join(shots, `results-${width}.png`), fullPage: true })
      await tab.emulateMedia({ colorScheme: 'dark' })
      await tab.screenshot({ path: join(shots, `dark-${width}.png`), fullPage: true })
    }
    expect(problems).toEqual([])
    await tab.close()
  })
})
