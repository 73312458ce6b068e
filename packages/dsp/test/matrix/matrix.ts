/**
 * Every processor against every rule of the contract: what the files of this folder share. They name no processor; what
 * one needs to be excused from stands in `excused`, with a reason.
 */
import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { convolution } from '../../src/convolution.ts'
import type { Processor } from '../../src/define.ts'
import { processors, type Registry } from '../../src/processors/index.ts'
import { firstDifference, type Rig, rig, type RigOptions, type Stereo } from '../harness.ts'
import { tremolo } from '../tremolo.ts'
import { drawn, frames, noise, rate } from './signals.ts'

/** A convolution: every response makes a processor. */
const room = convolution(
  'room',
  [noise(77, 0.1, 200)[0], noise(78, 0.1, 200)[1]].map(c => Float32Array.from(c)),
  rate
)

/** check → processor → why it need not pass */
export const excused: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'works at every sample rate': {
    [room.id]: 'a response has a rate of its own; others are refused, as its own test says'
  },
  'passes the dot-product test <J v, w> = <v, J* w>': {
    bitcrush: 'steps have no slope; the gradient is passed straight through, as its own test says'
  }
}

/** The registry, the example of CONTRIBUTING.md, which is in TypeScript, and a convolution. */
export const all: readonly Processor[] = Object.values({ tremolo, room, ...(processors as Registry) })

/** What keeps a file of the folder of processors from being tested, or an entry from being found. */
export function registryFaults(files: readonly string[], registry: Registry): string[] {
  const ids = files
    .filter(f => f.endsWith('.ts') && !f.endsWith('.test.ts') && f !== 'index.ts')
    .map(f => f.slice(0, -3))
  return [
    ...ids
      .filter(id => !Object.hasOwn(registry, id))
      .map(id => `processors/${id}.ts has no entry '${id}' in processors/index.ts: nothing tests it`),
    ...Object.entries(registry).flatMap(([key, def]) => [
      ...(ids.includes(key) ? [] : [`processors/index.ts has an entry '${key}' without a file processors/${key}.ts`]),
      ...(def.id === key ? [] : [`the entry '${key}' of processors/index.ts is the processor '${def.id}'`])
    ])
  ]
}
// Here and not in a test: `-t NAME` would skip that, and everything else if NAME has no entry.
const faults = registryFaults(readdirSync(new URL('../../src/processors', import.meta.url)), processors)
if (faults.length) throw new Error(faults.join('\n'))

/** A processor on the bench, every parameter at a place of its own unless told otherwise. */
export type Open = (options?: Partial<RigOptions>) => Rig

export function everyProcessor(rules: (def: Processor, open: Open) => void): void {
  describe.each(all.map(def => [def.id, def] as const))('%s', (_, def) =>
    rules(def, (options = {}) => rig(def, { rate, frames, values: drawn(def, 1), ...options }))
  )
}

/** @param reason why it need not pass */
export function check(name: string, def: Processor, body: () => void, reason = excused[name]?.[def.id]): void {
  it.skipIf(reason !== undefined)(reason ? `${name} (excused: ${reason})` : name, body)
}

/** Bit for bit. */
export function same(actual: readonly Stereo[], wanted: readonly Stereo[], place = 'differs'): void {
  const difference = firstDifference(actual, wanted)
  if (difference) expect.fail(`${place}: ${difference}`)
}
