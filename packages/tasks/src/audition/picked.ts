/** Which of the moves are rendered, and which of those a report lets hear: those that change most, but not twelve faders. */
import type { Decisions, Device } from '../mix/decisions.ts'
import type { Move } from '../mix/moves.ts'

/** dB by which a further move of the same stem, or of the same kind, counts as softer. */
const again = { of: 3, kind: 4 } as const

export interface Candidate {
  readonly move: Move
  /** What it does: a processor's id, or a kind of move. */
  readonly does: string
  /** dB against the mix. */
  readonly level: number
}

/** @returns at most `count`, the ones that change most first */
export function varied<C extends Candidate>(all: readonly C[], count: number): C[] {
  const open = [...all],
    chosen: C[] = [],
    worth = ({ move, does, level }: C): number =>
      level -
      again.of * chosen.filter(one => one.move.of === move.of).length -
      again.kind * chosen.filter(one => one.does === does).length
  while (chosen.length < count && open.length > 0) {
    const best = open.reduce((a, b) => (worth(b) > worth(a) ? b : a))
    open.splice(open.indexOf(best), 1)
    chosen.push(best)
  }
  return chosen
}

/** The device that a move is about, if it is about one. */
export function deviceOf({ id, of }: Move, { stems, groups, mixBus }: Decisions): Device | undefined {
  const slot = id.slice(id.lastIndexOf('/') + 1),
    stem = stems.find(one => one.stem === of && id.startsWith(`${of}/`))
  return stem
    ? [...stem.chain, ...(stem.after ?? [])].find(device => device.slot === slot)
    : (groups.find(group => group.group === of)?.glue ?? mixBus.find(device => device.slot === slot))
}
export const doesOf = (move: Move, decisions: Decisions): string => deviceOf(move, decisions)?.type ?? move.kind

/** dB by which processors that cannot be read off their parameters usually change a stem. */
const usual: Readonly<Record<string, number>> = { polarity: 6, align: 0, compressor: -8, noisegate: -15 }
const otherwise = -12

/** About how much a move changes its stem, dB against the stem as it is: which moves are worth rendering. */
export function expected(move: Move, decisions: Decisions, rise: number): number {
  const change = (dB: number) => 20 * Math.log10(Math.abs(10 ** (dB / 20) - 1) + 1e-6),
    device = deviceOf(move, decisions),
    stem = decisions.stems.find(one => one.stem === move.of)
  if (device) {
    const { gain } = device.params
    return gain === undefined ? (usual[device.type] ?? otherwise) : change(-gain) - 6
  }
  switch (move.kind) {
    case 'fader':
      return change(rise)
    case 'pan':
      return 20 * Math.log10(Math.abs(stem?.pan?.pan ?? 0) + 1e-6)
    case 'send':
      return (stem?.sends.find(send => move.id.endsWith(`/send-${send.to}`))?.gain ?? -60) - 6
    default:
      return 0
  }
}
