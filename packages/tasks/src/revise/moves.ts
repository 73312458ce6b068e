/** What changes are made of: a session with one thing set otherwise, and the request as its reason. */
import { type Decisions, type Device, type Return, returns, type Send, type StemDecision } from '../mix/decisions.ts'
import { returnChains } from '../mix/space.ts'
import type { Subject } from '../mix/subjects.ts'
import type { Session, SessionPort } from './session.ts'

export interface Request {
  readonly subject: Subject
  /** Signed, in the verb's unit; for verbs without a unit in steps. */
  readonly value: number
  /** The number was named, not the verb's step. */
  readonly named: boolean
  /** One sentence to append to reasons. */
  readonly asked: string
}
/** The session after a change, and one line that says what was done; or why it cannot be. */
export type Answer = { readonly session: Session; readonly did: string } | { readonly refused: string }
export type Apply = (session: Session, request: Request) => Answer

export const refused = (why: string): Answer => ({ refused: why })
export const because = (earlier: string | undefined, asked: string): string =>
  earlier === undefined ? asked : `${earlier} ${asked}`

export const membersOf = (session: Session, { stems }: Subject): readonly number[] =>
  stems === 'mix' ? session.stems.map((_, i) => i) : stems

/**
 * Every playing stem of a subject, changed.
 * @param change undefined where there is nothing to change
 */
export function changedStems(
  session: Session,
  indices: readonly number[],
  change: (stem: StemDecision, port: SessionPort) => StemDecision | undefined
): { readonly session: Session; readonly changed: readonly StemDecision[] } {
  const changed: StemDecision[] = [],
    stems = session.stems.map((stem, i) => {
      const port = session.ports.find(one => one.name === stem.stem)!,
        made = indices.includes(i) && !stem.muted ? change(stem, port) : undefined
      if (made) changed.push(made)
      return made ?? stem
    })
  return { session: withReturns({ ...session, stems }), changed }
}

/** With every return that somebody sends to. */
function withReturns(session: Session): Session {
  const used = new Set<Return>(session.stems.flatMap(stem => stem.sends.map(send => send.to))),
    missing = new Set([...used].filter(name => !session.returns.some(one => one.name === name)))
  if (missing.size === 0) return session
  const all = [...session.returns, ...returnChains(missing, { ms: 330, reason: 'Echo after a third of a second.' })]
  return { ...session, returns: returns.flatMap(name => all.filter(one => one.name === name)) }
}

/**
 * A chain with the device of a slot changed; where there is none, with a new one.
 * @param change undefined takes the device out
 */
export function withDevice(
  chain: readonly Device[],
  fresh: Device,
  change: (params: Device['params']) => Device['params'] | undefined,
  asked: string,
  place: 'first' | 'last' = 'last'
): readonly Device[] {
  const found = chain.find(one => one.slot === fresh.slot),
    params = change((found ?? fresh).params)
  if (!params) return chain.filter(one => one !== found)
  const device = { ...fresh, params, reason: found ? because(found.reason, asked) : fresh.reason }
  if (found) return chain.map(one => (one === found ? device : one))
  return place === 'first' ? [device, ...chain] : [...chain, device]
}

export const withSend = (sends: readonly Send[], send: Send): readonly Send[] =>
  sends.some(one => one.to === send.to) ? sends.map(one => (one.to === send.to ? send : one)) : [...sends, send]

export const isPlaying = ({ stems }: Decisions, { stems: of }: Subject): boolean =>
  stems.some((stem, i) => !stem.muted && (of === 'mix' || of.includes(i)))
