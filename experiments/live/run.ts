/**
 * A graph of 60 nodes played live in headless Chromium: what it takes of a core, and whether a block is missed while knobs
 * are turned and nodes come and go.
 *   node tools/run.mjs experiments/live/run.ts [minutes]
 * Needs the built package (npm run build).
 */
import { processors } from '@mixwright/dsp'
import { type Graph, builder } from '@mixwright/graph'
import { servePackage, startBrowser } from '../../apps/mixwright/test/chromium.ts'

const minutes = Number(process.argv[2] ?? 1)
if (!(minutes > 0)) {
  console.error('usage: node tools/run.mjs experiments/live/run.ts [minutes]')
  process.exit(2)
}

/** Thirteen strips of four nodes, two reverbs, echoes, and a bus; a pitch shifter where there is one. */
function sixty(): Graph {
  const b = builder('sixty'),
    song = b.input('song', { channels: 2 }),
    bus = b.node('bus/eq', { type: 'bell', params: { frequency: 3000, gain: 2 } }),
    sends = ['room', 'hall'].map((name, i) =>
      b.node(name, { type: 'stereo-reverb', params: { size: 0.3 + 0.3 * i, mix: 1 } })
    )
  sends.push(b.node('echo', { type: 'pingpong', params: { mix: 1, delay: 375 } }))
  for (let k = 0; k < 13; k++) {
    let end = song
    for (const [name, type, params] of [
      ['cut', 'highpass', { frequency: 40 + 20 * k }],
      ['eq', 'bell', { frequency: 200 * 1.4 ** k, gain: k % 2 ? 4 : -4 }],
      ['comp', 'compressor', { threshold: -30 + k }],
      ['pan', 'panning', { pan: (k - 6) / 8 }]
    ] as const) {
      const node = b.node(`${k}/${name}`, { type, params })
      b.wire(end, node)
      end = node
    }
    b.wire(end, bus, -18)
    b.wire(end, sends[k % 3]!, -24)
  }
  for (const send of sends) b.wire(send, bus)
  const last = [
    ['bus/shift', 'pitchshift' in processors ? 'pitchshift' : 'distortion'],
    ['bus/comp', 'compressor'],
    ['bus/image', 'imager'],
    ['bus/limit', 'limiter']
  ].reduce((end, [id, type]) => {
    const node = b.node(id!, { type: type! })
    b.wire(end, node)
    return node
  }, bus)
  b.output('main', { channels: 2 }, last)
  return b.graph()
}

const site = await servePackage(),
  browser = await startBrowser(),
  tab = await browser.newPage(),
  graph = sixty()
tab.on('pageerror', error => console.error(String(error)))
await tab.goto(site.url)
await tab.waitForFunction('"mixwright" in window')
const source = `const graph = ${JSON.stringify(graph)}
  const playing = async context => {
    const live = await mixwright.openLive(context, graph, { meters: !(context instanceof OfflineAudioContext) }), buffer = context.createBuffer(2, 10 * context.sampleRate, context.sampleRate)
    for (const c of [0, 1]) buffer.getChannelData(c).forEach((_, i, all) => { all[i] = Math.random() - 0.5 })
    const source = new AudioBufferSourceNode(context, { buffer, loop: true })
    source.connect(live.node).connect(context.destination)
    source.start()
    return live
  }`
// As fast as it goes: seconds of work per second of sound. Half of it is the browser's own (the source, an empty graph).
const load = await tab.evaluate<number[]>(`(async () => {
  ${source}
  const found = []
  for (let k = 0; k < 3; k++) {
    const context = new OfflineAudioContext(2, 30 * 48000, 48000)
    await playing(context)
    const before = performance.now()
    await context.startRendering()
    found.push((performance.now() - before) / 30000)
  }
  return found.sort((a, b) => a - b)
})()`)
console.log(
  `${Object.keys(graph.nodes).length} nodes at 48 kHz: ${(100 * load[1]!).toFixed(1)} % of one core (${load.map(x => (100 * x).toFixed(1)).join(', ')})`
)
const stats = await tab.evaluate(`(async () => {
  ${source}
  const context = new AudioContext({ sampleRate: 48000, latencyHint: 'playback' })
  await context.suspend()
  const live = await playing(context)
  await live.ready
  await context.resume()
  const wait = ms => new Promise(done => setTimeout(done, ms)), stats = () => JSON.parse(JSON.stringify(context.playbackStats ?? null))
  await wait(2000)
  const first = stats(), end = performance.now() + ${60_000 * minutes}
  let turns = 0, edits = 0, now = graph, loudest = -Infinity
  while (performance.now() < end) {
    const id = Math.floor(13 * Math.random()) + '/eq'
    if (Math.random() < 0.8 && now.nodes[id]) {
      now = { ...now, nodes: { ...now.nodes, [id]: { ...now.nodes[id], params: { ...now.nodes[id].params, gain: 12 * Math.random() - 6 } } } }
      turns++
    } else {
      const extra = { from: ['echo', 'main'], to: ['extra', 'main'], gain: -6 }, more = 'extra' in now.nodes
      const { extra: _, ...nodes } = now.nodes
      now = more
        ? { ...now, nodes, edges: now.edges.filter(edge => edge.to[0] !== 'extra' && edge.from[0] !== 'extra') }
        : { ...now, nodes: { ...nodes, extra: { type: 'highshelf', params: { gain: 4 } } }, edges: [...now.edges, extra, { from: ['extra', 'main'], to: ['bus/eq', 'main'] }] }
      edits++
    }
    live.update(now)
    loudest = Math.max(loudest, ...live.meters.main.levels().peak)
    await wait(250)
  }
  return { turns, edits, loudest, first, last: stats() }
})()`)
console.log(`${minutes} min:`, JSON.stringify(stats, null, 1))
await browser.close()
site.close()
