/** What a killed process leaves, found and set right by the next one. Names of hidden files say whose they are. */
import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync
} from 'node:fs'
import { hostname } from 'node:os'
import { dirname, isAbsolute, join, normalize } from 'node:path'

/** A folder may be shared by computers, and their processes are not ours to judge. */
const host = hostname()
  .replace(/[^A-Za-z0-9]/g, '')
  .slice(0, 32)
const form = /^\.mixwright-([A-Za-z0-9]*)-(\d+)-/

/** A hidden name that nobody else uses. */
export const ownName = (): string => `.mixwright-${host}-${process.pid}-${randomBytes(4).toString('hex')}`

/** How far a process came with giving files their places, so that another can undo or end it. */
export interface Journal {
  /** All files stand here complete, and get their places now. */
  readonly committing: boolean
  /** Names that have, or get, their places. What was there before is in `before`. */
  readonly names: readonly string[]
  /** Names that go. */
  readonly stale: readonly string[]
}
export const before = 'before'
const journal = 'journal.json'

/** Written at once or not at all. */
export function note(scratch: string, entry: Journal): void {
  const path = join(scratch, journal),
    file = openSync(`${path}.new`, 'w')
  writeSync(file, JSON.stringify(entry))
  fsyncSync(file)
  closeSync(file)
  renameSync(`${path}.new`, path)
}

/**
 * Sets right what dead processes of this computer left in a folder: results that were about to appear do, or are taken
 * back; unfinished files go. What belongs to a process that lives stays. Never throws: what cannot be mended is left.
 */
export function mend(folder: string): void {
  for (const name of namesIn(folder)) {
    const [, of, pid] = form.exec(name) ?? []
    if (of !== host || alive(Number(pid))) continue
    const path = join(folder, name)
    try {
      if (lstatSync(path).isDirectory()) mendFolder(folder, path)
      else if (name.endsWith('.part')) rmSync(path)
    } catch {} // another process is at it, or we may not
  }
}

function mendFolder(folder: string, left: string): void {
  const scratch = join(folder, ownName())
  renameSync(left, scratch) // whoever comes first has it
  const { committing, names, stale } = read(scratch)
  for (const name of names) {
    const staged = join(scratch, name)
    // What has left its place here has it there.
    if (committing && existsSync(staged)) move(staged, join(folder, name))
    if (!committing && !existsSync(staged)) rmSync(join(folder, name), { force: true })
  }
  if (committing) for (const name of stale) rmSync(join(folder, name), { force: true })
  else
    for (const name of names)
      if (existsSync(join(scratch, before, name))) move(join(scratch, before, name), join(folder, name))
  rmSync(scratch, { recursive: true, force: true })
}
function move(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  renameSync(from, to)
}

function read(scratch: string): Journal {
  try {
    const { committing, names, stale } = JSON.parse(readFileSync(join(scratch, journal), 'utf8')) as Journal
    return { committing: committing === true, names: names.filter(isInside), stale: stale.filter(isInside) }
  } catch {
    return { committing: false, names: [], stale: [] } // nothing had its place yet
  }
}
/** No name leads out of the folder, whoever wrote it. */
const isInside = (name: unknown): boolean =>
  typeof name === 'string' && name !== '' && !isAbsolute(name) && !normalize(name).startsWith('..')

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
