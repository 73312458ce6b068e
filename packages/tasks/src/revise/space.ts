/** Changes of rooms and echoes, and of nearness, which they decide as much as the level. */
import { faderRange, inFaderRange, type Return, rounded, signed, type StemDecision } from '../mix/decisions.ts'
import { trimmed } from './faders.ts'
import { type Apply, because, changedStems, refused, withSend } from './moves.ts'

/** A stem's first send, dB after its fader: moderate ones of the rules. */
const first: Readonly<Record<Return, number>> = { room: -18, hall: -18, delay: -24, width: -10 }

/** Sends of a stem up or down; undefined if that changes nothing. `open`: what it sends to if it sends nowhere yet. */
function sent(
  stem: StemDecision,
  to: readonly Return[],
  dB: number,
  asked: string,
  open: readonly Return[]
): StemDecision | undefined {
  const moved = stem.sends.filter(send => to.includes(send.to) && inFaderRange(send.gain + dB))
  if (moved.length === 0) {
    if (dB < 0 || stem.sends.some(send => to.includes(send.to))) return undefined
    const sends = open.reduce((all, name) => withSend(all, { to: name, gain: first[name], reason: asked }), stem.sends)
    return { ...stem, sends }
  }
  const sends = moved.reduce(
    (all, send) => withSend(all, { to: send.to, gain: rounded(send.gain + dB), reason: because(send.reason, asked) }),
    stem.sends
  )
  return { ...stem, sends }
}

/** Of a stem its sends, of the mix the returns. */
export const effects =
  (to: readonly Return[], open: readonly Return[] = to): Apply =>
  (session, { subject, value, asked }) => {
    const what = to.join(', ')
    if (subject.stems === 'mix') {
      const used = session.returns.filter(one => to.includes(one.name))
      if (used.length === 0) return refused(`nothing is sent to ${what}; name a stem that shall be`)
      if (used.some(one => !inFaderRange(one.gain + value))) return refused(`a return goes to ${faderRange.max} dB`)
      const returns = session.returns.map(one =>
        used.includes(one) ? { ...one, gain: rounded(one.gain + value), reason: because(one.reason, asked) } : one
      )
      return { session: { ...session, returns }, did: `${used.map(one => one.name).join(', ')} ${signed(value)} dB` }
    }
    const { session: next, changed } = changedStems(session, subject.stems, stem => sent(stem, to, value, asked, open))
    if (changed.length === 0)
      return refused(
        value < 0 ? `it sends nothing to ${what}: that is as dry as it was recorded` : 'its sends are full up'
      )
    return { session: next, did: `sends to ${what} ${signed(value)} dB` }
  }

/** dB by which the sends to rooms follow, the other way, for each dB of nearness. */
const nearness = 1.5

export const forward: Apply = (session, { subject, value, asked }) => {
  if (subject.stems === 'mix') return refused('in front of what? Name a stem, a role or a group')
  const { session: next, changed } = changedStems(session, subject.stems, stem => {
    const level = trimmed(stem, value, asked)
    return sent(level, ['room', 'hall'], -nearness * value, asked, ['room']) ?? level
  })
  if (changed.some(stem => !inFaderRange(stem.trim!.gain)))
    return refused(`a trim goes from ${faderRange.min} to ${faderRange.max} dB`)
  return { session: next, did: `${signed(value)} dB, its sends to rooms ${signed(-nearness * value)} dB` }
}
