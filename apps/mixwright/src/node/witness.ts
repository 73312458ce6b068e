/** Whether files are still what they were when work with them began: half of one and half of another is nobody's song. */
import { statSync } from 'node:fs'
import { AudioFileError } from '@mixwright/files'

/** What differs when a file has been written again. */
export interface Identity {
  readonly size: number
  readonly changed: number
}
export const identityOf = (path: string): Identity => {
  const { size, mtimeMs } = statSync(path)
  return { size, changed: mtimeMs }
}

export interface Witness {
  /** To be called before a file's sound is read. */
  see(path: string): void
  /** To be called before results get their places. @throws AudioFileError for what was changed or has gone since */
  check(): void
  /** What a reader threw, or the truer reason: a file that is written again under our hands reads as one that breaks off. */
  reasonFor(error: unknown): unknown
}
export function createWitness(): Witness {
  const seen = new Map<string, Identity>()
  const witness: Witness = {
    see(path) {
      if (!seen.has(path)) seen.set(path, identityOf(path))
    },
    check() {
      for (const [path, { size, changed }] of seen) {
        const now = statSync(path, { throwIfNoEntry: false })
        if (now?.size === size && now.mtimeMs === changed) continue
        throw new AudioFileError(
          now ? 'unreadable' : 'missing',
          path,
          now ? 'the file was changed while it was used' : 'the file was removed while it was used',
          now ? 'wait until it is complete, then run this again' : 'put it back, then run this again'
        )
      }
    },
    reasonFor(error) {
      // By name: errors of threads are made again here.
      if (!(error instanceof Error && error.name === 'AudioFileError')) return error
      try {
        witness.check()
        return error
      } catch (changed) {
        return changed
      }
    }
  }
  return witness
}
