/**
 * A graph as a picture that a person can read (SVG): one row per strip (nodes whose ids share what stands before the
 * first `/`), signals left
 * to right, edges between strips with their gains, control signals dotted, parameters in the boxes, everything else in
 * the tooltips.
 */
import { type Family, inletsOf, type Params, processors, type Registry, show } from '@mixwright/dsp'
import { type Automatable, type Edge, type Graph, input, isLane, type Node, output, type Value } from './graph.ts'
import { topological } from './order.ts'

const box = { height: 40, gap: 14, char: 6.1, pad: 8, minimum: 64 } as const
const row = { gap: 16, title: 16, port: 13, arc: 7 } as const
const column = { gap: 170, left: 130 } as const

interface Placed {
  readonly id: string
  readonly node: Node
  readonly lines: readonly string[]
  x: number
  y: number
  width: number
}
interface Strip {
  readonly name: string
  readonly nodes: Placed[]
  readonly inputs: string[]
  readonly outputs: string[]
  readonly out: Edge[]
  /** Edges from node to node that do not simply go to the next one: ways beside each other, modulation, sidechains. */
  readonly arcs: Edge[]
  x: number
  y: number
  width: number
  height: number
}

/** @returns a self-contained SVG document; colours follow the page's or viewer's light or dark scheme */
export function draw(graph: Graph, registry: Registry = processors): string {
  const strips = stripsOf(graph, registry),
    columns = columnsOf(strips)
  let left: number = column.left,
    height = 0
  for (const list of columns) {
    let top = 12
    for (const strip of list) {
      place(strip, left, top)
      top += strip.height + row.gap
    }
    left += Math.max(...list.map(strip => strip.width)) + column.gap
    height = Math.max(height, top)
  }
  const at = new Map(strips.flatMap(strip => strip.nodes.map(node => [node.id, node] as const))),
    width = left - column.gap + 190
  const body = [
    ...strips.map(strip => drawStrip(strip, graph, registry)),
    ...strips.flatMap(strip => strip.out.map((edge, i) => between(strip, edge, i, at, registry, graph))),
    ...strips.flatMap(strip => strip.nodes.map(node => drawNode(node, registry)))
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.ceil(width)} ${Math.ceil(height)}" width="${Math.ceil(width)}" height="${Math.ceil(height)}" role="img" aria-label="${escapeMarkup(`${graph.name ?? 'graph'}: ${Object.keys(graph.inputs).length} inputs, ${Object.keys(graph.nodes).length} nodes, ${Object.keys(graph.outputs).length} outputs`)}"><style>${style}</style>${body.join('')}</svg>`
}

/** Text from outside made harmless inside HTML, SVG and attributes. */
export const escapeMarkup = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
const stripName = (id: string) => (id.includes('/') ? id.slice(0, id.indexOf('/')) : id)
const isOwn = (id: string) => id === input || id === output

function stripsOf(graph: Graph, registry: Registry): Strip[] {
  const strips = new Map<string, Strip>()
  for (const id of topological(graph)) {
    const name = stripName(id),
      node = graph.nodes[id]!,
      strip = strips.get(name) ?? {
        name,
        nodes: [],
        inputs: [],
        outputs: [],
        out: [],
        arcs: [],
        x: 0,
        y: 0,
        width: 0,
        height: 0
      }
    const title = id === name ? id : id.slice(name.length + 1),
      lines = [title, `${node.bypass ? 'off: ' : ''}${summary(node, registry)}`]
    strip.nodes.push({
      id,
      node,
      lines,
      x: 0,
      y: 0,
      width: Math.max(box.minimum, 2 * box.pad + box.char * Math.max(...lines.map(line => line.length)))
    })
    strips.set(name, strip)
  }
  for (const edge of graph.edges) {
    const to = strips.get(stripName(edge.to[0])),
      from = strips.get(stripName(edge.from[0]))
    if (edge.from[0] === input && to && !isOwn(edge.to[0])) {
      if (!to.inputs.includes(edge.from[1])) to.inputs.push(edge.from[1])
    } else if (edge.to[0] === output && from) from.outputs.push(`${edge.to[1]}${level(edge.gain)}`)
    else if (from && to && from !== to) from.out.push(edge)
    else if (from && to && !isNext(from, edge, registry)) from.arcs.push(edge)
  }
  return [...strips.values()]
}

/** The plain case: out of one node into the main inlet of the one behind it. */
function isNext({ nodes }: Strip, { from, to }: Edge, registry: Registry): boolean {
  const at = nodes.findIndex(({ id }) => id === from[0]),
    next = nodes[at + 1]
  return next?.id === to[0] && inletsOf(registry[next.node.type]!)[0]?.name === to[1]
}

/** What differs from the defaults, in few characters. */
function summary(node: Node, registry: Registry): string {
  const params = (registry[node.type]?.params ?? {}) as Params
  const text = Object.entries(node.params ?? {})
    .filter(([name, v]) => params[name] && v !== params[name]!.default)
    .map(([name, v]) => short(v, name, params))
    .slice(0, 3)
    .join(' ')
  return text || node.type
}
const short = (v: Value, name: string, params: Params) =>
  isLane(v) ? `${name} ~` : show(params[name]!, v).replace(/ (?=k?Hz|dB|ms)/, '')
const level = (gain: Automatable | undefined) =>
  gain === undefined || gain === 0
    ? ''
    : isLane(gain)
      ? ' ~'
      : ` ${gain > 0 ? '+' : '−'}${Math.abs(gain).toFixed(1)} dB`

/**
 * Strips by the longest way from an input; ways back into a strip that was there before (a group's sidechain) do not
 * count.
 */
function columnsOf(strips: readonly Strip[]): Strip[][] {
  const order = new Map(strips.map((strip, i) => [strip.name, i])),
    depth = new Map<string, number>()
  for (const strip of strips) depth.set(strip.name, strip.inputs.length ? 0 : 1)
  for (let pass = 0; pass < strips.length; pass++) {
    let changed = false
    for (const strip of strips)
      for (const edge of strip.out) {
        const to = stripName(edge.to[0]),
          next = depth.get(strip.name)! + 1
        if (
          order.get(to)! > order.get(strip.name)! &&
          depth.get(to)! < next &&
          strips[order.get(to)!]!.inputs.length === 0
        ) {
          depth.set(to, next)
          changed = true
        }
      }
    if (!changed) break
  }
  const columns: Strip[][] = []
  for (const strip of strips) (columns[depth.get(strip.name)!] ??= []).push(strip)
  return columns.filter(list => list !== undefined && list.length > 0)
}

function place(strip: Strip, x: number, y: number): void {
  strip.x = x
  strip.y = y
  let at = x
  for (const node of strip.nodes) {
    node.x = at
    node.y = y + row.title
    at += node.width + box.gap
  }
  strip.width = at - box.gap - x
  const below = row.arc * strip.arcs.length + (strip.outputs.length ? row.port * strip.outputs.length + 4 : 0)
  strip.height = row.title + Math.max(box.height + below, row.port * strip.out.length)
}

const number = (value: number) => String(Math.round(value * 10) / 10)
function drawStrip(strip: Strip, graph: Graph, registry: Registry): string {
  const mid = strip.y + row.title + box.height / 2,
    first = strip.nodes[0]!,
    last = strip.nodes.at(-1)!
  const wires = strip.nodes
    .slice(1)
    .map((node, i) =>
      graph.edges.some(e => e.from[0] === strip.nodes[i]!.id && e.to[0] === node.id && !strip.arcs.includes(e))
        ? `<path class="w" d="M${number(strip.nodes[i]!.x + strip.nodes[i]!.width)} ${mid}H${number(node.x)}"/>`
        : ''
    )
    .join('')
  const ins = strip.inputs
    .map(
      (name, i) =>
        `<text class="in" x="${number(first.x - 22)}" y="${mid + 4 + i * row.port}" text-anchor="end">${escapeMarkup(clip(name, 20))}</text><path class="w" d="M${number(first.x - 18)} ${mid + i * row.port}L${number(first.x)} ${mid}"/>`
    )
    .join('')
  const outs = strip.outputs
    .map(
      (name, i) =>
        `<text class="out" x="${number(last.x + last.width)}" y="${number(strip.y + row.title + box.height + row.arc * strip.arcs.length + 11 + i * row.port)}" text-anchor="end">→ ${escapeMarkup(clip(name, 34))}</text>`
    )
    .join('')
  return `<text class="t" x="${number(strip.x)}" y="${number(strip.y + 11)}">${escapeMarkup(clip(strip.name, 40))}</text>${wires}${ins}${outs}${arcs(strip, graph, registry)}`
}
const clip = (text: string, length: number) => (text.length > length ? `${text.slice(0, length - 1)}…` : text)

/** Below the boxes, each at a depth of its own. */
const arcs = (strip: Strip, graph: Graph, registry: Registry): string =>
  strip.arcs
    .map((edge, i) => {
      const [from, to] = [edge.from[0], edge.to[0]].map(id => strip.nodes.find(node => node.id === id)!) as [
          Placed,
          Placed
        ],
        y = from.y + box.height,
        x0 = from.x + from.width - 12,
        x1 = to.x + 12,
        depth = y + row.arc * (i + 1)
      return `<path class="${isControl(edge, graph, registry) ? 'e c' : 'e'}" d="M${number(x0)} ${y}V${depth}H${number(x1)}V${y}"><title>${escapeMarkup(titleOf(edge))}</title></path>`
    })
    .join('')
const isControl = ({ to: [id, port] }: Edge, graph: Graph, registry: Registry): boolean => {
  const inlets = inletsOf(registry[graph.nodes[id]!.type]!)
  return inlets[0]?.name !== port && !['mid', 'side'].includes(port)
}
const titleOf = (edge: Edge) => `${edge.from.join('.')} → ${edge.to.join('.')}${level(edge.gain)}`

/** An edge that leaves its strip: from its own port at the end of the strip, so that labels do not collide. */
function between(
  strip: Strip,
  edge: Edge,
  index: number,
  at: Map<string, Placed>,
  registry: Registry,
  graph: Graph
): string {
  const from = at.get(edge.from[0])!,
    to = at.get(edge.to[0])!,
    last = strip.nodes.at(-1)!,
    x0 = from === last ? from.x + from.width : from.x + from.width / 2
  const y0 = from === last ? strip.y + row.title + 8 + index * row.port : from.y + box.height,
    x1 = to.x,
    y1 = to.y + box.height / 2,
    side = Math.max(40, Math.abs(x1 - x0) / 2.5)
  const label =
    from === last
      ? `<text class="l" x="${number(x0 + 5)}" y="${number(y0 - 2)}">${escapeMarkup(`${clip(stripName(edge.to[0]), 14)}${level(edge.gain)}`)}</text>`
      : ''
  return `<g><path class="${isControl(edge, graph, registry) ? 'e c' : 'e'}" d="M${number(x0)} ${number(y0)}C${number(x0 + side)} ${number(y0)} ${number(x1 - side)} ${number(y1)} ${number(x1)} ${number(y1)}"><title>${escapeMarkup(titleOf(edge))}</title></path>${label}</g>`
}

function drawNode({ node, lines, x, y, width, id }: Placed, registry: Registry): string {
  const def = registry[node.type],
    params = (def?.params ?? {}) as Params
  const details = Object.entries(node.params ?? {}).map(
    ([name, v]) => `${name}: ${isLane(v) ? `${v.lane.length} points` : params[name] ? show(params[name], v) : v}`
  )
  return `<g class="n ${def?.family ?? 'utility'}${node.bypass ? ' off' : ''}"><title>${escapeMarkup([`${id}: ${node.type}`, ...details, ...(node.note ? [node.note] : [])].join('\n'))}</title><rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${box.height}" rx="6"/><text class="b" x="${number(x + box.pad)}" y="${number(y + 16)}">${escapeMarkup(lines[0]!)}</text><text class="p" x="${number(x + box.pad)}" y="${number(y + 31)}">${escapeMarkup(lines[1]!)}</text></g>`
}

/** One hue per family. */
const hues: Readonly<Record<Family, number>> = {
  filter: 205,
  dynamics: 25,
  nonlinear: 0,
  time: 265,
  stereo: 150,
  utility: 220,
  control: 320,
  source: 90
}
const families = (light: boolean) =>
  Object.entries(hues)
    .map(
      ([family, hue]) =>
        `.${family} rect{fill:hsl(${hue} ${family === 'utility' ? 12 : light ? 60 : 30}% ${light ? 93 : 22}%);stroke:hsl(${hue} ${family === 'utility' ? 10 : 40}% ${light ? 60 : 50}%)}`
    )
    .join('')
const style = `text{font:11px ui-sans-serif,system-ui,sans-serif;fill:#222}.t{font-weight:700;font-size:12px}.b{font-weight:600}.p,.l,.in,.out{fill:#555;font-size:10px}.w,.e{fill:none;stroke:#888;stroke-width:1.2}.e{stroke:#5b7fa6;opacity:.65}.c{stroke-dasharray:2 3}.off{opacity:.5}${families(true)}@media(prefers-color-scheme:dark){text{fill:#e8e8e8}.p,.l,.in,.out{fill:#aaa}.w{stroke:#777}${families(false)}}`
