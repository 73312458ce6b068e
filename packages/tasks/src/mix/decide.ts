/**
 * From measurements to decisions: every rule's answer for every stem, in the order in which the console applies them.
 */
import type { Values } from '@mixwright/dsp'
import type { StemAnalysis } from './analysis.ts'
import {
  type Decisions,
  type Device,
  type GroupDecision,
  percent,
  type Return,
  rounded,
  type Send,
  type StemDecision
} from './decisions.ts'
import { compression, deEss, gate, glueOf } from './dynamics.ts'
import { dynamicsOf, sumTrack } from './level.ts'
import { faders, type Part } from './levels.ts'
import type { mixOptions } from './options.ts'
import { pans, widths } from './places.ts'
import type { Relations } from './relations.ts'
import { needless, repairs } from './repairs.ts'
import type { AssignedRole } from './role-signal.ts'
import { presetRules } from './presets.ts'
import type { Ride } from './ride.ts'
import { leadRides } from './rides.ts'
import { expander, speechRides } from './speech.ts'
import { duckRides } from './duck.ts'
import { type Group, groups, rulesOf } from './roles.ts'
import { type Steering, unsteered } from './settled.ts'
import { echoTime, mixBus, returnChains, sends } from './space.ts'
import { cleaning, makeRoom, shaping } from './tone.ts'

export type MixOptions = Values<typeof mixOptions>

/** The stems as the rules see them. */
export function partsOf(
  analyses: readonly StemAnalysis[],
  roles: readonly AssignedRole[],
  relations: Relations
): Part[] {
  const why = needless(analyses, relations)
  return analyses.map((analysis, i) => ({
    analysis,
    role: roles[i]!.role,
    muted: why[i] !== undefined,
    lead: roles[i]!.lead !== undefined
  }))
}

/** Nothing in it depends on audio any more: the same measurements give the same decisions. */
export function decide(
  analyses: readonly StemAnalysis[],
  roles: readonly AssignedRole[],
  relations: Relations,
  options: MixOptions,
  steering: Steering = unsteered
): Decisions {
  const why = needless(analyses, relations),
    parts = partsOf(analyses, roles, relations),
    rules = presetRules(options.preset)
  const { vocals, drums, bass } = options,
    levels = faders(parts, relations, { vocals, speech: vocals, drums, bass }, steering, options.balance),
    gains = levels.map(fader => fader.gain)
  const placed = pans(parts, gains, relations.bleed),
    wide = widths(parts, placed, options.space),
    rooms = makeRoom(parts, gains, options.tone)
  const stems = parts.map((part, i): StemDecision => {
    const { role, confidence, from, lead } = roles[i]!,
      base = {
        stem: part.analysis.name,
        role,
        confidence: rounded(confidence, 2),
        roleFrom: from,
        group: rulesOf(role).group,
        ...(lead && !part.muted && { lead: { reason: lead } })
      }
    const needs = why[i]
    if (needs)
      return {
        ...base,
        muted: needs.muted,
        faults: [needs.fault],
        chain: [],
        fader: { gain: 0, reason: needs.fault.text },
        sends: []
      }
    const { faults, devices } = repairs(parts, i, relations)
    if (steering.locked.has(i)) return { ...base, locked: true, faults, chain: [], fader: levels[i]!, sends: [] }
    const pan = placed[i]
    const quieter = rules.pausesAlike ? expander(parts, i) : gate(part, i, relations),
      // A gate is not to hear the rumble that a high-pass takes away.
      clean = partly([...cleaning(part, rules.worthCleaning), ...quieter], options.cleaning)
    const chain = [
      // A high-pass takes a constant offset with it.
      ...devices.filter(({ type }) => type !== 'dc-block' || !clean.some(one => one.type === 'highpass')),
      ...clean,
      ...shaping(part, options.tone),
      ...(rooms[i] ? [rooms[i]] : []),
      ...compression(parts, i, relations, options.dynamics),
      ...partly(deEss(part), options.cleaning)
    ]
    return {
      ...base,
      faults,
      chain: chain.map(tidy),
      fader: levels[i]!,
      ...(pan && rounded(pan.pan * options.places, 2) !== 0
        ? { pan: { ...pan, pan: rounded(pan.pan * options.places, 2) } }
        : {}),
      sends: rules.rooms
        ? [...sends(part, options.space), ...(wide[i] ? [wide[i]] : [])].filter(audible).map(tidySend)
        : []
    }
  })
  const rides = ridesOf(
      parts,
      stems.map(stem => stem.chain),
      gains,
      options
    ),
    ridden = stems.map((stem, i) => (rides[i] && !stem.locked ? { ...stem, ride: rides[i] } : stem))
  const used = new Set<Return>(stems.flatMap(stem => stem.sends.map(send => send.to)))
  return {
    stems: ridden,
    groups: groups.flatMap(group => groupOf(group, parts, gains, steering, options)),
    returns: returnChains(used, used.has('delay') ? echoTime(parts) : { ms: 330, reason: '' }),
    mixBus: rules.bus ? mixBus(parts, gains, options.dynamics).map(tidy) : []
  }
}

/** How levels move with the song. */
function ridesOf(
  parts: readonly Part[],
  chains: readonly (readonly Device[])[],
  gains: readonly number[],
  { preset, rides: amount }: MixOptions
): (Ride | undefined)[] {
  const { leads, breaths, above } = presetRules(preset)
  if (leads === 'against the rest') return leadRides(parts, chains, gains, amount)
  const voices = speechRides(parts, chains, gains, amount, breaths),
    others = above === undefined ? [] : duckRides(parts, chains, gains, above, amount)
  return parts.map((_, i) => voices[i] ?? others[i])
}

function groupOf(
  group: Group,
  parts: readonly Part[],
  gains: readonly number[],
  { locked }: Steering,
  options: MixOptions
): GroupDecision[] {
  const playing = parts.flatMap((part, i) => (!part.muted && rulesOf(part.role).group === group ? [i] : [])),
    members = playing.filter(i => !locked.has(i))
  if (members.length === 0) return playing.length ? [{ group, gain: 0 }] : []
  const track = sumTrack(members.map(i => ({ level: parts[i]!.analysis.tracks.level, gain: gains[i]! }))),
    glue = glueOf(
      group,
      members.length,
      dynamicsOf(track, parts[0]!.analysis.tracks.hop, new Uint8Array(track.length).fill(1)),
      options.dynamics
    )
  return [{ group, gain: 0, ...(glue && { glue: tidy(glue) }) }]
}

/** Cleaning, as far as it is wanted: lower corners, less depth. */
const partly = (devices: readonly Device[], amount: number): readonly Device[] =>
  amount === 1
    ? devices
    : devices.flatMap(device => {
        const { frequency, range, ratio } = device.params,
          params = {
            ...device.params,
            ...(device.type === 'highpass' && { frequency: frequency! * amount }),
            ...(device.type === 'noisegate' && { range: range! * amount }),
            ...(device.type === 'compressor' && { ratio: 1 + (ratio! - 1) * amount })
          }
        return amount === 0 || (device.type === 'highpass' && params.frequency! < lowestCorner)
          ? []
          : [{ ...device, params, reason: `${device.reason} Done to ${percent(amount)}.` }]
      })
/** A high-pass below cleans nothing, Hz. */
const lowestCorner = 20
/** Sends below are not heard, dB. */
const audible = (send: Send): boolean => send.gain > -50

/** Values as a person would set them: four digits. */
const tidy = (device: Device): Device => ({
  ...device,
  params: Object.fromEntries(Object.entries(device.params).map(([name, value]) => [name, Number(value.toPrecision(4))]))
})
const tidySend = (send: Send): Send => ({ ...send, gain: rounded(send.gain) })
