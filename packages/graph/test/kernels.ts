import { readFileSync } from 'node:fs'
import { compileKernels } from '@mixwright/dsp'

export const kernels = await compileKernels(
  new Uint8Array(readFileSync(new URL('../../dsp/build/kernels.wasm', import.meta.url)))
)
