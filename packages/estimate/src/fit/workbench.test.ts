import { createRandom } from '@mixwright/dsp'
import { builder } from '@mixwright/graph'
import { expect, it } from 'vitest'
import { kernels } from '../../../dsp/test/kernels.ts'
import { waveResiduals } from './residuals.ts'
import { settingsIn } from './settings.ts'
import { createWorkbench, squareOf } from './workbench.ts'

it('takes slopes anew of what was silent and is heard after a jump', () => {
  const b = builder('send'),
    random = createRandom(2),
    frames = 22050,
    // Times are single precision, which 120 ms know to 3e-4 samples: less change would be less exact.
    change = 3e-2,
    delay = b.node('delay', { type: 'delay', params: { delay: 120, mix: 1 } })
  b.wire(b.input('x', { channels: 1 }), delay, 6)
  b.output('y', { channels: 2 }, delay)
  const graph = b.graph(),
    inputs = { x: [Float32Array.from({ length: frames }, () => random.normal())] },
    problem = { sampleRate: 44100, inputs, frames, output: 'y' },
    settings = settingsIn(graph),
    bench = createWorkbench(graph, problem, settings, kernels),
    kind = waveResiduals([inputs.x[0]!, inputs.x[0]!], 0, 4096),
    heard = Float64Array.from(settings, ({ unit }) => unit),
    silent = heard.map((u, j) => ('edge' in settings[j]!.place ? 0 : u)),
    time = settings.findIndex(({ name }) => name === 'delay.delay')
  for (let k = 0; k < 5; k++) bench.jacobian(kind, silent, change)
  const column = bench.jacobian(kind, heard, change)[time]!,
    // Some hundredths of a sample to both sides.
    step = 1e-6,
    [up, down] = [step, -step].map(by =>
      bench.residuals(
        kind,
        heard.map((u, j) => (j === time ? u + by : u))
      )
    ),
    truth = up!.map((v, i) => (v - down![i]!) / (2 * step)),
    off = column.map((v, i) => v - truth[i]!)
  // By differences to one side, of times in single precision: those of a delay that jumped by its whole length would be nothing alike.
  expect(squareOf(off)).toBeLessThan(0.2 * squareOf(truth))
})
