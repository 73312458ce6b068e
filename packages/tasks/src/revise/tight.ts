/** Tighter: what follows each onset is turned down, rooms with it, and there is less below. */
import { processors } from '@mixwright/dsp'
import { type Device, onFader, rounded, signed, type StemDecision, within } from '../mix/decisions.ts'
import { mixLoudness } from '../mix/levels.ts'
import { type Apply, because, changedStems, membersOf, refused, withDevice } from './moves.ts'
import type { SessionPort } from './session.ts'

export const tightSlot = 'asked-tight'
/** Low cut of what has none, Hz: below the fundamental of any kick drum. */
const lowCut = 30
/** dB that rooms are turned down for each step. */
const roomsBy = 2

/** Closes behind each hit: opens `opens` dB above the level, and takes `closes` dB away for each step. */
const opens = 6,
  closes = 6
const gate = (level: number, reason: string): Device => ({
  slot: tightSlot,
  type: 'noisegate',
  params: { threshold: within(-80, 0, level + opens), ratio: 4, attack: 1, hold: 1, release: 20, range: 0, knee: 6 },
  reason
})
/**
 * What sustains has no gaps for a gate: a compressor slower than its onsets, so that they pass, turns down what follows
 * them, from `holds` dB below its level on; each step adds to the ratio, and most of the level comes back as makeup.
 */
const holds = 10,
  ratioBy = 1.5,
  comesBack = 0.8
const holder = (level: number, reason: string): Device => ({
  slot: tightSlot,
  type: 'compressor',
  params: { threshold: within(-80, 0, level - holds), ratio: 1, attack: 100, release: 150, knee: 6, makeup: 0 },
  reason
})

/** A gate or such a compressor, turned so many steps further; undefined: it would do nothing any more. */
function turned({ type }: Device, params: Device['params'], steps: number): Device['params'] | undefined {
  if (type === 'noisegate') {
    const range = within(0, 80, (params.range ?? processors.noisegate.params.range.default) + closes * steps)
    return range === 0 ? undefined : { ...params, range }
  }
  const ratio = within(1, 20, (params.ratio ?? processors.compressor.params.ratio.default) + ratioBy * steps)
  return ratio === 1 ? undefined : { ...params, ratio, makeup: rounded(comesBack * holds * (1 - 1 / ratio)) }
}
/** A chain with its shortener turned; one that has none gets it where more is asked for. */
function shortened(
  chain: readonly Device[],
  steps: number,
  asked: string,
  has: (device: Device) => boolean,
  fresh: Device | undefined
): readonly Device[] | undefined {
  const device = chain.find(has) ?? (steps > 0 ? fresh : undefined)
  return device && withDevice(chain, device, params => turned(device, params, steps), asked, 'first')
}
const isOwn = ({ slot }: Device): boolean => slot === tightSlot

function shortenedStem(stem: StemDecision, { level }: SessionPort, steps: number, asked: string) {
  const drums = stem.group === 'drums'
  return shortened(
    stem.chain,
    steps,
    asked,
    device => isOwn(device) || (drums && device.type === 'noisegate'),
    level === undefined ? undefined : (drums ? gate : holder)(level, asked)
  )
}

export const tight: Apply = (session, { subject, value, asked }) => {
  const whole = subject.stems === 'mix',
    // Of a whole mix, drums and bass one by one, and all together on the mix bus.
    members = membersOf(session, subject).filter(
      i => !whole || session.stems[i]!.group === 'drums' || session.stems[i]!.group === 'bass'
    ),
    bus = whole ? shortened(session.mixBus, value, asked, isOwn, holder(mixLoudness, asked)) : undefined
  const { session: next, changed } = changedStems(session, members, (stem, port) => {
    const chain = shortenedStem(stem, port, value, asked)
    return (
      chain && {
        ...stem,
        chain: value > 0 ? withLowCut(chain, asked) : chain,
        sends: stem.sends.map(send =>
          send.to === 'room' || send.to === 'hall'
            ? { to: send.to, gain: onFader(send.gain - roomsBy * value), reason: because(send.reason, asked) }
            : send
        )
      }
    )
  })
  if (changed.length === 0 && !bus)
    return refused(
      value > 0
        ? 'its level is not in the session (ports: level), so nothing can be set to shorten it; mix the song again'
        : 'nothing shortens it'
    )
  return {
    session: bus ? { ...next, mixBus: bus } : next,
    did: `decays ${value > 0 ? 'shorter' : 'longer'}, rooms ${signed(-roomsBy * value)} dB`
  }
}

function withLowCut(chain: readonly Device[], asked: string): readonly Device[] {
  const cut = chain.find(one => one.type === 'highpass'),
    fresh: Device = cut ?? {
      slot: 'asked-low-cut',
      type: 'highpass',
      params: { frequency: lowCut, q: Math.SQRT1_2 },
      reason: asked
    }
  return withDevice(chain, fresh, p => (cut ? { ...p, frequency: Math.round(p.frequency! * 1.1) } : p), asked, 'first')
}
