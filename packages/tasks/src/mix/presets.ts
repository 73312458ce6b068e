/** Kinds of programme, as data: other values of the options, and which rules apply. The task is the same for all. */

export interface Rules {
  /** Every voice speaks, unless the user says that it sings. */
  readonly spoken: boolean
  /** Shared rooms, echo and width. */
  readonly rooms: boolean
  /** Compressor and tone of the mix bus, which go by what records of music have. */
  readonly bus: boolean
  /** A master of one channel where nothing but voices plays, none of them in stereo. */
  readonly mono: boolean
  /** How leads are ridden: against what accompanies them, or each to the level of all that speak. */
  readonly leads: 'against the rest' | 'alike'
  /** LU by which speech stands above everything else together while somebody speaks; absent: nothing gives way. */
  readonly above?: number
  /** dB by which breaths between phrases are lowered. */
  readonly breaths: number
  /** Pauses as quiet as those of the best microphone, in place of a gate for noisy ones. */
  readonly pausesAlike: boolean
  /** Least energy (share) below a cleaning high-pass. */
  readonly worthCleaning: number
}

const song: Rules = {
  spoken: false,
  rooms: true,
  bus: true,
  mono: false,
  leads: 'against the rest',
  breaths: 0,
  pausesAlike: false,
  worthCleaning: 0.004
}

export interface Preset {
  readonly title: string
  /** In place of the options' defaults. */
  readonly options: Readonly<Record<string, number>>
  readonly rules: Rules
}
export const presets = {
  song: { title: 'Music', options: {}, rules: song },
  podcast: {
    title: 'Speech, music under it',
    // -16 LUFS and -1 dBTP: AES TD1008 (2021) and the podcast platforms. Places and refinement are for music.
    options: { loudness: -16, ceiling: -1, places: 0, refine: 0 },
    rules: {
      ...song,
      spoken: true,
      rooms: false,
      bus: false,
      mono: true,
      leads: 'alike',
      // Torcoli et al., JAES 67(12), 2019: at least 10 LU for speech over music and 15 over ambience; non-experts wanted
      // 4 LU more than experts. A mean over a passage: music may be 3 LU louder for a while.
      above: 13,
      breaths: 8,
      pausesAlike: true,
      worthCleaning: 0
    }
  }
} as const satisfies Readonly<Record<string, Preset>>

export type PresetName = keyof typeof presets
export const presetNames = Object.keys(presets) as PresetName[]
export const presetRules = (name: PresetName): Rules => presets[name].rules

/** What a preset sets, in words: "podcast: loudness -16, ceiling -1 …". */
export const presetsInWords: string = presetNames
  .flatMap(name => {
    const set = Object.entries<number>(presets[name].options)
    return set.length ? [`${name} sets ${set.map(([option, value]) => `${option} ${value}`).join(', ')}`] : []
  })
  .join('; ')
