/** How the command line speaks: results on stdout, progress and problems on stderr, exit codes. */
import { GraphError } from '@mixwright/graph'

/** 0: done; 1: failed or interrupted; 2: the input or the call was wrong. */
export const exit = { done: 0, failed: 1, refused: 2 } as const

/** A mistake of the caller: one message with place, value and remedy. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}

/** Errors whose message is meant for the user; anything else is a fault of ours. */
const meantForUsers = new Set(['Refusal', 'GraphError', 'AudioFileError', 'TaskError', 'RangeError'])
export function report(error: unknown): number {
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'Interrupted')) { process.stderr.write('\nInterrupted; nothing half-written was left.\n'); return exit.failed }
  if (error instanceof GraphError || (error instanceof Error && meantForUsers.has(error.name))) { process.stderr.write(`${error.message}\n`); return exit.refused }
  const text = error instanceof Error ? error.message : String(error)
  process.stderr.write(`Mixwright failed: ${text}\nThis is a fault of Mixwright; MIXWRIGHT_DEBUG=1 shows where.\n`)
  if (process.env.MIXWRIGHT_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  return exit.failed
}

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map((row) => row[c]!.length)))
  return rows.map((row) => row.map((cell, c) => c === row.length - 1 ? cell : cell.padEnd(widths[c]!)).join('  ').trimEnd()).join('\n')
}

export interface Progress { update(stage: string, fraction: number): void; done(text?: string): void }
/** One line on stderr with stage, bar and time left; nothing where stderr is not a terminal but a line per stage. */
export function progressLine(quiet: boolean, now: () => number): Progress {
  let stage = '', began = 0, last = 0
  const terminal = process.stderr.isTTY
  const write = (text: string) => { if (!quiet) process.stderr.write(text) }
  return {
    update(name, fraction) {
      const time = now()
      if (name !== stage) { if (stage && terminal) write('\n'); stage = name; began = time; last = 0; if (!terminal) write(`${name} …\n`) }
      if (!terminal || (time - last < 100 && fraction < 1)) return
      last = time
      const left = fraction > 0.02 && fraction < 1 ? `, ${duration((time - began) * (1 / fraction - 1) / 1000)} left` : ''
      write(`\r\x1b[2K${name} ${'█'.repeat(Math.round(fraction * 20)).padEnd(20, '░')} ${Math.round(fraction * 100)} %${left}`)
    },
    done(text) { if (stage && terminal) write('\n'); stage = ''; if (text) write(`${text}\n`) },
  }
}
export const duration = (seconds: number): string => seconds < 60 ? `${Math.ceil(seconds)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
