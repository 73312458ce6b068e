/** The report of a mix in a real browser, opened from a file; and its data, read as another program would. */
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { type Audio, measureLoudness } from '@mixwright/dsp'
import { openAudio, sourceOf } from '@mixwright/files'
import type { ReportSound } from '@mixwright/tasks'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inOne } from '../../../packages/dsp/test/in-one.ts'
import { bass, kick, noise, rate, voice } from '../../../packages/tasks/test/stems.ts'
import { heardAs } from '../src/listening/bypass.ts'
import { startBrowser } from './chromium.ts'
import { call, run, type Workplace, workplace } from './command.ts'

/** A stem's name is a stranger's: in text, in an attribute and in the script's data. */
const hostile = `"><img src=x onerror="document.title='owned'"><!--<script>& synth`
const seconds = 20
let place: Workplace, browser: Browser, html: string, sound: ReportSound

beforeAll(async () => {
  place = workplace()
  const stems = { kick: kick(seconds), bass: bass(seconds), vocals: voice(seconds), [hostile]: noise(seconds, 0.05) }
  // A constant offset, so that something is found.
  stems.bass = stems.bass.map(x => x + 0.05)
  for (const [name, audio] of Object.entries(stems)) {
    await place.wav(`song/${name}.wav`, [audio])
    await place.wav(`short/${name}.wav`, [audio.subarray(0, 5 * rate)])
  }
  const { code, err } = await run(place.folder, ['mix', 'song', '--out', 'out', '--refine', '0'])
  expect(code, err).toBe(0)
  html = readFileSync(place.at('out/report.html'), 'utf8')
  sound = JSON.parse(/<script type="application\/json" id="sound">([^<]*)<\/script>/.exec(html)![1]!) as ReportSound
  browser = await startBrowser()
}, 180_000)
afterAll(async () => {
  await browser?.close()
  place?.remove()
})

const audioOf = async (name: string): Promise<Audio> => {
  const text = new RegExp(`id="audio-${name}">data:audio/flac;base64,([^<]*)<`).exec(html)![1]!,
    file = await openAudio(sourceOf(Uint8Array.from(Buffer.from(text, 'base64'))), name),
    parts: Audio[] = []
  for await (const audio of file.blocks()) parts.push(audio.map(channel => channel.slice()))
  return inOne(parts)
}
const loudness = (audio: Audio, at: number, long: number) =>
  measureLoudness(
    audio.map(c => c.subarray(Math.round(at * rate), Math.round((at + long) * rate))),
    rate
  ).integrated

const peakOf = (audio: Audio) =>
  audio.reduce((most, channel) => channel.reduce((m, x) => Math.max(m, Math.abs(x)), most), 0)

/** A reader's tab, with everything that went wrong in it or was asked of a network. */
async function opened(width = 1280, dark = false): Promise<{ tab: Page; problems: string[] }> {
  const tab = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: dark ? 'dark' : 'light' }),
    problems: string[] = []
  tab.on('pageerror', error => problems.push(String(error)))
  tab.on('console', message => {
    if (message.type() === 'error') problems.push(message.text())
  })
  tab.on('request', request => {
    if (!/^(file|blob|data):/.test(request.url())) problems.push(`asks for ${request.url()}`)
  })
  await tab.goto(pathToFileURL(place.at('out/report.html')).href)
  await until(tab, '!document.getElementById("play").disabled')
  return { tab, problems }
}
const until = (tab: Page, condition: string) =>
  expect.poll(() => tab.evaluate<boolean>(condition), { timeout: 15_000, interval: 50 }).toBe(true)
const chosen = (tab: Page) => tab.textContent('#choices [aria-pressed=true]')
const position = (tab: Page) => tab.getAttribute('#timeline', 'aria-valuenow').then(Number)

describe('what it holds', () => {
  it('versions of one length, in each passage equally loud', async () => {
    expect(sound.versions.map(v => v.title)).toEqual(['Raw stems', 'First balance', 'Mix', 'Master'])
    expect(sound.moments.length).toBe(2)
    const all = await Promise.all(sound.versions.map(v => audioOf(v.id)))
    expect(new Set(all.map(audio => audio[0]!.length)).size).toBe(1)
    for (const { at, seconds } of sound.moments) {
      const levels = all.map(audio => loudness(audio, at, seconds))
      expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(0.1)
    }
  })
  it('moves that change the mix by as much as they say', async () => {
    const mix = await audioOf(sound.versions.find(v => v.title === sound.mix)!.id)
    expect(sound.moves.length).toBeGreaterThan(4)
    for (const move of sound.moves) {
      const change = await audioOf(move.audio),
        from = Math.round(move.at * rate),
        heard = (way: 'without' | 'difference') =>
          mix.map((channel, c) => {
            const out = new Float32Array(channel.length)
            heardAs(way, channel, change[c]!, from, move, out)
            return out
          }),
        without = heard('without'),
        turn = 10 ** (move.turn / 20),
        difference = without.map((channel, c) => channel.map((x, i) => x / turn - mix[c]![i]!)),
        level = loudness(difference, move.at, move.seconds) - loudness(mix, move.at, move.seconds)
      // Dither is about 70 LU below the mix, so it hardly touches what is 40 below; fades take a little.
      expect(Math.abs(level - move.level), move.id).toBeLessThan(0.3)
      expect(loudness(heard('difference'), move.at, move.seconds) - loudness(mix, move.at, move.seconds)).toBeCloseTo(
        level + move.boost,
        1
      )
      // Nothing changes before and after, nothing clips.
      expect(peakOf(difference.map(c => c.subarray(0, from)))).toBeLessThan(1e-6)
      expect(peakOf(without)).toBeLessThan(1)
    }
  })
  it('is at most 15 MB, and some kilobytes where it only tells', async () => {
    expect(html.length).toBeLessThan(15e6)
    const { code } = await call(place.folder, ['mix', 'short', '--out', 'told', '--report', 'text', '--refine', '0'])
    expect(code).toBe(0)
    const told = readFileSync(place.at('told/report.html'), 'utf8')
    expect(told.length).toBeLessThan(300e3)
    expect(told).not.toContain('<script')
    expect(told).toContain('Track by track')
  }, 60_000)
})

describe('the player', () => {
  it('switches by key and by button at the same position, loops a passage, shows no error and asks nobody', async () => {
    const { tab, problems } = await opened()
    expect(await chosen(tab)).toBe('Mix')
    await tab.keyboard.press('Space')
    await until(tab, 'Number(document.getElementById("timeline").getAttribute("aria-valuenow")) > 0.3')
    for (const [key, title] of sound.versions.map((v, i) => [String(i + 1), v.title] as const)) {
      const before = await position(tab),
        began = Date.now()
      await tab.keyboard.press(key)
      expect(await chosen(tab)).toBe(title)
      const moved = (await position(tab)) - before
      expect(moved).toBeGreaterThanOrEqual(0)
      expect(moved).toBeLessThan((Date.now() - began) / 1000 + 0.3)
    }
    const second = sound.moments[1]!
    await tab.click('[data-moment="1"]')
    expect(await tab.getAttribute('[data-moment="1"]', 'aria-pressed')).toBe('true')
    await tab.waitForTimeout(300)
    expect(await position(tab)).toBeGreaterThanOrEqual(second.at - 0.1)
    expect(problems).toEqual([])
    await tab.close()
  })

  it('plays a move with, without and alone, says so, and goes back to the versions', async () => {
    const { tab, problems } = await opened(),
      move = sound.moves.find(one => one.id.startsWith(hostile)) ?? sound.moves[0]!,
      n = sound.moves.indexOf(move),
      button = (way: string) => tab.locator('section .moves .ways').nth(n).locator(`[data-way=${way}]`),
      pressed = () => tab.$$eval('[data-way][aria-pressed=true]', all => [...new Set(all.map(b => b.textContent))]),
      hearing = () => tab.textContent('#hearing')
    await button('without').click()
    await expect.poll(pressed).toEqual(['Without'])
    expect(await hearing()).toContain(`The mix without ${move.id}`)
    expect(await tab.textContent('#play .word')).toBe('Pause')
    const at = await position(tab)
    expect(at).toBeGreaterThanOrEqual(move.at - 0.05)
    expect(at).toBeLessThanOrEqual(move.at + move.seconds)
    await button('difference').click()
    await expect.poll(pressed).toEqual(['Difference'])
    await tab.keyboard.press('b')
    await expect.poll(pressed).toEqual(['Without'])
    await tab.keyboard.press('b')
    await expect.poll(pressed).toEqual(['With'])
    expect(await chosen(tab)).toBe('Mix')
    await tab.keyboard.press('4')
    expect([await pressed(), await hearing(), await chosen(tab)]).toEqual([[], '', 'Master'])
    expect(problems).toEqual([])
    await tab.close()
  })
})

describe('the page', () => {
  it.each([
    [360, false],
    [360, true],
    [1280, true]
  ])('fits a width of %i, dark %s, with everything open', async (width, dark) => {
    const { tab, problems } = await opened(width, dark)
    await tab.evaluate(() => {
      for (const one of document.querySelectorAll('details')) one.open = true
    })
    const { over, wide } = await tab.evaluate(() => ({
      over: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      wide: [...document.querySelectorAll('main *')]
        .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, figure, svg'))
        .map(one => one.className || one.tagName)
    }))
    expect({ over, wide, problems }).toEqual({ over: 0, wide: [], problems: [] })
    await tab.close()
  })

  it('shows a hostile name as text', async () => {
    const { tab } = await opened()
    await tab.evaluate(() => {
      for (const one of document.querySelectorAll('details')) one.open = true
    })
    expect(await tab.textContent('main')).toContain(hostile)
    expect(await tab.title()).not.toContain('owned')
    expect(await tab.$$('img')).toEqual([])
    await tab.close()
  })

  it('names all that can be pressed, and its words stand out by 4.5 to 1 in light and dark', async () => {
    for (const dark of [false, true]) {
      const { tab } = await opened(1280, dark)
      const { nameless, faint } = await tab.evaluate(() => {
        const numbers = (text: string) => (/\(([^)]+)\)/.exec(text)?.[1] ?? '').split(',').map(Number)
        const luminance = (rgb: number[]) =>
          rgb
            .slice(0, 3)
            .map(v => v / 255)
            .map(v => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
            .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i]!, 0)
        const ground = (one: Element | null): string => {
          if (!one) return 'rgb(255,255,255)'
          const { backgroundColor } = getComputedStyle(one)
          return numbers(backgroundColor)[3] === 0 ? ground(one.parentElement) : backgroundColor
        }
        const texts = [...document.querySelectorAll<HTMLElement>('main *')].filter(
          one =>
            [...one.childNodes].some(node => node.nodeType === 3 && node.textContent!.trim()) &&
            !one.closest('svg, button:disabled') &&
            one.getClientRects().length > 0
        )
        return {
          nameless: [...document.querySelectorAll('button, [role], svg, canvas')]
            .filter(
              one =>
                !one.getAttribute('aria-label') && !one.textContent!.trim() && one.getAttribute('role') !== 'status'
            )
            .map(one => one.outerHTML.slice(0, 80)),
          faint: texts.flatMap(one => {
            const [a, b] = [getComputedStyle(one).color, ground(one)]
                .map(c => luminance(numbers(c)))
                .sort((x, y) => y - x),
              ratio = (a! + 0.05) / (b! + 0.05)
            return ratio < 4.5
              ? [`${one.className || one.tagName} ${one.textContent!.slice(0, 20)}: ${ratio.toFixed(2)}`]
              : []
          })
        }
      })
      expect({ dark, nameless, faint: [...new Set(faint)] }).toEqual({ dark, nameless: [], faint: [] })
      await tab.close()
    }
  })

  it('tells what was found, every move, and shows its pictures', async () => {
    const { tab } = await opened()
    expect(await tab.textContent('.found')).toContain('DC offset')
    expect(await tab.$$eval('.pictures figcaption b', all => all.map(b => b.textContent))).toEqual([
      'Waveform',
      'Loudness over time',
      'Tone',
      'The lead over the masking of the rest',
      'Where the lead is covered',
      'Width',
      'Correlation',
      'Levels'
    ])
    expect(await tab.$$eval('.track', all => all.length)).toBe(4)
    expect(await tab.$('.graph svg')).not.toBeNull()
    await tab.close()
  })
})
