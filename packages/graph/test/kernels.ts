import { compileKernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'

export const kernels = await compileKernels(bytes)
