/** What each loss of sound costs: ms of one thread per second of stereo audio, value and gradient. */
import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { graphMatchLoss, multiResolutionStftLoss, type SoundLoss } from '@mixwright/estimate'
import { rate, stems, time } from '../bench/song.ts'

const kernels = await compileKernels(bytes),
  seconds = 10,
  [target, sound] = stems(seconds, 2) as [Float32Array[], Float32Array[]],
  losses: Record<string, SoundLoss> = {
    graphMatch: graphMatchLoss(kernels, target, rate),
    multiResolution: multiResolutionStftLoss(kernels, target)
  }
console.log('| loss | value | value and gradient | ms per second of stereo |\n|---|---|---|---|')
for (const [name, loss] of Object.entries(losses)) {
  const into = target.map(channel => new Float32Array(channel.length)),
    value = loss.value(sound),
    each = (work: () => void) => ((time(7, work).cpu / seconds) * 1e3).toFixed(1),
    alone = each(() => loss.value(sound)),
    both = each(() => {
      loss.value(sound)
      loss.gradient(into)
    })
  console.log(`| ${name} (${value.toFixed(3)}) | ${alone} | ${both} |`)
}
