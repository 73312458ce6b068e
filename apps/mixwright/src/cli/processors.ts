/** `mixwright processors`: the registry, or one processor in detail. All of it derived from the declarations. */
import {
  inletsOf,
  jsonSchema,
  outletsOf,
  type Params,
  processors,
  type Processor,
  range,
  show,
  unknownName
} from '@mixwright/dsp'
import type { Command } from 'commander'
import { writeReference } from '../node/pages.ts'
import { Refusal, table } from './output.ts'
import type { Shell } from './shell.ts'

const all: Readonly<Record<string, Processor>> = processors

export function addProcessors(program: Command, shell: Shell): void {
  program
    .command('processors')
    .argument('[id]', 'one of them in detail')
    .description('Lists the processors, or shows one: ports, parameters with ranges and defaults, equation, sources.')
    .option('--html <file>', 'all of them on a page, with pictures, sound and cost')
    .option('--force', 'replace an earlier page')
    .action((id: string | undefined, flags: { html?: string; force?: boolean }) => shown(id, flags, shell))
}

async function shown(
  id: string | undefined,
  { html, force = false }: { html?: string; force?: boolean },
  shell: Shell
): Promise<void> {
  if (html === undefined) {
    shell.say(id === undefined ? listProcessors(shell.json()) : showProcessor(id, shell.json()))
    return
  }
  if (id !== undefined) throw new Refusal('--html: the page has all processors; leave the name out')
  const progress = shell.progress({ writing: { title: 'Hearing every processor', share: 1 } })
  try {
    await writeReference(html, {
      force,
      signal: shell.signal,
      progress: fraction => progress.update('writing', fraction)
    })
  } finally {
    progress.done()
  }
  shell.say(shell.json() ? JSON.stringify({ file: html }) : `Page: ${html}`)
}

function listProcessors(json: boolean): string {
  if (json) return JSON.stringify(Object.values(all).map(describe), null, 1)
  return table([['ID', 'FAMILY', 'WHAT IT DOES'], ...Object.values(all).map(def => [def.id, def.family, def.title])])
}

function showProcessor(id: string, json: boolean): string {
  const def = Object.hasOwn(all, id) ? all[id] : undefined
  if (!def) throw new Refusal(unknownName('processor', id, Object.keys(all)))
  if (json) return JSON.stringify(describe(def), null, 1)
  const params = Object.entries(def.params as Params),
    ports = [...inletsOf(def).map(p => ({ ...p, side: 'in' })), ...outletsOf(def).map(p => ({ ...p, side: 'out' }))]
  const section = (title: string, rows: string[][]) =>
    rows.length ? [`\n${title}`, table(rows.map(row => ['', ...row]))] : []
  return [
    `${def.id}: ${def.title} (${def.family})`,
    def.doc,
    ...section(
      'Ports',
      ports.map(p => [p.side, p.name + (p.optional ? ' (optional)' : ''), p.doc])
    ),
    ...section(
      'Parameters',
      params.map(([name, p]) => [name, range(p), `default ${show(p, p.default)}`, p.doc])
    ),
    ...section(
      'Examples',
      Object.entries(def.examples ?? {}).map(([title, values]) => [
        title,
        Object.entries(values ?? {})
          .map(([name, v]) => `${name} ${show((def.params as Params)[name]!, v as number)}`)
          .join(', ')
      ])
    ),
    ...section(
      'Sources',
      (def.sources ?? []).map(source => [source])
    )
  ].join('\n')
}

const describe = (def: Processor) => ({
  id: def.id,
  family: def.family,
  title: def.title,
  doc: def.doc,
  sources: def.sources ?? [],
  inlets: inletsOf(def),
  outlets: outletsOf(def),
  params: Object.fromEntries(
    Object.entries(def.params as Params).map(([name, param]) => [
      name,
      { ...jsonSchema(param), unit: param.kind === 'number' ? param.unit : '' }
    ])
  ),
  examples: def.examples ?? {}
})
