/** Other characters of a finished mix, each a session of its own in a folder of its own. */
import { join } from 'node:path'
import type { OutputFormat } from '@mixwright/files'
import { writeGraph } from '@mixwright/graph'
import {
  figuresOf,
  renderSession,
  type Session,
  type VariantFigures,
  type VariantName,
  variantsOf,
  writeSession
} from '@mixwright/tasks'
import { fileOf, formatOf, outputs } from './results.ts'
import { folderFrom } from './session.ts'
import type { Song } from './song.ts'
import type { Workbench } from './workbench.ts'

export interface VariantMade {
  readonly name: VariantName | 'natural'
  /** Absent for the mix itself. */
  readonly did?: readonly string[]
  readonly figures: VariantFigures
}
export interface VariantsMade {
  readonly list: readonly VariantMade[]
  /** Sessions and graphs to be written, by their names in the results' folder. */
  readonly texts: readonly (readonly [name: string, text: string])[]
}

/**
 * Renders and masters the variants that a song can have, without their stems.
 * @param session of the mix @param folder of the stems @param out of the results
 */
export async function makeVariants(
  session: Session,
  {
    folder,
    out,
    song,
    bench,
    format
  }: { folder: string; out: string; song: Song; bench: Workbench; format: OutputFormat },
  progress: (fraction: number) => void
): Promise<VariantsMade> {
  const { render, signal, kernels } = bench.services,
    figures = await figuresOf(session, song.tracks, { render, signal }),
    list: VariantMade[] = [{ name: 'natural', figures }],
    texts: [string, string][] = [],
    wanted = await variantsOf(session, figures, song.tracks, { render, signal })
  for (const [n, { name, revised, figures }] of wanted.entries()) {
    const made = await renderSession(revised.session, song.tracks, {
      kernels,
      render,
      signal,
      open(output, form) {
        const file = output.startsWith('stem:') ? undefined : fileOf(output)
        return file === undefined
          ? undefined
          : bench.take(join(name, file), { ...form, format: formatOf(output, format) })
      },
      progress: (stage, fraction) =>
        progress((n + (stage === 'mix' ? 0.6 * fraction : 0.6 + 0.4 * fraction)) / wanted.length)
    })
    const at = (file: string) => join(name, file)
    texts.push(
      [at(outputs.graph), writeGraph(made.graph)],
      [at(outputs.masterGraph), writeGraph(made.master.graph)],
      [at(outputs.decisions), writeSession({ ...made.session, folder: folderFrom(join(out, name), folder) })]
    )
    list.push({
      name,
      did: revised.done.map(({ text, did }) => `${text}: ${did}`),
      figures
    })
  }
  return { list, texts }
}
