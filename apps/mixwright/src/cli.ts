#!/usr/bin/env node
/** The command line as a process: signals, streams, the exit code. */
import { commandLine } from './cli/command-line.ts'
import { exit, Interrupted, report } from './cli/output.ts'

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
    process.exit(report(error, process.stderr))
  })

process.exitCode = await commandLine(process.argv.slice(2), {
  signal: interrupt.signal,
  out: text => void process.stdout.write(text),
  err: process.stderr
})
