/** Files as byte sources and sinks. What is not complete never appears under its name. */
import { closeSync, fstatSync, linkSync, openSync, readSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AudioFileError, type ByteSink, type ByteSource } from '@mixwright/files'
import { mend, ownName } from './leftovers.ts'

export interface FileSource extends ByteSource {
  close(): void
}

/**
 * Opens a file for reading. Reads are synchronous: most come from the system's cache, in less time than a thread takes
 * to start on them.
 * @throws AudioFileError if it is missing, a folder, or may not be read
 */
export function openFileSource(path: string): FileSource {
  // Asked before opening: to open a pipe would wait for its writer.
  const kind = named(path, 'read', () => statSync(path))
  if (!kind.isFile())
    throw new AudioFileError(
      'is-folder',
      path,
      kind.isDirectory() ? 'this is a folder, not a file' : 'this is not a regular file',
      'name a file'
    )
  const fd = named(path, 'read', () => openSync(path, 'r')),
    stat = fstatSync(fd)
  let closed = false
  return {
    size: stat.size,
    async read(offset, length, into) {
      await turn()
      const wanted = Math.max(0, Math.min(length, stat.size - offset)),
        bytes = into ?? new Uint8Array(wanted)
      let done = 0
      while (done < wanted) {
        const count = named(path, 'read', () => readSync(fd, bytes, done, wanted - done, offset + done))
        if (count === 0) break
        done += count
      }
      return bytes.subarray(0, done)
    },
    close() {
      if (!closed) closeSync(fd)
      closed = true
    }
  }
}

/**
 * Synchronous reads and writes alone would never let anything else happen: no Ctrl-C, no message of a thread. A tenth of
 * a second is felt as at once.
 */
async function turn(): Promise<void> {
  if (performance.now() - turned < 100) return
  await new Promise(resolve => {
    setImmediate(resolve)
  })
  turned = performance.now()
}
let turned = performance.now()

export interface FileSink extends ByteSink {
  /** Makes the file appear under its name, complete and safe on the disk. */
  commit(): Promise<void>
  /** Leaves nothing behind. Harmless after `commit`. */
  discard(): Promise<void>
}
export interface FileSinkOptions {
  /** Replace a file of that name. Default false. */
  readonly force?: boolean
  /** Wait until the disk has it (fsync). Default true; false for what can be made again, and with `settle` afterwards. */
  readonly durable?: boolean
}

/** Waits until the disk has a finished file (fsync). @throws AudioFileError */
export const settle = (path: string): Promise<void> =>
  namedAsync(path, async () => {
    const file = await open(path, 'r+')
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  })

/**
 * Begins a file: bytes go to a hidden temporary name in the same folder until `commit`. An error while writing,
 * `discard`, an end of the process and Ctrl-C all remove it. Writes are synchronous, as reads are.
 * @throws AudioFileError if the name is taken (without `force`), is a folder, or cannot be written
 */
export async function createFileSink(path: string, options: FileSinkOptions = {}): Promise<FileSink> {
  checkFree(path, options.force ?? false)
  const folder = dirname(path),
    temporary = join(folder, `${ownName()}.part`)
  if (!mended.has(folder)) mend(folder)
  mended.add(folder)
  const file = await namedAsync(path, () => open(temporary, 'wx'))
  unfinished.add(temporary)
  watch()
  let end = 0,
    ended = false
  const discard = async (): Promise<void> => {
    if (ended) return
    ended = true
    await file.close().catch(() => {})
    remove(temporary)
  }
  const guarded = async (run: () => Promise<void>): Promise<void> => {
    if (ended) throw new Error(`${path}: the file is already complete or discarded`)
    try {
      await namedAsync(path, run)
    } catch (error) {
      await discard()
      throw error
    }
  }
  return {
    write: bytes =>
      guarded(async () => {
        await turn()
        writeAt(file.fd, bytes, end)
        end += bytes.length
      }),
    patch: (offset, bytes) => guarded(async () => writeAt(file.fd, bytes, offset)),
    commit: () =>
      guarded(async () => {
        if (options.durable ?? true) await file.sync()
        await file.close()
        if (options.force) renameSync(temporary, path)
        else place(temporary, path)
        ended = true
        remove(temporary)
      }),
    discard
  }
}
/** Folders in which nothing is left of others. */
const mended = new Set<string>()

function writeAt(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done, bytes.length - done, position + done)
}

function checkFree(path: string, force: boolean): void {
  const stat = named(path, 'write', () => statSync(path, { throwIfNoEntry: false }))
  if (stat?.isDirectory())
    throw new AudioFileError('is-folder', path, 'there is a folder of this name', 'choose another name')
  if (stat && !stat.isFile())
    throw new AudioFileError('denied', path, 'this is not a regular file', 'choose another name')
  if (stat && !force) throw taken(path)
}
const taken = (path: string) =>
  new AudioFileError('exists', path, 'the file exists already', 'use --force to replace it, or choose another name')

/** A link fails if the name has been taken meanwhile; where there are no hard links, look once more and rename. */
function place(temporary: string, path: string): void {
  try {
    linkSync(temporary, path)
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw taken(path)
    checkFree(path, false)
    renameSync(temporary, path)
  }
}

const unfinished = new Set<string>()
function remove(temporary: string): void {
  rmSync(temporary, { force: true })
  unfinished.delete(temporary)
}
const removeAll = (): void => {
  for (const temporary of unfinished) remove(temporary)
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
let watching = false
/** Cleans up when the process ends. A signal that nobody else handles still ends it, as it would have without us. */
function watch(): void {
  if (watching) return
  watching = true
  process.on('exit', removeAll)
  for (const signal of signals) {
    const end = (): void => {
      if (process.listenerCount(signal) > 1) return // somebody else decides; `exit` or an abort cleans up
      removeAll()
      process.off(signal, end)
      process.kill(process.pid, signal)
    }
    process.on(signal, end)
  }
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code

/** Runs a system call and says in words what went wrong with `path`. */
function named<T>(path: string, action: 'read' | 'write', run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw inWords(path, action, error)
  }
}
async function namedAsync<T>(path: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw inWords(path, 'write', error)
  }
}

/** The system's error as ours. Anything that is not from the system stays as it is. */
export function inWords(path: string, action: 'read' | 'write', error: unknown): unknown {
  const code = codeOf(error),
    cause = { cause: error }
  if (error instanceof AudioFileError || code === undefined) return error
  if (code === 'ENOENT')
    return new AudioFileError(
      'missing',
      path,
      action === 'read' ? 'no such file or folder' : 'the folder does not exist',
      action === 'read' ? 'check the name' : 'create it first',
      cause
    )
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
    return new AudioFileError(
      'denied',
      path,
      `not allowed to ${action} here (${code})`,
      action === 'read' ? 'check its permissions' : 'check the permissions of the folder, or write to another',
      cause
    )
  if (code === 'EISDIR')
    return new AudioFileError('is-folder', path, 'this is a folder, not a file', 'name a file', cause)
  if (code === 'EEXIST')
    return new AudioFileError('missing', path, 'this is a file, not a folder', 'check the name', cause)
  if (code === 'ENOTDIR')
    return new AudioFileError('missing', path, 'a part of this path is a file, not a folder', 'check the name', cause)
  if (code === 'ELOOP')
    return new AudioFileError(
      'missing',
      path,
      'a symbolic link that leads to itself',
      'remove the link, or name the file itself',
      cause
    )
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new AudioFileError(
      'disk-full',
      path,
      'the disk is full; the unfinished file was removed',
      'free some space, or write to another disk',
      cause
    )
  if (code === 'EFBIG')
    return new AudioFileError(
      'disk-full',
      path,
      'the file would become larger than the system allows (EFBIG); the unfinished file was removed',
      'raise the limit (ulimit -f), or write to a disk without it',
      cause
    )
  return new AudioFileError('unreadable', path, `could not ${action} (${code})`, 'check the disk and try again', cause)
}
