/** Bands that are worked on apart and add up again. */
import { builder, type Builder } from '../compose.ts'
import type { Automatable, End, Graph, Node } from '../graph.ts'

/** What is done in a band, in order; empty: it passes. */
export type Band = Readonly<Record<string, Node>>

/**
 * Splits at each of `frequencies` (Hz, ascending) by a crossover, works on the bands, and adds them up: where nothing is
 * done the sum is an all-pass, because each band passes, as both outlets of a crossover together, what the bands above it
 * are split by (S. Linkwitz, JAES 24(1), 1976; S. Lipshitz & J. Vanderkooy, JAES 31(11), 1983).
 * Nodes: `split-1` …, `phase-1-2` … and `band-1/NAME` …
 * @throws RangeError unless there is one band more than frequencies
 */
export function multiband(frequencies: readonly Automatable[], bands: readonly Band[]): Graph {
  if (bands.length !== frequencies.length + 1 || frequencies.length === 0)
    throw new RangeError(
      `${frequencies.length} crossovers make ${frequencies.length + 1} bands; ${bands.length} are given`
    )
  const stereo = { channels: 2 } as const,
    b = builder('multiband'),
    sum = b.node('sum', { type: 'mix' })
  let rest: readonly End[] = [b.input('main', stereo)]
  bands.forEach((band, k) => {
    const own = k < frequencies.length ? split(b, `split-${k + 1}`, rest, frequencies[k]!) : undefined,
      low = own ? delayed(b, k, [own[0]], frequencies) : rest
    let ends: readonly End[] = low
    for (const [name, node] of Object.entries(band)) ends = [into(b, `band-${k + 1}/${name}`, node, ends)]
    for (const end of ends) b.wire(end, sum)
    if (own) rest = [own[1]]
  })
  b.output('main', stereo, sum)
  return b.graph()
}
/** A band as the bands above it are delayed by their crossovers. */
const delayed = (b: Builder, k: number, ends: readonly End[], frequencies: readonly Automatable[]): readonly End[] =>
  frequencies
    .slice(k + 1)
    .reduce<readonly End[]>((from, f, i) => split(b, `phase-${k + 1}-${k + 2 + i}`, from, f), ends)
function split(b: Builder, id: string, from: readonly End[], frequency: Automatable): readonly [low: End, high: End] {
  into(b, id, { type: 'crossover', params: { frequency } }, from)
  return [
    [id, 'low'],
    [id, 'high']
  ]
}
function into(b: Builder, id: string, node: Node, from: readonly End[]): End {
  const end = b.node(id, node)
  for (const one of from) b.wire(one, end)
  return end
}
