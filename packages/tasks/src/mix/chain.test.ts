import { builder, render } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { noise, rate } from '../../test/stems.ts'
import { chain } from './chain.ts'

it('flips the right channel and leaves the left as it is', async () => {
  const b = builder('flip'),
    [left, right] = [noise(0.1, 0.1, 1), noise(0.1, 0.1, 2)]
  const flipped = chain(b, 'x', b.input('in', { channels: 2 }), [
    { slot: 'flip-right', type: 'flip-right', params: {}, reason: 'Against the left one.' }
  ])
  b.output('out', { channels: 2 }, flipped)
  const [l, r] = (await render(b.graph(), { in: [left, right] }, { kernels, sampleRate: rate, tail: 0 })).out!
  for (let i = 0; i < left.length; i++) {
    expect(Math.abs(l![i]! - left[i]!)).toBeLessThan(1e-6)
    expect(Math.abs(r![i]! + right[i]!)).toBeLessThan(1e-6)
  }
})
