/** What a page has of the published package, in a real browser: the AudioWorklet, and every format written. */
import { outputNames } from '@mixwright/files'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { servePackage, type Site, startBrowser } from './chromium.ts'

let browser: Browser, site: Site, tab: Page
const problems: string[] = []
beforeAll(async () => {
  site = await servePackage()
  browser = await startBrowser()
  tab = await browser.newPage()
  tab.on('pageerror', error => problems.push(String(error)))
  await tab.goto(site.url)
  await tab.waitForFunction('"mixwright" in window')
})
afterAll(async () => {
  await browser?.close()
  site?.close()
})

/** What both tests play: a vocal chain with a room, a side chain and a limiter, which is late. */
const graph = {
  version: 1,
  inputs: { voice: { channels: 2 }, key: { channels: 1 } },
  outputs: { main: { channels: 2 }, room: { channels: 2 } },
  nodes: {
    eq: { type: 'bell', params: { frequency: 800, gain: 6 } },
    comp: { type: 'compressor', params: { threshold: -30, ratio: 4 } },
    reverb: { type: 'stereo-reverb', params: { mix: 1 } },
    limit: { type: 'limiter', params: { ceiling: -6 } }
  },
  edges: [
    { from: ['input', 'voice'], to: ['eq', 'main'] },
    { from: ['eq', 'main'], to: ['comp', 'main'] },
    { from: ['input', 'key'], to: ['comp', 'sidechain'] },
    { from: ['comp', 'main'], to: ['reverb', 'main'], gain: -12 },
    { from: ['comp', 'main'], to: ['limit', 'main'], gain: 6 },
    { from: ['reverb', 'main'], to: ['limit', 'main'] },
    { from: ['limit', 'main'], to: ['output', 'main'] },
    { from: ['reverb', 'main'], to: ['output', 'room'] }
  ]
}

describe('live, in a browser', () => {
  it('plays what is rendered, sample for sample, late by its latency', async () => {
    const differ = await tab.evaluate<Record<string, number>>(`(async () => {
      const { openLive, render } = mixwright, graph = ${JSON.stringify(graph)}, rate = 48000, frames = 32768
      let seed = 1
      const random = () => ((seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 31) - 1,
        noise = () => new Float32Array(frames).map(random),
        inputs = { voice: [noise(), noise()], key: [noise()] },
        context = new OfflineAudioContext(4, frames, rate),
        live = await openLive(context, graph),
        merger = context.createChannelMerger(4)
      Object.values(inputs).forEach((audio, i) => {
        const buffer = context.createBuffer(audio.length, frames, rate)
        audio.forEach((channel, c) => buffer.copyToChannel(channel, c))
        const source = context.createBufferSource()
        source.buffer = buffer
        source.connect(live.node, 0, i)
        source.start()
      })
      for (const output of [0, 1]) {
        const splitter = context.createChannelSplitter(2)
        live.node.connect(splitter, output)
        for (const c of [0, 1]) splitter.connect(merger, c, 2 * output + c)
      }
      merger.connect(context.destination)
      const heard = await context.startRendering(),
        rendered = await render(graph, inputs, { sampleRate: rate, frames: frames - live.latency }),
        differ = { latency: live.latency }
      for (const [i, name] of ['main', 'room'].entries())
        differ[name] = Math.max(...[0, 1].map(c => {
          const there = heard.getChannelData(2 * i + c).subarray(live.latency)
          return rendered[name][c].reduce((most, x, k) => Math.max(most, Math.abs(x - there[k])), 0)
        }))
      return differ
    })()`)
    expect(differ.latency).toBeGreaterThan(0)
    expect(differ).toMatchObject({ main: 0, room: 0 })
  })

  it('is turned and edited while it sounds; meters tell it', async () => {
    const levels = await tab.evaluate<number[]>(`(async () => {
      const { openLive } = mixwright, context = new AudioContext({ sampleRate: 48000 }),
        one = (nodes, ids) => ({
          version: 1, inputs: { song: { channels: 2 } }, outputs: { main: { channels: 2 } }, nodes,
          edges: [...ids, 'output'].map((id, i) => ({ from: i ? [ids[i - 1], 'main'] : ['input', 'song'], to: [id, 'main'] }))
        }),
        gain = value => ({ gain: { type: 'gain', params: { gain: value } } }),
        live = await openLive(context, one(gain(0), ['gain']), { meters: true }),
        tone = new OscillatorNode(context, { frequency: 1000 }),
        wait = seconds => new Promise(done => setTimeout(done, 1000 * seconds)),
        level = async () => {
          await wait(0.5)
          live.meters.main.levels()
          await wait(0.3)
          return live.meters.main.levels().rms[0]
        }
      tone.connect(live.node).connect(context.destination)
      tone.start()
      await live.ready
      await context.resume()
      const found = [await level()]
      live.update(one(gain(-12), ['gain']))
      found.push(await level())
      live.update(one({ ...gain(-12), more: { type: 'gain', params: { gain: 6 } } }, ['gain', 'more']))
      found.push(await level())
      live.update(one({ more: { type: 'gain', params: { gain: 6 } } }, ['more']))
      found.push(await level())
      const { bands, levels } = live.meters.main.spectrum()
      found.push(bands[levels.indexOf(Math.max(...levels))].centre)
      await context.close()
      return found
    })()`)
    const rms = -3.01 // of a full-scale sine
    expect(levels.map(level => Math.round(level * 100) / 100)).toEqual([rms, rms - 12, rms - 6, rms + 6, 1000])
  })

  it('says what is wrong', async () => {
    const refusals = await tab.evaluate<string[]>(`(async () => {
      const { openLive } = mixwright, context = new OfflineAudioContext(2, 128, 48000),
        message = async work => { try { await work(); return 'nothing' } catch (error) { return error.name + ': ' + error.message } },
        graph = ${JSON.stringify(graph)}, live = await openLive(context, graph)
      return [
        await message(() => openLive(context, { ...graph, nodes: { ...graph.nodes, eq: { type: 'bel' } } })),
        await message(() => live.update({ ...graph, inputs: { voice: graph.inputs.voice } }))
      ]
    })()`)
    expect(refusals[0]).toBe('GraphError: nodes.eq.type: no such processor "bel"; did you mean bell?')
    expect(refusals[1]).toMatch(/^RangeError: inputs: voice; a graph that is played keeps its inputs, voice, key/)
    expect(problems).toEqual([])
  })
})

describe('files, in a browser', () => {
  it('are written in every format, and read again as long as they were', async () => {
    const found = await tab.evaluate<Record<string, { frames: number; peak: number }>>(`(async () => {
      const found = {}, frames = 48000,
        tone = [1, 2].map(c => new Float32Array(frames).map((_, i) => 0.3 * Math.sin(0.05 * c * i)))
      for (const [name, format] of Object.entries(mixwright.outputFormats)) {
        const sink = mixwright.memorySink(),
          writer = await format.create(sink, { sampleRate: 48000, channels: 2, seed: 1, name })
        await writer.write(tone)
        await writer.close()
        const file = await mixwright.openAudio(mixwright.sourceOf(sink.bytes()), 'tone.' + format.extension)
        let count = 0, peak = 0
        for await (const [left] of file.blocks()) {
          count += left.length
          peak = Math.max(peak, ...left)
        }
        found[name] = { frames: count, peak }
      }
      return found
    })()`)
    expect(Object.keys(found)).toEqual(outputNames)
    for (const { frames, peak } of Object.values(found)) {
      expect(frames).toBe(48000)
      expect(peak).toBeCloseTo(0.3, 1)
    }
  })
})
