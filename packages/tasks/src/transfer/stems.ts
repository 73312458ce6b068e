/** Stems against stems: which of the others each is to sound like, and the graph of all. */
import { builder, type Graph } from '@mixwright/graph'
import { stemIds } from '../mix/console.ts'
import { rolesFromNames } from '../mix/role-names.ts'
import type { Role } from '../mix/roles.ts'

/** Which stems of another song play the same part; by their names. */
export interface StemPair {
  readonly stem: string
  /** In the order of their names; none where no name says the same. */
  readonly like: readonly string[]
}
/** Of a whole that is one singer nobody says so. */
const asGood: Partial<Record<Role, Role>> = { 'lead-vocal': 'vocals', vocals: 'lead-vocal' }

export function stemPairs(stems: readonly string[], others: readonly string[]): StemPair[] {
  const [own, theirs] = [stems, others].map(rolesFromNames) as [
    ReturnType<typeof rolesFromNames>,
    ReturnType<typeof rolesFromNames>
  ]
  const withRole = (role: Role | undefined) => others.filter((_, k) => role !== undefined && theirs[k]?.role === role)
  return stems.map((stem, i) => {
    const role = own[i]?.role,
      named = others.filter(other => other.toLowerCase() === stem.toLowerCase()),
      like = [named, withRole(role), withRole(role && asGood[role])].find(found => found.length > 0)
    return { stem, like: like ?? [] }
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
