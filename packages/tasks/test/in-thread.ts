/** What a task asks of its host, in memory and in this thread. */
import { type Audio, clipOf } from '@mixwright/dsp'
import { renderClips } from '@mixwright/graph'
import { inOne } from '../../dsp/test/in-one.ts'
import { kernels } from '../../dsp/test/kernels.ts'
import type { RenderService, Take } from '../src/mix/services.ts'
import { rate } from './stems.ts'

export const inThread: { readonly kernels: typeof kernels; readonly render: RenderService } = {
  kernels,
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
