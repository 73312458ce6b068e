/**
 * The judge: every figure by which a mix is compared with itself, with its stems and with another mix, declared once.
 * Each is stated so that less is better. Which of them may guide a decision or head a table is settled by planted
 * faults (experiments/sabotage, docs/results/judge.md), not by this list.
 */
import type { BarkFrames } from '@mixwright/dsp'
import type { JudgedMix } from './judged-mix.ts'
import { leadOf, maskingOf, standingFrames } from './masking.ts'
import { distancesBetween, type MixDistances } from './mix-distances.ts'

interface Beside {
  readonly mix: JudgedMix
  /** Roles as they stand in the mix. */
  readonly standing?: Readonly<Record<string, BarkFrames>>
  readonly reference?: JudgedMix
  readonly distances?: MixDistances
}
export interface JudgeMeasure<K extends string = string> {
  readonly key: K
  readonly label: string
  readonly unit: 'dB' | 'LU' | 'dB/oct' | '1/s' | ''
  readonly doc: string
  /** What it needs beside the mix. */
  readonly needs: 'mix' | 'stems' | 'reference' | 'stems and reference'
  readonly read: (beside: Beside) => number | null
}
const measure = <const K extends string>(
  key: K,
  label: string,
  unit: JudgeMeasure['unit'],
  needs: JudgeMeasure['needs'],
  doc: string,
  read: JudgeMeasure['read']
): JudgeMeasure<K> => ({ key, label, unit, needs, doc, read })

const apart = (a: number | null | undefined, b: number | null | undefined): number | null =>
  typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) : null
const minus = (a: number | null): number | null => (a === null ? null : -a)
const mean = (values: readonly number[]): number | null =>
  values.length > 0 ? values.reduce((a, b) => a + b, 0) / values.length : null
const relatives = (mix: JudgedMix): number[] | undefined =>
  mix.stems && Object.values(mix.stems.balance.roles).map(role => role.relative)
const leadRelative = ({ stems }: JudgedMix): number | undefined =>
  stems?.lead === undefined ? undefined : stems.balance.roles[stems.lead]!.relative

/** Every figure, in the order in which to show them. Less is better. */
export const judgeMeasures = [
  measure(
    'balance',
    'Role balance',
    'dB',
    'stems and reference',
    'Mean over the roles: how far each stands from where it stands in the reference.',
    ({ mix, reference }) => {
      const own = relatives(mix),
        other = reference && relatives(reference)
      return own && other ? mean(own.map((v, i) => Math.abs(v - other[i]!))) : null
    }
  ),
  measure('lead', 'Lead', 'dB', 'stems and reference', 'The same of the lead alone.', ({ mix, reference }) =>
    apart(leadRelative(mix), reference && leadRelative(reference))
  ),
  measure(
    'glimpses',
    'Glimpses missed',
    '',
    'stems',
    'Share of the cells (Bark × time) of the lead that lie more than 3 dB below the rest.',
    ({ mix, standing }) => {
      const glimpses = mix.stems?.lead !== undefined && standing ? leadOf(standing, mix.stems.lead).glimpses : null
      return glimpses === null ? null : 1 - glimpses
    }
  ),
  measure(
    'masked',
    'Masked',
    '',
    'stems',
    'Share of its cells in which a role is masked by the others, mean over the roles.',
    ({ standing }) =>
      standing
        ? mean(Object.values(maskingOf(standing)).flatMap(m => (m.audible === null ? [] : [1 - m.audible])))
        : null
  ),
  measure(
    'roleMonoLoss',
    'Role lost in mono',
    'dB',
    'stems',
    'What the role that loses most loses in the sum to mono.',
    ({ mix }) => (mix.stems ? Math.max(...Object.values(mix.stems.balance.roles).map(r => r.monoLoss)) : null)
  ),
  measure(
    'bark',
    'Bark',
    'dB',
    'reference',
    'Difference of the average spectra of mid.',
    ({ distances }) => distances?.bark ?? null
  ),
  measure('tilt', 'Tilt', 'dB/oct', 'reference', 'Difference of the spectral tilts.', ({ mix, reference }) =>
    apart(mix.compared.figures.tilt, reference?.compared.figures.tilt)
  ),
  measure('mid', 'MR-STFT mid', '', 'reference', 'STFT distance of mid.', ({ distances }) => distances?.mid ?? null),
  measure(
    'side',
    'MR-STFT side',
    '',
    'reference',
    'STFT distance of side, magnitudes floored at 1e-4.',
    ({ distances }) => distances?.side ?? null
  ),
  measure(
    'audibleSide',
    'Audible side',
    '',
    'reference',
    'The same, floored 40 dB below the mid.',
    ({ distances }) => distances?.audibleSide ?? null
  ),
  measure(
    'crest',
    'Crest',
    'dB',
    'reference',
    'Difference of the crest factors.',
    ({ distances }) => distances?.crest ?? null
  ),
  measure(
    'psr',
    'PSR',
    'LU',
    'reference',
    'Difference of the medians of peak to short-term loudness.',
    ({ mix, reference }) => apart(mix.compared.figures.psr, reference?.compared.figures.psr)
  ),
  measure(
    'microdynamics',
    'Microdynamics',
    'dB',
    'reference',
    'Difference of the 95th percentiles of short (50 ms) over long (1 s) level.',
    ({ mix, reference }) => apart(mix.microdynamics.ldr, reference?.microdynamics.ldr)
  ),
  measure('width', 'Width', '', 'reference', 'Difference of the widths.', ({ distances }) => distances?.width ?? null),
  measure(
    'bandCorrelation',
    'Correlation per band',
    '',
    'reference',
    'Mean over the third octaves: difference of the correlations of left and right.',
    ({ mix, reference }) =>
      mean(
        mix.compared.figures.bands.flatMap(({ correlation }, i) => {
          const d = apart(correlation, reference?.compared.figures.bands[i]?.correlation)
          return d === null ? [] : [d]
        })
      )
  ),
  measure(
    'monoLoss',
    'Lost in mono',
    'dB',
    'mix',
    'What the sum to mono loses against equal channels.',
    ({ mix }) => mix.compared.figures.monoLoss
  ),
  measure(
    'antiphase',
    'Antiphase',
    '',
    'mix',
    'Share of the energy that is in opposition between the channels.',
    ({ mix }) => mix.antiphase.share
  ),
  measure(
    'lowEnd',
    'Low end apart',
    '',
    'mix',
    '1 minus the correlation of the channels from 20 to 120 Hz.',
    ({ mix }) => (mix.antiphase.low === null ? null : 1 - mix.antiphase.low)
  ),
  measure('clipping', 'Clipping', '1/s', 'mix', 'Flat tops per second.', ({ mix }) => mix.clipping.rate),
  measure(
    'pileUp',
    'Pile-up',
    'dB',
    'mix',
    'Rise of the density of sample sizes near the largest: cut tops, bent afterwards.',
    ({ mix }) => mix.clipping.pileUp
  ),
  measure('squashed', 'Squashed', 'LU', 'mix', 'Minus the median of peak to short-term loudness.', ({ mix }) =>
    minus(mix.compared.figures.psr)
  ),
  measure('clicks', 'Clicks', '1/s', 'mix', 'Per second.', ({ mix }) => mix.clicks.rate),
  measure(
    'chatter',
    'Gate chatter',
    '1/s',
    'mix',
    'Drops of 12 dB for less than 60 ms.',
    ({ mix }) => mix.chatter.rate
  ),
  measure(
    'pumping',
    'Pumping',
    'dB',
    'mix',
    'By how much all above 500 Hz sinks after strokes below 150 Hz.',
    ({ mix }) => mix.pumping.depth
  ),
  measure('comb', 'Comb', 'dB', 'mix', 'Ripple of a delayed copy.', ({ mix }) => mix.comb.ripple)
] as const
export type JudgeKey = (typeof judgeMeasures)[number]['key']
/** null where a measure has no value, or needs what is not given. Less is better. */
export type Judgement = { readonly [K in JudgeKey]: number | null }

/** @param reference another mix of the same song, of the same stems if `mix` has some */
export function judge(mix: JudgedMix, reference?: JudgedMix): Judgement {
  const { stems } = mix,
    beside: Beside = {
      mix,
      ...(stems && {
        standing: Object.fromEntries(
          Object.entries(stems.frames).map(([role, frames]) => [
            role,
            standingFrames(frames, stems.balance.roles[role]!.bands)
          ])
        )
      }),
      ...(reference && { reference, distances: distancesBetween(mix.compared, reference.compared) })
    }
  return Object.fromEntries(judgeMeasures.map(({ key, read }) => [key, read(beside)])) as Judgement
}
