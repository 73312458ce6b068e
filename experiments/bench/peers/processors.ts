/** What ffmpeg and pedalboard have for our processors, as alike as their own settings allow. */
export interface Contest {
  readonly type: string
  readonly params?: Readonly<Record<string, number>>
  /** dB on the edge from an LFO of 1 Hz to the modulation inlet. */
  readonly swing?: number
  /** A filter chain, which must take stereo and give stereo. */
  readonly ffmpeg?: string
  readonly pedalboard?: readonly [name: string, params: Readonly<Record<string, number>>]
  /** Where the work is not the same. */
  readonly note?: string
}

const firstOrder = 'pedalboard: first order',
  weaving = 'nearly all of ours is bringing channels into the lanes and back'
export const contests: readonly Contest[] = [
  {
    type: 'highpass',
    params: { frequency: 80 },
    ffmpeg: 'highpass=f=80',
    pedalboard: ['HighpassFilter', { cutoff_frequency_hz: 80 }],
    note: firstOrder
  },
  {
    type: 'lowpass',
    params: { frequency: 8000 },
    ffmpeg: 'lowpass=f=8000',
    pedalboard: ['LowpassFilter', { cutoff_frequency_hz: 8000 }],
    note: firstOrder
  },
  { type: 'bandpass', params: { frequency: 1000, q: 1 }, ffmpeg: 'bandpass=f=1000:t=q:w=1' },
  { type: 'bandreject', params: { frequency: 1000, q: 1 }, ffmpeg: 'bandreject=f=1000:t=q:w=1' },
  {
    type: 'bell',
    params: { frequency: 1000, q: 1, gain: 6 },
    ffmpeg: 'equalizer=f=1000:t=q:w=1:g=6',
    pedalboard: ['PeakFilter', { cutoff_frequency_hz: 1000, q: 1, gain_db: 6 }]
  },
  {
    type: 'lowshelf',
    params: { frequency: 120, gain: 6 },
    ffmpeg: 'lowshelf=f=120:t=q:w=0.707:g=6',
    pedalboard: ['LowShelfFilter', { cutoff_frequency_hz: 120, gain_db: 6 }]
  },
  {
    type: 'highshelf',
    params: { frequency: 8000, gain: 6 },
    ffmpeg: 'highshelf=f=8000:t=q:w=0.707:g=6',
    pedalboard: ['HighShelfFilter', { cutoff_frequency_hz: 8000, gain_db: 6 }]
  },
  {
    type: 'highpass4',
    params: { frequency: 80 },
    ffmpeg: 'highpass=f=80:t=q:w=0.54,highpass=f=80:t=q:w=1.31',
    note: 'ffmpeg: two in series'
  },
  {
    type: 'lowpass4',
    params: { frequency: 8000 },
    ffmpeg: 'lowpass=f=8000:t=q:w=0.54,lowpass=f=8000:t=q:w=1.31',
    note: 'ffmpeg: two in series'
  },
  {
    type: 'bandpass4',
    params: { frequency: 1000, q: 1 },
    ffmpeg: 'bandpass=f=1000:t=q:w=1,bandpass=f=1000:t=q:w=1',
    note: 'ffmpeg: two in series'
  },
  { type: 'crossover', params: { frequency: 800 }, ffmpeg: 'acrossover=split=800:order=4th,amix=2:normalize=0' },
  {
    type: 'dc-block',
    ffmpeg: 'highpass=f=5:poles=1',
    pedalboard: ['HighpassFilter', { cutoff_frequency_hz: 5 }]
  },
  {
    type: 'compressor',
    params: { threshold: -24, ratio: 3, attack: 10, release: 120, knee: 6 },
    ffmpeg: 'acompressor=threshold=0.063:ratio=3:attack=10:release=120:knee=2',
    pedalboard: ['Compressor', { threshold_db: -24, ratio: 3, attack_ms: 10, release_ms: 120 }],
    note: 'pedalboard: no knee, channels apart'
  },
  {
    type: 'expander',
    params: { threshold: -30, ratio: 2, attack: 2, release: 120, knee: 6 },
    ffmpeg: 'agate=threshold=0.032:ratio=2:attack=2:release=120:knee=2:range=0:detection=peak:link=maximum',
    pedalboard: ['NoiseGate', { threshold_db: -30, ratio: 2, attack_ms: 2, release_ms: 120 }],
    note: 'ours: peak of the last 10 to 20 ms; pedalboard: no knee'
  },
  {
    type: 'noisegate',
    params: { threshold: -30, ratio: 4, attack: 1, release: 150, knee: 6, range: 40, hold: 50 },
    ffmpeg: 'agate=threshold=0.032:ratio=4:attack=1:release=150:knee=2:range=0.01:detection=peak:link=maximum',
    pedalboard: ['NoiseGate', { threshold_db: -30, ratio: 4, attack_ms: 1, release_ms: 150 }],
    note: 'ours: peak of the last 10 to 20 ms, hold and range; pedalboard: neither, no knee'
  },
  {
    type: 'limiter',
    params: { ceiling: -6, release: 50 },
    ffmpeg: 'alimiter=limit=0.5:attack=3:release=50:level=0',
    pedalboard: ['Limiter', { threshold_db: -6, release_ms: 50 }],
    note: 'nothing to limit: ours looks whether that is so; ffmpeg: sample peak; pedalboard: no look-ahead'
  },
  {
    type: 'limiter',
    params: { ceiling: -24, release: 50 },
    ffmpeg: 'alimiter=limit=0.063:attack=3:release=50:level=0',
    pedalboard: ['Limiter', { threshold_db: -24, release_ms: 50 }],
    note: 'limits by up to 14 dB; ours: true peak, tips clipped 4 × oversampled'
  },
  {
    type: 'distortion',
    params: { gain: 12 },
    ffmpeg: 'volume=12dB,asoftclip=type=tanh:oversample=4',
    note: 'both 4 × oversampled; ours with antiderivatives of second order too'
  },
  {
    type: 'distortion',
    params: { gain: 12 },
    ffmpeg: 'volume=12dB,asoftclip=type=tanh',
    pedalboard: ['Distortion', { drive_db: 12 }],
    note: 'not the same work: ours 4 × oversampled, peers not at all'
  },
  {
    type: 'bitcrush',
    params: { bit: 8 },
    ffmpeg: 'acrusher=bits=8:mix=0:aa=0',
    pedalboard: ['Bitcrush', { bit_depth: 8 }]
  },
  {
    type: 'chorus',
    params: { delay: 12, mix: 0.5 },
    swing: -12,
    ffmpeg: 'chorus=0.7:0.7:12:0.7:1:3',
    pedalboard: ['Chorus', { rate_hz: 1, centre_delay_ms: 12, mix: 0.5 }],
    note: 'ours: its LFO a node of its own, reads through six samples; peers: a straight line'
  },
  {
    type: 'flanger',
    params: { delay: 1.5, feedback: 0.4 },
    swing: -12,
    ffmpeg: 'flanger=delay=0:depth=3:regen=40:speed=1',
    pedalboard: ['Chorus', { rate_hz: 1, centre_delay_ms: 1.5, feedback: 0.4, mix: 0.5 }],
    note: 'as the chorus; pedalboard: its chorus'
  },
  {
    type: 'vibrato',
    params: { delay: 3 },
    swing: -12,
    ffmpeg: 'vibrato=f=1:d=0.5',
    pedalboard: ['Chorus', { rate_hz: 1, centre_delay_ms: 3, mix: 1 }],
    note: 'as the chorus; pedalboard: its chorus'
  },
  {
    type: 'phaser',
    params: { frequency: 700, feedback: 0.3, mix: 0.5 },
    swing: 0,
    ffmpeg: 'aphaser=speed=1:delay=3:decay=0.3',
    pedalboard: ['Phaser', { rate_hz: 1, centre_frequency_hz: 700, feedback: 0.3, mix: 0.5 }],
    note: 'ffmpeg: not the same work, one delay that swings'
  },
  {
    type: 'delay',
    params: { delay: 330, feedback: 0.3, mix: 0.3 },
    ffmpeg: 'aecho=0.8:0.8:330:0.3',
    pedalboard: ['Delay', { delay_seconds: 0.33, feedback: 0.3, mix: 0.3 }],
    note: 'ours: band-pass in the loop, cubic reading; ffmpeg: one echo'
  },
  {
    type: 'pingpong',
    params: { delay: 330, feedback: 0.3, mix: 0.3 },
    pedalboard: ['Delay', { delay_seconds: 0.33, feedback: 0.3, mix: 0.3 }],
    note: 'not the same work: pedalboard neither crosses nor filters'
  },
  {
    type: 'reverb',
    pedalboard: ['Reverb', { room_size: 0.5, damping: 0.5, wet_level: 0.33, dry_level: 0.4, width: 0 }]
  },
  {
    type: 'stereo-reverb',
    pedalboard: ['Reverb', { room_size: 0.5, damping: 0.5, wet_level: 0.33, dry_level: 0.4, width: 1 }]
  },
  {
    type: 'pitchshift',
    params: { semitone: 3 },
    ffmpeg: 'rubberband=pitch=1.189207',
    pedalboard: ['PitchShift', { semitones: 3 }],
    note: 'both peers: Rubber Band'
  },
  { type: 'gain', params: { gain: 3 }, ffmpeg: 'volume=3dB', pedalboard: ['Gain', { gain_db: 3 }], note: weaving },
  { type: 'polarity', ffmpeg: 'pan=stereo|c0=-1*c0|c1=-1*c1' },
  { type: 'panning', params: { pan: 0.5 }, ffmpeg: 'pan=stereo|c0=0.54*c0|c1=1.31*c1' },
  { type: 'imager', params: { width: 1.4 }, ffmpeg: 'extrastereo=m=1.4:c=0', note: weaving },
  { type: 'midside-split', ffmpeg: 'stereotools=mode=lr>ms', note: 'ffmpeg: all of its stereo tools' },
  { type: 'align', params: { samples: 480 }, ffmpeg: 'adelay=480S:all=1', note: weaving }
]
