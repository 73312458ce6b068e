/** Random graphs that a mixing engineer might have made: one draw of the weights. */
import { createRandom, inletsOf, outletsOf, type Random, type Registry, processors } from '@mixwright/dsp'
import { builder, type Builder } from '../compose.ts'
import type { End, Graph } from '../graph.ts'
import { edgeGainRange } from '../validate.ts'
import { normal, valuesOf, weighted } from './values.ts'
import {
  type Choice,
  gains,
  type Laws,
  modulation,
  type Preset,
  type PresetName,
  presets,
  sidechain,
  type Stage
} from './weights.ts'

interface Drawing {
  readonly b: Builder
  readonly random: Random
  readonly registry: Registry
  /** What a sidechain or an envelope follower may listen to: the sources as they come in. */
  readonly sources: readonly End[]
  counts: Map<string, number>
}

/**
 * @param seed 0 to 4294967295; the same seed gives the same graph
 * @throws RangeError for another seed
 */
export function drawGraph(name: PresetName, seed: number, registry: Registry = processors): Graph {
  const random = createRandom(seed),
    preset: Preset = presets[name],
    b = builder(`${name} ${seed}`),
    chosen = some(Object.keys(preset.sources), preset.count, random),
    ins = chosen.map(source => b.input(source, { channels: preset.sources[source]!.channels })),
    drawing: Drawing = { b, random, registry, sources: ins, counts: new Map() },
    ends = chosen.map((source, i) => chain(drawing, source, ins[i]!, preset.sources[source]!.chain)),
    sum = b.node('bus/sum', { type: 'mix' })
  for (const end of ends) b.wire(end, sum, chosen.length > 1 ? decibels(gains.fader, random) : undefined)
  preset.sends.forEach((send, i) => {
    if (random.uniform() >= send.chance) return
    const from = ends.filter(() => random.uniform() < preset.sending)
    if (from.length === 0) return
    const effect = node(drawing, `send-${i + 1}`, send.one, send.laws ?? {})
    for (const end of from) b.wire(end, effect.inlet, decibels(gains.send, random))
    b.wire(effect.outlet, sum)
  })
  b.output('main', { channels: 2 }, chain(drawing, 'bus', sum, preset.bus))
  return b.graph()
}

interface GainLaw {
  readonly around: number
  readonly spread: number
  readonly most?: number
}
export const decibels = (law: GainLaw, random: Random): number => {
  const { min, max } = edgeGainRange
  // No negative zero: it would not survive its file.
  return Math.round(10 * normal(law, { min, max: law.most ?? max, scale: 'linear' }, random)) / 10 + 0
}

/** As many of them, in their order. */
function some<T>(all: readonly T[], [from, to]: readonly [number, number], random: Random): T[] {
  const count = from + random.below(to - from + 1),
    left = [...all.keys()]
  while (left.length > count) left.splice(random.below(left.length), 1)
  return left.map(i => all[i]!)
}

function chain(drawing: Drawing, strip: string, from: End, stages: readonly Stage[]): End {
  let end = from
  for (const stage of stages)
    for (let k = 0; k < (stage.times ?? 1) && drawing.random.uniform() < stage.chance; k++)
      end = taken(drawing, strip, end, stage)
  return end
}

function taken(drawing: Drawing, strip: string, from: End, stage: Stage): End {
  const { b, random } = drawing
  if ('one' in stage) {
    const { inlet, outlet } = node(drawing, strip, stage.one, stage.laws ?? {}, from)
    b.wire(from, inlet)
    return outlet
  }
  const sum = b.node(fresh(drawing, strip, 'mix'), { type: 'mix' })
  if ('beside' in stage) {
    b.wire(from, sum)
    for (let way = 1 + random.below(stage.ways); way > 0; way--) {
      const end = chain(drawing, strip, from, stage.beside)
      if (end !== from) b.wire(end, sum, decibels(gains.beside, random))
    }
    return sum
  }
  if ('sides' in stage) return sided(drawing, strip, from, stage.sides, sum)
  let rest = from
  for (let bands = 1 + random.below(stage.most - 1); bands > 0; bands--) {
    const split = node(drawing, strip, { crossover: 1 }, {})
    b.wire(rest, split.inlet)
    b.wire(chain(drawing, strip, [split.id, 'low'], stage.bands), sum)
    rest = [split.id, 'high']
  }
  b.wire(chain(drawing, strip, rest, stage.bands), sum)
  return sum
}

function sided(drawing: Drawing, strip: string, from: End, stages: readonly Stage[], sum: End): End {
  const { b } = drawing,
    split = fresh(drawing, strip, 'midside-split'),
    merge = fresh(drawing, strip, 'midside-merge')
  b.wire(from, b.node(split, { type: 'midside-split' }))
  b.node(merge, { type: 'midside-merge' })
  for (const port of ['mid', 'side']) b.wire(chain(drawing, strip, [split, port], stages), [merge, port])
  b.wire([merge, 'main'], sum)
  return sum
}

const fresh = ({ counts }: Drawing, strip: string, type: string): string => {
  const count = (counts.get(`${strip}/${type}`) ?? 0) + 1
  counts.set(`${strip}/${type}`, count)
  return `${strip}/${type}-${count}`
}

/** A processor with its parameters, modulations and, sometimes, a sidechain. `heard`: what it works on. */
function node(drawing: Drawing, strip: string, one: Choice, own: Laws, heard?: End) {
  const { b, random, registry, sources } = drawing,
    type = weighted(one, random),
    def = registry[type]!,
    id = fresh(drawing, strip, type),
    [main] = inletsOf(def)
  b.node(id, { type, params: valuesOf(def, own, random) })
  for (const inlet of inletsOf(def).slice(1)) {
    const to: End = [id, inlet.name]
    if (inlet.modulates !== undefined) {
      if (random.uniform() < (modulation.chance[type as keyof typeof modulation.chance] ?? 0))
        modulate(drawing, strip, to, kindOf(def.params[inlet.modulates]), heard)
    } else if (!inlet.optional) modulate(drawing, strip, to, 'add', heard)
    else if (sources.length > 1 && random.uniform() < sidechain) b.wire(sources[random.below(sources.length)]!, to)
  }
  return { id, inlet: [id, main!.name] as End, outlet: [id, outletsOf(def)[0]!.name] as End }
}
const kindOf = (param: { readonly modulate?: 'octaves' | 'dB' | 'add' } | undefined) => param?.modulate ?? 'add'

function modulate(drawing: Drawing, strip: string, to: End, kind: keyof typeof modulation.depth, heard?: End): void {
  const { b, random, registry, sources } = drawing,
    type = weighted(modulation.by, random),
    def = registry[type]!,
    id = fresh(drawing, strip, type),
    inlet = inletsOf(def)[0]
  b.node(id, { type, params: valuesOf(def, {}, random) })
  if (inlet) b.wire(heard ?? sources[0]!, [id, inlet.name])
  b.wire([id, outletsOf(def)[0]!.name], to, decibels(modulation.depth[kind], random))
}
