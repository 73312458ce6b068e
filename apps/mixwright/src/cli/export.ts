/** `mixwright export` */
import type { Command } from 'commander'
import { exportFormats, exportSession, type ExportStage } from '../node/export.ts'
import { oneOf, ranges, whole } from './options.ts'
import type { StageShares } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly format: string
  readonly editable?: boolean
  readonly reference?: boolean
  readonly out?: string
  readonly force?: boolean
  readonly threads?: string
}

const stages: StageShares<ExportStage> = {
  opening: { title: 'Opening the stems', share: 15 },
  render: { title: 'Printing the tracks', share: 70 },
  write: { title: 'Writing the project', share: 15 }
}

export function addExport(program: Command, shell: Shell): void {
  program
    .command('export')
    .argument(
      '<session>',
      "the results' folder of a mix, its decisions.json, or a project (.dawproject, .rpp) to convert"
    )
    .description(
      'Writes a mix as a project for a workstation, with a settings sheet (HTML, CSV): processed stems and returns at unity that add up to the mix, or dry stems to go on with. `stems` are both as aligned 32-bit BWF files, for any other workstation.'
    )
    .option('--format <format>', exportFormats.join(', '), exportFormats[0])
    .option(
      '--editable',
      'dry stems with faders, pans, groups, sends, automation and, where the format has their like, devices; other effects are printed'
    )
    .option('--reference', 'audio beside the DAWproject instead of in it')
    .option('--out <folder>', 'where the project goes (default: a folder named by the format, in the results)')
    .option('--force', 'replace an earlier export')
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
    .action((session: string, flags: Flags) => exported(session, flags, shell))
}

async function exported(place: string, flags: Flags, shell: Shell): Promise<void> {
  const threads = whole('--threads', flags.threads, ...ranges.threads),
    format = oneOf('--format', flags.format, exportFormats),
    progress = shell.progress(stages)
  try {
    const result = await exportSession(place, {
      format,
      editable: flags.editable ?? false,
      reference: flags.reference ?? false,
      force: flags.force ?? false,
      ...(flags.out !== undefined && { out: flags.out }),
      ...(threads !== undefined && { threads }),
      signal: shell.signal,
      progress: progress.update
    })
    progress.done()
    for (const what of result.left) shell.remark(`! left out: ${what}`)
    shell.say(
      shell.json()
        ? JSON.stringify(result, null, 1)
        : `${result.tracks} ${format === 'stems' ? 'files' : 'tracks'}: ${result.project}`
    )
  } finally {
    progress.done()
  }
}
