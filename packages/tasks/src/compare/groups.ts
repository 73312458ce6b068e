/** Which files are versions of one recording, and which part of each is played. */
import type { Clip } from '@mixwright/dsp'
import { TaskError } from '../define.ts'
import { type Alignment, alignmentOf } from './align.ts'
import { excerptStart } from './excerpt.ts'
import { onsetRate, type Profile } from './profile.ts'

export interface Profiled {
  readonly label: string
  readonly clip: Clip
  readonly profile: Profile
}
/** Versions that play in step. */
export interface Group {
  readonly members: readonly { readonly index: number; readonly lag: number; readonly correlation: number }[]
  /** Samples of the first member's time that all members have. */
  readonly from: number
  readonly to: number
}

/** @param align as the option */
export async function groupsOf(files: readonly Profiled[], align: 'auto' | 'start' | 'own'): Promise<Group[]> {
  const groups: { index: number; lag: number; correlation: number }[][] = []
  for (const [index, file] of files.entries()) {
    let placed = false
    for (const group of groups) {
      const found: Alignment | undefined =
        align === 'own'
          ? undefined
          : align === 'start'
            ? { lag: 0, correlation: 0 }
            : await alignmentOf(files[group[0]!.index]!, file)
      if (!found) continue
      group.push({ index, ...found })
      placed = true
      break
    }
    if (!placed) groups.push([{ index, lag: 0, correlation: 1 }])
  }
  return groups.map(members => ({
    members,
    from: Math.max(0, ...members.map(m => -m.lag)),
    to: Math.min(...members.map(m => files[m.index]!.clip.frames - m.lag))
  }))
}

/** Nothing shorter can be judged, or measured with confidence. */
const shortest = 1

/**
 * Start of each file's excerpt in its own samples, and their common length.
 * @param from seconds of the first file of each group; default: the most active of the loudest parts
 * @throws TaskError where too little is left
 */
export function excerptsIn(
  files: readonly Profiled[],
  groups: readonly Group[],
  sampleRate: number,
  seconds: number,
  from: number | undefined
): { starts: number[]; frames: number } {
  const given = from === undefined ? undefined : Math.round(from * sampleRate)
  const frames = Math.min(
    Math.round(seconds * sampleRate),
    ...groups.map(group => {
      const room = group.to - Math.max(group.from, given ?? 0),
        labels = group.members.map(m => files[m.index]!.label).join(', ')
      if (room >= shortest * sampleRate) return room
      throw new TaskError(
        given === undefined
          ? `${labels}: ${(Math.max(0, room) / sampleRate).toFixed(2)} s in common; at least ${shortest} s is needed`
          : `--from: ${from} s leaves less than ${shortest} s of ${labels}, which have ${(group.to / sampleRate).toFixed(2)} s; start earlier`
      )
    })
  )
  const starts = new Array<number>(files.length)
  for (const group of groups) {
    const start = Math.max(group.from, given ?? informative(files, group, sampleRate, frames))
    for (const { index, lag } of group.members) starts[index] = start + lag
  }
  return { starts, frames }
}

function informative(files: readonly Profiled[], group: Group, sampleRate: number, frames: number): number {
  const members = group.members.map(({ index, lag }) => {
    const at = (group.from + lag) / sampleRate,
      length = (group.to - group.from) / sampleRate,
      { power, onsets } = files[index]!.profile,
      part = (x: Float64Array, rate: number) => x.subarray(Math.round(at * rate), Math.round((at + length) * rate))
    return { power: part(power, 10), onsets: part(onsets, onsetRate) }
  })
  const start = excerptStart(
    members.map(m => m.power),
    members.map(m => m.onsets),
    frames / sampleRate
  )
  return Math.min(group.to - frames, group.from + Math.round(start * sampleRate))
}
