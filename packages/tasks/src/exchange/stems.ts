/** A mix as files for any workstation: every stem as it was recorded and as it sounds in the mix, all equally long. */
import type { Graph } from '@mixwright/graph'
import { stemIds } from '../mix/console.ts'
import type { Session } from '../revise/session.ts'
import { inputEnd, printedSession, withoutOutputs } from './printed.ts'

export interface StemFiles {
  /** Over the stems; its outputs are the keys of `files`. */
  readonly graph: Graph
  /** Output of the graph → its file, and what it holds, in words. */
  readonly files: Readonly<Record<string, { readonly file: string; readonly about: string }>>
}

/** @returns `wet` files add up to the mix, as printed projects do */
export function stemFiles(session: Session, title: string): StemFiles {
  const { graph, session: printed } = printedSession(session, title),
    { b, at } = withoutOutputs(graph),
    ids = stemIds(session.ports.map(port => port.name)),
    files: Record<string, { file: string; about: string }> = {}
  for (const { id, name, clips } of printed(0).tracks)
    if (clips.length) {
      const { from, gain } = at(id)
      b.output(id, graph.outputs[id]!, from, gain)
      files[id] = { file: `wet/${id}.wav`, about: `${name}, as in the mix` }
    }
  for (const [i, { name, channels }] of session.ports.entries()) {
    const id = ids[i]!,
      from = Object.hasOwn(graph.inputs, id) ? inputEnd(id) : b.input(id, { channels, doc: name })
    b.output(`dry ${id}`, { channels }, from)
    files[`dry ${id}`] = { file: `dry/${id}.wav`, about: `${name}, as recorded` }
  }
  return { graph: b.graph(), files }
}
