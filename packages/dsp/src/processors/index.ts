/** The registry: every processor once. Ids, unions, help, schema and tests follow from it. */
import type { Processor } from '../define.ts'
import { align } from './align.ts'
import { bell } from './bell.ts'
import { gain } from './gain.ts'
import { highpass } from './highpass.ts'
import { highshelf } from './highshelf.ts'
import { lowpass } from './lowpass.ts'
import { lowshelf } from './lowshelf.ts'
import { mix } from './mix.ts'

export const processors = {
  align,
  bell,
  gain,
  highpass,
  highshelf,
  lowpass,
  lowshelf,
  mix,
} as const satisfies Readonly<Record<string, Processor>>
export type ProcessorId = keyof typeof processors
/** A registry: the built-in one, or that with a user's own processors added. */
export type Registry = Readonly<Record<string, Processor>>
