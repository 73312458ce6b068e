/** Faults that the untouched recordings have, verified by looking at them. */
import type { FaultKind } from '@mixwright/tasks'

export const knownFaults: readonly { readonly song: string; readonly stem: string; readonly kind: FaultKind }[] = [
  // Stored at full scale: 238 and 8 runs of three and more samples at 0.0 dBFS.
  { song: 'Disco/dry', stem: 'drums', kind: 'clipping' },
  { song: 'Disco/dry', stem: 'bass', kind: 'clipping' },
  // The same: 86 runs.
  { song: 'Country1/dry', stem: 'drums', kind: 'clipping' },
  // Sines cut in the middle of a period, by 0.2 to 0.4 of full scale, where the next note begins.
  { song: 'CapDan-ZeroSumGame', stem: '10_sub', kind: 'clicks' },
  { song: 'CapDan-ZeroSumGame', stem: '10_sub', kind: 'dropout' },
  { song: 'CapDan-ZeroSumGame', stem: '11_gated sub', kind: 'clicks' },
  // Means of the samples: 0.004 and 0.024 of full scale.
  { song: 'midi-train_filled_with_cash/dry', stem: 'brass-0-56', kind: 'dc' },
  { song: 'midi-busy_schedule/dry', stem: 'bass-1-34', kind: 'dc' }
]
