/** What the rules foresee of a speaker's level, closed by listening: compressors do not read levels as listeners do. */
import { type Clip, createLoudness, measureLoudness } from '@mixwright/dsp'
import { consoleGraph, stemIds, stemOutput } from './console.ts'
import { type Decisions, onFader, rounded, signed } from './decisions.ts'
import { songExcerpts } from './excerpts.ts'
import type { Relations } from './relations.ts'
import type { MixServices, Stem } from './services.ts'
import { clipsOf, portsOf } from './stems.ts'

/** A smaller error is left, LU. */
const near = 0.1

/**
 * Faders of all that speak turned until each is, behind its processing, as loud as the rules have them: by what it does
 * to their loudness on excerpts, as these need not be as loud as the whole. BS.1770's gate leaves out where somebody is
 * silent.
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
    errors = new Map(
      await Promise.all(
        speakers.map(async ({ i, meter }) => {
          const change = meter.result().integrated - (await loudnessOf(excerpts.stems[i]!.clip))
          return [i, own[i]!.loudness + change - aim] as const
        })
      )
    ),
    wantedOf = new Map(speakers.map(({ i, wanted }) => [i, wanted]))
  return {
    ...decisions,
    stems: decisions.stems.map((stem, i) => {
      const error = errors.get(i) ?? Number.NaN
      if (!Number.isFinite(error)) return stem
      const { cites } = stem.fader,
        fader = {
          ...stem.fader,
          ...(cites?.measure === 'place' && {
            cites: { ...cites, measure: 'alike', target: rounded(cites.target + aim - wantedOf.get(i)!) } as const
          })
        }
      if (Math.abs(error) < near) return { ...stem, fader }
      const gain = onFader(fader.gain - error)
      return {
        ...stem,
        fader: {
          ...fader,
          gain,
          reason: `${stem.fader.reason} Its processing left it ${signed(rounded(error))} LU from the level of all that speak: fader ${signed(gain)} dB.`
        }
      }
    })
  }
}

/** As a stereo bus plays it, LUFS. */
async function loudnessOf(clip: Clip): Promise<number> {
  const [left, right = left] = await clip.read(0, clip.frames)
  return measureLoudness([left!, right!], clip.sampleRate).integrated
}
