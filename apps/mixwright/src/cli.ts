#!/usr/bin/env node
/** The command line: arguments in, tasks run, results printed. Everything musical is in the packages. */
import { readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { type Measurement, measures, type Params } from '@mixwright/dsp'
import { type Graph, parseGraph, print } from '@mixwright/graph'
import { mix as mixTask, mixOptions, roleNames } from '@mixwright/tasks'
import { Command, CommanderError } from 'commander'
import { addParams, collect, oneOf, pairs, readParams, whole } from './cli/options.ts'
import { exit, progressLine, Refusal, report, table } from './cli/output.ts'
import { listProcessors, showProcessor } from './cli/processors.ts'
import { inWords } from './node/byte-files.ts'
import { measureFile } from './node/measure.ts'
import { mixFolder } from './node/mix.ts'
import { renderFiles } from './node/render.ts'

declare const MIXWRIGHT_VERSION: string

const interrupt = new AbortController()
class Interrupted extends Error { override readonly name = 'Interrupted' }
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { if (interrupt.signal.aborted) process.exit(exit.failed); interrupt.abort(new Interrupted('interrupted')) })
const progress = progressLine(process.argv.includes('--quiet') || process.argv.includes('--json'), () => performance.now())
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const program = new Command('mixwright').description('Stems in, an editable audio processing graph and the mix it renders out.').version(MIXWRIGHT_VERSION)
  .option('--json', 'results as JSON on stdout').option('--quiet', 'no progress').showHelpAfterError('(--help shows what there is)').exitOverride()
const json = () => program.opts<{ json?: boolean }>().json ?? false

const mix = program.command('mix').argument('<folder>', 'a folder with one file per stem').description(mixTask.doc)
  .option('--out <folder>', 'where the results go (default: "mixwright" in the folder)').option('--force', 'replace earlier results').option('--skip-bad', 'go on without files that cannot be read')
  .option('--roles <stem=role>', `what a stem is, where you know better; repeatable. Roles: ${roleNames.join(', ')}`, collect, [])
  .option('--rate <Hz>', 'sample rate of the session (default: the highest of the stems, at least 44100)').option('--threads <n>', 'worker threads (default: one per core)')
addParams(mix, mixOptions as Params)
mix.action(async (folder: string, o: { out?: string; force?: boolean; skipBad?: boolean; roles: string[]; rate?: string; threads?: string } & Record<string, unknown>) => {
  const began = performance.now(), stages = { opening: 'Opening', listening: 'Listening', balance: 'First balance', analysis: 'Analysing', mix: 'Mixing', master: 'Mastering', report: 'Writing the report' } as const
  const rate = whole('--rate', o.rate, 8000, 192000), threads = whole('--threads', o.threads, 1, 64)
  const result = await mixFolder(folder, {
    ...o.out !== undefined && { out: o.out }, ...rate !== undefined && { sampleRate: rate }, ...threads !== undefined && { threads }, force: o.force ?? false, skipBad: o.skipBad ?? false,
    roles: pairs('--roles', o.roles), settings: readParams(mixOptions as Params, o), signal: interrupt.signal,
    progress: (stage, fraction) => progress.update(stages[stage], fraction),
    written: (path) => { if (basename(path) === 'balance.wav') progress.done(`A first balance to listen to: ${path} (after ${((performance.now() - began) / 1000).toFixed(1)} s)`) },
  })
  progress.done()
  if (json()) { const { analyses: _, graph: __, ...rest } = result; say(JSON.stringify(rest, null, 1)); return }
  const { mix: before, master } = result.measured
  say(table([['STEM', 'ROLE', 'FADER', 'PAN', 'WHY'], ...result.decisions.stems.map((s) => [s.stem, s.role, s.muted ? 'muted' : `${s.fader.gain.toFixed(1)} dB`, s.pan ? s.pan.pan.toFixed(2) : '', s.fader.reason])]))
  for (const warning of result.warnings) process.stderr.write(`! ${warning}\n`)
  for (const bad of result.skipped) process.stderr.write(`! left out: ${bad.message}\n`)
  say(`\nMix ${before.integrated?.toFixed(1)} LUFS, ${before.truePeak?.toFixed(1)} dBTP; master ${master.integrated?.toFixed(1)} LUFS, ${master.truePeak?.toFixed(1)} dBTP. ${((performance.now() - began) / 1000).toFixed(1)} s.`)
  say(`Listen: ${join(result.folder, 'master.wav')}\nRead what was done: ${join(result.folder, 'report.html')}`)
})

program.command('measure').argument('<files...>', 'audio files').description(`Measures files: ${measures.map((m) => m.label.toLowerCase()).join(', ')}.`)
  .action(async (files: string[]) => {
    const results: Record<string, Measurement> = {}
    for (const file of files) results[file] = (await measureFile(file, { signal: interrupt.signal, progress: (fraction) => progress.update(basename(file), fraction) })).measured
    progress.done()
    if (json()) { say(JSON.stringify(results, null, 1)); return }
    say(table([['', ...files.map((file) => basename(file))], ...measures.map((m) => [`${m.label}${m.unit ? ` [${m.unit}]` : ''}`, ...files.map((file) => results[file]![m.key]?.toFixed(2) ?? '–')])]))
  })

const readGraph = (file: string): Graph => {
  let text: string
  try { text = readFileSync(file, 'utf8') } catch (error) { throw inWords(file, 'read', error) }
  return parseGraph(text)
}
program.command('render').argument('<graph>', 'a graph file (JSON)').description('Renders a graph over files.')
  .option('--in <name=file>', 'file of an input; repeatable', collect, []).option('--out <name=file>', 'WAV file of an output; repeatable', collect, [])
  .option('--to <folder>', 'all outputs as WAV files into this folder').option('--format <form>', 's16, s24 (both dithered) or f32', 'f32').option('--rate <Hz>', 'sample rate (default: the highest of the inputs)')
  .option('--tail <seconds>', 'how long the outputs outlast the inputs (default: until everything has decayed)').option('--force', 'replace files').option('--threads <n>', 'worker threads (default: one per core)')
  .action(async (file: string, o: { in: string[]; out: string[]; to?: string; format: string; rate?: string; tail?: string; force?: boolean; threads?: string }) => {
    const graph = readGraph(file), rate = whole('--rate', o.rate, 8000, 384000), threads = whole('--threads', o.threads, 1, 64), tail = o.tail === undefined ? undefined : Number(o.tail)
    if (tail !== undefined && !(tail >= 0 && tail <= 600)) throw new Refusal(`--tail: "${o.tail}" is not allowed; give 0 to 600 seconds`)
    const named = pairs('--out', o.out), { to } = o, outputs = to === undefined ? named : { ...Object.fromEntries(Object.keys(graph.outputs).map((name) => [name, join(to, `${name.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}.wav`)])), ...named }
    if (Object.keys(outputs).length === 0) throw new Refusal(`nothing to write; add --out ${Object.keys(graph.outputs)[0]}=FILE.wav or --to FOLDER`)
    const { frames, sampleRate } = await renderFiles(graph, pairs('--in', o.in), outputs, { format: oneOf('--format', o.format, ['s16', 's24', 'f32']), force: o.force ?? false, signal: interrupt.signal, progress: (fraction) => progress.update('Rendering', fraction),
      ...rate !== undefined && { sampleRate: rate }, ...threads !== undefined && { threads }, ...tail !== undefined && { tail } })
    progress.done()
    say(json() ? JSON.stringify({ frames, sampleRate, outputs }, null, 1) : `${(frames / sampleRate).toFixed(2)} s at ${sampleRate} Hz:\n${Object.values(outputs).join('\n')}`)
  })

const graph = program.command('graph').description('Looks at graph files.')
graph.command('print').argument('<graph>').description('Every node with its parameters and sources, one line each.').action((file: string) => say(json() ? JSON.stringify(readGraph(file), null, 1) : print(readGraph(file))))
graph.command('validate').argument('<graph>').description('Checks a graph file and lists every problem.').action((file: string) => {
  const found = readGraph(file)
  say(json() ? JSON.stringify({ valid: true }) : `${basename(file, extname(file))} is valid: ${Object.keys(found.nodes).length} nodes, ${found.edges.length} edges`)
})
program.command('processors').argument('[id]', 'one of them in detail').description('Lists the processors, or shows one: ports, parameters with ranges and defaults, equation, sources.')
  .action((id: string | undefined) => say(id === undefined ? listProcessors(json()) : showProcessor(id, json())))

try {
  await program.parseAsync()
} catch (error) {
  progress.done()
  // commander has printed its own message already.
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? exit.done : exit.refused) : report(error)
}
