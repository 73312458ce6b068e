/** A chain with all that a usual one has, to be turned at once: what shows only when the rest is right. */
import { type Console, freshId, isLinear, startOf } from './console.ts'
import { inserted, placeOf, type Proposal, withChain } from './proposals.ts'

type Start = readonly [type: string, params: Readonly<Record<string, number>>]
/** An engineer's equaliser and compressor, doing nearly nothing. */
const usual: readonly Start[] = [
  ['highpass', { frequency: 60, q: 0.7 }],
  ['lowshelf', { frequency: 150, gain: 0 }],
  ['bell', { frequency: 600, gain: 0 }],
  ['bell', { frequency: 2500, gain: 0 }],
  ['highshelf', { frequency: 5000, gain: 0 }],
  ['compressor', { threshold: -20, ratio: 2, attack: 8, release: 120 }]
]
/** What may be behind the compressor besides, the likeliest first. */
const besides: readonly Start[] = [
  ['distortion', { gain: 12 }],
  ['transient-shaper', {}],
  ['stereo-reverb', { mix: 0.1 }],
  ['delay', { mix: 0.1 }]
]

/**
 * The filters and the compressor that a console lacks, in front of what holds or bends the level; the console with two compressors
 * instead of one; then, with all that it lacks, each of what may be there besides.
 * @param rare whether anything may be there besides
 */
export function* completed(console: Console, rare: boolean): Generator<Proposal> {
  const { chain } = console.strips[0]!,
    bends = chain.findIndex(({ type }) => !isLinear(type)),
    at = bends < 0 ? chain.findLastIndex(({ type }) => placeOf[type] === 'filters') + 1 : bends,
    own = [...chain.slice(0, at), ...chain.slice(at).filter(({ type }) => type === 'compressor')].map(
      ({ type }) => type
    ),
    lacking = usual.filter(([type]) => !took(own, type)),
    whole = inserted(console, 0, lacking.map(deviceOf), at)
  if (lacking.length > 0) yield { name: 'completed', console: whole }
  yield* twoCompressors(console)
  if (!rare) return
  const there = whole.strips[0]!.chain
  for (const start of besides) {
    const [type] = start
    if (there.some(one => placeOf[one.type] === placeOf[type])) continue
    const behind = isLinear(type) ? undefined : there.findLastIndex(one => one.type === 'compressor') + 1
    yield { name: `completed + ${type}`, console: inserted(whole, 0, [deviceOf(start)], behind) }
  }
}
/** How much slower the one is, and faster the other. */
const apart = 2
/** The only compressor as two that do the same to a level that stands still, the slower one in front of the faster and behind it. */
export function* twoCompressors(console: Console): Generator<Proposal> {
  const { chain, input } = console.strips[0]!,
    [one, ...more] = chain.filter(({ type }) => type === 'compressor')
  if (!one || more.length > 0) return
  const { ratio, attack, release } = one.params,
    id = freshId(console, input, one.type),
    timed = (factor: number) =>
      startOf(one.type, {
        ...one.params,
        ratio: Math.sqrt(ratio!),
        attack: attack! * factor,
        release: release! * factor
      })
  for (const factor of [apart, 1 / apart])
    yield {
      name: 'two compressors',
      console: withChain(
        console,
        0,
        chain.toSpliced(
          chain.indexOf(one),
          1,
          { ...one, params: timed(factor) },
          { ...one, id, params: timed(1 / factor) }
        )
      )
    }
}
/** The console with two that hold or bend the level, one after the other, exchanged; each such pair in turn. */
export function* exchanged(console: Console): Generator<Proposal> {
  const { chain } = console.strips[0]!,
    bends = [...chain.keys()].filter(k => !isLinear(chain[k]!.type))
  for (const [n, k] of bends.slice(1).entries()) {
    const before = bends[n]!,
      [one, other] = [chain[before]!, chain[k]!]
    if (one.type === other.type) continue
    yield {
      name: `${other.type} before ${one.type}`,
      console: withChain(console, 0, chain.with(before, other).with(k, one))
    }
  }
}
const deviceOf = ([type, params]: Start) => ({ type, params: startOf(type, params) })
/** Whether it was there, to be taken once. */
function took(list: string[], type: string): boolean {
  const at = list.indexOf(type)
  if (at >= 0) list.splice(at, 1)
  return at >= 0
}
