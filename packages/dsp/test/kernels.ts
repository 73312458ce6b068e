import { readFileSync } from 'node:fs'
import { compileKernels } from '../src/kernels.ts'

export const kernels = await compileKernels(
  new Uint8Array(readFileSync(new URL('../build/kernels.wasm', import.meta.url)))
)
