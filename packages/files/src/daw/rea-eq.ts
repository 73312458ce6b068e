/**
 * Our filters as bands of REAPER's ReaEQ. They are the same filters, the cookbook's biquads, and only their width is counted
 * otherwise. Source of the laws, measured on REAPER's renderings to 1e-12: zbynekdrlik/iemmixer, S2 design note, section
 * 2 (2026); low passes follow the high passes there.
 */
import type { DawDevice } from './session.ts'
import { eqBytes, eqOf, type ReaBand } from './rea-state.ts'
import { clampedDevice, isFilter, levelDevice, settingOf } from './twins.ts'

/** How ReaEQ numbers its bands. All-pass, notch, band-pass and the second parametric band have no like among ours. */
const bandTypes: Readonly<Record<string, number>> = { lowshelf: 0, highshelf: 1, lowpass: 3, highpass: 4, bell: 8 }
const isShelf = (type: string): boolean => type === 'lowshelf' || type === 'highshelf'

/** Octaves; of gains, a factor: +12.04 dB. Corners above `share` of the sample rate lie there. */
const reaEqLimits = { bandwidth: [0.01, 4], shelf: Math.sqrt(1 / 1.2), gain: 4, share: 0.49 } as const

/** Bandwidth in octaves of a cookbook filter with a quality factor, near half the sample rate as ReaEQ bends it. */
export function bandwidthOf(type: string, frequency: number, q: number, gain: number, sampleRate: number): number {
  if (isShelf(type)) return Math.sqrt(1 + (1 / q ** 2 - 2) / slope(gain))
  return ((2 / Math.LN2) * Math.asinh(1 / (2 * q))) / bent(frequency, sampleRate)
}
export function qualityOf(type: string, frequency: number, width: number, gain: number, sampleRate: number): number {
  const bandwidth = Math.max(reaEqLimits.bandwidth[0], Math.min(reaEqLimits.bandwidth[1], width))
  if (isShelf(type)) {
    const squared = Math.max(reaEqLimits.shelf, bandwidth) ** 2
    return 1 / Math.sqrt(slope(gain) * (squared - 1) + 2)
  }
  return 1 / (2 * Math.sinh((Math.LN2 / 2) * bandwidth * bent(frequency, sampleRate)))
}
/** A + 1/A with A = 10^(dB/40) */
const slope = (gain: number): number => 10 ** (gain / 40) + 10 ** (-gain / 40)
function bent(frequency: number, sampleRate: number): number {
  const w = 2 * Math.PI * Math.min(frequency / sampleRate, reaEqLimits.share)
  return w <= Math.PI / 2 ? w / Math.sin(w) : Math.PI / 2
}

const factor = (dB: number): number => 10 ** (dB / 20)
const decibel = (value: number): number => 20 * Math.log10(Math.max(value, 1e-9))

/** Whether ReaEQ can be set to one of our filters or gains. */
export function inReaEq(device: DawDevice, sampleRate: number): boolean {
  if (!isFilter(device.type)) return factor(settingOf(device, 'gain')) <= reaEqLimits.gain
  const band = bandOf(device, sampleRate),
    [narrow, wide] = reaEqLimits.bandwidth
  return (
    band.gain <= reaEqLimits.gain &&
    band.bandwidth >= (isShelf(device.type) ? reaEqLimits.shelf - 1e-9 : narrow) &&
    band.bandwidth <= wide
  )
}

function bandOf(device: DawDevice, sampleRate: number): ReaBand {
  const { type } = device,
    shaped = type === 'bell' || isShelf(type),
    [frequency, q, gain] = [
      settingOf(device, 'frequency'),
      settingOf(device, 'q'),
      shaped ? settingOf(device, 'gain') : 0
    ]
  return {
    type: bandTypes[type]!,
    on: true,
    frequency,
    gain: factor(gain),
    bandwidth: bandwidthOf(type, frequency, q, gain, sampleRate)
  }
}

/** @param after a gain behind the filters */
export function equalizerState(
  filters: readonly DawDevice[],
  after: DawDevice | undefined,
  sampleRate: number
): Uint8Array {
  const bands = filters.map(one => bandOf(one, sampleRate)),
    gain = after ? factor(settingOf(after, 'gain')) : 1
  return eqBytes({ bands, gain, rest: freshWindow })
}
/** As REAPER writes it: 509 points wide, 348 high. */
const freshWindow = Uint8Array.from([0, 0, 0, 0, 0xfd, 1, 0, 0, 0x5c, 1, 0, 0, 2, 0, 0, 0])

/** @returns undefined where it is no state of ReaEQ */
export function equalizer(
  state: Uint8Array,
  name: string,
  sampleRate: number,
  unlike: (what: string) => void
): DawDevice[] | undefined {
  const eq = eqOf(state)
  if (!eq) return undefined
  const filters = eq.bands.flatMap(({ type: number, on, frequency, gain: level, bandwidth }): DawDevice[] => {
    const type = Object.keys(bandTypes).find(key => bandTypes[key] === number),
      gain = decibel(level)
    if (!on) return []
    if (!type) {
      unlike(`its filter of kind ${number} (left out)`)
      return []
    }
    const flat = type === 'bell' || isShelf(type)
    if (flat && Math.abs(gain) < 1e-6) return []
    const q = qualityOf(type, frequency, bandwidth, flat ? gain : 0, sampleRate)
    return [clampedDevice(name, type, { frequency, q, ...(flat && { gain }) }, unlike)]
  })
  return [...filters, ...levelDevice(name, decibel(eq.gain))]
}
