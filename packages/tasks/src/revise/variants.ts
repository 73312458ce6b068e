/** Other characters of one mix: sentences that revise it, and the figures by which they differ. */
import { type Audio, createLoudness } from '@mixwright/dsp'
import { apartOutputs } from '../mix/apart.ts'
import { consoleGraph } from '../mix/console.ts'
import { songExcerpts } from '../mix/excerpts.ts'
import { metered } from '../mix/master.ts'
import type { MixServices, Stem } from '../mix/services.ts'
import { clipsOf } from '../mix/stems.ts'
import { revise, type Revised } from './revise.ts'
import type { Session } from './session.ts'

/** Beside the mix as it is. `raises`: the figure that it is for. */
export const variants = {
  'vocal-forward': {
    title: 'Vocal forward',
    doc: 'The voice in front: louder, drier and clearer.',
    sentence: 'vocals forward 2, vocals more presence 1.5',
    raises: 'vocals'
  },
  punchy: {
    title: 'Punchy',
    doc: 'Drums in front, hits that stand out, drier rooms.',
    sentence: 'drums up 1.5, drums punchier, drier 3',
    raises: 'drums'
  }
} as const satisfies Readonly<
  Record<string, { title: string; doc: string; sentence: string; raises: keyof VariantFigures }>
>
export type VariantName = keyof typeof variants
export const variantNames = Object.keys(variants) as VariantName[]

/** How a mix stands, heard on excerpts; undefined where a group does not play. */
export interface VariantFigures {
  /** Loudness of the voices and of the drums against all others, LU. */
  readonly vocals: number | undefined
  readonly drums: number | undefined
  readonly crest: number | null
  readonly width: number | null
}
/** Titles and units of the figures. */
export const variantColumns = {
  vocals: 'Voices against the rest, LU',
  drums: 'Drums against the rest, LU',
  crest: 'Crest, dB',
  width: 'Width'
} as const satisfies Record<keyof VariantFigures, string>

/** @param stems of the session's ports */
export async function figuresOf(
  session: Session,
  stems: readonly Stem[],
  { render, signal }: Pick<MixServices, 'render' | 'signal'>
): Promise<VariantFigures> {
  const { sampleRate } = session,
    groups = (['vocals', 'drums'] as const).map(name => ({
      name,
      stems: session.stems.flatMap(({ stem, group, muted }) => (group === name && !muted ? [stem] : []))
    })),
    excerpts = songExcerpts(stems),
    graph = excerpts.graph(consoleGraph({ ...session, apart: groups }, session.ports)),
    mix = metered(sampleRate, undefined),
    meters = new Map(
      groups
        .flatMap(({ name }) => Object.values(apartOutputs(name)))
        .filter(output => Object.hasOwn(graph.outputs, output))
        .map(output => [output, createLoudness(sampleRate, 2)] as const)
    )
  const sinks = Object.fromEntries([...meters].map(([output, meter]) => [output, (audio: Audio) => meter.push(audio)]))
  await render(
    graph,
    clipsOf(excerpts.stems, graph),
    { mix: mix.sink, ...sinks },
    { sampleRate, tail: 0, ...(signal && { signal }) }
  )
  const against = (name: string): number | undefined => {
    const { only, without } = apartOutputs(name),
      [loudness, rest] = [only, without].map(output => meters.get(output)?.result().integrated)
    return loudness === undefined || rest === undefined || !Number.isFinite(loudness - rest)
      ? undefined
      : loudness - rest
  }
  const { crest, width } = mix.result().measured
  return { vocals: against('vocals'), drums: against('drums'), crest, width }
}

export interface Variant {
  readonly name: VariantName
  readonly revised: Revised
  readonly figures: VariantFigures
}
/** By how much a variant's own figure shall be above the mix's, LU. */
const atLeast = 1.5,
  closeTo = 0.2,
  rounds = 3

/**
 * The variants that a song can have (one without drums has no punchy one), each until its own figure is what it is for:
 * what compression takes from drums that shall stand out comes back.
 * @param natural the mix's own figures
 */
export async function variantsOf(
  session: Session,
  natural: VariantFigures,
  stems: readonly Stem[],
  services: Pick<MixServices, 'render' | 'signal'>
): Promise<Variant[]> {
  const found: Variant[] = []
  for (const name of variantNames) {
    const { sentence, raises } = variants[name],
      first = revise(session, sentence),
      before = natural[raises]
    if (first.notUnderstood.length || before === undefined) continue
    let revised = first,
      figures = await figuresOf(first.session, stems, services)
    const missing = () => before + atLeast - (figures[raises] ?? before)
    // More than once, as the mix bus turns down a part of what comes up.
    for (let round = 0; round < rounds && missing() > closeTo; round++) {
      const more = revise(revised.session, `${raises} up ${missing().toFixed(1)}`)
      revised = { ...more, done: [...revised.done, ...more.done] }
      figures = await figuresOf(revised.session, stems, services)
    }
    found.push({ name, revised, figures })
  }
  return found
}
