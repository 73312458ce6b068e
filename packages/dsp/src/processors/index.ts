/** The registry: every processor once. Ids, unions, help, schema and tests follow from it. */
import type { Processor } from '../define.ts'
import { adsr } from './adsr.ts'
import { align } from './align.ts'
import { bandpass } from './bandpass.ts'
import { bandpass4 } from './bandpass4.ts'
import { bandreject } from './bandreject.ts'
import { bell } from './bell.ts'
import { bitcrush } from './bitcrush.ts'
import { chorus } from './chorus.ts'
import { compressor } from './compressor.ts'
import { crossover } from './crossover.ts'
import { dcBlock } from './dc-block.ts'
import { delay } from './delay.ts'
import { distortion } from './distortion.ts'
import { envelopeFollower } from './envelope-follower.ts'
import { expander } from './expander.ts'
import { flanger } from './flanger.ts'
import { gain } from './gain.ts'
import { highpass } from './highpass.ts'
import { highpass4 } from './highpass4.ts'
import { highshelf } from './highshelf.ts'
import { imager } from './imager.ts'
import { keyboard } from './keyboard.ts'
import { lfo } from './lfo.ts'
import { limiter } from './limiter.ts'
import { lowpass } from './lowpass.ts'
import { lowpass4 } from './lowpass4.ts'
import { lowshelf } from './lowshelf.ts'
import { midsideMerge } from './midside-merge.ts'
import { midsideSplit } from './midside-split.ts'
import { mix } from './mix.ts'
import { noise } from './noise.ts'
import { noisegate } from './noisegate.ts'
import { oscillator } from './oscillator.ts'
import { panning } from './panning.ts'
import { phaser } from './phaser.ts'
import { pingpong } from './pingpong.ts'
import { pitchshift } from './pitchshift.ts'
import { polarity } from './polarity.ts'
import { reverb } from './reverb.ts'
import { stereoLfo } from './stereo-lfo.ts'
import { stereoReverb } from './stereo-reverb.ts'
import { transientShaper } from './transient-shaper.ts'
import { vca } from './vca.ts'
import { vibrato } from './vibrato.ts'

export const processors = {
  adsr,
  align,
  bandpass,
  bandpass4,
  bandreject,
  bell,
  bitcrush,
  chorus,
  compressor,
  crossover,
  'dc-block': dcBlock,
  delay,
  distortion,
  'envelope-follower': envelopeFollower,
  expander,
  flanger,
  gain,
  highpass,
  highpass4,
  highshelf,
  imager,
  keyboard,
  lfo,
  limiter,
  lowpass,
  lowpass4,
  lowshelf,
  'midside-merge': midsideMerge,
  'midside-split': midsideSplit,
  mix,
  noise,
  noisegate,
  oscillator,
  panning,
  phaser,
  pingpong,
  pitchshift,
  polarity,
  reverb,
  'stereo-lfo': stereoLfo,
  'stereo-reverb': stereoReverb,
  'transient-shaper': transientShaper,
  vca,
  vibrato
} as const satisfies Readonly<Record<string, Processor>>
export type ProcessorId = keyof typeof processors
/** A registry: the built-in one, or that with a user's own processors added. */
export type Registry = Readonly<Record<string, Processor>>
