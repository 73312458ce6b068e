/** What a task asks of its host, in memory and in this thread. */
import { type Audio, clipOf } from '@mixwright/dsp'
import { renderClips } from '@mixwright/graph'
import { inOne } from '../../dsp/test/in-one.ts'
import { kernels } from '../../dsp/test/kernels.ts'
import { excerptsOf } from '../src/mix/excerpts.ts'
import type { MixServices, Take } from '../src/mix/services.ts'
import { analyse, rate } from './stems.ts'

export const inThread: Pick<Required<MixServices>, 'kernels' | 'analyse' | 'render'> = {
  kernels,
  analyse: ({ name, clip }, part) => analyse(part === 'whole' ? clip : excerptsOf(clip), name),
  render: (graph, inputs, sinks, how) => renderClips(graph, inputs, sinks, { ...how, kernels })
}
/** Once it is closed, what was taken is in `audio` by its name. */
export function take(audio: Record<string, Audio>, name: string, channels: number, sampleRate = rate): Take {
  const parts: Audio[] = []
  return {
    write: part => void parts.push(part.map(c => c.slice())),
    async close() {
      const whole = inOne(parts, channels)
      audio[name] = whole
      return clipOf(whole, sampleRate)
    }
  }
}
