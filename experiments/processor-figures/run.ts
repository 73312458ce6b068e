/**
 * The figures of single processors in docs/results.md, as Markdown.
 * node tools/run.mjs experiments/processor-figures/run.ts [limiter] [distortion] [reverb] [dynamics]
 */
import { distortionFigures } from './distortion.ts'
import { dynamicsFigures } from './dynamics.ts'
import { limiterFigures } from './limiter.ts'
import { reverbFigures } from './reverb.ts'

const figures = {
  limiter: limiterFigures,
  distortion: distortionFigures,
  reverb: reverbFigures,
  dynamics: dynamicsFigures
}
const wanted = process.argv.slice(2)
for (const [name, print] of Object.entries(figures)) if (!wanted.length || wanted.includes(name)) await print()
