/** A small song as a session, and its rendering. */
import { defaultsOf } from '@mixwright/dsp'
import { render } from '@mixwright/graph'
import { kernels } from '../../dsp/test/kernels.ts'
import { consoleGraph, stemIds, stemOutput } from '../src/mix/console.ts'
import { decide } from '../src/mix/decide.ts'
import { mixOptions } from '../src/mix/options.ts'
import { compareStems } from '../src/mix/relations.ts'
import { assignRoles } from '../src/mix/role-signal.ts'
import type { Session } from '../src/revise/index.ts'
import type { Sounds } from './revision-measures.ts'
import { analyse, bass, chords, clip, delayed, hat, kick, pad, rate, snare, voice } from './stems.ts'

const seconds = 3
export const song: Readonly<Record<string, Float32Array[]>> = {
  Kick: [kick(seconds)],
  Snare: [snare(seconds)],
  'Hi-Hat': [hat(seconds)],
  Bass: [bass(seconds)],
  'Gtr L': [chords(seconds)],
  'Gtr R': [delayed(chords(seconds), 700)],
  'Keys and Strings': [chords(seconds), delayed(chords(seconds), 30000)],
  Pad: [pad(seconds)],
  'Lead Vox': [voice(seconds)],
  BGV: [voice(seconds, 21)]
}
/** Seconds at which its drums are hit. */
export const beats: readonly number[] = Array.from({ length: 2 * seconds }, (_, i) => i / 2)
const names = Object.keys(song),
  ids = stemIds(names)

export async function songSession(): Promise<Session> {
  const clips = names.map(name => clip(...song[name]!)),
    analyses = await Promise.all(clips.map((c, i) => analyse(c, names[i]!))),
    roles = assignRoles(analyses, { 'Keys and Strings': 'keys' }),
    relations = await compareStems(
      clips,
      analyses,
      roles.map(r => r.role)
    ),
    decisions = decide(analyses, roles, relations, defaultsOf(mixOptions)),
    // So that faders and mutes have somebody's glue to disturb.
    glue = {
      slot: 'glue',
      type: 'compressor',
      params: { threshold: -30, ratio: 3, attack: 5, release: 120, knee: 6 },
      reason: 'Glue for the test.'
    }
  return {
    version: 1,
    folder: '.',
    sampleRate: rate,
    ports: names.map((name, i) => ({
      name,
      channels: song[name]!.length as 1 | 2,
      level: relations.own[i]!.p50,
      peak: analyses[i]!.peak
    })),
    master: { loudness: -14, ceiling: -1 },
    ...decisions,
    groups: decisions.groups.map(group =>
      group.group === 'drums' || group.group === 'vocals' ? { ...group, glue } : group
    )
  }
}

/** By stem, by return, and the `mix`. */
export async function sounds(session: Session): Promise<Sounds> {
  const audio = await render(
    consoleGraph(session, session.ports),
    Object.fromEntries(
      names.flatMap((name, i) => {
        const decision = session.stems.find(stem => stem.stem === name)!
        return decision.muted && !decision.muted.keyed ? [] : [[ids[i]!, song[name]!]]
      })
    ),
    { kernels, sampleRate: rate, tail: 0 }
  )
  return Object.fromEntries(
    Object.entries(audio).map(([output, sound]) => {
      const at = ids.findIndex(id => stemOutput(id) === output)
      return [at >= 0 ? names[at]! : output.replace(/^stem:/, ''), sound]
    })
  )
}
