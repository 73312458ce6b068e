/** What a transfer consists of, as data and as a graph. */
import { processors } from '@mixwright/dsp'
import { type Builder, builder, type End, type Graph } from '@mixwright/graph'
import { emptyChain, wireMaster } from '../master/chain.ts'
import type { Device, Reasoned } from '../mix/decisions.ts'
import { limited } from '../mix/master.ts'
import { families, type FamilyName, type Setting } from './families.ts'

/** A device of a family, heard out by the search. */
export interface FoundDevice extends Reasoned {
  readonly family: FamilyName
  readonly setting: Setting
}
/** In signal order. What is absent or empty is not there. */
export interface TransferChain {
  readonly tone: readonly Device[]
  readonly devices: readonly FoundDevice[]
  /** dBFS of what enters the devices, mean power of what sounds. */
  readonly reference: number
  /** Of the sides alone. */
  readonly sides: readonly Device[]
  /** dB, where the rest has gone far from the level that it is to have. */
  readonly makeup?: Reasoned & { readonly gain: number }
  readonly loudness?: Reasoned & {
    /** dB */
    readonly gain: number
    /** dBTP of a limiter behind the gain; absent where no peak needs one. */
    readonly ceiling?: number
  }
}

export const emptyTransfer: TransferChain = { tone: [], devices: [], reference: 0, sides: [] }

/** Everything that is done, in words. */
export const wordsOf = ({ tone, devices, sides, makeup, loudness }: TransferChain): string[] =>
  [...tone, ...devices, ...sides, ...(makeup ? [makeup] : []), ...(loudness ? [loudness] : [])].map(
    ({ reason }) => reason
  )

function wire(b: Builder, from: End, { tone, devices, reference, sides, makeup, loudness }: TransferChain): End {
  let end = wireMaster(b, from, { ...emptyChain, eq: tone })
  for (const { family, setting, reason } of devices)
    end = families[family].wire(b, family, end, setting, reference, reason)
  end = wireMaster(b, end, { ...emptyChain, sides })
  if (makeup) end = turned(b, 'makeup', end, makeup)
  if (!loudness) return end
  const { gain, ceiling, reason } = loudness
  if (ceiling !== undefined) return limited(b, end, gain, ceiling, reason)
  return turned(b, 'loudness', end, loudness)
}
/** By as many gains as it takes. */
function turned(b: Builder, id: string, from: End, { gain, reason }: Reasoned & { readonly gain: number }): End {
  const { max } = processors.gain.params.gain,
    count = Math.max(1, Math.ceil(gain / max))
  let end = from
  for (let k = 1; k <= count; k++) {
    const next = b.node(count > 1 ? `${id}-${k}` : id, { type: 'gain', params: { gain: gain / count }, note: reason })
    b.wire(end, next)
    end = next
  }
  return end
}
/** One input and one output, by these names. */
export function transferGraph(
  made: TransferChain,
  channels: 1 | 2,
  names = { from: 'sound', to: 'transferred' }
): Graph {
  const b = builder('transfer')
  b.output(names.to, { channels }, wire(b, b.input(names.from, { channels }), made))
  return b.graph()
}
