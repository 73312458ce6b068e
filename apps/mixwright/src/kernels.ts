/** The kernel module, embedded in the bundle so that it loads alike in Node, browsers and workers. */
import { compileKernels, type Kernels } from '@mixwright/dsp'
import bytes from '@mixwright/dsp/kernels.wasm'

let compiled: Promise<Kernels> | undefined
export const loadKernels = (): Promise<Kernels> => (compiled ??= compileKernels(bytes))
