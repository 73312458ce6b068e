/** How the command line speaks: results on stdout, progress and problems on stderr, exit codes. */

/** 0: done; 1: failed or interrupted; 2: the input or the call was wrong. */
export const exit = { done: 0, failed: 1, refused: 2 } as const

/** A mistake of the caller: one message with place, value and remedy. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
}
/** The user's Ctrl-C, or an end asked for by the system. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted'
}

/**
 * Errors whose message is meant for the user, by name, since they also come from other threads; anything else is a
 * fault of ours.
 */
const meantForUsers = new Set(['Refusal', 'GraphError', 'AudioFileError', 'TaskError', 'RangeError'])
/** Says what went wrong. @returns the exit code */
export function report(error: unknown, err: Terminal): number {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  if (name === 'AbortError' || name === 'Interrupted') {
    err.write('Interrupted; nothing half-written was left.\n')
    return exit.failed
  }
  if (meantForUsers.has(name)) {
    err.write(`${message}\n`)
    return exit.refused
  }
  err.write(`Mixwright failed: ${message}\nThis is a fault of Mixwright; MIXWRIGHT_DEBUG=1 shows where.\n`)
  if (process.env.MIXWRIGHT_DEBUG) err.write(`${stack}\n`)
  return exit.failed
}

/** Columns padded to their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, c) => Math.max(...rows.map(row => row[c]!.length)))
  return rows
    .map(row =>
      row
        .map((cell, c) => (c === row.length - 1 ? cell : cell.padEnd(widths[c]!)))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

/** Stages in their order: what they are called and which share of the whole time they take, roughly. */
export type StageShares<S extends string = string> = Readonly<
  Record<S, { readonly title: string; readonly share: number }>
>
export interface ProgressLine<S extends string = string> {
  /** `fraction` is that of the stage, 0 to 1. */
  update(stage: S, fraction: number): void
  /** A line of its own between two states of the bar. */
  note(text: string): void
  /** Ends the line. */
  done(): void
}
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** One line with stage, bar and time left of the whole; where nobody watches a terminal, one line per stage. */
export function progressLine<S extends string>(
  stages: StageShares<S>,
  out: Terminal,
  quiet: boolean,
  now: () => number
): ProgressLine<S> {
  const names = Object.keys(stages) as S[],
    total = names.reduce((sum, name) => sum + stages[name].share, 0),
    began = now()
  let stage: S | undefined,
    shown = Number.NEGATIVE_INFINITY,
    open = false
  const write = (text: string) => {
    if (!quiet) out.write(text)
  }
  const overall = (name: S, fraction: number) =>
    (names.slice(0, names.indexOf(name)).reduce((sum, n) => sum + stages[n].share, 0) + fraction * stages[name].share) /
    total
  const clear = () => {
    if (open) write('\r\x1b[2K')
    open = false
  }
  return {
    update(name, fraction) {
      const time = now(),
        first = name !== stage
      stage = name
      if (!out.isTTY) {
        if (first) write(`${stages[name].title} …\n`)
        return
      }
      if (!first && time - shown < 100 && fraction < 1) return
      shown = time
      const whole = overall(name, fraction),
        left = whole > 0.03 && whole < 1 ? `, ${duration(((time - began) * (1 / whole - 1)) / 1000)} left` : ''
      const line = `${'█'.repeat(Math.round(whole * 20)).padEnd(20, '░')} ${Math.floor(whole * 100)} %${left}  ${stages[name].title}`
      // A line that wraps could not be taken back.
      write(`\r\x1b[2K${line.slice(0, Math.max(1, (out.columns ?? 80) - 1))}`)
      open = true
    },
    note(text) {
      clear()
      write(`${text}\n`)
    },
    done: clear
  }
}
/** "12 s", "3 min 5 s" */
export function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}
