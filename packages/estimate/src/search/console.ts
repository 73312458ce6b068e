/** What an estimation turns: a console of strips, each a chain of processors, with rooms that they send to and a bus. */
import {
  type Convolution,
  convolutionOf,
  defaultsOf,
  type ImpulseResponse,
  type Params,
  type Processor,
  processors,
  type Registry
} from '@mixwright/dsp'
import { builder, type End, type Graph, type Lane } from '@mixwright/graph'

/** A processor with its numbers; what is missing has its default. */
export interface Device {
  /** Of the node; unique in its console. */
  readonly id: string
  readonly type: string
  readonly params: Readonly<Record<string, number>>
  /** Parameters that move over the song, instead of their number. */
  readonly lanes?: Readonly<Record<string, Lane>>
  /** What swings it: an oscillator at an inlet, and how far, dB. */
  readonly modulator?: {
    readonly inlet: string
    readonly params: Readonly<Record<string, number | string>>
    readonly depth: number
  }
}
export interface Strip {
  /** Of the graph. */
  readonly input: string
  readonly channels: 1 | 2
  readonly chain: readonly Device[]
  /** Sends, dB, by the id of a room. */
  readonly sends: Readonly<Record<string, number>>
}
export interface Room {
  readonly id: string
  readonly chain: readonly Device[]
}
/** All of it is data, that can be sent to another thread. */
export interface Console {
  readonly strips: readonly Strip[]
  readonly rooms: readonly Room[]
  readonly bus: readonly Device[]
  /** Of the output `mix`. */
  readonly channels: 1 | 2
  /** Measured responses, by the type of the devices that convolve with them. */
  readonly responses?: Readonly<Record<string, ImpulseResponse>>
}
/** The processors that a console's graph is made of. */
export const registryOf = ({ responses = {} }: Pick<Console, 'responses'>): Registry => ({
  ...processors,
  ...Object.fromEntries(Object.entries(responses).map(([type, one]) => [type, convolverOf(one)]))
})
/** Each made once: that takes as long as a second of sound. */
const convolvers = new WeakMap<ImpulseResponse, Convolution>()
function convolverOf(response: ImpulseResponse): Convolution {
  const made = convolvers.get(response) ?? convolutionOf(response)
  convolvers.set(response, made)
  return made
}
/** dB: what stands no higher in a mix is not heard. */
export const faint = -55
export const mixOutput = 'mix'

/** Names of outputs of the parts of a mix, as they enter its sum. */
export const totalOutput = 'total',
  aloneOutput = (input: string): string => `${input} alone`
/** @param parts whether what enters the sum is given out too: each strip, and all of it */
export function consoleGraph({ strips, rooms, bus, channels }: Console, parts = false): Graph {
  const b = builder('estimate'),
    through = (from: End, chain: readonly Device[]) =>
      chain.reduce((last, { id, type, params, lanes, modulator }) => {
        const next = b.node(id, { type, params: { ...params, ...lanes } })
        b.wire(last, next)
        if (modulator)
          b.wire(
            [b.node(lfoOf(id), { type: 'lfo', params: modulator.params })[0], 'lfo'],
            [id, modulator.inlet],
            modulator.depth
          )
        return next
      }, from),
    ends = strips.map(({ input, channels: own, chain }) => through(b.input(input, { channels: own }), chain)),
    sum = ends.length + rooms.length > 1 ? b.node('sum', { type: 'mix' }) : undefined,
    into = (from: End) => (sum ? b.wire(from, sum) : undefined)
  for (const end of ends) into(end)
  for (const room of rooms) {
    const senders = strips.flatMap(({ sends }, s) =>
      sends[room.id] === undefined ? [] : [{ end: ends[s]!, gain: sends[room.id]! }]
    )
    if (senders.length === 0) continue
    const entry = b.node(room.id, { type: 'mix' })
    for (const { end, gain } of senders) b.wire(end, entry, gain)
    into(through(entry, room.chain))
  }
  b.output(mixOutput, { channels }, through(sum ?? ends[0]!, bus))
  if (parts) {
    b.output(totalOutput, { channels }, sum ?? ends[0]!)
    strips.forEach(({ input }, s) => void b.output(aloneOutput(input), { channels }, ends[s]!))
  }
  return b.graph()
}

/** Of a device of a console, not of a response: whether twice the sound goes in for twice the sound to come out. */
export const isLinear = (type: string): boolean =>
  (processors[type as keyof typeof processors] as Processor).linear === true
/** The node that swings a device. */
export const lfoOf = (id: string) => `${id} lfo`

/** The console with the numbers that its graph has been given. */
export function readBack(console: Console, graph: Graph): Console {
  const paramsOf = <P extends Readonly<Record<string, number | string>>>(
      id: string,
      before: P,
      lanes: Device['lanes'] = {}
    ): P => {
      const { params = before } = graph.nodes[id] ?? {}
      return Object.fromEntries(
        Object.entries(params).map(([name, value]) => [name, name in lanes ? before[name]! : value])
      ) as P
    },
    device = (one: Device): Device => ({
      ...one,
      params: paramsOf(one.id, one.params, one.lanes),
      ...(one.modulator && {
        modulator: {
          inlet: one.modulator.inlet,
          params: paramsOf(lfoOf(one.id), one.modulator.params),
          depth: graph.edges.find(({ to }) => to[0] === one.id && to[1] === one.modulator!.inlet)?.gain as number
        }
      })
    }),
    sendsOf = (strip: Strip, end: string) =>
      Object.fromEntries(
        Object.entries(strip.sends).map(([room, gain]) => {
          const edge = graph.edges.find(({ from, to }) => to[0] === room && from[0] === end)
          return [room, (edge?.gain as number | undefined) ?? gain]
        })
      )
  return {
    ...console,
    strips: console.strips.map(strip => ({
      ...strip,
      chain: strip.chain.map(device),
      sends: sendsOf(strip, strip.chain.at(-1)?.id ?? 'input')
    })),
    rooms: console.rooms.map(room => ({ ...room, chain: room.chain.map(device) })),
    bus: console.bus.map(device)
  }
}

/** Every device, wherever it stands. */
export const devicesOf = ({ strips, rooms, bus }: Console): Device[] => [
  ...strips.flatMap(strip => strip.chain),
  ...rooms.flatMap(room => room.chain),
  ...bus
]
/** Without a device. */
export function withoutDevice(console: Console, id: string): Console {
  const rest = (chain: readonly Device[]) => chain.filter(one => one.id !== id)
  return tidied({
    ...console,
    strips: console.strips.map(strip => ({ ...strip, chain: rest(strip.chain) })),
    rooms: console.rooms.map(room => ({ ...room, chain: rest(room.chain) })),
    bus: rest(console.bus)
  })
}
/** Rooms without a device, or that nobody sends to, are none. */
export function tidied(console: Console): Console {
  const rooms = console.rooms.filter(
    ({ id, chain }) => chain.length > 0 && console.strips.some(({ sends }) => sends[id] !== undefined)
  )
  return {
    ...console,
    rooms,
    strips: console.strips.map(strip => ({
      ...strip,
      sends: Object.fromEntries(Object.entries(strip.sends).filter(([room]) => rooms.some(({ id }) => id === room)))
    }))
  }
}

/** A name for one more device of a type on a strip. */
export function freshId(console: Console, prefix: string, type: string): string {
  const taken = new Set(devicesOf(console).map(({ id }) => id))
  for (let n = 1; ; n++) {
    const id = `${prefix}/${type}${n === 1 ? '' : ` ${n}`}`
    if (!taken.has(id)) return id
  }
}

/** All numbers of a processor, some of them given: where a search starts, at the nearest end of what is allowed. */
export function startOf(type: string, params: Readonly<Record<string, number>>): Record<string, number> {
  const known = processors[type as keyof typeof processors].params as Params
  return Object.fromEntries(
    Object.entries(defaultsOf(known)).map(([name, usual]) => {
      const param = known[name]!,
        value = params[name] ?? (usual as number)
      return [name, param.kind === 'number' ? Math.max(param.min, Math.min(param.max, value)) : value]
    })
  )
}
