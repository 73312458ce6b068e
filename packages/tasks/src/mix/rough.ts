/** The balance of a rough mix, read from it beside the stems. */
import type { Clip, Kernels } from '@mixwright/dsp'
import { createRoleReader } from '@mixwright/estimate'
import { TaskError } from '../define.ts'
import { isKit, type Part } from './levels.ts'
import type { Relations } from './relations.ts'
import { rulesOf } from './roles.ts'

/** dB below the most raised stem: what is further down is masked, and its reading not to be trusted. */
const heard = 40

/**
 * Sharpness of the alignment (see there) from which on it is believed: 1300 to 12 700 for eight mixes of three songs beside
 * their own stems; beside another song's, where anything was found at all, 63.
 */
export const ofTheseStems = 200

/**
 * dB by which each stem is raised in a rough mix; undefined: muted, or not heard there. Microphones of one kit hear each
 * other, which no reader can tell apart: they are read as one.
 * @throws TaskError if it is no mix of these stems
 */
export async function readRough(
  rough: Clip,
  stems: readonly Clip[],
  parts: readonly Part[],
  relations: Relations,
  kernels: Kernels
): Promise<(number | undefined)[]> {
  const kit = isKit(parts, relations),
    mics = parts.flatMap(({ role, muted }, i) => (kit && !muted && rulesOf(role).kitMic ? [i] : [])),
    sources = [
      ...(mics.length ? [mics] : []),
      ...parts.flatMap(({ muted }, i) => (muted || mics.includes(i) ? [] : [[i]]))
    ],
    clips = Object.fromEntries(sources.map((members, s) => [s, sumOf(members.map(i => stems[i]!))])),
    balance = await createRoleReader(clips, kernels).read(rough)
  if (!balance || balance.alignment.sharpness < ofTheseStems)
    throw new TaskError(
      'rough: it does not sound like these stems, or starts more than half a second before or after them; give a mix of these stems that starts when they do'
    )
  const gains = sources.map((_, s) => balance.roles[s]!.gain),
    least = Math.max(...gains) - heard
  return parts.map((_, i) => {
    const gain = gains[sources.findIndex(members => members.includes(i))]
    return gain !== undefined && gain > least ? gain : undefined
  })
}

/** Clips of one sample rate, added. */
function sumOf(clips: readonly Clip[]): Clip {
  if (clips.length === 1) return clips[0]!
  const channels = Math.max(...clips.map(clip => clip.channels))
  return {
    sampleRate: clips[0]!.sampleRate,
    channels,
    frames: Math.max(...clips.map(clip => clip.frames)),
    async read(start, count) {
      const out = Array.from({ length: channels }, () => new Float32Array(count))
      for (const clip of clips) {
        const part = await clip.read(start, count)
        out.forEach((channel, c) => {
          const from = part[c] ?? part[0]!
          for (let i = 0; i < count; i++) channel[i]! += from[i]!
        })
      }
      return out
    }
  }
}
