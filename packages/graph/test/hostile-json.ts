/** What chance and malice do to JSON files. */
import type { Random } from '@mixwright/dsp'

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Holder = Json[] | { [key: string]: Json }

/** Where a value stands. */
interface Spot {
  readonly holder: Holder
  readonly key: string | number
}
const isHolder = (value: Json): value is Holder => typeof value === 'object' && value !== null
function spotsOf(value: Json, spots: Spot[] = []): Spot[] {
  if (!isHolder(value)) return spots
  for (const key of Object.keys(value)) {
    spots.push({ holder: value, key: Array.isArray(value) ? Number(key) : key })
    spotsOf((value as { [key: string]: Json })[key]!, spots)
  }
  return spots
}
const get = ({ holder, key }: Spot): Json => (holder as { [key: string]: Json })[key]!
const set = ({ holder, key }: Spot, value: Json): void => {
  // As JSON.parse does it, `__proto__` included.
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true })
}

const names = ['__proto__', 'constructor', 'toString', '', 'input', 'output', '\u0000', 'x'.repeat(300), '../x', 'main']
const values: readonly Json[] = [
  ...[null, true, false, '', 'x', 0, -1, 1, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 1e6, 30, [], {}, [[]], [0, 0]],
  ...[
    { lane: [] },
    { lane: [[0, 0]] },
    {
      lane: [
        [1, 0],
        [0, 0]
      ]
    },
    { lane: [[0, 1e300]] },
    { lane: [[null, 0]] }
  ],
  ...names
]

/** One to four harms: other types and numbers, parts taken out, doubled, exchanged or renamed; then bytes, now and then. */
export function mutatedJson(text: string, random: Random): string {
  const file = JSON.parse(text) as Holder,
    pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!
  for (let k = random.below(4); k >= 0; k--) {
    const spots = spotsOf(file)
    if (spots.length === 0) break
    const spot = pick(spots),
      other = pick(spots),
      value = get(spot)
    const harms: readonly (() => void)[] = [
      () => set(spot, structuredClone(pick(values))),
      () => {
        if (Array.isArray(spot.holder)) spot.holder.splice(Number(spot.key), 1)
        else delete spot.holder[spot.key]
      },
      () => {
        if (Array.isArray(spot.holder)) spot.holder.push(structuredClone(value))
        else set({ holder: spot.holder, key: pick(names) }, structuredClone(value))
      },
      () => set(spot, structuredClone(get(other))),
      () => {
        if (typeof value === 'number') set(spot, value * pick([-1, 0, 1e3, 1e9, 1e-9]))
        else if (typeof value === 'string') set(spot, value + pick(names))
      },
      () => {
        if (Array.isArray(value)) value.reverse()
      }
    ]
    pick(harms)()
  }
  const whole = JSON.stringify(file, null, 1)
  if (random.below(4)) return whole
  const at = random.below(whole.length),
    length = random.below(20)
  return pick([
    () => whole.slice(0, at),
    () => whole.slice(0, at) + whole.slice(at + length),
    () => whole.slice(0, at + length) + whole.slice(at),
    () => whole.slice(0, at) + pick(['NaN', '1e999', '-0', '"', '{', ']', ',', '\ufeff', '\ud800']) + whole.slice(at)
  ])()
}

const many = (count: number, of: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => of(i)).join(',')
const graph = (nodes: string, edges: string): string =>
  `{"version":1,"inputs":{"in":{"channels":2}},"outputs":{"main":{"channels":2}},"nodes":{${nodes}},"edges":[${edges}]}`
const edge = (from: string, to: string): string => `{"from":${from},"to":${to}}`

/** Graph files that are wrong by their size or shape. */
export const hugeGraphs: Readonly<Record<string, () => string>> = {
  'a million nodes': () =>
    graph(
      many(1e6, i => `"${i}":{"type":"gain"}`),
      ''
    ),
  'as many nodes as allowed, none wired': () =>
    graph(
      many(1e5, i => `"n${i}":{"type":"gain"}`),
      ''
    ),
  'edges to nodes that are not there': () =>
    graph(
      many(5e4, i => `"node ${i}":{"type":"gain"}`),
      many(2e5, i => edge(`["nobody ${i}","main"]`, '["output","main"]'))
    ),
  'one circle of all nodes': () =>
    graph(
      many(1e5, i => `"n${i}":{"type":"gain"}`),
      many(1e5, i => edge(`["n${i}","main"]`, `["n${(i + 1) % 1e5}","main"]`))
    ),
  'brackets in brackets': () => '['.repeat(1e6) + ']'.repeat(1e6),
  'a parameter of brackets': () =>
    graph(`"g":{"type":"gain","params":{"gain":${'['.repeat(1e5)}${']'.repeat(1e5)}}}`, ''),
  'a version of brackets': () => `{"version":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
  'a million breakpoints out of order': () =>
    graph(
      `"g":{"type":"gain","params":{"gain":{"lane":[${many(1e6, i => `[${-i},0]`)}]}}}`,
      edge('["input","in"]', '["g","main"]')
    ),
  'a name of megabytes': () => graph(`"${'n'.repeat(1e7)}":{"type":"${'t'.repeat(1e7)}"}`, '')
}
