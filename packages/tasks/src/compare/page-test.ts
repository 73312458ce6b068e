/** What the page tells its script. */
export interface PageTest {
  /** Names the page in answers. */
  readonly test: string
  /** Hz */
  readonly sampleRate: number
  readonly seconds: number
  /** Of an ABX run. */
  readonly trials: number
  /** Ids, in an order that means nothing. */
  readonly stimuli: readonly string[]
  readonly reference: boolean
  /** Level along the excerpt, 0 to 1, of all stimuli together. */
  readonly outline: readonly number[]
  /** Veiled (veil.ts), as base64: id → what it is. */
  readonly names: string
  readonly key: number
}

/** Stands for the id where the reference is meant. */
export const referenceId = 'reference'
