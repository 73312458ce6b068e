/** What the devices of a console that was found are good for. */
import { type Console, devicesOf, withoutDevice } from './console.ts'
import type { Listener } from './listener.ts'

/** The loss without one device, all others as they are. */
export interface Contribution {
  readonly id: string
  readonly without: number
}

/** Of each device; levels and places are not asked for. */
export async function contributionsOf(
  console: Console,
  { losses }: Listener,
  progress?: (fraction: number) => void
): Promise<Contribution[]> {
  const asked = devicesOf(console).filter(({ type, lanes }) => type !== 'gain' || lanes),
    without = await losses(
      asked.map(({ id }) => withoutDevice(console, id)),
      progress
    )
  return asked.map(({ id }, i) => ({ id, without: without[i]! }))
}
