/** What can be wrong with a recording: one table of kinds that detectors, sessions, the report and experiments share. */

export interface FaultEntry {
  readonly title: string
  /** The devices that mend it, by their slots (also numbered: `hum-1`), and what they do to it. Absent: nothing does. */
  readonly mends?: { readonly slots: readonly string[]; readonly done: string }
}
const entries = {
  polarity: { title: 'Polarity', mends: { slots: ['polarity', 'flip-right'], done: 'Flipped' } },
  timing: { title: 'Timing', mends: { slots: ['align'], done: 'Delayed to match' } },
  clipping: { title: 'Clipping' },
  clicks: { title: 'Clicks' },
  hum: { title: 'Hum', mends: { slots: ['hum'], done: 'Notched' } },
  dc: { title: 'DC offset', mends: { slots: ['dc', 'hp'], done: 'Removed' } },
  'one-sided': { title: 'One side only', mends: { slots: ['mono'], done: 'Put in the middle' } },
  noise: { title: 'Noise', mends: { slots: ['gate', 'expander'], done: 'Turned down where nothing plays' } },
  bleed: { title: 'Bleed', mends: { slots: ['gate'], done: 'Turned down between its own hits' } },
  dropout: { title: 'Dropouts' },
  duplicate: { title: 'Duplicate' },
  silent: { title: 'Silent' }
} satisfies Readonly<Record<string, FaultEntry>>
export const faultKinds: Readonly<Record<keyof typeof entries, FaultEntry>> = entries

export type FaultKind = keyof typeof faultKinds
export const faultNames = Object.keys(faultKinds) as readonly FaultKind[]

/** One thing that is wrong with one stem. */
export interface Fault {
  readonly kind: FaultKind
  /** One line that names the measurement behind it. */
  readonly text: string
}

/** Whether the device in a slot is one of those that mend such a fault. */
export const isMendedBy = (kind: FaultKind, slot: string): boolean =>
  faultKinds[kind].mends?.slots.includes(slot.replace(/-\d+$/, '')) === true
