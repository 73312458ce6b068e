/** Our processors and REAPER's own effects that come closest to them, as blocks of a chain. */
import type { DawDevice } from './session.ts'
import { compressor, compressorState, gateState, inReaComp, limiter, limiterState, noisegate } from './rea-dynamics.ts'
import { equalizer, equalizerState, inReaEq } from './rea-eq.ts'
import { reaBlock, type ReaPlugin, reaState } from './rea-state.ts'
import { isFilter, type Unit, units } from './twins.ts'

/** Whether REAPER has an effect for one of our devices as it is set. */
export function hasReaTwin(device: Omit<DawDevice, 'name'>, sampleRate: number): boolean {
  const { type } = device,
    named = { name: '', ...device }
  if (isFilter(type) || type === 'gain') return inReaEq(named, sampleRate)
  return type === 'compressor' ? inReaComp(named) : type === 'noisegate' || type === 'limiter'
}

/** Blocks of a chain with the lines around them, those without a twin left out. */
export const reaEffects = (devices: readonly DawDevice[], sampleRate: number): string[] =>
  units(devices.filter(device => hasReaTwin(device, sampleRate))).flatMap(unit => {
    const made = stateOf(unit, sampleRate),
      { name, off } = unit.device
    return made ? [`BYPASS ${off ? 1 : 0} 0 0`, ...reaBlock(made[0], name, made[1]), 'WAK 0 0'] : []
  })

function stateOf({ device, filters, after }: Unit, sampleRate: number): readonly [ReaPlugin, Uint8Array] | undefined {
  if (filters.length || after) return ['ReaEQ', equalizerState(filters, after, sampleRate)]
  if (device.type === 'compressor') return ['ReaComp', compressorState(device)]
  if (device.type === 'noisegate') return ['ReaGate', gateState(device)]
  return device.type === 'limiter' ? ['ReaLimit', limiterState(device)] : undefined
}

/**
 * Our devices for a block of a chain.
 * @param lines of the block
 * @param unlike told what of it we have not got
 * @returns undefined where it cannot be read
 */
export function devicesOf(
  plugin: ReaPlugin,
  name: string,
  lines: readonly string[],
  sampleRate: number,
  unlike: (what: string) => void
): DawDevice[] | undefined {
  const state = reaState(plugin, lines)
  if (!state) return undefined
  if (plugin === 'ReaEQ') return equalizer(state, name, sampleRate, unlike)
  return { ReaComp: compressor, ReaGate: noisegate, ReaLimit: limiter }[plugin](state, name, unlike)
}
