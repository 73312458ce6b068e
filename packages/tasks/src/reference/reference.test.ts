import { processors, type Registry } from '@mixwright/dsp'
import { type GraphStatistics, drawGraph, graphStatistics } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { processorReference } from './index.ts'
import { statisticsPage, statisticsTables } from './statistics.ts'

it('the reference has every processor that it is given, with a picture of its kind, its ports, parameters and sound', async () => {
  const {
      bell,
      compressor,
      'envelope-follower': follower,
      lfo,
      panning,
      'stereo-reverb': reverb,
      flanger
    } = processors,
    registry = {
      bell,
      compressor,
      'envelope-follower': follower,
      lfo,
      panning,
      'stereo-reverb': reverb,
      flanger
    } as Registry,
    heard: number[] = [],
    html = await processorReference({
      kernels,
      registry,
      embed: async audio => {
        heard.push(Math.max(...audio[0]!.map(Math.abs)))
        return 'QQ=='
      },
      cost: async () => 12.3
    })
  for (const [id, def] of Object.entries(registry)) {
    expect(html).toContain(`id="${id}"`)
    for (const name of Object.keys(def.params)) expect(html).toContain(`<th scope="row">${name}</th>`)
  }
  for (const title of ['Response', 'Answer to a click', 'Level in, level out', 'Over time', 'Sides'])
    expect(html).toContain(title)
  expect(html).not.toMatch(/NaN|undefined/)
  // The dry phrase, and at least the defaults of all but the two that control.
  expect(heard.length).toBeGreaterThanOrEqual(1 + 5)
  for (const peak of heard) expect(peak).toBeGreaterThan(0.01)
})

it('statistics of graphs are told as tables and as a page', () => {
  const statistics: GraphStatistics = graphStatistics(
      Array.from({ length: 30 }, (_, seed) => drawGraph('drum-kit', seed))
    ),
    { sizes, types } = statisticsTables(statistics),
    html = statisticsPage('Kits <1>', statistics)
  expect(sizes[1]![0]).toBe('nodes')
  expect(types.length).toBe(1 + statistics.types.length)
  expect(html).toContain('Kits &#60;1&#62;')
  for (const { type } of statistics.types) expect(html).toContain(`>${type}<`)
  expect(html).not.toMatch(/NaN|undefined/)
})
