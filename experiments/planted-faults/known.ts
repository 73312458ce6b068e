/** Faults that the untouched recordings have, verified by looking at them. */
import type { FaultKind } from '@mixwright/tasks'

export const knownFaults: readonly { readonly song: string; readonly stem: string; readonly kind: FaultKind }[] = [
  // Stored at full scale: 238 and 8 runs of three and more samples at 0.0 dBFS.
  { song: 'Disco/dry', stem: 'drums', kind: 'clipping' },
  { song: 'Disco/dry', stem: 'bass', kind: 'clipping' },
  // The same: 86 runs.
  { song: 'Country1/dry', stem: 'drums', kind: 'clipping' },
  // Means of the samples: 0.045 and 0.004 of full scale.
  { song: 'data/01-grafx-stems', stem: 'speech', kind: 'dc' },
  { song: 'songs/midi-busy_schedule', stem: 'bass-1-34', kind: 'dc' }
]
