/**
 * Every processor against every rule of the contract: what the files of this folder share. They name no processor; what
 * one needs to be excused from stands in `excused`, with a reason.
 */
import { describe, expect, it } from 'vitest'
import type { Processor } from '../../src/define.ts'
import { processors, type Registry } from '../../src/processors/index.ts'
import { firstDifference, type Rig, rig, type RigOptions, type Stereo } from '../harness.ts'
import { tremolo } from '../tremolo.ts'
import { at, frames, rate } from './signals.ts'

/** check → processor → why it need not pass */
export const excused: Readonly<Record<string, Readonly<Record<string, string>>>> = {}

/** The registry, and the example of CONTRIBUTING.md: no built-in processor is written in TypeScript. */
export const all: readonly Processor[] = Object.values({ tremolo, ...(processors as Registry) })

/** A processor on the bench, in the middle of its ranges unless told otherwise. */
export type Open = (options?: Partial<RigOptions>) => Rig

export function everyProcessor(rules: (def: Processor, open: Open) => void): void {
  describe.each(all.map(def => [def.id, def] as const))('%s', (_, def) =>
    rules(def, (options = {}) => rig(def, { rate, frames, values: at(def, 0.5), ...options }))
  )
}

export function check(name: string, def: Processor, body: () => void): void {
  const reason = excused[name]?.[def.id]
  it.skipIf(reason !== undefined)(reason ? `${name} (excused: ${reason})` : name, body)
}

/** Bit for bit. */
export function same(actual: readonly Stereo[], wanted: readonly Stereo[], place = 'differs'): void {
  const difference = firstDifference(actual, wanted)
  expect(difference, `${place}: ${difference}`).toBeUndefined()
}
