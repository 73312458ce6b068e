import { processors } from '@mixwright/dsp'
import { describe, expect, it } from 'vitest'
import { randomGraph } from '../test/random-graph.ts'
import { limits, parseGraph, writeGraph } from './file.ts'
import type { Graph } from './graph.ts'
import { print } from './print.ts'
import { GraphError, validate } from './validate.ts'

const good: Graph = {
  version: 1,
  name: 'small',
  inputs: { vox: { channels: 1 } },
  outputs: { main: { channels: 2 } },
  nodes: { loud: { type: 'gain', params: { gain: 3 }, note: 'too soft' }, out: { type: 'mix' } },
  edges: [
    { from: ['input', 'vox'], to: ['loud', 'main'] },
    { from: ['loud', 'main'], to: ['out', 'main'], gain: -2.5 },
    { from: ['out', 'main'], to: ['output', 'main'] }
  ]
}
const problemsOf = (text: string): string => {
  try {
    parseGraph(text)
    return ''
  } catch (error) {
    expect(error).toBeInstanceOf(GraphError)
    return (error as Error).message
  }
}
const changed = (change: Partial<Record<keyof Graph, unknown>>) => problemsOf(JSON.stringify({ ...good, ...change }))

describe('validate', () => {
  it('passes a good graph', () => expect(validate(good)).toEqual([]))
  it('lists every problem with place, value and remedy', () => {
    const text = changed({
      nodes: { loud: { type: 'gian' }, eq: { type: 'gain', params: { gain: 99, gane: 1 } }, out: { type: 'mix' } },
      edges: [...good.edges, { from: ['loud', 'man'], to: ['otu', 'main'], gain: 500 }]
    })
    expect(text.split('\n').sort()).toEqual(
      [
        'edges[3] loud.man -> otu.main: no such node "otu"; did you mean out?',
        'edges[3] loud.man -> otu.main gain: gain 500 is not allowed; give -120 dB to 48 dB',
        'nodes.eq.params.gain: 99 is not allowed; give -80 dB to 24 dB',
        'nodes.eq.params.gane: no such parameter "gane"; did you mean gain?',
        'nodes.eq: nothing is wired to its inlet main; add an edge to ["eq", "main"] or remove the node',
        'nodes.loud.type: no such processor "gian"; did you mean gain?'
      ].sort()
    )
  })
  it('prints a cycle as a path in signal direction', () =>
    expect(changed({ edges: [...good.edges, { from: ['out', 'main'], to: ['loud', 'main'] }] })).toBe(
      'edges: graph has a cycle: loud -> out -> loud; remove one of these edges'
    ))
  it('wants breakpoints in time order and within the range', () =>
    expect(
      changed({
        nodes: {
          ...good.nodes,
          loud: {
            type: 'gain',
            params: {
              gain: {
                lane: [
                  [1, 0],
                  [0.5, 99]
                ]
              }
            }
          }
        }
      })
    ).toBe(
      'nodes.loud.params.gain.lane[1]: time 0.5 s does not come after 1 s; sort the breakpoints\nnodes.loud.params.gain.lane[1]: 99 is not allowed; give -80 dB to 24 dB'
    ))
  it('refuses to automate what shapes memory', () =>
    expect(
      changed({ nodes: { ...good.nodes, loud: { type: 'align', params: { samples: { lane: [[0, 1]] } } } } })
    ).toBe('nodes.loud.params.samples: cannot be automated; give one value'))
})

describe('graph files', () => {
  it('come back as they were', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const graph = randomGraph(seed, { nodes: 8, seconds: 1 })
      expect(parseGraph(writeGraph(graph))).toEqual(graph)
    }
  })
  it.each([
    ['{', /^graph: is not JSON/],
    ['[]', /^graph: is not a JSON object/],
    ['{"version":2}', /^version: 2 is newer than this Mixwright reads \(1\); update Mixwright/],
    ['{"version":"x"}', /^version: "x" is not a version; give 1/],
    [
      '{"version":1,"nodes":[],"edges":{},"inputs":{},"outputs":{"o":{"channels":3}},"sampel":1}',
      /^sampel: is not part of a graph.*\noutputs\.o: must be.*\nnodes: must be an object.*\nedges: must be an array/
    ],
    [' '.repeat(limits.characters + 1), /^graph: \d+ characters; at most/]
  ])('%.40s is refused in words', (text, message) => expect(problemsOf(text)).toMatch(message))
  it('know what a parameter was called before', () => {
    const registry = {
        ...processors,
        gain: { ...processors.gain, params: { gain: { ...processors.gain.params.gain, was: 'level' } } }
      },
      old = { ...good, nodes: { ...good.nodes, loud: { type: 'gain', params: { level: 3 } } } }
    expect(parseGraph(JSON.stringify(old), registry).nodes.loud!.params).toEqual({ gain: 3 })
    expect(problemsOf(JSON.stringify(old))).toMatch(/no such parameter "level"/)
  })
  it('refuses strange names without harm', () => {
    expect(
      problemsOf(JSON.stringify({ ...good, nodes: { ...good.nodes, constructor: { type: 'toString' } } }))
    ).toMatch(/nodes\.constructor\.type: no such processor "toString"/)
    expect(
      problemsOf(
        `{"version":1,"inputs":{},"outputs":{"a":{"channels":1}},"nodes":{"__proto__":{"type":"gain"}},"edges":[]}`
      )
    ).toMatch(/__proto__/)
  })
})

describe('print', () => {
  it('shows nodes in order, with their sources, levels and notes', () =>
    expect(print(good)).toBe(
      [
        'small: 1 inputs, 2 nodes, 3 edges',
        'in  vox: mono',
        'loud: gain gain 3 dB <- vox  # too soft',
        'out: mix <- loud (-2.5 dB)',
        'out main <- out'
      ].join('\n')
    ))
})
