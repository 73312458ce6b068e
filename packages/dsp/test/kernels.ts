import bytes from '@mixwright/dsp/kernels.wasm'
import { compileKernels } from '../src/kernels.ts'

export const kernels = await compileKernels(bytes)
