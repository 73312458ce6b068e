/** Every processor on one page, derived from its declaration: ports, parameters, equation, picture, sound, cost. */
import { type Audio, inletsOf, outletsOf, type Params, type Processor, range, show } from '@mixwright/dsp'
import { escapeMarkup } from '@mixwright/graph'
import { page, table } from '../report/page.ts'
import { alone, type Bench, phrase, rate, type Settings, through } from './alone.ts'
import { type Named, picture } from './plots.ts'

export interface ReferenceServices extends Bench {
  /** Base64 of a FLAC file. */
  embed(audio: Audio, sampleRate: number): Promise<string>
  /** Nanoseconds of one core per stereo sample: what the host measures of a graph with the input `main`. */
  cost?(graph: ReturnType<typeof alone>): Promise<number>
  progress?(fraction: number): void
}

/** Settings that are drawn and heard: the defaults and at most three examples. */
const shownOf = (def: Processor): Named => [
  ['Defaults', {}],
  ...Object.entries((def.examples ?? {}) as Readonly<Record<string, Settings>>).slice(0, 3)
]

/** @returns one self-contained HTML document */
export async function processorReference(services: ReferenceServices): Promise<string> {
  const all = Object.values(services.registry),
    sections: { title: string; html: string }[] = [],
    dry = phrase(),
    families = [...new Set(all.map(def => def.family))]
  for (const [i, def] of all.entries()) {
    sections.push({ title: def.title, html: await entry(def, dry, services) })
    services.progress?.((i + 1) / all.length)
  }
  return page({
    title: 'The processors of Mixwright',
    lead: 'What a graph can consist of. Everything here is derived from the declarations that the engine runs.',
    head: families
      .map(family => {
        const links = all
          .filter(def => def.family === family)
          .map(def => `<a href="#${def.id}">${def.id}</a>`)
          .join(', ')
        return `<p><b>${family}</b> ${links}</p>`
      })
      .join(''),
    sections: [{ title: 'Heard dry', html: player('The phrase', await services.embed(dry, rate)) }, ...sections],
    style:
      'figure{max-width:36rem}.scroll{margin:.5rem 0}.sound{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.3rem .8rem}.sound audio{margin:0}',
    tail: ''
  })
}

const player = (name: string, flac: string) =>
  `<div><small>${escapeMarkup(name)}</small><audio controls preload="none" src="data:audio/flac;base64,${flac}"></audio></div>`

async function entry(def: Processor, dry: Audio, services: ReferenceServices): Promise<string> {
  const named = shownOf(def),
    env = { sampleRate: rate },
    latency = def.latency?.(env) ?? 0,
    cost = await services.cost?.(alone(def, {})),
    facts = [
      `<code>${def.id}</code>`,
      ...(latency ? [`latency ${latency} samples (${((latency / rate) * 1000).toFixed(1)} ms)`] : ['no latency']),
      ...(cost === undefined ? [] : [`${cost < 10 ? cost.toFixed(1) : Math.round(cost)} ns per stereo sample here`]),
      ...(def.channels === 'stereo' ? ['gives stereo'] : [])
    ],
    ports = [
      ...inletsOf(def).map(port => ['in', port.name, port.optional ? `${port.doc} (optional)` : port.doc]),
      ...outletsOf(def).map(port => ['out', port.name, port.doc])
    ],
    params = Object.entries(def.params as Params).map(([name, param]) => [
      name,
      range(param),
      show(param, param.default),
      param.doc
    ])
  return [
    `<p id="${def.id}" class="note">${facts.join(' · ')}</p><p>${escapeMarkup(def.doc)}</p>`,
    await picture(def, named, services),
    table(['', 'Port', ''], ports.map(escaped)),
    params.length ? table(['Parameter', 'Range', 'Default', ''], params.map(escaped), true) : '',
    await sounds(def, named, dry, services),
    def.sources?.length ? `<p class="note">${def.sources.map(escapeMarkup).join(' · ')}</p>` : ''
  ].join('')
}
const escaped = (row: readonly string[]) => row.map(escapeMarkup)

/** Nothing is to be heard of what only controls, splits or passes. */
async function sounds(def: Processor, named: Named, dry: Audio, services: ReferenceServices): Promise<string> {
  if (!('main' in def.outlets) || def.family === 'control' || Object.keys(def.params).length === 0) return ''
  const players: string[] = []
  for (const [name, params] of named) {
    const { main } = await through(def, params, dry, services)
    players.push(player(name, await services.embed(main!, rate)))
  }
  return `<div class="sound">${players.join('')}</div>`
}
