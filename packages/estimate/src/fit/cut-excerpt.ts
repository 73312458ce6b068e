/**
 * An excerpt of a graph with a response in it: what comes before the response and what comes after, and between both a
 * convolution of all of it at once. As a stream, twice forward and once back, the response took most of the time.
 */
import {
  type Convolution,
  createLongConvolution,
  isConvolution,
  type Kernels,
  processors,
  type Registry,
  type Samples
} from '@mixwright/dsp'
import { type Edge, type Excerpt, excerptOf, fill, type Gradients, type Graph, hearingOf } from '@mixwright/graph'

/** What a rig needs of an excerpt. */
export interface RigExcerpt extends Pick<Excerpt, 'render' | 'gradients'> {
  readonly engine: Pick<Excerpt['engine'], 'set' | 'setEdge' | 'inputs' | 'outputs' | 'outputGradients'>
  /** Samples by which the outputs are late, which are among its frames. */
  readonly latency: number
}
interface Options {
  readonly sampleRate: number
  /** Without what the graph delays. */
  readonly frames: number
  /** Samples of the end of the output that are wanted. */
  readonly judged: number
  /** Whether gradients are wanted. */
  readonly slopes: boolean
  readonly registry?: Registry
}

/** @throws RangeError as `compile` */
export function rigExcerpt(graph: Graph, kernels: Kernels, options: Options): RigExcerpt {
  const registry: Registry = options.registry ?? processors,
    id = Object.keys(graph.nodes).find(node => isConvolution(registry[graph.nodes[node]!.type]!))
  if (id !== undefined) return cutExcerpt(graph, id, kernels, options)
  const [excerpt] = excerptsOf([{ graph }], kernels, options)
  return { ...excerpt!, latency: excerpt!.engine.plan.latency }
}

/** Excerpts of graphs one behind the other, each as long as all of them together delay. */
function excerptsOf(
  graphs: readonly { readonly graph: Graph; readonly inputs?: boolean }[],
  kernels: Kernels,
  { sampleRate, registry = processors, frames, slopes }: Options
): Excerpt[] {
  const how = { sampleRate, registry },
    made = (frames: number) =>
      graphs.map(
        ({ graph, inputs = false }): Excerpt =>
          slopes
            ? excerptOf(graph, kernels, { ...how, gradients: { frames, inputs } })
            : { ...hearingOf(graph, kernels, how, frames), gradients: () => ({ nodes: {}, edges: {} }) }
      ),
    prompt = made(frames),
    latency = prompt.reduce((sum, { engine }) => sum + engine.plan.latency, 0)
  // Hardly any delays.
  return latency === 0 ? prompt : made(frames + latency)
}

/** Outputs of what comes before and inputs of what comes after: what the response hears, what it gives, and what passes beside it. */
const sent = 'to the response',
  returned = 'from the response',
  beside = (inlet: string) => `beside it to ${inlet}`

interface Part {
  readonly graph: Graph
  /** Of its edges, their index in the whole graph; -1 for those that it has not. */
  readonly edges: readonly number[]
}
/** A graph without one of its nodes: what reaches only that node or passes beside it, and all that hears it. */
function cut(graph: Graph, id: string): { readonly before: Part; readonly after: Part } {
  const behind = new Set<string>()
  const follow = (node: string): void => {
    for (const { from, to } of graph.edges)
      if (from[0] === node && !behind.has(to[0])) {
        behind.add(to[0])
        follow(to[0])
      }
  }
  follow(id)
  const channels = Object.values(graph.outputs)[0]!.channels,
    port = { channels },
    first: [Edge, number][] = [],
    second: [Edge, number][] = [],
    besides = new Set<string>()
  for (const [index, edge] of graph.edges.entries()) {
    const { from, to } = edge,
      [own, heard] = [from[0] === id || behind.has(from[0]), behind.has(to[0])]
    if (to[0] === id) first.push([{ ...edge, to: ['output', sent] }, index])
    else if (from[0] === id) second.push([{ ...edge, from: ['input', returned] }, index])
    else if (own) second.push([edge, index])
    else if (!heard) first.push([edge, index])
    else {
      const name = beside(to.join('.'))
      first.push([{ ...edge, to: ['output', name] }, index])
      if (!besides.has(name)) second.push([{ from: ['input', name], to }, -1])
      besides.add(name)
    }
  }
  const ports = (names: Iterable<string>) => Object.fromEntries([...names].map(name => [name, port])),
    part = (
      edges: readonly [Edge, number][],
      own: (node: string) => boolean,
      inputs: Graph['inputs'],
      outputs: Graph['outputs']
    ): Part => ({
      graph: {
        version: 1,
        inputs,
        outputs,
        nodes: Object.fromEntries(Object.entries(graph.nodes).filter(([node]) => node !== id && own(node))),
        edges: edges.map(([edge]) => edge)
      },
      edges: edges.map(([, index]) => index)
    })
  return {
    before: part(first, node => !behind.has(node), graph.inputs, ports([sent, ...besides])),
    after: part(second, node => behind.has(node), ports([returned, ...besides]), graph.outputs)
  }
}

function cutExcerpt(graph: Graph, id: string, kernels: Kernels, options: Options): RigExcerpt {
  const { judged } = options,
    registry: Registry = options.registry ?? processors,
    { before, after } = cut(graph, id),
    [first, second] = excerptsOf([before, { ...after, inputs: true }], kernels, options) as [Excerpt, Excerpt],
    early = first.engine.plan.latency,
    latency = early + second.engine.plan.latency,
    frames = options.frames + latency,
    { response } = registry[graph.nodes[id]!.type] as Convolution,
    { run, adjoint } = createLongConvolution(kernels, response, frames),
    // Where nothing behind the response has a memory, only what is judged need be heard of it.
    from = Object.values(after.graph.nodes).every(({ type }) => type === 'mix') ? frames - judged : 0,
    wide = Object.values(graph.outputs)[0]!.channels === 2,
    whole = ([left, right]: readonly Samples[]) =>
      (wide ? [left!, right!] : [left!]).map(channel => channel.subarray(0, frames)),
    beside = Object.keys(after.graph.inputs).filter(name => name !== returned)
  /** A mono signal lies in two channels, which are alike; its slope is that of both. */
  const slopes = ([left, right]: readonly Samples[]): Samples[] =>
    wide ? whole([left!, right!]) : [left!.subarray(0, frames).map((v, i) => v + right![i]!)]
  return {
    latency,
    engine: {
      inputs: first.engine.inputs,
      outputs: second.engine.outputs,
      outputGradients: second.engine.outputGradients,
      set: (node, param, value) => (node in before.graph.nodes ? first : second).engine.set(node, param, value),
      setEdge(edge, gain) {
        const at = before.edges.indexOf(edge)
        if (at >= 0) first.engine.setEdge(at, gain)
        else second.engine.setEdge(after.edges.indexOf(edge), gain)
      }
    },
    render(begin = 0) {
      first.render(begin)
      for (const name of beside) fill(second.engine.inputs[name]!, first.engine.outputs[name]!)
      const [left, right] = whole(first.engine.outputs[sent]!),
        heard = whole(second.engine.inputs[returned]!)
      run(right && !right.every((v, i) => v === left![i]) ? [left!, right] : [left!], heard, from)
      if (!wide) second.engine.inputs[returned]![1]!.set(heard[0]!)
      second.render(begin - early)
    },
    gradients() {
      const late = second.gradients(),
        { inputGradients } = second.engine,
        { outputGradients } = first.engine
      for (const name of beside)
        slopes(inputGradients[name]!).forEach((channel, c) => outputGradients[name]![c]!.set(channel))
      adjoint(slopes(inputGradients[returned]!), whole(outputGradients[sent]!), from)
      const soon = first.gradients()
      return {
        nodes: { ...soon.nodes, ...late.nodes },
        edges: { ...renumbered(soon.edges, before), ...renumbered(late.edges, after) }
      }
    }
  }
}
const renumbered = (edges: Gradients['edges'], part: Part): Gradients['edges'] =>
  Object.fromEntries(Object.entries(edges).map(([at, slope]) => [part.edges[Number(at)]!, slope]))
