import { describe, expect, it } from 'vitest'
import { randomGraph } from '../test/random-graph.ts'
import { draw, escapeMarkup } from './draw.ts'
import type { Graph } from './graph.ts'
import { drawGraph } from './random/draw-graph.ts'

const graph: Graph = {
  version: 1,
  name: 'a <b> & "c"',
  inputs: { vox: { channels: 1 }, key: { channels: 1 } },
  outputs: { main: { channels: 2 } },
  nodes: {
    'vox/comp': { type: 'compressor', params: { ratio: 4 }, note: '<script>alert(1)</script>' },
    bus: { type: 'mix' }
  },
  edges: [
    { from: ['input', 'vox'], to: ['vox/comp', 'main'] },
    { from: ['input', 'key'], to: ['vox/comp', 'sidechain'] },
    { from: ['vox/comp', 'main'], to: ['bus', 'main'], gain: -2.5 },
    { from: ['bus', 'main'], to: ['output', 'main'] }
  ]
}
/** Tags opened and closed in order; attributes quoted: what an XML parser wants first. */
function wellFormed(svg: string): boolean {
  const open: string[] = []
  for (const [, close, name, self] of svg.matchAll(/<(\/?)([a-z]+)(?:\s+[a-zA-Z-]+="[^"<]*")*\s*(\/?)>/g)) {
    if (self) continue
    if (!close) open.push(name!)
    else if (open.pop() !== name) return false
  }
  return open.length === 0 && !/<(?!\/?[a-z]+[\s>/])/.test(svg)
}

describe('draw', () => {
  it.each([3, 105, 240])('leaves out no edge between nodes (random graph %i)', seed => {
    const made = drawGraph('mix', seed),
      svg = draw(made),
      between = made.edges.filter(({ from, to }) => from[0] !== 'input' && to[0] !== 'output').length,
      // To the next box a plain line, all others with a title; what comes in from outside is drawn to its name.
      lines = svg.match(/class="w" d="M[\d.]+ [\d.]+H/g)!.length,
      titled = svg.match(/<path class="e( c)?"/g)?.length ?? 0
    expect(lines + titled).toBe(between)
    expect(wellFormed(svg)).toBe(true)
  })

  it('shows every node with its settings, edge gains, and nothing from outside as markup', () => {
    const svg = draw(graph)
    expect(wellFormed(svg)).toBe(true)
    for (const text of [
      'compressor',
      '4:1',
      '−2.5 dB',
      escapeMarkup('<script>alert(1)</script>'),
      escapeMarkup('a <b> & "c"')
    ])
      expect(svg).toContain(text)
    expect(svg).not.toContain('<script')
  })
  it('draws any graph, well formed', () => {
    for (let seed = 1; seed <= 30; seed++) {
      const svg = draw(randomGraph(seed, { nodes: 12, seconds: 1 }))
      expect(wellFormed(svg), `seed ${seed}`).toBe(true)
      expect(svg).not.toMatch(/NaN|undefined|Infinity/)
    }
  })
  it('sees broken markup', () => {
    expect(wellFormed('<svg><g></svg></g>')).toBe(false)
    expect(wellFormed('<svg><text>a < b</text></svg>')).toBe(false)
  })
})
