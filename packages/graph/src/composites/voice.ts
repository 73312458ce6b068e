/** A voice of a synthesiser: what one note sounds like, out of ordinary processors. */
import { builder } from '../compose.ts'
import type { Graph, Node } from '../graph.ts'
import { type Note, notesToLanes } from '../notes.ts'

type Settings = Node['params']
export interface Voice {
  readonly oscillator?: Settings
  /** What opens and closes each note. */
  readonly envelope?: Settings
  /** A low-pass after the oscillator, and by how many octaves (above 0) a second envelope opens it. */
  readonly filter?: { readonly lowpass: Settings; readonly envelope?: Settings; readonly octaves?: number }
}

/**
 * keyboard → oscillator → (low-pass ←) amplifier ← envelope, with one mono output `main`: notes one at a time. Nodes:
 * `keyboard`, `oscillator`, `envelope`, `amplifier`, `touch`, and `filter`, `filter-envelope` where there is a filter.
 */
export function voice(notes: readonly Note[], { oscillator, envelope, filter }: Voice = {}): Graph {
  const b = builder('voice')
  b.node('keyboard', { type: 'keyboard', params: notesToLanes(notes) })
  b.node('envelope', { type: 'adsr', ...(envelope && { params: envelope }) })
  b.wire(['keyboard', 'gate'], ['envelope', 'gate'])
  let tone = b.node('oscillator', { type: 'oscillator', ...(oscillator && { params: oscillator }) })
  b.wire(['keyboard', 'pitch'], ['oscillator', 'frequency'])
  if (filter) {
    const low = b.node('filter', { type: 'lowpass', ...(filter.lowpass && { params: filter.lowpass }) })
    b.wire(tone, low)
    tone = low
    if (filter.octaves) {
      b.node('filter-envelope', { type: 'adsr', ...(filter.envelope && { params: filter.envelope }) })
      b.wire(['keyboard', 'gate'], ['filter-envelope', 'gate'])
      b.wire(['filter-envelope', 'env'], ['filter', 'frequency'], 20 * Math.log10(filter.octaves))
    }
  }
  const loud = b.node('amplifier', { type: 'vca' }),
    touched = b.node('touch', { type: 'vca' })
  b.wire(tone, loud)
  b.wire(['envelope', 'env'], ['amplifier', 'level'])
  b.wire(loud, touched)
  b.wire(['keyboard', 'velocity'], ['touch', 'level'])
  b.output('main', { channels: 1 }, touched)
  return b.graph()
}
