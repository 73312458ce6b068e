/** What listeners rate: each from 0 to 100. Keys are forever: saved answers hold them. */

export interface Scale {
  readonly key: string
  readonly title: string
  /** What is asked. */
  readonly question: string
  /** Words for 0 and 100. */
  readonly ends: readonly [string, string]
}

export const scales = [
  {
    key: 'production',
    title: 'Production value',
    question: 'How professional does it sound?',
    ends: ['demo', 'release']
  },
  {
    key: 'clarity',
    title: 'Clarity',
    question: 'How well can every part be heard?',
    ends: ['muddled', 'clear']
  },
  {
    key: 'excitement',
    title: 'Excitement',
    question: 'How much does it move you?',
    ends: ['dull', 'thrilling']
  }
] as const satisfies readonly Scale[]

export type ScaleKey = (typeof scales)[number]['key']
export const ratingRange = { min: 0, max: 100 } as const

/** How the stimuli are called while they are blind: A, B … */
export const letter = (index: number): string => String.fromCharCode(65 + index)
/** Files that can be compared at once: more are not remembered while they are rated. */
export const stimulusCount = { min: 2, max: 8 } as const
