/** Changes of tone and dynamics. */
import { type Device, hertz, rounded, signed, within } from '../mix/decisions.ts'
import { mixLoudness } from '../mix/levels.ts'
import { rulesOf } from '../mix/roles.ts'
import { trimmed } from './faders.ts'
import { type Apply, changedStems, membersOf, refused, withDevice } from './moves.ts'
import type { SessionPort } from './session.ts'
import { tightSlot } from './tight.ts'

/** dB that a band may be moved in all. */
const mostTone = 18

/** A shelf or a bell behind every compressor, which would undo it; every request turns the same one. */
export const tone =
  (slot: string, type: 'lowshelf' | 'highshelf' | 'bell', frequency: number, q: number): Apply =>
  (session, { subject, value, asked }) => {
    const filter: Device = { slot: `asked-${slot}`, type, params: { frequency, q, gain: 0 }, reason: asked }
    let most = 0
    const turned = (chain: readonly Device[]) =>
      withDevice(
        chain,
        filter,
        params => {
          const gain = rounded(params.gain! + value, 2)
          most = Math.max(most, Math.abs(gain))
          return gain === 0 ? undefined : { ...params, gain }
        },
        asked
      )
    const next =
      subject.stems === 'mix'
        ? { ...session, mixBus: turned(session.mixBus) }
        : changedStems(session, subject.stems, stem => ({ ...stem, after: turned(stem.after ?? []) })).session
    if (most > mostTone) return refused(`that would be ${most} dB in all; at most ${mostTone}`)
    return { session: next, did: `${type} ${signed(value)} dB at ${hertz(frequency)}` }
  }

/** The one that evens: not what is keyed by a part of the sound, nor what shortens it. */
const isCompressor = ({ type, key, slot }: Device) => type === 'compressor' && !key && slot !== tightSlot
/** A compressor for a stem that has none: on its louder half, with the times of its role. */
function compressorFor(role: Parameters<typeof rulesOf>[0], { level }: SessionPort, asked: string): Device | undefined {
  if (level === undefined) return undefined
  const { attack, release } = rulesOf(role).compress ?? { attack: 12, release: 120 },
    params = { threshold: rounded(Math.max(-75, Math.min(0, level))), ratio: 1.5, attack, release, knee: 8, makeup: 0 }
  return { slot: 'comp', type: 'compressor', params, reason: asked }
}

/** `steps` times half as much again, at a threshold 2 dB lower; what that takes away comes back as makeup. */
function squeezed(params: Device['params'], steps: number): Device['params'] {
  const ratio = within(1, 20, 1 + (params.ratio! - 1) * 1.5 ** steps),
    threshold = within(-80, 0, params.threshold! - 2 * steps),
    makeup = within(-24, 24, (params.makeup ?? 0) + 2 * steps * (1 - 1 / ratio))
  return { ...params, ratio, threshold, makeup }
}

/**
 * A slow attack lets hits through and a slow release holds down what follows them, so that both stand farther apart: what
 * shall be evener is caught and let go sooner, bounded where low notes would be distorted.
 */
const sooner = 0.6,
  soonestRelease = 40
const evened = (params: Device['params'], steps: number): Device['params'] => ({
  ...squeezed(params, steps),
  attack: within(0.05, 500, params.attack! * sooner ** steps),
  release: within(Math.min(soonestRelease, params.release!), 3000, params.release! * sooner ** steps)
})

export const compression: Apply = (session, { subject, value, asked }) => {
  if (subject.stems === 'mix') {
    const has = session.mixBus.find(isCompressor)
    if (!has && value < 0) return refused('there is no compressor on the mix bus')
    const fresh = has ?? {
      slot: 'comp',
      type: 'compressor',
      params: { threshold: mixLoudness + 4, ratio: 1.5, attack: 4, release: 90, knee: 10, makeup: 0 },
      reason: asked
    }
    const mixBus = withDevice(session.mixBus, fresh, params => evened(params, value), asked, 'first')
    return { session: { ...session, mixBus }, did: ratioOf(mixBus.find(isCompressor)!) }
  }
  const { session: next, changed } = changedStems(session, subject.stems, (stem, port) => {
    const fresh = stem.chain.find(isCompressor) ?? (value > 0 ? compressorFor(stem.role, port, asked) : undefined)
    return fresh && { ...stem, chain: withDevice(stem.chain, fresh, params => evened(params, value), asked) }
  })
  if (changed.length === 0)
    return refused(
      value < 0 ? 'it has no compressor' : 'its level is not in the session (ports: level); mix the song again'
    )
  return { session: next, did: changed.map(stem => ratioOf(stem.chain.find(isCompressor)!)).join(', ') }
}
const ratioOf = ({ params }: Device) => `compressor ${rounded(params.ratio!)}:1 above ${rounded(params.threshold!)} dB`

/** By what the attack is multiplied for each step; a quicker one needs a quicker release, or it holds down what follows as well. */
const slower = 1.6,
  quicker = 0.2
/** dB of level for each step, where the drums shall be punchier in the mix. */
const hitsBy = 0.7
/** A slower attack lets the hit through, more ratio holds down what follows it. */
export const punch: Apply = (session, request) => {
  const { value, asked } = request,
    all = membersOf(session, request.subject),
    hit = all.filter(i => session.stems[i]!.group === 'drums'),
    members = request.subject.stems === 'mix' || value < 0 ? hit : all
  // What sustains is turned down more than its soft beginnings: the opposite.
  if (value < 0 && all.length && hit.length === 0) return refused('only drums have attacks that can be rounded')
  const { session: next, changed } = changedStems(session, members, (stem, port) => {
    const has = stem.chain.find(isCompressor),
      fresh = has ?? compressorFor(stem.role, port, asked)
    if (!fresh) return undefined
    const turned = (p: Device['params']) =>
      value > 0
        ? {
            ...squeezed(p, value),
            attack: within(0.05, 500, (has ? p.attack! : Math.max(20, p.attack!)) * slower ** value)
          }
        : {
            ...squeezed(p, -value),
            attack: within(0.05, 500, p.attack! * quicker ** -value),
            release: within(5, 3000, p.release! / 2 ** -value)
          }
    const punchy = { ...stem, chain: withDevice(stem.chain, fresh, turned, asked) }
    // In the whole mix hits stand out by what they are against the others, too.
    return request.subject.stems === 'mix' ? trimmed(punchy, hitsBy * value, asked) : punchy
  })
  if (changed.length === 0)
    return refused(
      request.subject.stems === 'mix'
        ? 'there are no drums to do it with'
        : 'its level is not in the session (ports: level); mix the song again'
    )
  return {
    session: next,
    did: changed
      .map(
        stem => `attack ${stem.chain.find(isCompressor)!.params.attack} ms, ${ratioOf(stem.chain.find(isCompressor)!)}`
      )
      .join('; ')
  }
}
