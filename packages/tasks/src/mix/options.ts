/** What a user may set. Everything that shows or reads an option derives from this. */
import { amount, choice, dB } from '@mixwright/dsp'
import { type PresetName, presetNames, presetsInWords } from './presets.ts'

export const mixOptions = {
  preset: choice<PresetName>(presetNames, 'song', `What is mixed, and by which rules; ${presetsInWords}`),
  loudness: dB(-40, -5, -14, 'Integrated loudness of the master in LUFS; streaming services play at about -14'),
  ceiling: dB(-12, 0, -1, 'True peak that the master never exceeds, in dBTP'),
  vocals: dB(-12, 12, 0, 'Voices louder or softer than the rules have them'),
  drums: dB(-12, 12, 0, 'Drums and percussion louder or softer'),
  bass: dB(-12, 12, 0, 'Bass louder or softer'),
  space: dB(-24, 12, 0, 'All reverb, echo and width sends up or down'),
  amount: amount(
    0,
    1,
    1,
    'How much is done in all: 0 plays the stems as recorded, only mended, 1 all that the others say'
  ),
  balance: amount(0, 1, 1, 'How far levels go from the recorded ones to those of the rules, or of your rough mix'),
  places: amount(0, 1, 1, 'How far stems are placed out of the middle: 0 all stay where they are'),
  cleaning: amount(0, 1, 1, 'How much is filtered and gated away: 0 nothing'),
  dynamics: amount(0, 1, 1, 'How much of the compression the rules ask for is done: 0 none, 1 all'),
  tone: amount(0, 1, 1, 'How much of the equalising the rules ask for is done: 0 none, 1 all'),
  rides: amount(
    0,
    1,
    1,
    'How far levels are ridden through the song: leads until they stand evenly, music under speech; 0 not at all'
  ),
  refine: amount(0, 1, 1, 'How far the decisions are turned by gradient from where the rules put them: 0 not at all')
} as const
