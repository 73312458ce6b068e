/** A sentence applied to a session, and the session rendered anew. */
import type { Clip } from '@mixwright/dsp'
import { type Graph, totalFrames } from '@mixwright/graph'
import { TaskError } from '../define.ts'
import { consoleGraph } from '../mix/console.ts'
import { rounded } from '../mix/decisions.ts'
import { type Levels, levelled, type Mastered, remasterMix } from '../mix/master.ts'
import { type MixResult, renderAll } from '../mix/mix.ts'
import type { MixServices, Stem } from '../mix/services.ts'
import { type NotUnderstood, readSentence, type Wish } from './grammar.ts'
import { isPlaying } from './moves.ts'
import { noPrints, type Prints, withPrinted } from './printed.ts'
import { type Session, sessionVersion } from './session.ts'
import { verbOf } from './verbs.ts'

export interface Revised {
  readonly session: Session
  /** What was done, in the order of the sentence. */
  readonly done: readonly (Wish & { readonly did: string })[]
  /** What was not understood, or cannot be done: nothing was changed for it. */
  readonly notUnderstood: readonly NotUnderstood[]
}

/** Each change is a function of the session; a wish that cannot be met leaves it as it is. */
export function revise(session: Session, sentence: string): Revised {
  const { wishes, notUnderstood } = readSentence(session, sentence),
    done: (Wish & { did: string })[] = [],
    left: NotUnderstood[] = [...notUnderstood]
  let now = session
  for (const wish of wishes) {
    const { text, subject, verb, value, named } = wish,
      asked = `You asked: ${text.replace(/\s+/g, ' ').slice(0, 80)}.`
    if (verb !== 'unmute' && !isPlaying(now, subject)) {
      left.push({ text, why: 'it is muted; unmute it first' })
      continue
    }
    const answer = verbOf(verb).apply(now, { subject, value, named, asked })
    if ('refused' in answer) left.push({ text, why: answer.refused })
    else {
      now = answer.session
      done.push({ ...wish, did: answer.did })
    }
  }
  return { session: now, done, notUnderstood: left }
}

/** What a finished mix leaves to be edited. @param folder of the stems, as the session's file shall name it */
export function sessionOf(
  { options: { loudness }, decisions, analyses, relations, master, measured }: MixResult,
  stems: readonly Stem[],
  folder: string
): Session {
  return {
    version: sessionVersion,
    folder,
    sampleRate: stems[0]!.clip.sampleRate,
    ports: stems.map(({ name, clip }, i) => {
      const level = relations.own[i]?.p50 ?? analyses[i]!.loudness,
        { peak, stereo } = analyses[i]!
      return {
        name,
        channels: clip.channels as 1 | 2,
        ...(Number.isFinite(level) && { level: rounded(level) }),
        ...(Number.isFinite(peak) && { peak: rounded(peak) }),
        ...(clip.channels === 2 && stereo.kind !== 'stereo' && { flat: true as const })
      }
    }),
    master: {
      loudness,
      ceiling: master.ceiling,
      ...(master.channels === 1 && { channels: 1 }),
      ...pushOf(master, measured.mix, { loudness })
    },
    ...decisions
  }
}
/** How much more gain than the distance to the target: small changes to the mix hardly change it. */
function pushOf({ gain }: Mastered, mix: Levels, { loudness }: { readonly loudness: number }) {
  if (mix.integrated === null) return {}
  const distance = loudness - mix.integrated
  return { push: rounded(Math.max(-24, Math.min(24, gain - distance)), 2), distance: rounded(distance, 2) }
}

export interface Rendered {
  readonly session: Session
  /** The whole console, whatever of it was rendered. */
  readonly graph: Graph
  readonly master: Mastered
  readonly measured: { readonly mix: Levels; readonly master: Levels }
}

/**
 * Renders and masters a session; outputs that `services.open` does not want are not computed.
 * @param stems at least those that play, by the names of the session's ports
 * @param prints stems that were rendered before and have not changed since (`printsOf`): they stand for their recordings,
 * which need not be among the stems
 * @throws TaskError where a stem is missing or has other channels than the session says
 */
export async function renderSession(
  session: Session,
  stems: readonly Stem[],
  services: MixServices,
  prints: Prints = noPrints
): Promise<Rendered> {
  const { session: rendered, taken } = withPrinted(session, prints),
    sources = [
      ...stems.filter(stem => !taken.has(stem.name)),
      ...[...taken].map(name => ({ name, clip: prints.stems[name]!.clip }))
    ],
    clips = rendered.ports.map(({ name, channels }) => ({ name, clip: clipFor(session, sources, name, channels) })),
    graph = consoleGraph(session, session.ports),
    { sampleRate } = session,
    frames = taken.size ? totalFrames(graph, prints.frames, { sampleRate }) : undefined,
    { clip, measured } = await renderAll(clips, consoleGraph(rendered, rendered.ports), services, levelled, frames)
  services.release?.()
  const { loudness, ceiling, push = 0, distance, channels: wanted } = session.master,
    channels = wanted === 1 && staysMono(session) ? 1 : 2,
    master = await remasterMix(clip, measured, { loudness, ceiling, channels }, services, { push, distance })
  return {
    session: {
      ...session,
      master: { loudness, ceiling, ...(channels === 1 && { channels }), ...pushOf(master, measured, { loudness }) }
    },
    graph,
    master,
    measured: { mix: measured, master: master.measured }
  }
}

/** Whether one channel still holds all: nothing was given a place or a room since. */
const staysMono = ({ stems }: Session): boolean =>
  stems.every(({ muted, pan, sends }) => muted || (!pan?.pan && sends.length === 0))

function clipFor(session: Session, stems: readonly Stem[], name: string, channels: 1 | 2): Clip {
  const clip = stems.find(stem => stem.name === name)?.clip,
    { sampleRate } = session
  if (!clip) {
    const decision = session.stems.find(stem => stem.stem === name)
    if (!decision || (decision.muted && !decision.muted.keyed))
      return {
        sampleRate,
        channels,
        frames: 0,
        read: async (_, count) => Array.from({ length: channels }, () => new Float32Array(count))
      }
    throw new TaskError(`ports: the stem "${name}" is not in ${session.folder}; put its file back, or mute it`)
  }
  if (clip.channels > channels)
    throw new TaskError(
      `ports: the stem "${name}" has ${clip.channels} channels now, not ${channels}; mix the song again`
    )
  if (clip.sampleRate !== sampleRate)
    throw new TaskError(`sampleRate: ${sampleRate} Hz, but "${name}" has ${clip.sampleRate} Hz; resample it`)
  return clip
}
