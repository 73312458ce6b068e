/**
 * Some stems by themselves and the mix without them, each as the mix plays it: through their share of the rooms, and
 * through a mix bus that is driven by the whole mix, so that the two add up to it.
 */
import { processors, type Registry } from '@mixwright/dsp'
import type { Builder, End } from '@mixwright/graph'
import { chain, endOf, isWiring, returned } from './chain.ts'
import type { Decisions, Device, StemDecision } from './decisions.ts'

/** A stem that enters the mix bus: from where, and at which gain, dB. */
export interface Strip {
  readonly decision: StemDecision
  readonly end: End
  readonly level: number
}

/** Outputs of the console for some stems by themselves, and for the mix without them. */
export const apartOutputs = (name: string) => ({ only: `only:${name}`, without: `without:${name}` })

/** @param sum what enters the mix bus */
export function splitApart(b: Builder, decisions: Decisions, strips: readonly Strip[], sum: End): void {
  for (const { name, stems } of decisions.apart ?? []) {
    const at = `apart/${name}`,
      members = strips.filter(strip => stems.includes(strip.decision.stem))
    if (members.length === 0) continue
    const some = b.node(`${at}/sum`, { type: 'mix', note: `Only ${name}.` })
    for (const { end, level } of members) b.wire(end, some, level)
    for (const one of decisions.returns) {
      const sources = members.flatMap(({ decision, end, level }) =>
        decision.sends.flatMap(send => (send.to === one.name ? [{ from: end, gain: send.gain + level }] : []))
      )
      if (sources.length) b.wire(returned(b, one, sources, `${at}/${one.name}`), some, one.gain)
    }
    const taken = b.node(`${at}/taken`, { type: 'polarity', note: `Takes ${name} out of the mix.` }),
      rest = b.node(`${at}/rest`, { type: 'mix', note: `All but ${name}.` })
    b.wire(some, taken)
    b.wire(taken, rest)
    b.wire(sum, rest)
    const { only, without } = apartOutputs(name)
    b.output(
      only,
      { channels: 2, doc: `Only ${name}, as the mix plays it` },
      beside(b, `${at}/only`, some, decisions.mixBus, sum)
    )
    b.output(
      without,
      { channels: 2, doc: `The mix without ${name}` },
      beside(b, `${at}/without`, rest, decisions.mixBus, sum)
    )
  }
}

const inletsOf = (type: string): object => (processors as Registry)[type]!.inlets
/** Whether what a device does follows from its own input alone, so that it cannot be done to the parts of a sum. */
export const drivesItself = ({ type }: Device): boolean =>
  !isWiring(type) && !(processors as Registry)[type]!.linear && !Object.hasOwn(inletsOf(type), 'sidechain')

/** The mix bus once more, for a part of what enters it: its dynamics are driven by what drives them in the mix. */
export function beside(b: Builder, id: string, from: End, devices: readonly Device[], sum: End): End {
  return devices.reduce<End>((source, { key, ...device }, i) => {
    const end = chain(b, id, source, [device]),
      before = devices[i - 1]
    if (!isWiring(device.type) && Object.hasOwn(inletsOf(device.type), 'sidechain')) {
      const driver = before ? endOf('mix-bus', before) : sum
      b.wire(key ? [`mix-bus/${device.slot}-key`, 'main'] : driver, [`${id}/${device.slot}`, 'sidechain'])
    }
    return end
  }, from)
}
