/** What the rules foresee of a speaker's level, closed by listening: compressors do not read levels as listeners do. */
import { createLoudness } from '@mixwright/dsp'
import { consoleGraph, stemIds, stemOutput } from './console.ts'
import { type Decisions, onFader, rounded, signed } from './decisions.ts'
import { songExcerpts } from './excerpts.ts'
import type { Relations } from './relations.ts'
import type { MixServices, Stem } from './services.ts'
import { clipsOf, portsOf } from './stems.ts'

/** A smaller error is left, LU. */
const near = 0.1

/**
 * Faders of all that speak turned until each is, behind its processing, as loud as the rules have them: heard on
 * excerpts, by BS.1770's gate, which leaves out where somebody is silent.
 */
export async function speakersAlike(
  stems: readonly Stem[],
  decisions: Decisions,
  { own }: Relations,
  { render, signal }: Pick<MixServices, 'render' | 'signal'>
): Promise<Decisions> {
  const ids = stemIds(stems.map(stem => stem.name)),
    { sampleRate } = stems[0]!.clip,
    speakers = decisions.stems.flatMap(({ group, muted, locked, fader }, i) =>
      group === 'speech' && !muted && !locked && Number.isFinite(own[i]?.loudness)
        ? [{ i, wanted: own[i]!.loudness + fader.gain, meter: createLoudness(sampleRate, 2) }]
        : []
    )
  if (speakers.length === 0) return decisions
  const excerpts = songExcerpts(stems),
    graph = excerpts.graph(consoleGraph(decisions, portsOf(stems)))
  await render(
    graph,
    clipsOf(excerpts.stems, graph),
    Object.fromEntries(speakers.map(({ i, meter }) => [stemOutput(ids[i]!), audio => meter.push(audio)])),
    { sampleRate, tail: 0, ...(signal && { signal }) }
  )
  const aim = speakers.reduce((sum, { wanted }) => sum + wanted, 0) / speakers.length,
    errors = new Map(speakers.map(({ i, meter }) => [i, meter.result().integrated - aim])),
    wantedOf = new Map(speakers.map(({ i, wanted }) => [i, wanted]))
  return {
    ...decisions,
    stems: decisions.stems.map((stem, i) => {
      const error = errors.get(i) ?? 0
      if (!Number.isFinite(error) || Math.abs(error) < near) return stem
      const gain = onFader(stem.fader.gain - error),
        { cites } = stem.fader
      return {
        ...stem,
        fader: {
          ...stem.fader,
          gain,
          ...(cites?.measure === 'place' && {
            cites: { ...cites, target: rounded(cites.target + aim - wantedOf.get(i)!) }
          }),
          reason: `${stem.fader.reason} Its processing left it ${signed(rounded(error))} LU from the level of all that speak: fader ${signed(gain)} dB.`
        }
      }
    })
  }
}
