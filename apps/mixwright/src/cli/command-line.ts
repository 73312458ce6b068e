/** The command line: arguments in, tasks run, results said. Everything musical is in the packages. */
import { Command, CommanderError } from 'commander'
import { addCompare } from './compare.ts'
import { addEstimate } from './estimate.ts'
import { addExport } from './export.ts'
import { addGraph } from './graph.ts'
import { limitsText } from './limits.ts'
import { addMaster } from './master.ts'
import { addMeasure } from './measure.ts'
import { addMix } from './mix.ts'
import { exit, progressLine, report, type Terminal } from './output.ts'
import { addProcessors } from './processors.ts'
import { addRender } from './render.ts'
import { addRevise } from './revise.ts'
import type { Shell } from './shell.ts'
import { addTransfer } from './transfer.ts'

declare const MIXWRIGHT_VERSION: string

/** Who asks. */
export interface Asker {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Results go here, */
  out(text: string): void
  /** progress and problems here. */
  readonly err: Terminal
}
const commands = [
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
]

/** @returns the exit code */
export async function commandLine(args: readonly string[], { signal, out, err }: Asker): Promise<number> {
  const program = new Command('mixwright')
    .description('Stems in, an editable audio processing graph and the mix it renders out.')
    .version(MIXWRIGHT_VERSION)
    .option('--json', 'results as JSON on stdout, no progress')
    .option('--quiet', 'no progress')
    .addHelpText('after', context => (context.command.parent ? '' : `\n${limitsText()}`))
    .showHelpAfterError('(--help shows what there is)')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: out, writeErr: text => void err.write(text) })
    .exitOverride()
  const global = () => program.opts<{ json?: boolean; quiet?: boolean }>()
  const shell: Shell = {
    signal,
    json: () => global().json ?? false,
    say: text => out(`${text}\n`),
    remark: text => void err.write(`${text}\n`),
    progress: stages =>
      progressLine(stages, err, (global().quiet ?? false) || (global().json ?? false), () => performance.now())
  }
  for (const add of commands) add(program, shell)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exit.done
  } catch (error) {
    // commander has printed its own message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.refused
    return report(error, err)
  }
}
