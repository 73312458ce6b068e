/** Whether moves do what their reasons say: the measure that each cites, heard with the move and without it. */
import { type Audio, type Clip, clipOf } from '@mixwright/dsp'
import { analyseFrames, analyseStem } from './analyse.ts'
import { gridOf, type StemAnalysis } from './analysis.ts'
import { consoleGraph, stemIds, stemOutput } from './console.ts'
import type { Decisions } from './decisions.ts'
import { evidence, type EvidenceId, type Scope } from './evidence.ts'
import { framesIn, joined, joinedGraph, passages, type Pieces } from './excerpts.ts'
import { ownHits } from './hits.ts'
import type { MixResult } from './mix.ts'
import { type Move, movesOf } from './moves.ts'
import { reading, type Sounds } from './readings.ts'
import type { MixServices, Stem } from './services.ts'
import { clipsOf, portsOf } from './stems.ts'

export interface Verdict {
  readonly id: string
  readonly kind: Move['kind']
  readonly measure: EvidenceId
  /** The measure with the move and without it, in its unit. */
  readonly with: number
  readonly without: number
  /** With the move it is better. */
  readonly holds: boolean
}
export interface VerifyServices extends Pick<MixServices, 'kernels' | 'render' | 'signal'> {
  readonly progress?: (fraction: number) => void
}

type Mixed = Pick<MixResult, 'decisions' | 'analyses' | 'roles' | 'relations'>

/** Passages that are heard, and their length in seconds: longer than the short-term loudness. */
const count = 8,
  seconds = 6

/**
 * Of every move that cites a measure.
 * @param mixed with analyses of the stems, in their order: passages are taken from where a move's own stem is at work
 */
export async function verify(mixed: Mixed, stems: readonly Stem[], services: VerifyServices): Promise<Verdict[]> {
  const { decisions } = mixed,
    moves = movesOf(decisions),
    verdicts: Verdict[] = []
  let known: { readonly key: string; readonly recorded: Recorded; readonly heard: Sounds } | undefined
  for (const [i, move] of moves.entries()) {
    const { id, kind, cites } = move
    services.progress?.(i / moves.length)
    if (!cites) continue
    const { scope, better } = evidence[cites.measure],
      part = partOf(move, scope, 'stems' in cites ? cites.stems : [], decisions),
      pieces = piecesOf(mixed, part),
      key = JSON.stringify(part)
    // What moves of one stem are compared with is rendered once.
    if (known?.key !== key) {
      const recorded = recordedOf(mixed, part, stems, pieces, services)
      known = { key, recorded, heard: await listen(decisions, part, stems, pieces, recorded, services) }
    }
    const asMixed = known.heard,
      heard = await listen(move.without, part, stems, pieces, known.recorded, services),
      [now, before] = [await reading(asMixed, cites, asMixed), await reading(heard, cites, asMixed)]
    verdicts.push({
      id,
      kind,
      measure: cites.measure,
      with: now,
      without: before,
      holds: better === 'lower' ? now < before : now > before
    })
  }
  return verdicts
}

/** What must play for a measure: names of stems. */
interface Part {
  readonly scope: Scope
  readonly own: readonly string[]
  readonly other: readonly string[]
  readonly playing: readonly string[]
}
function partOf({ of, kind }: Move, scope: Scope, other: readonly string[], { stems, groups }: Decisions): Part {
  const names = stems.map(stem => stem.stem),
    group = groups.find(one => one.glue && stems.some(stem => stem.stem === of && stem.group === one.group))?.group,
    membersOf = (group: string) => stems.flatMap(stem => (stem.group === group ? [stem.stem] : [])),
    own = kind === 'glue' ? membersOf(of) : kind === 'bus' ? [] : [of]
  return {
    scope,
    own,
    other,
    playing: scope === 'song' ? names : scope === 'strip' && group ? membersOf(group) : [...own, ...other]
  }
}

/** Only what must play, with only what the measure is to hear of it. */
function reduced({ apart: _, ...decisions }: Decisions, { scope, own, playing }: Part): Decisions {
  const whole = scope === 'song',
    stems = decisions.stems
      .filter(stem => playing.includes(stem.stem))
      .map(stem => (whole || scope === 'rooms' ? stem : { ...stem, sends: [] }))
      .map(({ ride, ...stem }) => (ride && !(scope === 'strip' && own.includes(stem.stem)) ? { ...stem, ride } : stem)),
    groups = decisions.groups.filter(({ group }) => stems.some(stem => stem.group === group)),
    // A stem that is muted may be the only one of its group.
    missing = [...new Set(stems.map(stem => stem.group))].filter(name => !groups.some(one => one.group === name))
  return {
    ...decisions,
    stems,
    groups: [
      ...groups.map(one =>
        whole || scope === 'group' || scope === 'strip' ? one : { group: one.group, gain: one.gain }
      ),
      ...missing.map(group => ({ group, gain: 0 }))
    ],
    mixBus: whole ? decisions.mixBus : []
  }
}

/** The whole of a short song, else passages in which what is measured is at work. */
function piecesOf({ decisions, analyses }: Mixed, { own, other, scope }: Part): Pieces | undefined {
  const { sampleRate } = analyses[0]!,
    frames = Math.max(...analyses.map(one => one.frames)),
    length = Math.round(seconds * sampleRate)
  if (frames < 1.5 * count * length) return undefined
  const weights = decisions.stems.map(({ stem }) =>
    own.includes(stem) ? 4 : other.includes(stem) ? 2 : scope === 'song' ? 1 : 0
  )
  return { starts: passages(analyses, weights, count, seconds).map(start => Math.round(start * sampleRate)), length }
}

async function listen(
  decisions: Decisions,
  part: Part,
  stems: readonly Stem[],
  pieces: Pieces | undefined,
  recorded: Recorded,
  { kernels, render, signal }: VerifyServices
): Promise<Sounds> {
  const { sampleRate } = stems[0]!.clip,
    cut = pieces ? stems.map(({ name, clip }) => ({ name, clip: cutOf(clip, pieces) })) : stems,
    frames = Math.max(...cut.map(stem => stem.clip.frames)),
    silence = (): Audio => [new Float32Array(frames), new Float32Array(frames)],
    [own, other, sum, mix] = [silence(), silence(), silence(), silence()] as const,
    playing = reduced(decisions, part)
  if (playing.stems.some(stem => !stem.muted)) {
    const whole = consoleGraph(playing, portsOf(stems)),
      graph = pieces ? joinedGraph(whole, pieces, sampleRate) : whole,
      ids = stemIds(stems.map(stem => stem.name)),
      outputs = (names: readonly string[], into: Audio) =>
        names.flatMap(name => {
          const output = stemOutput(ids[stems.findIndex(stem => stem.name === name)]!)
          return Object.hasOwn(graph.outputs, output) ? [[output, added(into)] as const] : []
        })
    await render(
      graph,
      clipsOf(cut, graph),
      Object.fromEntries([
        ...outputs(part.own, own),
        ...outputs(part.other, other),
        ['mix-input', added(sum)],
        ['mix', added(mix)]
      ]),
      { sampleRate, frames, tail: 0, ...(signal && { signal }) }
    )
  }
  const known = new Map<Audio, ReturnType<Sounds['analyse']>>()
  return {
    sampleRate,
    own,
    other,
    sum,
    mix,
    ...recorded,
    analyse: audio => {
      const found = known.get(audio) ?? analyseFrames(clipOf(audio, sampleRate), { kernels, signal })
      known.set(audio, found)
      return found
    }
  }
}

const cutOf = (clip: Clip, { starts, length }: Pieces): Clip => joined(clip, starts, length)

type Recorded = Pick<Sounds, 'recording' | 'leading' | 'hits'>
/** What is known of the recording of what is moved, in the passages that are heard. */
function recordedOf(
  { analyses, roles, relations }: Mixed,
  { own }: Part,
  stems: readonly Stem[],
  pieces: Pieces | undefined,
  { kernels, signal }: VerifyServices
): Recorded {
  const index = analyses.findIndex(one => one.name === own[0]),
    analysis = analyses[index]!,
    { hop } = gridOf(stems[0]!.clip.sampleRate),
    frames = pieces && framesIn(pieces, hop, Math.ceil((pieces.starts.length * pieces.length) / hop))
  let recording: Promise<StemAnalysis> | undefined
  return {
    recording: () =>
      (recording ??= pieces
        ? analyseStem(cutOf(stems.find(stem => stem.name === own[0])!.clip, pieces), analysis.name, { kernels, signal })
        : Promise.resolve(analysis)),
    leading: () => {
      const { leading } = relations.own[index]!
      return frames ? Uint8Array.from(frames, f => leading[f] ?? 0) : leading
    },
    hits: () => {
      const found = ownHits(
        analyses,
        roles.map(one => one.role),
        index
      )
      return frames ? frames.flatMap((f, i) => (found.includes(f) ? [i] : [])) : found
    }
  }
}

/** A sink that adds what comes to audio. */
function added(into: Audio): (audio: Audio) => void {
  let at = 0
  return audio => {
    audio.forEach((channel, c) => {
      const out = into[c]!
      for (let i = 0; i < channel.length && at + i < out.length; i++) out[at + i]! += channel[i]!
    })
    at += audio[0]!.length
  }
}
