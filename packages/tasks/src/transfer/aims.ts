/** What a sound is to become like: measured styles as they are, named ones as what their chains make of the sound itself. */
import { type Audio, type Kernels, powerResponse } from '@mixwright/dsp'
import { builder, render } from '@mixwright/graph'
import type { Weighted } from '../master/tone.ts'
import { toneCentres } from '../master/sound.ts'
import type { ToneFrames } from './frames.ts'
import { levelsOf } from './levels.ts'
import { toneChange } from './match.ts'
import type { Style, StyleSource } from './style.ts'
import { type NamedStyle, namedStyles, stylePeak } from './styles.ts'

/** What is aimed at. A named style has no sides and no loudness of its own. */
export interface Aim
  extends Pick<Style, 'name' | 'levels'>,
    Partial<Pick<Style, 'channels' | 'spectra' | 'loudness' | 'truePeak'>> {
  /** dB per band that a sound lacks. @param done what has been added to it already */
  lacking(now: ToneFrames, done: readonly number[]): number[]
}

export async function aimsOf(
  styles: readonly Weighted<StyleSource>[],
  excerpt: Audio,
  sampleRate: number,
  kernels: Kernels
): Promise<Weighted<Aim>[]> {
  const aims: Weighted<Aim>[] = []
  for (const { of, weight } of styles)
    aims.push({ of: typeof of === 'string' ? await aimBy(of, excerpt, sampleRate, kernels) : measuredAim(of), weight })
  return aims
}
const measuredAim = (style: Style): Aim => ({ ...style, lacking: now => changeInCommon(now, style.tone) })

/** Bands that one of two sample rates does not have change as the last that both have. */
function changeInCommon(from: ToneFrames, to: ToneFrames): number[] {
  const bands = from[0]!.length,
    common = Math.min(bands, to[0]!.length),
    cut = (frames: ToneFrames) => frames.map(frame => frame.slice(0, common)),
    change = toneChange(cut(from), cut(to))
  return Array.from({ length: bands }, (_, b) => change[Math.min(b, common - 1)]!)
}

async function aimBy(
  name: keyof typeof namedStyles,
  excerpt: Audio,
  sampleRate: number,
  kernels: Kernels
): Promise<Aim> {
  const style: NamedStyle = namedStyles[name],
    channels = excerpt.length as 1 | 2,
    peak = excerpt.reduce((most, c) => c.reduce((m, v) => Math.max(m, Math.abs(v)), most), 1e-6),
    gain = 10 ** (stylePeak / 20) / peak,
    b = builder(name)
  let end = b.input('in', { channels })
  const add = (id: string, type: string, params: Readonly<Record<string, number>>) => {
    const next = b.node(id, { type, params })
    b.wire(end, next)
    end = next
  }
  style.filters.forEach(({ type, ...params }, i) => add(`eq-${i + 1}`, type, params))
  if (style.compressor) add('compressor', 'compressor', style.compressor)
  b.output('out', { channels }, end)
  const { out } = await render(
      b.graph(),
      { in: excerpt.map(c => c.map(v => v * gain) as Float32Array) },
      { kernels, sampleRate, tail: 0 }
    ),
    powers = style.filters.map(filter => powerResponse(filter, sampleRate)),
    curve = toneCentres(sampleRate).map(f => powers.reduce((dB, power) => dB + 10 * Math.log10(power(f)), 0))
  return {
    name,
    levels: levelsOf(out!, sampleRate).values,
    lacking: (_, done) => curve.map((dB, b) => dB - done[b]!)
  }
}
