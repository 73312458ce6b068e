/** What a sound is to become like: measured styles as they are, named ones as what their chains make of the sound itself. */
import type { Audio, Kernels } from '@mixwright/dsp'
import { builder, render } from '@mixwright/graph'
import type { Weighted } from '../master/tone.ts'
import { analysed, type Style, type StyleSource } from './style.ts'
import { type NamedStyle, namedStyles, stylePeak } from './styles.ts'

/** Of a named style only tone and levels: it has no sides and no loudness of its own. */
export type Aim = Pick<Style, 'name' | 'tone' | 'levels'> & Partial<Style>

export async function aimsOf(
  styles: readonly Weighted<StyleSource>[],
  excerpt: Audio,
  sampleRate: number,
  kernels: Kernels
): Promise<Weighted<Aim>[]> {
  const aims: Weighted<Aim>[] = []
  for (const { of, weight } of styles)
    aims.push({ of: typeof of === 'string' ? await aimBy(of, excerpt, sampleRate, kernels) : of, weight })
  return aims
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
    { tone, levels } = analysed(out!, sampleRate, kernels)
  return { name, tone, levels: levels.values }
}
