#!/usr/bin/env node
/** The command line: arguments in, tasks run, results printed. Everything musical is in the packages. */
import { Command, CommanderError } from 'commander'
import { addCompare } from './cli/compare.ts'
import { addEstimate } from './cli/estimate.ts'
import { addExport } from './cli/export.ts'
import { addGraph } from './cli/graph.ts'
import { limitsText } from './cli/limits.ts'
import { addMaster } from './cli/master.ts'
import { addMeasure } from './cli/measure.ts'
import { addMix } from './cli/mix.ts'
import { exit, Interrupted, progressLine, report } from './cli/output.ts'
import { addProcessors } from './cli/processors.ts'
import { addRender } from './cli/render.ts'
import { addRevise } from './cli/revise.ts'
import type { Shell } from './cli/shell.ts'
import { addTransfer } from './cli/transfer.ts'

declare const MIXWRIGHT_VERSION: string

// The first signal asks the work to end; a second one does not wait for that, but what is unfinished goes all the same
// (byte-files.ts).
const interrupt = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    if (interrupt.signal.aborted) process.exit(exit.failed)
    interrupt.abort(new Interrupted('interrupted'))
  })
// Whoever reads stdout may have heard enough (`| head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exit.done : exit.failed)
})
process.stderr.on('error', () => {})
for (const event of ['uncaughtException', 'unhandledRejection'] as const)
  process.on(event, (error: unknown) => {
    process.exit(report(error))
  })

const program = new Command('mixwright')
  .description('Stems in, an editable audio processing graph and the mix it renders out.')
  .version(MIXWRIGHT_VERSION)
  .option('--json', 'results as JSON on stdout, no progress')
  .option('--quiet', 'no progress')
  .addHelpText('after', context => (context.command.parent ? '' : `\n${limitsText()}`))
  .showHelpAfterError('(--help shows what there is)')
  .configureHelp({ showGlobalOptions: true })
  .exitOverride()
const global = () => program.opts<{ json?: boolean; quiet?: boolean }>()
const shell: Shell = {
  signal: interrupt.signal,
  json: () => global().json ?? false,
  say: text => {
    process.stdout.write(`${text}\n`)
  },
  remark: text => {
    process.stderr.write(`${text}\n`)
  },
  progress: stages =>
    progressLine(stages, process.stderr, (global().quiet ?? false) || (global().json ?? false), () => performance.now())
}
for (const add of [
  addMix,
  addRevise,
  addMaster,
  addEstimate,
  addTransfer,
  addExport,
  addMeasure,
  addCompare,
  addRender,
  addGraph,
  addProcessors
])
  add(program, shell)

try {
  await program.parseAsync()
} catch (error) {
  // commander has printed its own message already.
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? exit.done : exit.refused) : report(error)
}
