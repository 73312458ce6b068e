/** The task over audio in memory. */
import { type Audio, clipOf, type Kernels } from '@mixwright/dsp'
import { renderClips } from '@mixwright/graph'
import { measureStyle, type StyleSource, transfer } from '@mixwright/tasks'
import { rate } from './pairs.ts'

export async function transferred(input: Audio, reference: Audio, kernels: Kernels) {
  const started = performance.now(),
    { style } = await measureStyle(clipOf(reference, rate), 'the reference', { kernels }),
    done = await styled(input, style, kernels)
  return { ...done, seconds: (performance.now() - started) / 1000 }
}
export async function styled(input: Audio, of: StyleSource, kernels: Kernels) {
  const parts: Audio[] = [],
    result = await transfer.run(
      { sound: clipOf(input, rate), styles: [{ of, weight: 1 }] },
      {},
      {
        kernels,
        render: (graph, inputs, sinks, how) => renderClips(graph, inputs, sinks, { ...how, kernels }),
        open(_, { channels }) {
          parts.length = 0
          return {
            write: audio => void parts.push(audio.map(c => c.slice())),
            close: async () => clipOf(joined(parts, channels), rate)
          }
        }
      }
    )
  return { result, audio: joined(parts, input.length) }
}
function joined(parts: readonly Audio[], channels: number): Float32Array[] {
  return Array.from({ length: channels }, (_, c) => {
    const out = new Float32Array(parts.reduce((n, part) => n + part[c]!.length, 0))
    let at = 0
    for (const part of parts) {
      out.set(part[c]!, at)
      at += part[c]!.length
    }
    return out
  })
}
