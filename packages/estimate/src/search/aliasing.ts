/** What a chain makes where distortions do not prevent aliases, as many engines' do not. */
import { type Audio, distortionCurve, type Kernels, type Samples } from '@mixwright/dsp'
import type { SystemResponse } from '../analysis/system-response.ts'
import type { Console, Device } from './console.ts'
import { heardInFull } from './console-rig.ts'
import { explainedBy, type LongPassage, responsesTo } from './long-passage.ts'

const bends = ({ type, modulator, lanes }: Device): boolean => type === 'distortion' && !modulator && !lanes

/**
 * What a console of one source gives, its distortions by their curves alone.
 * @returns undefined where it has none, or has rooms or a bus
 */
export function heardAliasing(
  console: Console,
  sound: Audio,
  sampleRate: number,
  kernels: Kernels
): readonly Samples[] | undefined {
  const [strip] = console.strips,
    at = strip!.chain.findIndex(bends)
  if (at < 0 || console.rooms.length > 0 || console.bus.length > 0) return undefined
  const through = (chain: readonly Device[], audio: Audio) =>
      heardInFull(
        { ...console, strips: [{ ...strip!, channels: audio.length as 1 | 2, chain, sends: {} }] },
        { [strip!.input]: audio },
        sampleRate,
        kernels
      ),
    curve = distortionCurve(strip!.chain[at]!.params as Parameters<typeof distortionCurve>[0]),
    bent = through(strip!.chain.slice(0, at), sound).map(channel => Float32Array.from(channel, curve)),
    rest = strip!.chain.slice(at + 1)
  return (
    heardAliasing({ ...console, strips: [{ ...strip!, chain: rest }] }, bent, sampleRate, kernels) ??
    through(rest, bent)
  )
}

/** What stands between a console and the wet: with aliases and without, whichever explains more of it. */
export function responsesBehind(console: Console, passage: LongPassage, kernels: Kernels): SystemResponse[] {
  const { dry, wet, sampleRate, input } = passage,
    sound = dry.map(channel => channel.subarray(0, wet[0]!.length)),
    without = responsesTo(passage, heardInFull(console, { [input]: sound }, sampleRate, kernels)),
    aliasing = heardAliasing(console, sound, sampleRate, kernels),
    having = aliasing && responsesTo(passage, aliasing)
  return having && explainedBy(having) > explainedBy(without) ? having : without
}
