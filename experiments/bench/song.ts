/**
 * The work of the console benchmarks, the same for every engine: 16 stereo tracks × [6 bells, compressor, gain and pan]
 * → sum.
 */
import { builder, type Graph } from '@mixwright/graph'

export const rate = 44100,
  tracks = 16
export const strip = (t: number) => ({
  bands: [60, 150, 400, 1200, 3500, 9000].map((f, b) => ({
    frequency: f * (1 + t * 0.03),
    q: 0.7 + 0.1 * b,
    gain: ((t * 7 + b * 5) % 13) - 6
  })),
  compressor: { threshold: -24 + (t % 5), ratio: 2 + (t % 4), attack: 3 + t * 0.5, release: 80 + t * 10, knee: 6 },
  gain: -6 + (t % 3),
  pan: (t - 7.5) / 10
})
export function consoleGraph(count = tracks): Graph {
  const graph = builder('console'),
    stereo = { channels: 2 } as const,
    mix = graph.node('mix', { type: 'mix' })
  for (let t = 0; t < count; t++) {
    const s = strip(t)
    let last = graph.input(`t${t}`, stereo)
    const then = (id: string, type: string, params: Record<string, number>, gain?: number) => {
      const next = graph.node(`${t}/${id}`, { type, params })
      graph.wire(last, next, gain)
      last = next
    }
    s.bands.forEach((band, b) => then(`eq-${b}`, 'bell', band))
    then('compressor', 'compressor', s.compressor)
    then('pan', 'panning', { pan: s.pan })
    graph.wire(last, mix, s.gain)
  }
  graph.output('main', stereo, mix)
  return graph.graph()
}

/** Decaying noise and tones with a beat: something for compressors to do. */
export function stems(seconds: number, count = tracks): Float32Array[][] {
  let seed = 99
  const random = () => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
      return seed / 2 ** 31 - 1
    },
    n = Math.round(seconds * rate)
  return Array.from({ length: count }, (_, t) => {
    const tone = random() * 0.2
    return [0, 1].map(() => {
      let low = 0
      return Float32Array.from({ length: n }, (_, i) => {
        low += 0.2 * (random() - low)
        return (
          (low + tone * Math.sin(i * 0.01 * (t + 1))) *
          (0.1 + 0.9 * Math.exp((-((i + t * 3001) % 22050) / 22050) * 6)) *
          0.5
        )
      })
    })
  })
}

/** Median CPU and wall seconds of `runs` calls. */
export function time(runs: number, work: () => void): { cpu: number; wall: number } {
  const all = Array.from({ length: runs }, () => {
    const cpu = process.cpuUsage(),
      wall = performance.now()
    work()
    const used = process.cpuUsage(cpu)
    return { cpu: (used.user + used.system) / 1e6, wall: (performance.now() - wall) / 1000 }
  })
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!
  return { cpu: median(all.map(r => r.cpu)), wall: median(all.map(r => r.wall)) }
}
