/** Decisions taken apart into moves: each by itself, with its reason, and the decisions without it. */
import type { Decisions, Device, Reasoned, StemDecision } from './decisions.ts'

/** One thing that was decided. Its id is where it stands: `stem/slot`, `stem/pan`, `stem/send-room`, `drums-bus/glue`, `mix-bus/eq-1`. */
export interface Move extends Reasoned {
  readonly id: string
  /** Name of the stem, group or bus that is moved. */
  readonly of: string
  readonly kind: 'mute' | 'device' | 'fader' | 'ride' | 'pan' | 'send' | 'glue' | 'bus'
  /** The decisions as if it had not been made: a fader at 0 dB, a sound where it was recorded, a device bypassed. */
  readonly without: Decisions
}

const why = ({ reason, cites }: Reasoned): Reasoned => ({ reason, ...(cites && { cites }) })
const busOf = (group: string): string => `${group}-bus`

/** In the order of the console: stems, groups, mix bus. What leaves everything as it is (a fader at 0 dB, an empty stem muted) is no move. */
export function movesOf(decisions: Decisions): Move[] {
  return [
    ...decisions.stems.flatMap((stem, i) =>
      stemMoves(stem).map(({ changed, ...move }) => ({
        ...move,
        id: `${stem.stem}/${move.id}`,
        of: stem.stem,
        without: { ...decisions, stems: decisions.stems.with(i, changed) }
      }))
    ),
    ...decisions.groups.flatMap(({ glue, ...group }, i): Move[] =>
      glue
        ? [
            {
              id: `${busOf(group.group)}/${glue.slot}`,
              of: group.group,
              kind: 'glue',
              ...why(glue),
              without: { ...decisions, groups: decisions.groups.with(i, group) }
            }
          ]
        : []
    ),
    ...decisions.mixBus.map(
      (device, i): Move => ({
        id: `mix-bus/${device.slot}`,
        of: 'mix-bus',
        kind: 'bus',
        ...why(device),
        without: { ...decisions, mixBus: decisions.mixBus.toSpliced(i, 1) }
      })
    )
  ]
}

type StemMove = Pick<Move, 'id' | 'kind' | keyof Reasoned> & { readonly changed: StemDecision }

function stemMoves(stem: StemDecision): StemMove[] {
  const { muted, pan, trim, fader, ...rest } = stem
  if (muted?.empty) return []
  if (muted) return [{ id: 'mute', kind: 'mute', ...why(muted), changed: { ...rest, fader, ...(pan && { pan }) } }]
  const devices = (field: 'chain' | 'after', list: readonly Device[]): StemMove[] =>
    list.map((device, i) => ({
      id: device.slot,
      kind: 'device',
      ...why(device),
      changed: { ...stem, [field]: list.toSpliced(i, 1) }
    }))
  const { pan: _, ...unpanned } = stem,
    { trim: __, ...untrimmed } = stem,
    { ride: ___, ...still } = stem
  return [
    ...devices('chain', stem.chain),
    ...(fader.gain !== 0
      ? [
          {
            id: 'fader',
            kind: 'fader',
            ...why(fader),
            changed: { ...stem, fader: { ...fader, gain: 0 } }
          } as const
        ]
      : []),
    ...(stem.ride ? [{ id: 'ride', kind: 'ride', ...why(stem.ride), changed: still } as const] : []),
    ...(pan ? [{ id: 'pan', kind: 'pan', ...why(pan), changed: unpanned } as const] : []),
    ...devices('after', stem.after ?? []),
    ...(trim ? [{ id: 'trim', kind: 'fader', ...why(trim), changed: untrimmed } as const] : []),
    ...stem.sends.map(
      (send, i): StemMove => ({
        id: `send-${send.to}`,
        kind: 'send',
        ...why(send),
        changed: { ...stem, sends: stem.sends.toSpliced(i, 1) }
      })
    )
  ]
}
