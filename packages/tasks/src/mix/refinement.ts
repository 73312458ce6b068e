/** Between decisions and their refinement by gradient: what is asked, and what becomes of the answer. */
import type { StemAnalysis } from './analysis.ts'
import { consoleGraph, type StemPort, stemIds, stemOutput } from './console.ts'
import { type Decisions, type Device, hertz, onFader, rounded, signed, type StemDecision } from './decisions.ts'
import { joinedGraph, passages } from './excerpts.ts'
import type { Refined, RefinedBell, RefineJob, RefinePart } from './refine.ts'
import type { Relations } from './relations.ts'
import { type Role, rulesOf } from './roles.ts'
import { presence, roomSlot } from './tone.ts'

/** Passages of the song that bells are found on, and seconds of each; others, to twice as many, are to choose them by. */
export const count = 3
const seconds = 3,
  wider = 3
/**
 * Stems for which there is time and memory (about 3 MB a second of each) for all of them; of more, fewer passages are
 * heard, and in the end none.
 */
const mostRefined = 80
export const passagesFor = (playing: number) => Math.min(count, Math.floor((count * mostRefined) / playing))
/** Drums are as bright as they are for the song's sake, and over before they cover much. */
const stepsBack = ({ role, lead }: StemDecision) => !lead && rulesOf(role).group !== 'drums'
/** Smaller moves of a fader need no word, dB. */
const worthWord = 0.3

/**
 * Where most of a lead lies, and where its overtones stand out of chords: two octaves above, as the presence of a voice
 * above its 700 Hz. Hz.
 */
function regionsOf(leads: readonly StemAnalysis[]) {
  const body = Math.max(125, Math.min(presence.frequency / 4, ...leads.map(({ features }) => features.centroid)))
  return { body, overtones: 4 * body }
}

/** Bells that bring out a lead: two of its own, one of each that may step back for it, in place of the rules'. */
const slots = { body: 'eq-body', overtones: 'eq-presence', room: roomSlot } as const
const bellSlots: readonly string[] = Object.values(slots)

/** The decisions with a neutral bell wherever one may bring out a lead, in place of the rules' own. */
export function withRooms(decisions: Decisions, analyses: readonly StemAnalysis[]): Decisions {
  const playing = decisions.stems.flatMap((stem, i) => (stem.lead && !stem.muted ? [i] : []))
  if (playing.length === 0) return decisions
  const regions = regionsOf(playing.map(i => analyses[i]!)),
    stems = playing.map(i => decisions.stems[i]!.stem)
  const neutral = (slot: string, frequency: number): Device => ({
    slot,
    type: 'bell',
    params: { frequency: Math.round(frequency), q: presence.q, gain: 0 },
    reason: 'Room for the lead.',
    cites: { measure: 'glimpses', stems }
  })
  const own = [neutral(slots.body, regions.body), neutral(slots.overtones, regions.overtones)],
    room = [neutral(slots.room, regions.overtones)]
  return {
    ...decisions,
    stems: decisions.stems.map(stem => {
      if (stem.muted || stem.locked || !(stem.lead || stepsBack(stem))) return stem
      const chain = stem.chain.filter(device => device.slot !== roomSlot),
        before = chain.findIndex(device => device.type === 'compressor')
      // What a compressor does to the tone of a lead is made good behind it.
      return stem.lead
        ? { ...stem, chain: [...chain, ...own] }
        : { ...stem, chain: chain.toSpliced(before < 0 ? chain.length : before, 0, ...room) }
    })
  }
}

/** What to refine in decisions `withRooms`; undefined if nothing plays, or far too much. */
export function refineJobOf(
  decisions: Decisions,
  ports: readonly StemPort[],
  analyses: readonly StemAnalysis[],
  { own }: Relations
): RefineJob | undefined {
  const graph = consoleGraph(decisions, ports),
    ids = stemIds(ports.map(port => port.name)),
    playing = decisions.stems.flatMap((stem, i) => (stem.muted ? [] : [i])),
    some = passagesFor(playing.length)
  if (playing.length === 0 || some === 0) return undefined
  const { sampleRate } = analyses[0]!,
    weights = decisions.stems.map(stem => (stem.muted ? 0 : stem.lead ? 3 : 1)),
    length = Math.round(seconds * sampleRate),
    at = (many: number) => passages(analyses, weights, many, seconds).map(start => Math.round(start * sampleRate)),
    starts = at(some),
    strips = playing.map(i => {
      const stem = decisions.stems[i]!
      return {
        input: ids[i]!,
        output: stemOutput(ids[i]!),
        fader: `${ids[i]!}/fader`,
        gain: stem.fader.gain,
        turned: !stem.locked && isTurned(stem.role, own[i]!.share) && leadsIn(analyses[i]!, own[i]!.leading, starts),
        lead: stem.lead !== undefined,
        ...(stem.ride && { ride: stem.ride.points }),
        bells: stem.chain.flatMap(({ slot }) => (bellSlots.includes(slot) ? [`${ids[i]!}/${slot}`] : []))
      }
    })
  const more = at(some * wider).filter(start => !starts.includes(start)),
    part = (these: readonly number[]): RefinePart => ({
      starts: these,
      graph: joinedGraph(graph, { starts: these, length }, sampleRate)
    })
  return { ...part(starts), sampleRate, length, strips, wider: inParts(more, starts.length).map(part) }
}

/** As many at a time; what is left over is not heard. */
const inParts = (starts: readonly number[], size: number): number[][] =>
  Array.from({ length: Math.floor(starts.length / size) }, (_, i) =>
    // Every so many, so that each part is from all over the song.
    Array.from({ length: size }, (__, k) => starts[i + k * Math.floor(starts.length / size)]!)
  )

/** What hears much of others stays as the rules have it: its level is not its own. A kit's microphones are mixed as they are. */
const isTurned = (role: Role, own: number): boolean => rulesOf(role).kitMic === true || own > 0.9

/** Whether a stem's own source is what is loudest in passages: of others' sound a gate takes away what is no loss. @param starts samples */
function leadsIn(
  { tracks: { level, hop }, sampleRate }: StemAnalysis,
  leading: Uint8Array,
  starts: readonly number[]
): boolean {
  const frames = starts.flatMap(start =>
    Array.from({ length: Math.floor(seconds / hop) }, (_, f) => Math.round(start / sampleRate / hop) + f)
  )
  return leading[frames.reduce((best, f) => ((level[f] ?? 0) > level[best]! ? f : best))] === 1
}

/** @param amount 0: as the rules have it, 1: as the gradient has it */
export function refinedDecisions(decisions: Decisions, { strips, glimpses }: Refined, amount: number): Decisions {
  let at = 0
  return {
    ...decisions,
    stems: decisions.stems.map(stem => {
      if (stem.muted) return stem
      const { fader, error, bells } = strips[at++]!,
        bell = bells.values(),
        move = rounded((fader - stem.fader.gain) * amount),
        gain = onFader(stem.fader.gain + move),
        word =
          error && Math.abs(move) >= worthWord
            ? ` Its processing left it ${signed(error[0])} LU from there: fader ${signed(gain)} dB.`
            : ''
      return {
        ...stem,
        fader: { ...stem.fader, gain, reason: stem.fader.reason + word },
        chain: stem.chain.flatMap(device =>
          bellSlots.includes(device.slot) ? bellAt(device, bell.next().value, glimpses?.[1], amount) : [device]
        )
      }
    })
  }
}

function bellAt(
  device: Device,
  found: RefinedBell | undefined,
  glimpses: number | undefined,
  amount: number
): Device[] {
  const dB = found ? rounded(found.gain * amount) : 0
  if (!found || glimpses === undefined || dB === 0) return []
  const frequency = Math.round(found.frequency)
  return [
    {
      ...device,
      params: { ...device.params, frequency, gain: dB },
      reason: `Bell ${signed(dB)} dB at ${hertz(frequency)}, found by gradient: without it the lead, as loud, would stand out of the rest in ${(100 * found.without).toFixed(1)} % of its sound instead of ${(100 * glimpses).toFixed(1)} %.`
    }
  ]
}
