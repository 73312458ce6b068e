/** `mixwright graph print | validate | draw | random | stats` */
import { basename, extname, join } from 'node:path'
import { processors } from '@mixwright/dsp'
import {
  draw,
  drawGraph,
  type Graph,
  type GraphPresetName,
  graphPresetNames,
  graphPresets,
  graphStatistics,
  print,
  writeGraph
} from '@mixwright/graph'
import { statisticsPage, statisticsTables } from '@mixwright/tasks'
import type { Command } from 'commander'
import { writeText } from '../node/pages.ts'
import { writeExamples } from '../node/random-graphs.ts'
import { oneOf, ranges, seconds, whole } from './options.ts'
import { Refusal, table } from './output.ts'
import { readGraph, type Shell } from './shell.ts'

/** Of the options of random graphs: least and most; defaults. */
const counts = { count: [1, 100_000], seed: [0, 2 ** 32 - 1], seconds: [0.5, 600] } as const
const defaults = { stats: 1000, seconds: 4, rate: 44100 } as const

export function addGraph(program: Command, shell: Shell): void {
  const graph = program.command('graph').description('Looks at graph files, draws them, and makes random ones.')
  graph
    .command('print')
    .argument('<graph>', 'a graph file (JSON)')
    .description('Every node with its parameters and sources, one line each.')
    .action(async (file: string) => {
      const { graph, registry } = await readGraph(file)
      shell.say(shell.json() ? JSON.stringify(graph, null, 1) : print(graph, registry))
    })
  graph
    .command('validate')
    .argument('<graph>', 'a graph file (JSON)')
    .description('Checks a graph file and lists every problem.')
    .action((file: string) => validated(file, shell))
  graph
    .command('draw')
    .argument('<graph>', 'a graph file (JSON)')
    .description('Draws a graph as a picture (SVG): signals from left to right, control signals dotted.')
    .option('--out <file>', 'the picture (default: the name of the graph with .svg, here)')
    .option('--force', 'replace an earlier picture')
    .action((file: string, flags: { out?: string; force?: boolean }) => drawn(file, flags, shell))
  addRandom(graph, shell)
  addStats(graph, shell)
}

async function validated(file: string, shell: Shell): Promise<void> {
  const { nodes, edges } = (await readGraph(file)).graph,
    size = { nodes: Object.keys(nodes).length, edges: edges.length }
  shell.say(
    shell.json()
      ? JSON.stringify({ valid: true, ...size })
      : `${file} is valid: ${size.nodes} nodes, ${size.edges} edges`
  )
}

async function drawn(
  file: string,
  { out = `${basename(file, extname(file))}.svg`, force = false }: { out?: string; force?: boolean },
  shell: Shell
): Promise<void> {
  const { graph, registry } = await readGraph(file)
  await writeText(out, draw(graph, registry), { force })
  shell.say(shell.json() ? JSON.stringify({ file: out }) : `Drawn: ${out}`)
}

const presetText = graphPresetNames.map(name => `${name}: ${graphPresets[name].title.toLowerCase()}`).join('; ')
interface RandomFlags {
  readonly preset: string
  readonly seed: string
  readonly count?: string
  readonly out?: string
  readonly force?: boolean
  readonly dry?: readonly string[]
  readonly seconds?: string
  readonly rate?: string
}

function addRandom(graph: Command, shell: Shell): void {
  graph
    .command('random')
    .description(
      'Random graphs as an engineer might have made them: one on the standard output, or a folder of them; with dry sound also what comes out of each, without what is silent, explodes or would not be heard.'
    )
    .requiredOption('--preset <name>', presetText)
    .option('--seed <n>', `${counts.seed.join(' to ')}; the same seed, the same graphs`, '0')
    .option('--count <n>', `how many, ${counts.count.join(' to ')} (default: 1)`)
    .option('--out <folder>', 'where they go')
    .option('--force', 'replace earlier ones')
    .option('--dry <files...>', 'recordings that sound for the inputs is taken from, at random places')
    .option('--seconds <n>', `length of an example, ${counts.seconds.join(' to ')} (default: ${defaults.seconds})`)
    .option('--rate <hz>', `sample rate of the examples (default: ${defaults.rate})`)
    .action((flags: RandomFlags) => random(flags, shell))
}

async function random(flags: RandomFlags, shell: Shell): Promise<void> {
  const preset = oneOf('--preset', flags.preset, graphPresetNames),
    seed = whole('--seed', flags.seed, ...counts.seed)!,
    count = whole('--count', flags.count, ...counts.count) ?? 1,
    { out, dry = [], force = false } = flags
  if (out === undefined) {
    if (count > 1 || dry.length > 0)
      throw new Refusal(`--out: ${dry.length > 0 ? 'sound' : `${count} graphs`} must go somewhere; give a folder`)
    shell.say(writeGraph(drawGraph(preset, seed)).trimEnd())
    return
  }
  const progress = shell.progress({ drawing: { title: 'Drawing graphs', share: 1 } })
  try {
    if (dry.length === 0) {
      for (let k = 0; k < count; k++) {
        const name = `${String(k + 1).padStart(String(count).length, '0')}.json`
        await writeText(join(out, name), writeGraph(drawGraph(preset, seed + k)), { force })
      }
      shell.say(`${count} graphs: ${out}`)
      return
    }
    const { files, rejected } = await writeExamples({
      preset,
      seed,
      count,
      dry,
      out,
      force,
      seconds: seconds('--seconds', flags.seconds, ...counts.seconds) ?? defaults.seconds,
      sampleRate: whole('--rate', flags.rate, ...ranges.rate) ?? defaults.rate,
      signal: shell.signal,
      progress: fraction => progress.update('drawing', fraction)
    })
    progress.done()
    shell.say(
      shell.json()
        ? JSON.stringify({ files, rejected }, null, 1)
        : `${count} examples: ${out}\nThrown away: ${rejected.silent} silent, ${rejected.exploding} exploding, ${rejected.empty} empty; ${rejected.inaudibleNodes} nodes that nobody would have heard were taken out.`
    )
  } finally {
    progress.done()
  }
}

function addStats(graph: Command, shell: Shell): void {
  graph
    .command('stats')
    .argument('[graphs...]', 'graph files (JSON)')
    .description('How large graphs are, what they are made of and how it is set: of files, or of random graphs.')
    .option('--preset <name>', `random graphs instead of files. ${presetText}`)
    .option('--count <n>', `of how many random graphs, ${counts.count.join(' to ')} (default: ${defaults.stats})`)
    .option('--seed <n>', counts.seed.join(' to '), '0')
    .option('--out <file>', 'a page (HTML) with pictures')
    .option('--force', 'replace an earlier page')
    .action((files: string[], flags: StatsFlags) => stats(files, flags, shell))
}
interface StatsFlags {
  readonly preset?: string
  readonly count?: string
  readonly seed: string
  readonly out?: string
  readonly force?: boolean
}

async function stats(files: readonly string[], flags: StatsFlags, shell: Shell): Promise<void> {
  if (files.length > 0 === (flags.preset !== undefined))
    throw new Refusal('graph stats: give graph files, or --preset for random graphs')
  const found = await Promise.all(files.map(readGraph)),
    graphs = flags.preset === undefined ? found.map(one => one.graph) : drawnGraphs(flags),
    statistics = graphStatistics(graphs, Object.assign({}, processors, ...found.map(one => one.registry)))
  if (flags.out !== undefined)
    await writeText(flags.out, statisticsPage(flags.preset ?? 'Graphs', statistics), { force: flags.force ?? false })
  if (shell.json()) {
    shell.say(JSON.stringify(statistics, null, 1))
    return
  }
  const { sizes, types, params } = statisticsTables(statistics)
  for (const rows of [sizes, types, params]) shell.say(`${table(rows)}\n`)
  if (flags.out !== undefined) shell.say(`Page: ${flags.out}`)
}

function drawnGraphs({ preset: name, count: text, seed: first }: StatsFlags): Graph[] {
  const preset: GraphPresetName = oneOf('--preset', name!, graphPresetNames),
    count = whole('--count', text, ...counts.count) ?? defaults.stats,
    seed = whole('--seed', first, ...counts.seed)!
  return Array.from({ length: count }, (_, k) => drawGraph(preset, seed + k))
}
