/** The task `transfer` over folders: stems of a song and those of another, each beside those that play its part. */
import { join, resolve } from 'node:path'
import { asFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  type StemPair,
  stemPairs,
  stemsGraph,
  TaskError,
  transfer as task,
  type TransferResult
} from '@mixwright/tasks'
import { listStems, type Stem } from './folder.ts'
import { labelOf } from './label.ts'
import { mend } from './leftovers.ts'
import { checkFree, formatOf } from './results.ts'
import { asked, type TransferOptions } from './transfer.ts'
import { heardReference, pageOf, readStyles, takesOf } from './transfer-work.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

const graphFile = 'transfer.json'

export interface TransferStemsOptions extends TransferOptions {
  /** `fraction` of all stems. */
  readonly progress?: (stage: 'stems', fraction: number) => void
}
export interface TransferredStem extends TransferResult, StemPair {
  readonly listen: string
  readonly report: string
}
export interface TransferStemsResult {
  readonly stems: readonly TransferredStem[]
  readonly warnings: readonly string[]
  readonly folder: string
  readonly files: readonly string[]
}

/**
 * Gives the stems in a folder the sound of those in another that have the same role by their names, by default into a folder
 * of its name and `-transfer` beside it; a stem without a counterpart stays as it is, with a warning.
 * @throws as `transferFile`
 */
export async function transferStems(path: string, options: TransferStemsOptions): Promise<TransferStemsResult> {
  const { reference, force = false, threads, signal, format = formatOf('master'), progress } = options,
    folder = options.out ?? `${resolve(path)}-transfer`,
    named = readStyles(asked(options)),
    how = signal ? { signal } : {},
    { stems } = await listStems(path, how),
    others = reference === undefined ? [] : (await listStems(reference, how)).stems,
    pairs = stemPairs(nameOf(stems), nameOf(others)),
    sampleRate = Math.max(...stems.map(({ info }) => info.sampleRate))
  if (named.length === 0 && pairs.every(({ like }) => like.length === 0))
    throw new TaskError(
      `${reference}: none of its stems has the name or the role of one in ${path}; name them by what they play`
    )
  mend(folder)
  checkFree(
    [graphFile, ...stems.flatMap(({ name }) => [asFormat(`${name}.wav`, format), `${name}.html`])].map(file =>
      join(folder, file)
    ),
    force
  )
  return atWorkbench(folder, { force, threads, signal }, async bench => {
    const done: TransferredStem[] = [],
      pages: (readonly [string, string])[] = []
    for (const [i, pair] of pairs.entries()) {
      const styles = [...(await stylesLike(pair, others, sampleRate, bench)), ...named]
      if (styles.length > 0) {
        const file = `${pair.stem}.wav`,
          listen = asFormat(file, format),
          source = stems[i]!.path,
          takes = takesOf(bench, file, format, await labelOf([source], sampleRate)),
          result = await task.run({ sound: await bench.openFile(source, sampleRate), styles }, options.settings ?? {}, {
            ...bench.services,
            open: takes.open,
            fullScale: takes.fullScale
          }),
          page = `${pair.stem}.html`
        pages.push([page, await pageOf(pair.stem, result, takes.written(), undefined, [listen, graphFile], bench)])
        done.push({ ...result, ...pair, listen: join(folder, listen), report: join(folder, page) })
      }
      progress?.('stems', (i + 1) / pairs.length)
    }
    const files = await bench.commit([[graphFile, writeGraph(stemsGraph(done))], ...pages], [])
    return {
      stems: done,
      warnings: pairs
        .filter(({ stem }) => !done.some(one => one.stem === stem))
        .map(({ stem }) => `${stem}: no stem of the reference has its name or its role; it is left out.`),
      folder,
      files
    }
  })
}
const nameOf = (stems: readonly Stem[]) => stems.map(({ name }) => name)

async function stylesLike({ like }: StemPair, others: readonly Stem[], sampleRate: number, bench: Workbench) {
  const styles = []
  for (const name of like) {
    const { path } = others.find(other => other.name === name)!,
      { style } = await heardReference(path, sampleRate, bench)
    styles.push({ of: style, weight: 1 })
  }
  return styles
}
