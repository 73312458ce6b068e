/** A mix as aligned Broadcast Wave files with a settings sheet, for workstations that read no project of ours. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { AudioFileError } from '@mixwright/files'
import { type Session, settingsCsv, settingsPage, stemFiles } from '@mixwright/tasks'
import type { Clip } from '@mixwright/dsp'
import type { Sink } from '@mixwright/graph'
import { openAudioFile } from './audio-files.ts'
import { listStems } from './folder.ts'
import { timesOf } from './song.ts'
import { type OpenTake, placedTake } from './takes.ts'
import type { Workbench } from './workbench.ts'

export const sheets = { page: 'settings.html', table: 'settings.csv' } as const

export interface StemsOptions {
  readonly title: string
  /** The stems' folder: their time stamps stay. */
  readonly stems: string
  /** The recordings, by the inputs of a graph. */
  open(inputs: readonly string[]): Promise<Readonly<Record<string, Clip>>>
  progress(fraction: number): void
}

/** @returns the paths, dry and wet, and how many they are */
export async function writeStems(
  session: Session,
  out: string,
  { title, stems, open, progress }: StemsOptions,
  bench: Workbench
): Promise<{ files: string[]; tracks: number }> {
  const { graph, files } = stemFiles(session, title),
    { sampleRate } = session,
    { start = 0 } = timesOf((await listStems(stems, { skipBad: true })).stems),
    timeReference = Math.round(start * sampleRate),
    takes = new Map<string, OpenTake>(),
    sinks: Record<string, Sink> = {}
  try {
    for (const [output, { file, about }] of Object.entries(files)) {
      const take = placedTake({
        path: bench.staged(file),
        sampleRate,
        channels: graph.outputs[output]!.channels,
        format: 'f32',
        force: true,
        durable: false,
        broadcast: { description: `${title}: ${about}`, originator, timeReference }
      })
      takes.set(output, take)
      sinks[output] = take.write
    }
    const { render, signal } = bench.services
    await render(graph, await open(Object.keys(graph.inputs)), sinks, { sampleRate, signal, progress })
    for (const [output, take] of takes) {
      ;(await take.close()).close()
      bench.keep(files[output]!.file)
    }
    const paths = await bench.commit(
      [
        [sheets.page, settingsPage(session, title, [])],
        [sheets.table, settingsCsv(session)]
      ],
      await earlier(out)
    )
    return { files: paths, tracks: takes.size }
  } finally {
    for (const take of takes.values()) await take.discard()
  }
}

const originator = 'Mixwright'
/** Stems that an earlier export wrote there: they say so. */
async function earlier(out: string): Promise<string[]> {
  const found: string[] = []
  for (const folder of ['dry', 'wet'].filter(name => existsSync(join(out, name))))
    for (const name of readdirSync(join(out, folder))) {
      const ours = await openAudioFile(join(out, folder, name)).then(
        ({ broadcast, close }) => {
          close()
          return broadcast?.originator === originator
        },
        () => false // no audio: not ours
      )
      if (ours) found.push(join(folder, name))
    }
  return found
}

/** @throws AudioFileError if there is an export already, unless `force` */
export function checkFree(out: string, names: readonly string[], force: boolean): void {
  const taken = names.map(file => join(out, file)).find(existsSync)
  if (taken !== undefined && !force)
    throw new AudioFileError(
      'exists',
      taken,
      'there is an export already',
      'use --force to replace it, or --out for another folder'
    )
}
