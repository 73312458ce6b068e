/** How far two small graphs are apart: edits that turn one into the other, and which. */

/** Nodes by their labels; `input` and `output` are ends of edges only. */
export interface Sketch {
  readonly labels: readonly string[]
  /** Indices of nodes, or `input` and `output`; `outlet:inlet` where they are not the main ones. */
  readonly edges: readonly (readonly [from: number, to: number, ports: string])[]
}
export const input = -1,
  output = -2

/** Which node stands for which; undefined: for none. */
export interface Edits {
  readonly cost: number
  readonly pairs: readonly (readonly [ofFirst: number | undefined, ofSecond: number | undefined])[]
}
type Alike = (a: string, b: string) => boolean

/**
 * Graph edit distance with a cost of 1 for every node and every edge that is put in, taken out or changed (A. Sanfeliu, K. Fu,
 * IEEE Trans. SMC 13, 1983), exact: depth first, with a bound by labels. A node put into a chain costs 4: itself and three edges.
 */
export function editDistance(a: Sketch, b: Sketch, alike: Alike): Edits {
  const [ea, eb] = [edgesOf(a), edgesOf(b)],
    mapping: (number | undefined)[] = [],
    used = b.labels.map(() => false)
  let best: Edits = { cost: Number.POSITIVE_INFINITY, pairs: [] }
  const between = (i: number, j: number | undefined): number => {
    let cost = 0
    for (const other of [input, output, ...mapping.keys()]) {
      const image = other < 0 ? other : mapping[other]
      for (const turned of [false, true]) {
        const mine = ea.get(turned ? key(other, i) : key(i, other)),
          theirs = j === undefined || image === undefined ? undefined : eb.get(turned ? key(image, j) : key(j, image))
        if (mine !== theirs) cost++
      }
    }
    return cost
  }
  const go = (cost: number) => {
    const i = mapping.length
    if (cost + Math.abs(a.labels.length - i - used.filter(u => !u).length) >= best.cost) return
    if (i === a.labels.length) {
      const extra = b.labels.map((_, j) => j).filter(j => !used[j]),
        out = new Set(extra),
        total =
          cost +
          extra.length +
          b.edges.filter(([from, to]) => out.has(from) || out.has(to)).length +
          Number(ea.get(key(input, output)) !== eb.get(key(input, output)))
      if (total < best.cost)
        best = {
          cost: total,
          pairs: [...mapping.map((j, k) => [k, j] as const), ...extra.map(j => [undefined, j] as const)]
        }
      return
    }
    for (const j of [...b.labels.keys()].filter(j => !used[j])) {
      const step = Number(!alike(a.labels[i]!, b.labels[j]!)) + between(i, j)
      mapping.push(j)
      used[j] = true
      go(cost + step)
      used[j] = false
      mapping.pop()
    }
    const step = 1 + between(i, undefined)
    mapping.push(undefined)
    go(cost + step)
    mapping.pop()
  }
  go(0)
  return best
}
const key = (from: number, to: number) => 64 * (from + 2) + to + 2
const edgesOf = ({ edges }: Sketch) => new Map(edges.map(([from, to, ports]) => [key(from, to), ports]))

/**
 * The fewest nodes that must be put in, taken out or changed in type, where what a node heard is heard by its readers once it
 * is gone, as `insertedAfter` and `without` edit graphs, and as in trees (K. Zhang, D. Shasha, SIAM J. Comput. 18, 1989); of two
 * chains the distance of Levenshtein. Exact.
 */
export function nodeEdits(a: Sketch, b: Sketch, alike: Alike): Edits {
  const [fromA, fromB] = [a, b].map(one => subsets(one.labels.length)) as [number[][], number[][]]
  let best: Edits = {
    cost: a.labels.length + b.labels.length,
    pairs: [...a.labels.map((_, i) => [i, undefined] as const), ...b.labels.map((_, j) => [undefined, j] as const)]
  }
  for (const goneA of fromA) {
    const needed = goneA.length + b.labels.length - a.labels.length
    if (needed < 0 || goneA.length + needed >= best.cost) continue
    const restA = contracted(a, goneA)
    for (const goneB of fromB) {
      if (goneB.length !== needed) continue
      const same = matched(restA, contracted(b, goneB), alike, best.cost - goneA.length - needed)
      if (!same) continue
      best = {
        cost: goneA.length + needed + same.cost,
        pairs: [...same.pairs, ...goneA.map(i => [i, undefined] as const), ...goneB.map(j => [undefined, j] as const)]
      }
    }
  }
  return best
}
/** Smallest first. */
const subsets = (n: number): number[][] =>
  Array.from({ length: 1 << n }, (_, mask) => Array.from({ length: n }, (_, i) => i).filter(i => mask & (1 << i))).sort(
    (x, y) => x.length - y.length
  )

interface Rest {
  readonly labels: readonly string[]
  /** Indices as before. */
  readonly ids: readonly number[]
  readonly edges: ReadonlySet<string>
}
function contracted({ labels, edges }: Sketch, gone: readonly number[]): Rest {
  let left = edges.map(([from, to, ports]) => [from, to, ports] as readonly [number, number, string])
  for (const node of gone) {
    // `outlet:inlet`; what came in elsewhere than at the main inlet goes nowhere now.
    const into = left.filter(([, to, ports]) => to === node && !ports.split(':')[1]),
      out = left.filter(([from]) => from === node)
    left = [
      ...left.filter(([from, to]) => from !== node && to !== node),
      ...into.flatMap(([from, , before]) =>
        out.map(([, to, after]) => {
          const [outlet = '', inlet = ''] = [before.split(':')[0], after.split(':')[1]]
          return [from, to, outlet || inlet ? `${outlet}:${inlet}` : ''] as const
        })
      )
    ]
  }
  const ids = [...labels.keys()].filter(i => !gone.includes(i))
  return { labels, ids, edges: new Set(left.map(one => one.join())) }
}
/** Isomorphic but for labels, at a cost below the limit. */
function matched(a: Rest, b: Rest, alike: Alike, limit: number): Edits | undefined {
  if (a.edges.size !== b.edges.size) return undefined
  const to = new Map([
      [input, input],
      [output, output]
    ]),
    taken = new Set<number>(),
    all = [...a.edges].map(one => one.split(',') as [string, string, string])
  let best: Edits | undefined,
    most = limit
  const go = (at: number, cost: number) => {
    if (cost >= most) return
    if (at === a.ids.length) {
      const fits = all.every(([from, into, ports]) => b.edges.has(`${to.get(+from)},${to.get(+into)},${ports}`))
      if (!fits) return
      most = cost
      best = { cost, pairs: a.ids.map(i => [i, to.get(i)!] as const) }
      return
    }
    const i = a.ids[at]!
    for (const j of b.ids) {
      if (taken.has(j)) continue
      to.set(i, j)
      const fits = all.every(
        ([from, into, ports]) =>
          (+from !== i && +into !== i) ||
          !to.has(+from) ||
          !to.has(+into) ||
          b.edges.has(`${to.get(+from)},${to.get(+into)},${ports}`)
      )
      if (fits) {
        taken.add(j)
        go(at + 1, cost + Number(!alike(a.labels[i]!, b.labels[j]!)))
        taken.delete(j)
      }
      to.delete(i)
    }
  }
  go(0, 0)
  return best
}
