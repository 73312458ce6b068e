/** Faults that the untouched recordings have, verified by looking at them. */
import type { FaultKind } from '@mixwright/tasks'

export const knownFaults: readonly { readonly song: string; readonly stem: string; readonly kind: FaultKind }[] = [
  // Stored at full scale: 238 and 8 runs of three and more samples at 0.0 dBFS.
  { song: 'Disco/dry', stem: 'drums', kind: 'clipping' },
  { song: 'Disco/dry', stem: 'bass', kind: 'clipping' },
  // The raw recording: tops that stay at -0.24 to -0.25 for ten samples and more, on the lower side alone.
  { song: '04-medleydb-raw/4_disco', stem: 'drums', kind: 'clipping' },
  // 50, 100, 150, 250 Hz times 1.0005 in either half of it, each within 5 dB of the other half's level.
  { song: '04-medleydb-raw/4_disco', stem: 'bass', kind: 'hum' },
  { song: 'Disco/dry', stem: 'bass', kind: 'hum' },
  // For half of the time its level, differenced, stays within 1 dB, 33 dB below its loud moments.
  { song: '04-medleydb-raw/5_country', stem: 'drums', kind: 'noise' },
  // The same: 86 runs.
  { song: 'Country1/dry', stem: 'drums', kind: 'clipping' },
  // Rendered over full scale: 8136 samples of one channel at 1, in 1100 runs of up to 16.
  { song: 'midi-no_work_song_redfarn/dry', stem: 'keys-0-3', kind: 'clipping' },
  // A drum sample stored clipped: two or three samples held at its full scale (0.5 here), in each of 44 hits.
  { song: 'Settel-InnerRecreation/dry', stem: '18_timbale_sound', kind: 'clipping' },
  // A drum sample stored clipped: up to 49 samples on end at 0.9134, on both sides, in every hit.
  { song: 'Skiessi-C64/dry', stem: '6_linn_snr', kind: 'clipping' },
  // Drum samples stored clipped: seven samples on end at 0.998, and 1164 tops at it; 321 tops of a distorted one at 0.792.
  { song: 'CapDan-ReggaetonTry/dry', stem: '3_Breathing Snare', kind: 'clipping' },
  { song: 'CapDan-ReggaetonTry/dry', stem: '2_Noise Clip', kind: 'clipping' },
  { song: 'CapDan-ReggaetonTry/dry', stem: '1_Dirty World BD', kind: 'clipping' },
  // 10922 samples of one channel at full scale.
  { song: 'midi-ttsong_iv_imuh3/dry', stem: 'drums-9-drums', kind: 'clipping' },
  // Sines cut in the middle of a period, by 0.2 to 0.4 of full scale, where the next note begins.
  { song: 'CapDan-ZeroSumGame', stem: '10_sub', kind: 'clicks' },
  { song: 'CapDan-ZeroSumGame', stem: '10_sub', kind: 'dropout' },
  { song: 'CapDan-ZeroSumGame', stem: '11_gated sub', kind: 'clicks' },
  // Means of the samples: 0.004 and 0.024 of full scale.
  // -0.008 to -0.014, and 0.002 to 0.004, in every second.
  { song: 'midi-modern_motion/dry', stem: 'brass-3-62', kind: 'dc' },
  { song: 'midi-no_work_song_redfarn/dry', stem: 'keys-0-3', kind: 'dc' },
  { song: 'midi-train_filled_with_cash/dry', stem: 'brass-0-56', kind: 'dc' },
  { song: 'midi-busy_schedule/dry', stem: 'bass-1-34', kind: 'dc' }
]
