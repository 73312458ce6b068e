/** Where a session lies, and where its stems lie from there. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { parseSession, type Session, TaskError } from '@mixwright/tasks'
import { inWords, openFileSource } from './byte-files.ts'
import { mend } from './leftovers.ts'

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
}

/** A session is some text; an honest one has a few kilobytes a stem. */
export const mostBytes = 64 * 2 ** 20

/**
 * @param place the results' folder or the session's file
 * @throws AudioFileError if it cannot be read, TaskError with the file's name, place, value and remedy
 */
export function readSession(place: string, name: string): FoundSession {
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
  try {
    const session = parseSession(text)
    return { session, path, text, stems: resolve(dirname(path), session.folder) }
  } catch (error) {
    throw error instanceof TaskError ? new TaskError(`${path}: ${error.message}`) : error
  }
}
