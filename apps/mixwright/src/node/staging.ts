/** Results that appear all at once: until `commit` they stand in a hidden folder beside their places. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { inWords } from './byte-files.ts'
import { before, type Journal, mend, note, ownName } from './leftovers.ts'

export interface Staging {
  /** Where to write: removed in the end with all that was not placed. */
  readonly scratch: string
  /** Where a file stands until it has its place; folders on the way are made. */
  path(name: string): string
  /** Gives a finished file its place at once; `discard` takes that back. @returns the path */
  place(name: string): string
  /**
   * Gives all files their places and removes `stale` (names of earlier results). @returns their paths, in the order
   * given by `names`
   */
  commit(names: readonly string[], stale?: readonly string[]): string[]
  /** As if nothing had happened: earlier files are back, folders that were made are gone. Harmless after `commit`. */
  discard(): void
}

/**
 * @param folder made if it is missing
 * @param force replace what stands there
 * @throws AudioFileError if the folder cannot be made or written
 */
export function createStaging(folder: string, { force }: { readonly force: boolean }): Staging {
  const made = inFolder(folder, () => mkdirSync(folder, { recursive: true })),
    scratch = join(folder, ownName())
  mend(folder)
  inFolder(folder, () => mkdirSync(scratch))
  const undo: (() => void)[] = []
  let noted: Journal | undefined
  const remember = (entry: Journal) => inFolder(folder, () => note(scratch, (noted = entry)))
  let ended = false
  const swap = (name: string): string => {
    const to = join(folder, name)
    if (existsSync(to)) {
      if (!force)
        throw new AudioFileError(
          'exists',
          to,
          'the file has appeared meanwhile',
          'use --force to replace it, or --out for another folder'
        )
      const kept = join(scratch, before, name)
      mkdirSync(dirname(kept), { recursive: true })
      renameSync(to, kept)
      undo.push(() => renameSync(kept, to))
    }
    return to
  }
  const place = (name: string): string =>
    inFolder(folder, () => {
      const to = swap(name),
        firstMade = mkdirSync(dirname(to), { recursive: true })
      if (firstMade) undo.push(() => removeEmpty(dirname(to), firstMade))
      renameSync(join(scratch, name), to)
      undo.push(() => renameSync(to, join(scratch, name)))
      return to
    })
  const discard = (): void => {
    if (ended) return
    ended = true
    process.off('exit', discard)
    // Somebody may have removed the folder with all that is to be undone; what can be is.
    for (const step of [
      () => noted && note(scratch, { ...noted, committing: false }),
      ...undo.reverse(),
      () => rmSync(scratch, { recursive: true, force: true }),
      () => made && removeEmpty(folder, made)
    ])
      try {
        step()
      } catch {}
  }
  // A second Ctrl-C, or a fault of ours: this is the last occasion.
  process.on('exit', discard)
  const placed = new Map<string, string>()
  return {
    scratch,
    discard,
    path(name) {
      const path = join(scratch, name)
      inFolder(folder, () => mkdirSync(dirname(path), { recursive: true }))
      return path
    },
    place(name) {
      remember({ committing: false, names: [...placed.keys(), name], stale: [] })
      const path = place(name)
      placed.set(name, path)
      return path
    },
    commit(names, stale = []) {
      // Until here a killed process leaves the folder to be as it was, from here on the results are to appear.
      remember({ committing: true, names, stale: stale.filter(name => !names.includes(name)) })
      const paths = names.map(name => placed.get(name) ?? place(name))
      for (const name of stale)
        if (!names.includes(name))
          inFolder(folder, () => {
            const inside = dirname(swap(name))
            if (relative(folder, inside)) removeEmpty(inside, inside)
          })
      ended = true
      process.off('exit', discard)
      rmSync(scratch, { recursive: true, force: true })
      return paths
    }
  }
}

function inFolder<T>(folder: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw inWords(folder, 'write', error)
  }
}

/** Removes `from` and its parents down from `first`, as long as they are empty. */
export function removeEmpty(from: string, first: string): void {
  for (
    let at = resolve(from);
    existsSync(at) && readdirSync(at).length === 0 && !relative(first, at).startsWith('..');
    at = dirname(at)
  )
    rmdirSync(at)
}
