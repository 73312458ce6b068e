/** Consoles on the stretches of a song, heard and turned by as many threads as there are; how many makes no difference. */
import type { Samples } from '@mixwright/dsp'
import { total } from '../fit/graph-rig.ts'
import { lbfgsLater } from '../fit/lbfgs.ts'
import type { Console } from './console.ts'
import { type Fitted, howToTurn, price, turnable } from './console-rig.ts'
import type { Stretches } from './excerpts.ts'
import type { HearJob, SearchWork } from './work.ts'

export interface Listener {
  readonly stretches: Stretches
  loss(console: Console): Promise<number>
  /** Of several, beside each other. */
  losses(consoles: readonly Console[], progress?: (fraction: number) => void): Promise<number[]>
  /** The judged samples of each stretch. */
  sound(console: Console): Promise<(readonly Samples[])[]>
  /** All numbers turned, as `fitted` does. */
  fit(console: Console, iterations: number, progress?: (fraction: number) => void): Promise<Fitted>
}

export function createListener(stretches: Stretches, work: SearchWork, signal?: AbortSignal): Listener {
  const every = stretches.passages.map((_, p) => p),
    on = work.fresh()
  /** One stretch a job. */
  const spread = async (job: Omit<HearJob, 'passages' | 'stretches' | 'on'>) =>
    (await Promise.all(every.map(p => work.hear({ ...job, on, stretches, passages: [p] })))).flat()
  return {
    stretches,
    loss: async console => total(nothing, await spread({ rig: work.fresh(), console })).loss,
    losses(consoles, progress) {
      let done = 0
      return Promise.all(
        consoles.map(async console => {
          const heard = await work.hear({ rig: work.fresh(), on, console, stretches, passages: every })
          progress?.(++done / consoles.length)
          return total(nothing, heard).loss
        })
      )
    },
    sound: async console => (await spread({ rig: work.fresh(), console, sound: true })).map(({ sound }) => sound!),
    async fit(console, iterations, progress) {
      const rig = work.fresh(),
        { count, bounds, settled } = turnable(console),
        { x, loss } = await lbfgsLater(
          new Float64Array(count),
          async turned => total(turned, await spread({ rig, console, turned }), price),
          { ...howToTurn(iterations), bounds, signal, ...(progress && { progress }) }
        )
      return { console: settled(x), loss }
    }
  }
}
const nothing = new Float64Array(0)
