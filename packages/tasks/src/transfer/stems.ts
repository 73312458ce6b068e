/** Stems against stems: which of the others each is to sound like, and the graph of all. */
import { builder, type Graph } from '@mixwright/graph'
import { stemIds } from '../mix/console.ts'
import { rolesFromNames } from '../mix/role-names.ts'

/** Which stems of another song play the same part; by their names. */
export interface StemPair {
  readonly stem: string
  /** In the order of their names; none where no name says the same. */
  readonly like: readonly string[]
}
export function stemPairs(stems: readonly string[], others: readonly string[]): StemPair[] {
  const [own, theirs] = [stems, others].map(rolesFromNames) as [
    ReturnType<typeof rolesFromNames>,
    ReturnType<typeof rolesFromNames>
  ]
  return stems.map((stem, i) => {
    const named = others.filter(other => other.toLowerCase() === stem.toLowerCase()),
      role = own[i]?.role
    return {
      stem,
      like: named.length > 0 ? named : others.filter((_, k) => role !== undefined && theirs[k]?.role === role)
    }
  })
}

/** Transfers side by side, each with an input and an output of its stem's name. */
export function stemsGraph(all: readonly { readonly stem: string; readonly graph: Graph }[]): Graph {
  const b = builder('transfer'),
    ids = stemIds(all.map(({ stem }) => stem))
  all.forEach(({ stem, graph }, i) => {
    const [inside] = Object.keys(graph.inputs),
      [out] = Object.keys(graph.outputs),
      port = graph.outputs[out!]!,
      id = ids[i]!,
      ends = b.insert(id, graph, { [inside!]: b.input(id, { ...port, doc: stem }) })
    b.output(id, port, ends[out!]!)
  })
  return b.graph()
}
