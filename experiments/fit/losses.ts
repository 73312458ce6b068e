/** What each loss of sound costs: ms of one thread per second of stereo audio, value and gradient. */
import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import {
  audioFeatureLoss,
  graphMatchLoss,
  loudnessLoss,
  microdynamicsLoss,
  multiResolutionStftLoss,
  type SoundLoss,
  sampleLoss
} from '@mixwright/estimate'
import { rate, stems, time } from '../bench/song.ts'

const kernels = await compileKernels(bytes),
  seconds = 10,
  [target, sound] = stems(seconds, 2) as [Float32Array[], Float32Array[]],
  losses: Record<string, SoundLoss> = {
    'graph match': graphMatchLoss(kernels, target, rate),
    'multi-resolution STFT': multiResolutionStftLoss(kernels, target),
    'audio features': audioFeatureLoss(kernels, target, rate),
    loudness: loudnessLoss(target, rate),
    microdynamics: microdynamicsLoss(target, rate),
    samples: sampleLoss(target)
  }
console.log('ms of one thread per second of stereo audio\n\n| loss | value | value and gradient |\n|---|---|---|')
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
