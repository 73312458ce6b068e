import { describe, expect, it } from 'vitest'
import { type Apart, choicesOf, choose, joinedApart } from './room-choice.ts'

const bands = 4,
  frames = 50,
  weights = [1, 1, 1, 1]
/** The lead sounds in all bands at 1; the rest has these powers per band. */
const heard = (rest: readonly number[], lead = 1): Apart => ({
  front: new Float64Array(frames * bands).fill(lead),
  rest: new Float64Array(frames * bands).map((_, i) => rest[i % bands]!),
  cells: new Uint8Array(frames * bands).fill(1)
})
// A cell is a glimpse from -3 dB on: covered cells at -9 dB, bells that bring the third and the fourth to 0 dB.
const covered = 8,
  open = 1,
  choices = choicesOf([7, 9], bells => bells)

describe('choicesOf', () => {
  it('are none, all, and all but each; no bells leave one choice', () => {
    expect(choices.map(c => c.bells)).toEqual([[], [7, 9], [9], [7]])
    expect(choicesOf([5], b => b).map(c => c.bells)).toEqual([[], [5]])
    expect(choicesOf([], b => b)).toHaveLength(1)
  })
})

describe('choose', () => {
  const plain = [covered, covered, covered, covered]
  it('keeps the bells that help, and says what each is worth', () => {
    const both = [covered, covered, open, open],
      found = choose(
        choices,
        [heard(plain), heard(both), heard([covered, covered, covered, open]), heard([covered, covered, open, covered])],
        weights
      )
    expect(found.bells).toEqual([7, 9])
    expect(found.glimpses).toBeGreaterThan(found.missing[0]!)
    expect(found.missing[0]).toBeGreaterThan(found.plain)
  })
  it('drops a bell that does nothing', () => {
    const one = [covered, covered, open, covered],
      found = choose(choices, [heard(plain), heard(one), heard(plain), heard(one)], weights)
    expect(found.bells).toEqual([7])
    expect(found.missing).toEqual([found.plain])
  })
  it('hears no bell in a lead that is only louder', () => {
    const found = choose(
      choicesOf([3], b => b),
      [heard(plain), heard(plain, 4)],
      weights
    )
    expect(found.bells).toEqual([])
  })
  it('weighs every passage', () => {
    // As loud throughout. The bell lets the lead out in the first passage and covers it in the two others.
    const shut = heard(plain),
      one = heard([open, covered, covered, 15]),
      without = joinedApart([shut, one, one]),
      mixed = joinedApart([one, shut, shut])
    expect(mixed.front).toHaveLength(3 * frames * bands)
    expect(
      choose(
        choicesOf([3], b => b),
        [without, mixed],
        weights
      ).bells
    ).toEqual([])
    expect(
      choose(
        choicesOf([3], b => b),
        [shut, one],
        weights
      ).bells
    ).toEqual([3])
  })
})
