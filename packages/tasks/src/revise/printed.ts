/**
 * Processed stems that lie ready from an earlier rendering: what has not changed since is not made again. A fader behind the
 * glue, a send, a return or the mix bus may change, and stems need not even be decoded.
 */
import type { Clip } from '@mixwright/dsp'
import { stemIds, stemOutput } from '../mix/console.ts'
import type { Device, GroupDecision, StemDecision } from '../mix/decisions.ts'
import type { Session } from './session.ts'

/** A stem as it entered the mix bus, and the gain, dB, that it got on its way into it. */
export interface Printed {
  readonly clip: Clip
  readonly level: number
}

export interface Prints {
  /** Samples of the longest recording: what the printed stems outlast it by is their tail. */
  readonly frames: number
  readonly stems: Readonly<Record<string, Printed>>
}
export const noPrints: Prints = { frames: 0, stems: {} }

export interface Print {
  /** The output of the console that holds it. */
  readonly output: string
  /** All that the stem's sound depends on but its recording and its level: two alike are one sound. */
  readonly key: string
  /** dB */
  readonly level: number
}

/** What the rendering of each playing stem of a session is made of. */
export function printsOf(session: Session): Readonly<Record<string, Print>> {
  const ids = stemIds(session.ports.map(port => port.name)),
    found: Record<string, Print> = {}
  for (const stem of session.stems) {
    if (stem.muted) continue
    const group = session.groups.find(one => one.group === stem.group)!
    found[stem.stem] = {
      output: stemOutput(ids[session.ports.findIndex(port => port.name === stem.stem)]!),
      key: JSON.stringify([session.sampleRate, ...stripOf(session, stem), ...glueOf(session, stem, group)]),
      level: levelOf(stem, group)
    }
  }
  return found
}

const levelOf = (stem: StemDecision, group: GroupDecision): number => group.gain + (stem.trim?.gain ?? 0)
const settingsOf = ({ type, params, key, lanes, modulator }: Device): unknown => [
  type,
  params,
  key && [key.type, key.params],
  lanes,
  modulator && [modulator.inlet, modulator.params, modulator.depth]
]
/** Without reasons: they make no sound. */
function stripOf({ ports }: Session, { stem, chain, fader, ride, pan, after }: StemDecision): unknown[] {
  const { channels } = ports.find(port => port.name === stem)!
  return [
    stem,
    channels,
    chain.map(settingsOf),
    fader.gain,
    ride?.points ?? null,
    pan?.pan ?? null,
    (after ?? []).map(settingsOf)
  ]
}
/** Glue turns a stem by what all of its group play. */
const glueOf = (session: Session, stem: StemDecision, { glue, group }: GroupDecision): unknown[] =>
  glue && !stem.locked
    ? [
        settingsOf(glue),
        session.stems
          .filter(other => other.group === group && (!other.muted || other.muted.keyed))
          .map(other => stripOf(session, { ...other, after: [] }))
      ]
    : []

/**
 * The session with printed stems in place of what they were made of: the same mix. In a group with glue either all are
 * taken or none: what is made again must hear the others as they were before it.
 * @returns with the names of the stems that are taken
 */
export function withPrinted(
  session: Session,
  { stems: printed }: Prints
): { readonly session: Session; readonly taken: ReadonlySet<string> } {
  const lies = ({ stem }: StemDecision) => Object.hasOwn(printed, stem),
    whole = new Set(
      session.groups.flatMap(({ group, glue }) =>
        !glue || session.stems.every(stem => stem.group !== group || stem.muted || lies(stem)) ? [group] : []
      )
    ),
    taken = new Set(
      session.stems.flatMap(stem => (!stem.muted && lies(stem) && whole.has(stem.group) ? [stem.stem] : []))
    )
  return {
    taken,
    session: {
      ...session,
      ports: session.ports.map(port => (taken.has(port.name) ? { name: port.name, channels: 2 as const } : port)),
      groups: session.groups.map(one => (whole.has(one.group) ? { group: one.group, gain: one.gain } : one)),
      stems: session.stems.map(stem => (taken.has(stem.stem) ? played(stem, printed[stem.stem]!.level) : stem))
    }
  }
}

/** A printed stem has been through all that its strip has; only its level is given anew. */
function played({ ride: _, pan: __, after: ___, trim, ...stem }: StemDecision, level: number): StemDecision {
  return {
    ...stem,
    chain: [],
    fader: { gain: 0, reason: stem.fader.reason },
    trim: { gain: (trim?.gain ?? 0) - level, reason: trim?.reason ?? stem.fader.reason }
  }
}
