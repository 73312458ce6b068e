/** Cleaning filters and equalisers: only where the measurement asks, and small. */
import { bandEdges, type StemSpectrum, type StemAnalysis } from './analysis.ts'
import { type Device, hertz, percent, rounded, signed } from './decisions.ts'
import { around } from './evidence.ts'
import { bandPowers, type Part } from './levels.ts'
import { rulesOf } from './roles.ts'

/** Share of the energy below a frequency. */
export function shareBelow({ frequencies, power }: StemSpectrum, corner: number): number {
  let below = 0,
    total = 0
  for (let i = 0; i < power.length; i++) {
    const p = 10 ** (power[i]! / 10)
    total += p
    if (frequencies[i]! < corner) below += p
  }
  return total > 0 ? below / total : 0
}

/** A high-pass where something lies below the source. @param least share of its energy that is worth one */
export function cleaning({ analysis: a, role }: Part, least: number): Device[] {
  const { highpass } = rulesOf(role),
    lowest = a.features.voiced > 0.3 ? a.features.lowestPitch : 0
  if (highpass === undefined)
    return a.rumble.below30 < 0.03 || role === 'fx'
      ? []
      : [
          {
            slot: 'hp',
            type: 'highpass',
            params: { frequency: 25, q: Math.SQRT1_2 },
            reason: `High-pass at 25 Hz: ${percent(a.rumble.below30)} of its energy is rumble below 30 Hz.`,
            cites: { measure: 'below', to: 30 }
          }
        ]
  const corner = Math.max(25, Math.min(highpass, lowest > 0 ? 0.75 * lowest : highpass)),
    share = shareBelow(a.spectrum, 0.9 * corner)
  // Where the source itself reaches this low, the corner gives way.
  const frequency = lowest === 0 && share > 0.25 ? corner / 2 : corner,
    removed = shareBelow(a.spectrum, 0.9 * frequency)
  if (removed < least) return []
  const what =
    lowest > 0
      ? `lies below its lowest held note (${hertz(lowest)})`
      : `lies below ${hertz(0.9 * frequency)}, outside what its role needs (${rulesOf(role).title.toLowerCase()})`
  return [
    {
      slot: 'hp',
      type: 'highpass',
      params: { frequency: Math.round(frequency), q: Math.SQRT1_2 },
      reason: `High-pass at ${hertz(frequency)}: ${percent(removed)} of its energy ${what}.`,
      cites: { measure: 'below', to: rounded(0.9 * frequency) }
    }
  ]
}

const meanLevel = ({ frequencies, power }: StemSpectrum, from: number, to: number): number => {
  const inside = [...power].filter((_, i) => frequencies[i]! >= from && frequencies[i]! <= to)
  return inside.reduce((a, b) => a + b, 0) / Math.max(1, inside.length)
}

/** A band against what lies below and above it, dB. */
export function excessOf(spectrum: StemSpectrum, from: number, to: number) {
  const here = meanLevel(spectrum, from, to),
    under = meanLevel(spectrum, from / 2.2, from / 1.1)
  return { here, under, excess: here - 0.5 * (under + meanLevel(spectrum, to * 1.3, to * 3)) }
}
/** Mud against its neighbourhood, and ringing drums. */
export function shaping({ analysis: a, role }: Part, amount: number): Device[] {
  const devices: Device[] = [],
    { mud, group, title } = rulesOf(role)
  if (mud) {
    const [from, to] = mud,
      { here, under, excess } = excessOf(a.spectrum, from, to),
      centre = Math.sqrt(from * to),
      gain = -Math.min(3, 0.3 * (excess - 9)) * amount
    // A source that begins in this region is not muddy, it is at home there.
    if (gain < -0.5 && under > here - 15)
      devices.push({
        slot: 'eq-mud',
        type: 'bell',
        params: { frequency: Math.round(centre), q: 1.1, gain },
        reason: `Bell ${signed(gain)} dB at ${hertz(centre)}: ${excess.toFixed(0)} dB more there than around it is mud (${title.toLowerCase()}).`,
        cites: { measure: 'excess', from, to }
      })
  }
  if (group === 'drums' || group === 'speech')
    a.resonances
      .filter(r => r.excess > 8)
      .slice(0, 2)
      .forEach((r, i) => {
        const gain = -Math.min(5, 0.5 * (r.excess - 4)) * amount
        if (gain < -0.5)
          devices.push({
            slot: `eq-ring-${i + 1}`,
            type: 'bell',
            params: { frequency: Math.round(r.frequency), q: 6, gain },
            reason: `Bell ${signed(gain)} dB at ${hertz(r.frequency)}: a resonance ${r.excess.toFixed(0)} dB above its surroundings that is always there.`,
            cites: { measure: 'excess', ...around(r.frequency) }
          })
      })
  return devices
}

export const presence = { from: bandEdges.indexOf(2000) + 1, frequency: 2800, q: 0.8 }

/** The bell by which a part makes room for a lead. */
export const roomSlot = 'eq-room'

/** Where the music covers the lead at 2 to 4 kHz while it plays, each part that matters steps back a little. */
export function makeRoom(parts: readonly Part[], gains: readonly number[], amount: number): (Device | undefined)[] {
  const is = (test: (part: Part) => boolean) => parts.flatMap((part, i) => (!part.muted && test(part) ? [i] : []))
  const leads = is(part => part.lead === true),
    music = is(part => !part.lead && rulesOf(part.role).group === 'music')
  if (leads.length === 0 || music.length === 0) return parts.map(() => undefined)
  const plays = leadMask(parts, leads),
    band = (members: readonly number[]) => bandPowers(parts, gains, members, f => plays[f] === 1)[presence.from]!
  const front = band(leads),
    cover = band(music),
    over = 10 * Math.log10(cover / (front + 1e-20))
  const gain = -Math.min(2.5, 0.4 * (over + 6)) * amount
  return parts.map((part, i) =>
    !music.includes(i) || gain > -0.5 || band([i]) < 0.2 * cover
      ? undefined
      : {
          slot: roomSlot,
          type: 'bell',
          params: { frequency: presence.frequency, q: presence.q, gain },
          reason: `Bell ${signed(gain)} dB at ${hertz(presence.frequency)}: while the lead is there the music stands ${signed(over, 0)} dB against it between 2 and 4 kHz, and ${part.analysis.name} is part of it.`,
          cites: { measure: 'glimpses', stems: leads.map(i => parts[i]!.analysis.name) }
        }
  )
}

function leadMask(parts: readonly Part[], leads: readonly number[]): Uint8Array {
  const first: StemAnalysis = parts[leads[0]!]!.analysis,
    mask = new Uint8Array(first.tracks.level.length)
  for (const i of leads)
    for (const [start, end] of parts[i]!.analysis.activity.regions)
      mask.fill(1, Math.round(start / first.tracks.hop), Math.round(end / first.tracks.hop))
  return mask
}
