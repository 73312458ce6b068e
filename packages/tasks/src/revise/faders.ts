/** Changes of level, place and width. */
import { faderRange, inFaderRange, rounded, signed, type StemDecision } from '../mix/decisions.ts'
import { mixOptions } from '../mix/options.ts'
import { type Answer, type Apply, because, changedStems, membersOf, refused, withDevice, withSend } from './moves.ts'

export const trimmed = (stem: StemDecision, dB: number, asked: string): StemDecision => ({
  ...stem,
  trim: { gain: rounded((stem.trim?.gain ?? 0) + dB, 2), reason: because(stem.trim?.reason, asked) }
})

export const level: Apply = (session, { subject, value, asked }): Answer => {
  if (subject.stems === 'mix') {
    const { min, max } = mixOptions.loudness,
      loudness = rounded(session.master.loudness + value, 2)
    if (loudness < min || loudness > max)
      return refused(`the master would be at ${loudness} LUFS; it can be at ${min} to ${max}`)
    return {
      session: { ...session, master: { ...session.master, loudness } },
      did: `the master's loudness from ${session.master.loudness} to ${loudness} LUFS`
    }
  }
  const { session: next, changed } = changedStems(session, subject.stems, stem => trimmed(stem, value, asked))
  if (changed.some(stem => !inFaderRange(stem.trim!.gain)))
    return refused(`a trim goes from ${faderRange.min} to ${faderRange.max} dB`)
  return { session: next, did: `${signed(value)} dB` }
}

export const mute: Apply = (session, { subject, asked }) => {
  if (subject.stems === 'mix') return refused('the whole mix would be silent; name a stem, a role or a group')
  const { session: next } = changedStems(session, subject.stems, stem => ({
    ...stem,
    muted: { reason: asked, keyed: true }
  }))
  if (next.stems.every(stem => stem.muted)) return refused('nothing would play any more')
  return { session: next, did: 'muted' }
}

export const unmute: Apply = (session, { subject }) => {
  const members = membersOf(session, subject).filter(i => session.stems[i]!.muted)
  if (members.length === 0) return refused('it plays already')
  const stems = session.stems.map((stem, i) => {
    const { muted: _, ...plays } = stem
    return members.includes(i) ? plays : stem
  })
  const missing = [...new Set(members.map(i => session.stems[i]!.group))].filter(
    group => !session.groups.some(one => one.group === group)
  )
  const groups = [...session.groups, ...missing.map(group => ({ group, gain: 0 }))]
  return { session: { ...session, stems, groups }, did: 'plays again' }
}

const placed = (pan: number): string =>
  pan === 0 ? 'in the centre' : `${Math.round(Math.abs(pan) * 100)} % ${pan < 0 ? 'left' : 'right'}`

/** With a number: to that place; without: further by a step. A stem never goes the other way than asked. */
export const pan: Apply = (session, { subject, value, named, asked }) => {
  if (subject.stems === 'mix') return refused('the whole mix has no place; name a stem, a role or a group')
  const side = Math.sign(value),
    moved: string[] = []
  const { session: next } = changedStems(session, subject.stems, stem => {
    const now = stem.pan?.pan ?? 0,
      to = rounded(Math.max(-1, Math.min(1, named ? value / 100 : now + value / 100)), 2)
    if ((to - now) * side <= 0) return undefined
    moved.push(`${stem.stem} ${placed(now)} → ${placed(to)}`)
    return { ...stem, pan: { pan: to, reason: because(stem.pan?.reason, asked) } }
  })
  if (moved.length) return { session: next, did: moved.join(', ') }
  return refused(`it is as far ${side < 0 ? 'left' : 'right'} already; to bring it in, say centre`)
}

export const centre: Apply = (session, { subject, asked }) => {
  if (subject.stems === 'mix') return refused('the whole mix has no place; name a stem, a role or a group')
  const { session: next, changed } = changedStems(session, subject.stems, stem =>
    stem.pan && stem.pan.pan !== 0 ? { ...stem, pan: { pan: 0, reason: because(stem.pan.reason, asked) } } : undefined
  )
  return changed.length ? { session: next, did: 'in the centre' } : refused('it is in the centre already')
}

/** Level of the width return for a mono stem in the middle that has had none, dB. */
const firstWidth = -10

/** A stereo stem by its sides, a mono one by its place or, in the middle, by its share in the width return. */
export const width: Apply = (session, { subject, value, asked }) => {
  const factor = value > 0 ? 1 + value / 100 : 1 / (1 - value / 100),
    imager = { slot: 'asked-width', type: 'imager', params: { width: 1 }, reason: asked },
    wider = (params: Readonly<Record<string, number>>) => ({ width: rounded(Math.min(2, params.width! * factor), 3) })
  if (subject.stems === 'mix') {
    const before = session.mixBus.find(one => one.slot === imager.slot)?.params.width ?? 1,
      mixBus = withDevice(session.mixBus, imager, wider, asked),
      after = mixBus.find(one => one.slot === imager.slot)!.params.width!
    if (after === before) return refused('the sides are doubled already')
    return { session: { ...session, mixBus }, did: `the sides of the mix at ${Math.round(after * 100)} %` }
  }
  const { session: next, changed } = changedStems(session, subject.stems, (stem, port) => {
    if (port.channels === 2 && !port.flat) return { ...stem, after: withDevice(stem.after ?? [], imager, wider, asked) }
    if (stem.pan && stem.pan.pan !== 0) {
      const to = rounded(Math.max(-1, Math.min(1, stem.pan.pan * factor)), 3)
      return to === stem.pan.pan ? undefined : { ...stem, pan: { pan: to, reason: because(stem.pan.reason, asked) } }
    }
    const send = stem.sends.find(one => one.to === 'width')
    if (!send && value < 0) return undefined
    const gain = rounded(send ? send.gain + 40 * Math.log10(factor) : firstWidth)
    if (!inFaderRange(gain)) return undefined
    return { ...stem, sends: withSend(stem.sends, { to: 'width', gain, reason: because(send?.reason, asked) }) }
  })
  if (changed.length === 0) return refused(`it is as ${value > 0 ? 'wide' : 'narrow'} as it can be`)
  return { session: next, did: `${value > 0 ? 'wider' : 'narrower'} by ${Math.abs(value)} %` }
}
