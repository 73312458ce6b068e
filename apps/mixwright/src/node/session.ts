/** Where a session lies, and where its stems lie from there. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Registry } from '@mixwright/dsp'
import { AudioFileError } from '@mixwright/files'
import { parseSession, type Session, TaskError } from '@mixwright/tasks'
import { inWords, openFileSource } from './byte-files.ts'
import { mend } from './leftovers.ts'
import { registryFor } from './responses.ts'

/** The stems' folder as the session's file names it: relative where there is a way, with slashes. */
export function folderFrom(out: string, folder: string): string {
  const way = relative(resolve(out), resolve(folder)) || '.'
  return isAbsolute(way) ? way : way.split(sep).join('/')
}

export interface FoundSession {
  readonly session: Session
  /** The file it was read from, and its text. */
  readonly path: string
  readonly text: string
  /** The folder of the stems. */
  readonly stems: string
  /** With the impulse responses that the session names. */
  readonly registry: Registry
}

/** A session is some text; an honest one has a few kilobytes a stem. */
export const mostBytes = 64 * 2 ** 20

/**
 * @param place the results' folder or the session's file
 * @throws AudioFileError if it, or a response, cannot be read, TaskError with the file's name, place, value and remedy
 */
export async function readSession(place: string, name: string): Promise<FoundSession> {
  const isFolder = existsSync(place) && statSync(place).isDirectory(),
    path = isFolder ? join(place, name) : place
  mend(dirname(path))
  if (path !== place && !existsSync(path))
    throw new AudioFileError('missing', path, 'no session there', 'name the folder with the results of a mix')
  const source = openFileSource(path)
  source.close()
  if (source.size > mostBytes) throw new TaskError(`${path}: ${source.size} bytes; a session has at most ${mostBytes}`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    throw inWords(path, 'read', error)
  }
  const registry = await registryFor(text, path)
  try {
    const session = parseSession(text, registry)
    return { session, path, text, stems: resolve(dirname(path), session.folder), registry }
  } catch (error) {
    throw error instanceof TaskError ? new TaskError(`${path}: ${error.message}`) : error
  }
}
