/**
 * One processor on a bench: its kernel over one lane group in a memory of its own, or its TypeScript; the same to the
 * caller.
 */
import type { Processor } from '../src/define.ts'
import type { Rig, RigOptions, Stereo } from './bench.ts'
import { kernelRig } from './kernel-rig.ts'
import { scriptRig } from './script-rig.ts'

export { type Rig, type RigOptions, type Settings, type Stereo, stereo } from './bench.ts'

export function rig(def: Processor, options: RigOptions): Rig {
  return def.kernel ? kernelRig(def, options) : scriptRig(def, options)
}

/** Where two lists of signals first differ in a bit, in words; undefined if nowhere. */
export function firstDifference(actual: readonly Stereo[], wanted: readonly Stereo[]): string | undefined {
  if (actual.length !== wanted.length) return `${actual.length} signals, expected ${wanted.length}`
  for (const [k, pair] of wanted.entries())
    for (const c of [0, 1] as const) {
      const got = actual[k]![c],
        want = pair[c],
        port = wanted.length > 1 ? `port ${k}, ` : ''
      if (got.length !== want.length) return `${port}${got.length} samples, expected ${want.length}`
      const i = want.findIndex((v, j) => !Object.is(v, got[j]))
      if (i >= 0) return `${port}sample ${i}, ${c ? 'right' : 'left'}: ${got[i]}, expected ${want[i]}`
    }
  return undefined
}
