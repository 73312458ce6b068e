/**
 * Our dynamics as REAPER's ReaComp, ReaGate and ReaLimit: approximate, for how they follow a level is not published.
 * Places and scales of their parameters were read off projects and agree with what two converters measured by setting each
 * of them in REAPER; a gate has no ratio there.
 */
import type { DawDevice } from './session.ts'
import { limitBytes, limitOf, listBytes, listOf } from './rea-state.ts'
import { clamped, clampedDevice, levelDevice, settingOf } from './twins.ts'

const factor = (dB: number): number => 10 ** (dB / 20)
const decibel = (value: number): number => 20 * Math.log10(Math.max(value, 1e-9))
/** What 32-bit floats keep. */
const short = (value: number): number => Number(value.toPrecision(6))
/** What ReaComp and ReaGate call −150 dB, and the most that their levels can be. */
const silence = 10 ** (-150 / 20),
  most = 2

/** Places in the lists of ReaComp and ReaGate, the value that 1 stands for, and what else REAPER begins with. */
const comp = {
  threshold: 0,
  ratio: 1,
  attack: 2,
  release: 3,
  ahead: 4,
  lowpass: 6,
  highpass: 7,
  input: 8,
  other: 9,
  dry: 10,
  wet: 11,
  preview: 12,
  rms: 13,
  knee: 14,
  makeup: 15,
  auto: 16
} as const
const freshComp = [1, 0, 0.006, 0.02, 0, 0, 1, 0, 0, 0, silence, 1, 0, 0, 0, 0, 0, 0.25, 0, 0, 0]
const gate = {
  threshold: 0,
  attack: 1,
  release: 2,
  ahead: 3,
  hold: 4,
  lowpass: 5,
  highpass: 6,
  input: 7,
  other: 8,
  dry: 9,
  wet: 10,
  hysteresis: 12,
  rms: 14,
  invert: 18
} as const
/** The 16th is the MIDI note 69 of 127. */
const freshGate = [silence, 0.006, 0.02, 0, 0, 1, 0, 0, 0, silence, 1, silence, 1, 0, 0, 0, 69 / 127, 0, 0, 0, 0]
const full = { ratio: 99, attack: 500, release: 5000, hold: 1000, knee: 24, frequency: 20000 } as const

/** A release in ms as dB per second, and back: 3 dB have come back but for a tenth after the same time. */
const perSecond = (ms: number): number => (0.9 * 3 * 1000) / (Math.LN10 * ms)

/** Whether ReaComp can be set to one of our compressors. */
export const inReaComp = (device: DawDevice): boolean =>
  factor(settingOf(device, 'makeup')) <= most && (!device.key || device.key.type === 'highpass')

export function compressorState(device: DawDevice): Uint8Array {
  const value = (name: string) => settingOf(device, name)
  return listBytes(
    set(freshComp, [
      [comp.threshold, factor(value('threshold'))],
      [comp.ratio, (value('ratio') - 1) / full.ratio],
      [comp.attack, value('attack') / full.attack],
      [comp.release, value('release') / full.release],
      [comp.highpass, device.key ? (device.key.params.frequency ?? 0) / full.frequency : 0],
      [comp.wet, factor(value('makeup'))],
      [comp.knee, value('knee') / full.knee]
    ])
  )
}
export function gateState(device: DawDevice): Uint8Array {
  const value = (name: string) => settingOf(device, name),
    // What is shut out passes beside, so that open gate and bypass add up to 1.
    closed = factor(-value('range'))
  return listBytes(
    set(freshGate, [
      [gate.threshold, factor(value('threshold'))],
      [gate.attack, value('attack') / full.attack],
      [gate.release, value('release') / full.release],
      [gate.hold, value('hold') / full.hold],
      [gate.dry, closed],
      [gate.wet, 1 - closed]
    ])
  )
}
/** What comes in at the threshold goes out at the ceiling (REAPER User Guide 7, 16.14). */
export function limiterState(device: DawDevice): Uint8Array {
  const ceiling = settingOf(device, 'ceiling'),
    fall = factor(-perSecond(settingOf(device, 'release')))
  return limitBytes({ truePeak: true, threshold: ceiling, ceiling, fall })
}
const set = (fresh: readonly number[], changes: readonly (readonly [number, number])[]): number[] => {
  const values = [...fresh]
  for (const [i, value] of changes) values[i] = value
  return values
}

type Unlike = (what: string) => void

/** @returns undefined where it is no state of ReaComp, or what it does is none of ours: a side chain, a parallel signal */
export function compressor(state: Uint8Array, name: string, unlike: Unlike): DawDevice[] | undefined {
  const list = listOf(state, 17)
  if (!list) return undefined
  const at = (place: keyof typeof comp) => list[comp[place]]!
  if (at('input') + at('other') > 0 || at('preview') > 0.5 || at('dry') > audible || at('wet') < audible)
    return undefined
  for (const [told, what] of [
    [at('rms') > 0, 'its mean level (taken as peaks)'],
    [at('ahead') > 0, 'its look-ahead'],
    [at('lowpass') < 1, 'the low-pass before its detector'],
    [at('makeup') > 0.5, 'its automatic make-up'],
    [at('auto') > 0.5, 'its automatic release']
  ] as const)
    if (told) unlike(what)
  const made = clampedDevice(
      name,
      'compressor',
      {
        threshold: short(decibel(at('threshold'))),
        ratio: short(1 + full.ratio * at('ratio')),
        attack: short(full.attack * at('attack')),
        release: short(full.release * at('release')),
        knee: short(full.knee * at('knee')),
        makeup: short(decibel(at('wet')))
      },
      unlike
    ),
    frequency = short(full.frequency * at('highpass'))
  return [
    frequency > 0
      ? { ...made, key: { type: 'highpass', params: { frequency: clamped('highpass', 'frequency', frequency) } } }
      : made
  ]
}
/** A level, as a factor, that is not nothing. */
const audible = 1e-4

/** @returns undefined where it is no state of ReaGate, or what it does is none of ours */
export function noisegate(state: Uint8Array, name: string, unlike: Unlike): DawDevice[] | undefined {
  const list = listOf(state, 15)
  if (!list) return undefined
  const at = (place: keyof typeof gate) => list[gate[place]] ?? 0,
    open = at('dry') + at('wet')
  if (at('input') + at('other') > 0 || at('invert') > 0.5 || at('wet') < audible) return undefined
  for (const [told, what] of [
    [at('rms') > 0, 'its mean level (taken as peaks)'],
    [at('ahead') > 0, 'its look-ahead'],
    [at('lowpass') < 1 || at('highpass') > 0, 'the filters before its detector'],
    [Math.abs(at('hysteresis') - 1) > 1e-3, 'its hysteresis']
  ] as const)
    if (told) unlike(what)
  return [
    clampedDevice(
      name,
      'noisegate',
      {
        threshold: short(decibel(at('threshold'))),
        // It opens and shuts: the steepest of ours, without a knee.
        ratio: 20,
        knee: 0,
        attack: short(full.attack * at('attack')),
        release: short(full.release * at('release')),
        hold: short(full.hold * at('hold')),
        range: Math.min(80, short(-decibel(at('dry') / open)))
      },
      unlike
    ),
    ...levelDevice(name, short(decibel(open)))
  ]
}

/** @returns undefined where it is no state of ReaLimit */
export function limiter(state: Uint8Array, name: string, unlike: Unlike): DawDevice[] | undefined {
  const found = limitOf(state)
  if (!found || !(found.fall > 0 && found.fall < 1)) return undefined
  return [
    ...levelDevice(name, found.ceiling - found.threshold),
    clampedDevice(name, 'limiter', { ceiling: found.ceiling, release: short(perSecond(-decibel(found.fall))) }, unlike)
  ]
}
