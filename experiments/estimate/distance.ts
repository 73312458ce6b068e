/**
 * L_a between recordings of one length.
 *   node tools/run.mjs experiments/estimate/distance.ts TARGET SOUND …
 */
import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'
import { graphMatchLoss } from '@mixwright/estimate'
import { readSound } from '../sound-files.ts'

const [target, ...sounds] = process.argv.slice(2),
  kernels = await compileKernels(bytes),
  wanted = await readSound(target!)
for (const path of sounds) {
  const { audio } = await readSound(path),
    frames = Math.min(audio[0]!.length, wanted.audio[0]!.length),
    cut = (sound: readonly Float32Array[]) => sound.map(c => c.subarray(0, frames))
  console.log(path, graphMatchLoss(kernels, cut(wanted.audio), wanted.sampleRate).value(cut(audio)).toFixed(3))
}
