/** The kernel module: compiled once, instantiated per plan over the plan's own memory. */
export type Real = 'f32' | 'f64'
export type KernelFunction = (...args: number[]) => number
/** A compiled kernel module, which can be posted to another thread. */
export type Kernels = WebAssembly.Module

/** @param bytes the contents of kernels.wasm (the host loads it) */
export const compileKernels = (bytes: Uint8Array<ArrayBuffer>): Promise<Kernels> => WebAssembly.compile(bytes)

export const instantiate = (kernels: Kernels, memory: WebAssembly.Memory): Record<string, KernelFunction> =>
  new WebAssembly.Instance(kernels, {
    env: {
      memory,
      abort() {
        throw new Error('kernel abort')
      }
    }
  }).exports as Record<string, KernelFunction>

/**
 * Bytes at the start of the memory that belong to the kernel module itself (its tables). See --memoryBase in
 * tools/build.mjs.
 */
export const reservedBytes = 131072
/**
 * Layout of a call record in 32-bit words (kernels/lanes.ts reads it). Addresses, 0 = not connected; `rate` is an f64
 * at that word.
 */
export const record = {
  params: 0,
  state: 1,
  tape: 2,
  gp: 3,
  adjointState: 4,
  /** How many stereo pairs the lanes hold: of an only one, f32 has the other's lanes to spare. */
  pairs: 5,
  rate: 6,
  x: 8,
  y: 12,
  gx: 16,
  gy: 20,
  words: 24,
  ports: 4
} as const
