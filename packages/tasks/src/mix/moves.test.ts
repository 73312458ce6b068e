import { expect, test } from 'vitest'
import type { Decisions } from './decisions.ts'
import { movesOf } from './moves.ts'

const device = (slot: string) => ({ slot, type: 'gain', params: { gain: 3 }, reason: `${slot} for a reason` })
const decisions: Decisions = {
  stems: [
    {
      stem: 'Kick',
      role: 'kick',
      confidence: 1,
      roleFrom: 'name',
      group: 'drums',
      faults: [],
      chain: [device('hp'), device('comp')],
      fader: { gain: -3, reason: 'too loud' },
      after: [device('tilt')],
      ride: {
        points: [
          [0, 0],
          [4, 2]
        ],
        reason: 'uneven'
      },
      trim: { gain: 1, reason: 'asked' },
      pan: { pan: 0.3, reason: 'place' },
      sends: [
        { to: 'room', gain: -12, reason: 'room' },
        { to: 'hall', gain: -20, reason: 'hall' }
      ]
    },
    {
      stem: 'Copy',
      role: 'kick',
      confidence: 1,
      roleFrom: 'name',
      group: 'drums',
      faults: [],
      chain: [],
      muted: { reason: 'the same' },
      fader: { gain: 0, reason: '' },
      sends: []
    }
  ],
  groups: [{ group: 'drums', gain: 0, glue: device('glue') }],
  returns: [],
  mixBus: [device('eq-1')]
}

test('every decision is one move, under the name of where it stands, and can be taken back alone', () => {
  const moves = movesOf(decisions)
  expect(moves.map(move => move.id)).toEqual([
    'Kick/hp',
    'Kick/comp',
    'Kick/fader',
    'Kick/ride',
    'Kick/pan',
    'Kick/tilt',
    'Kick/trim',
    'Kick/send-room',
    'Kick/send-hall',
    'Copy/mute',
    'drums-bus/glue',
    'mix-bus/eq-1'
  ])
  for (const move of moves) {
    const left = movesOf(move.without).map(one => one.id)
    expect(left, move.id).toEqual(moves.map(one => one.id).filter(id => id !== move.id))
    expect(move.reason).not.toBe('')
  }
})
