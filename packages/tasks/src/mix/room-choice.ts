/**
 * Which bells make room for the lead: those without which it would stand out less over the song, heard on other passages
 * than the bells were found on, and with the lead as loud against the rest each time.
 */
import { glimpseLoss } from '@mixwright/estimate'

/** The lead and all else in all passages, powers per frame and Bark band. */
export interface Apart {
  readonly front: Float64Array
  readonly rest: Float64Array
  /** 1 where the lead sounds, as it was recorded. */
  readonly cells: Uint8Array
}
/** One way to set the bells: which strips have theirs in it. */
export interface Choice<Setting> {
  readonly bells: readonly number[]
  readonly setting: Setting
}

/** Glimpses must rise by as much for each bell: less is not heard on other passages than it was found on. */
const worthGlimpses = 0.002
/** More bells at once are too much to compare one by one. */
export const mostBells = 5

/** None, all, and all but each one. */
export function choicesOf<S>(bells: readonly number[], settingOf: (bells: readonly number[]) => S): Choice<S>[] {
  const sets = [[], bells, ...(bells.length > 1 ? bells.map(bell => bells.filter(b => b !== bell)) : [])]
  return (bells.length ? sets : [[]]).map(set => ({ bells: set, setting: settingOf(set) }))
}

export interface Chosen {
  readonly bells: readonly number[]
  readonly glimpses: number
  /** Per bell of the choice: the glimpses without it. */
  readonly missing: readonly number[]
  /** And without any. */
  readonly plain: number
}
/**
 * @param heard per choice; the first says how loud the lead is against the rest in all
 * @param weights of loudness, per band
 */
export function choose(
  choices: readonly Choice<unknown>[],
  heard: readonly Apart[],
  weights: readonly number[]
): Chosen {
  const ratio = ratioOf(heard[0]!, weights),
    found = heard.map(one => glimpsesAt(one, ratio, weights)),
    worth = (i: number) => found[i]! - worthGlimpses * choices[i]!.bells.length,
    best = choices.reduce((a, _, i) => (worth(i) > worth(a) ? i : a), 0),
    { bells } = choices[best]!,
    all = found[1] ?? found[0]!,
    without = (bell: number) => {
      const rest = bells.filter(b => b !== bell),
        same = choices.findIndex(c => c.bells.length === rest.length && rest.every(b => c.bells.includes(b))),
        but = choices.findIndex(c => c.bells.length === choices[1]!.bells.length - 1 && !c.bells.includes(bell))
      // Where no choice is just this one without the bell, the bell is worth as much as it was among all.
      return same >= 0 ? found[same]! : found[best]! - (all - found[but]!)
    }
  return { bells, glimpses: found[best]!, plain: found[0]!, missing: bells.map(without) }
}

/** Power of the lead against the rest in the frames in which the lead sounds. */
export function ratioOf({ front, rest, cells }: Apart, weights: readonly number[]): number {
  const bands = weights.length
  let loud = 0,
    other = 0
  for (let frame = 0; frame < front.length; frame += bands) {
    if (!cells.subarray(frame, frame + bands).includes(1)) continue
    weights.forEach((w, b) => {
      loud += w * front[frame + b]!
      other += w * rest[frame + b]!
    })
  }
  return other > 0 ? loud / other : 0
}

/** With the lead brought to a ratio. */
export function glimpsesAt(heard: Apart, ratio: number, weights: readonly number[]): number {
  const own = ratioOf(heard, weights),
    front = own > 0 ? heard.front.map(p => (p * ratio) / own) : heard.front,
    unread = new Float64Array(front.length)
  return glimpseLoss(front, heard.rest, heard.cells, unread, unread)
}

/** What is heard passage by passage, one after the other. */
export const joinedApart = (heard: readonly Apart[]): Apart => ({
  front: Float64Array.from(heard.flatMap(one => [...one.front])),
  rest: Float64Array.from(heard.flatMap(one => [...one.rest])),
  cells: Uint8Array.from(heard.flatMap(one => [...one.cells]))
})
