import { expect, it } from 'vitest'
import { type Cites, citedInWords } from './evidence.ts'

it.each<[Cites, string]>([
  [{ measure: 'hits' }, 'Spread of its hits (LU, lower is better)'],
  [{ measure: 'place', recorded: -18.1, target: -35.1 }, 'Distance from its level in the mix (LU, target −35.1 LUFS)'],
  [{ measure: 'centre', target: 0 }, 'Distance from its place left to right (target 0.0)'],
  [{ measure: 'line', from: 47.2, to: 53 }, 'Level of the hum (dBFS, lower is better, 47 Hz to 53 Hz)'],
  [{ measure: 'below', to: 45 }, 'Energy below the sound (%, lower is better, below 45 Hz)'],
  [{ measure: 'pauses', floor: -23.6 }, 'Level of the pauses (dB, lower is better, below −23.6 dBFS)'],
  [
    { measure: 'tone', from: 130, target: 2 },
    'Distance from the tone of the reference (dB, from 130 Hz on, target +2.0 dB)'
  ],
  [
    { measure: 'sum', stems: ['Snare Top', 'Room'] },
    'Power of the microphones together (dB, higher is better, with Snare Top, Room)'
  ]
])('%o is told in words', (cites, words) => {
  expect(citedInWords(cites)).toBe(words)
})
