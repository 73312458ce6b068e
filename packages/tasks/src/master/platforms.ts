/** Where music is played, and how loud: what each service plays at, and how much it turns a master down by. */

export interface Platform {
  readonly title: string
  /** LUFS that it plays at by default. */
  readonly loudness: number
  /** dBTP that it asks masters to stay below, for the sake of its codecs. */
  readonly ceiling: number
  /** Whether what is softer is turned up as well. */
  readonly raises: boolean
}

/** As the services state it in their notes to artists, 2024 to 2026; EBU R 128 (2020) for broadcast. */
export const platforms = {
  spotify: { title: 'Spotify', loudness: -14, ceiling: -1, raises: true },
  'apple-music': { title: 'Apple Music', loudness: -16, ceiling: -1, raises: true },
  youtube: { title: 'YouTube', loudness: -14, ceiling: -1, raises: false },
  tidal: { title: 'Tidal', loudness: -14, ceiling: -1, raises: false },
  amazon: { title: 'Amazon Music', loudness: -14, ceiling: -2, raises: false },
  deezer: { title: 'Deezer', loudness: -15, ceiling: -1, raises: false },
  broadcast: { title: 'Broadcast (EBU R 128)', loudness: -23, ceiling: -1, raises: true }
} as const satisfies Readonly<Record<string, Platform>>
export type PlatformName = keyof typeof platforms
export const platformNames = Object.keys(platforms) as PlatformName[]

export interface PlayedAt {
  readonly platform: PlatformName
  /** dB by which it is turned, and LUFS that it then plays at. */
  readonly turn: number
  readonly loudness: number
}
/**
 * What becomes of a master on each platform. A service that raises does so only as far as the peaks leave room.
 * @param loudness LUFS @param truePeak dBTP
 */
export const playedAt = (loudness: number, truePeak: number): PlayedAt[] =>
  platformNames.map(platform => {
    const { loudness: wanted, ceiling, raises } = platforms[platform],
      up = raises ? Math.max(0, ceiling - truePeak) : 0,
      turn = Math.min(wanted - loudness, up)
    return { platform, turn, loudness: loudness + turn }
  })
