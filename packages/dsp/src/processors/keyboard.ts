import { amount, processor } from '../define.ts'

/** A4 in the numbering of MIDI. */
const reference = 69

export const keyboard = processor({
  id: 'keyboard',
  family: 'source',
  title: 'Keyboard',
  doc: [
    'One note at a time as signals: pitch = (key - 69)/12 octaves above A4, which an oscillator of 440 Hz takes on its',
    'frequency inlet; gate 1 while a key is down, else 0; velocity while it is down and after, both channels alike.',
    'Notes are lanes of its parameters (notesToLanes makes them); they begin on the grid of 64 samples.'
  ].join(' '),
  sources: ['MIDI Manufacturers Association, MIDI 1.0 Detailed Specification: note 69 is A4'],
  inlets: {},
  outlets: { pitch: 'Octaves above A4', gate: '1: a key is down; 0: none', velocity: '0 to 1' },
  params: {
    key: amount(0, 127, reference, 'Number of the note; between two, in between'),
    gate: amount(0, 1, 1, 'A key is down from 0.5 on. A decision, so there is no gradient', { gradient: 'none' }),
    velocity: amount(0, 1, 1, 'How hard the key was struck')
  },
  run({ y, p, n }) {
    for (let c = 0; c < 2; c++) {
      y.pitch[c]!.fill((p.key - reference) / 12, 0, n)
      y.gate[c]!.fill(p.gate >= 0.5 ? 1 : 0, 0, n)
      y.velocity[c]!.fill(p.velocity, 0, n)
    }
  },
  adjoint({ gy, gp, n }) {
    for (let c = 0; c < 2; c++)
      for (let i = 0; i < n; i++) {
        gp.key += gy.pitch[c]![i]! / 12
        gp.velocity += gy.velocity[c]![i]!
      }
  },
  examples: { 'Middle C': { key: 60 }, 'A soft bass note': { key: 36, velocity: 0.4 } }
})
