import { convolution, processors } from '@mixwright/dsp'
import { expect, it } from 'vitest'
import { kernels } from '../test/kernels.ts'
import { seeded } from '../test/random-graph.ts'
import { chain } from './compose.ts'
import { parseGraph, writeGraph } from './file.ts'
import { render } from './render.ts'

it('a graph names its impulse responses; whoever renders it registers them', async () => {
  const random = seeded(4),
    noise = (frames: number) => new Float32Array(frames).map(() => random() - 0.5),
    response = noise(300),
    song = noise(1000),
    hall = convolution('hall', [response], 8000),
    registry = { ...processors, [hall.id]: hall },
    text = writeGraph(chain({ room: { type: hall.id } }))
  expect(() => parseGraph(text)).toThrow(`no such processor "${hall.id}"`)
  const other = convolution('hall', [noise(300)], 8000)
  expect(() => parseGraph(text, { ...processors, [other.id]: other })).toThrow(`did you mean ${other.id}`)
  const { main } = await render(parseGraph(text, registry), { main: [song] }, { kernels, registry, sampleRate: 8000 })
  expect(main![0]!.length).toBe(1300)
  for (const i of [0, 17, 299, 999, 1298]) {
    let sum = 0
    for (let k = 0; k < 300; k++) sum += response[k]! * (song[i - k] ?? 0)
    // 300 roundings of f32 products below 1/4.
    expect(main![0]![i]).toBeCloseTo(sum, 5)
  }
})
