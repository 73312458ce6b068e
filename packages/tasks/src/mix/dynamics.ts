/** Gates, compressors, de-essers, the glue of a group: where the spread of levels asks for them. */
import { bandEdges, fromByte, powerOfByte, type StemAnalysis, toByte, type Tracks } from './analysis.ts'
import { type Device, percent, rounded } from './decisions.ts'
import { hitSpread, ownHits } from './hits.ts'
import { activityOf, dynamicsOf, percentile } from './level.ts'
import type { Part } from './levels.ts'
import type { Relations } from './relations.ts'
import { type Group, isCloseMic, rulesOf } from './roles.ts'

/**
 * Loudness (both sides of the bus) to the level that a detector sees on one channel: 3 dB less for one side, and about
 * 6 dB more
 * because it follows peaks (a sine's peak is 3 dB above its power, music's 400-ms peaks another 3).
 */
const detector = 3

/**
 * Level of a frame (23 ms, both sides of the bus) to the peaks that a gate goes by, the largest sample of one channel
 * within 10 to 20 ms:
 * noise reads 5 to 7 dB higher there, the hits of drums 3 to 8, tones 2 to 5.
 */
export const gateDetector = 5

/**
 * Between the hits of a drum its microphone hears the others; pauses of a voice hold its noise. Turned down, not cut.
 */
export function gate({ analysis: a, role }: Part, index: number, relations: Relations): Device[] {
  const rules = rulesOf(role),
    own = relations.own[index]!,
    frames = a.tracks.level
  if (rules.kitMic && rules.gate && own.share < 0.6) {
    const bleed = percentile(
        frames.filter(b => fromByte(b) < own.p50 - 3 && b > 0),
        0.9
      ),
      level = fromByte(bleed),
      gap = own.p50 - level
    if (!(gap > 8)) return []
    return [
      {
        slot: 'gate',
        type: 'noisegate',
        params: {
          threshold: level + gap * 0.5 + gateDetector,
          ratio: 4,
          attack: 0.5,
          hold: 80,
          release: 150,
          range: 10,
          knee: 6
        },
        reason: `Gate, 10 dB deep: in ${percent(1 - own.share)} of its active time it hears other drums, ${gap.toFixed(0)} dB below its own hits.`,
        cites: { measure: 'pauses', floor: rounded(level + gap * 0.5) }
      }
    ]
  }
  const voice = rules.group === 'vocals' || rules.group === 'speech'
  if (!voice || a.noiseFloor === undefined || a.noiseFloor < a.loudness - 45 || a.noiseFloor > a.loudness - 15)
    return []
  return [
    {
      slot: 'gate',
      type: 'noisegate',
      params: {
        threshold: a.noiseFloor + gateDetector + 6,
        ratio: 3,
        attack: 3,
        hold: 200,
        release: 250,
        range: 8,
        knee: 6
      },
      reason: `Gate, 8 dB deep: its noise in the pauses lies only ${(a.loudness - a.noiseFloor).toFixed(0)} dB below the voice.`,
      cites: { measure: 'pauses', floor: rounded(a.noiseFloor + 6) }
    }
  ]
}

/** Compression by how far the momentary loudness, of a drum its hits, spreads beyond what the role wants. */
export function compression(parts: readonly Part[], index: number, relations: Relations, amount: number): Device[] {
  const { role, analysis } = parts[index]!,
    { compress, title } = rulesOf(role),
    { p50, loudness } = relations.own[index]!,
    hits = compress && isCloseMic(role) ? hitsIn(parts, index) : undefined,
    spread = hits ? spreadBehind(analysis, [], hits) : relations.own[index]!.spread
  if (!compress || amount === 0 || !(spread >= compress.spread + 1)) return []
  const ratio = 1 + Math.min(2.5, (spread / compress.spread - 1) * 1.5 + 0.4) * amount,
    over = Math.max(0, loudness - p50 + 2)
  const makeup = Math.min(8, over * (1 - 1 / ratio)),
    device: Device = {
      slot: 'comp',
      type: 'compressor',
      params: {
        threshold: Math.max(-75, Math.min(0, p50 - 2 + detector)),
        ratio,
        attack: compress.attack,
        release: compress.release,
        knee: 8,
        makeup
      },
      reason: `Compressor ${ratio.toFixed(1)}:1: its ${hits ? 'hits spread over' : 'loudness spreads over'} ${spread.toFixed(0)} LU${hits ? '' : ' while it plays'}; about ${compress.spread} hold their place in a mix (${title.toLowerCase()}).`,
      cites: { measure: hits ? 'hits' : 'spread' }
    }
  return spreadBehind(analysis, [], hits) - spreadBehind(analysis, [device], hits) < worthSpread ? [] : [device]
}
const hitsIn = (parts: readonly Part[], index: number): number[] =>
  ownHits(
    parts.map(part => part.analysis),
    parts.map(part => part.role),
    index
  )
/** LU by which a compressor narrows the spread at least: hits may be over before it has come down. */
const worthSpread = 1
/** Spread of a stem behind a chain, as far as it is foreseen. */
function spreadBehind({ tracks }: StemAnalysis, chain: readonly Device[], hits?: readonly number[]): number {
  const by = compressedBy(tracks, chain),
    level = by ? tracks.level.map((byte, i) => toByte(powerOfByte[byte]! * 10 ** (by[i]! / 10))) : tracks.level
  if (hits) return hitSpread({ level, hop: tracks.hop }, hits)
  return dynamicsOf(level, tracks.hop, activityOf(level, tracks.hop).active).spread
}

/**
 * Gain per frame, dB, that the compressors of a chain give a stem: their static curves at the level that their detector
 * is told of, smoothed by attack and release. Undefined without compressors. What listens to a filter (a de-esser) moves
 * no level that is heard as one.
 */
export function compressedBy({ level, hop }: Tracks, chain: readonly Device[]): Float64Array | undefined {
  const compressors = chain.filter(device => device.type === 'compressor' && !device.key)
  if (compressors.length === 0) return undefined
  const total = new Float64Array(level.length)
  for (const { params } of compressors) {
    const { threshold, ratio, attack, release, knee = 6, makeup = 0 } = params as Readonly<Record<string, number>>,
      step = (ms: number) => 1 - Math.exp((-1000 * hop) / ms)
    let e = 0
    for (let i = 0; i < level.length; i++) {
      const over = fromByte(level[i]!) + total[i]! + detector - threshold!,
        bent = over <= -knee / 2 ? 0 : over >= knee / 2 ? over : (over + knee / 2) ** 2 / (2 * knee),
        wanted = (1 / ratio! - 1) * bent
      e += step(wanted < e ? attack! : release!) * (wanted - e)
      total[i]! += e + makeup
    }
  }
  return total
}

/** Sibilants above -7 dB against the voice's own middle. */
const sharp = -7
export function deEss({ analysis: a, role }: Part): Device[] {
  if (!rulesOf(role).deEss || a.sibilance < sharp) return []
  const above = hissLevel(a),
    threshold = Math.max(-75, Math.min(0, above + detector - Math.min(6, a.sibilance - sharp + 2)))
  return [
    {
      slot: 'de-ess',
      type: 'compressor',
      params: { threshold, ratio: 3, attack: 1, release: 60, knee: 4 },
      key: { type: 'highpass', params: { frequency: 5500, q: Math.SQRT1_2 } },
      reason: `De-esser: its sibilants stand ${a.sibilance.toFixed(0)} dB against the middle of the voice.`,
      cites: { measure: 'sibilance' }
    }
  ]
}
function hissLevel({ tracks }: StemAnalysis): number {
  const high = tracks.bands.slice(bandEdges.indexOf(4000) + 1),
    sums: number[] = []
  for (let i = 0; i < tracks.level.length; i++) {
    const sum = high.reduce((s, track) => s + powerOfByte[track[i]!]!, 0)
    if (sum > 1e-10) sums.push(sum)
  }
  return 10 * Math.log10(percentile(sums, 0.95) || 1e-10)
}

/** Groups that are one instrument to the ear, and how they are held together. */
const glues: Partial<
  Record<Group, { readonly ratio: number; readonly attack: number; readonly release: number; readonly spread: number }>
> = {
  drums: { ratio: 2, attack: 30, release: 120, spread: 8 },
  vocals: { ratio: 1.6, attack: 15, release: 150, spread: 7 }
}

/** @param dynamics momentary loudness of the group's sum at its place in the mix */
export function glueOf(
  group: Group,
  members: number,
  { p50, p95, spread }: { p50: number; p95: number; spread: number },
  amount: number
): Device | undefined {
  const glue = glues[group]
  if (!glue || members < 2 || amount === 0 || spread < glue.spread) return undefined
  return {
    slot: 'glue',
    type: 'compressor',
    params: {
      threshold: Math.max(-60, Math.min(0, p50 + detector)),
      ratio: 1 + (glue.ratio - 1) * amount,
      attack: glue.attack,
      release: glue.release,
      knee: 10,
      makeup: 0.25 * Math.max(0, p95 - p50) * (1 - 1 / glue.ratio)
    },
    reason: `Glue ${glue.ratio}:1 on ${members} ${group} together: their sum moves over ${spread.toFixed(0)} LU.`,
    cites: { measure: 'together' }
  }
}
