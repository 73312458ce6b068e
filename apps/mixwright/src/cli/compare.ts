/** `mixwright compare` */
import type { Params, Values } from '@mixwright/dsp'
import { compare as compareTask, compareOptions, stimulusCount, summaryLead, summaryTables } from '@mixwright/tasks'
import type { Command } from 'commander'
import { compareFiles, type CompareFilesOptions, type CompareFilesResult, gatherAnswers } from '../node/compare.ts'
import { addParams, readParams, time } from './options.ts'
import { Refusal, type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly labels?: string
  readonly reference?: string
  readonly from?: string
  readonly out?: string
  readonly force?: boolean
  readonly results?: readonly string[]
  readonly [option: string]: unknown
}

type Stage = Parameters<NonNullable<CompareFilesOptions['progress']>>[0]
const stages: StageShares<Stage> = {
  opening: { title: 'Opening the files', share: 4 },
  listening: { title: 'Listening', share: 4 },
  page: { title: 'Writing the page', share: 2 }
}

export function addCompare(program: Command, shell: Shell): void {
  const command = program
    .command('compare')
    .argument('[files...]', `${stimulusCount.min} to ${stimulusCount.max} audio files, of one song or of several`)
    .description(compareTask.doc)
    .option('--labels <names>', 'one per file, separated by commas (default: the names of the files)')
    .option('--reference <file>', 'can be heard beside them under its name, and is not rated')
    .option('--from <time>', 'where the excerpt starts in the first file, 83.5 or 1:23.5 (default: found)')
    .option('--out <file>', 'the page (default: compare.html)')
    .option('--force', 'replace the page')
    .option('--results <answers...>', 'instead: gathers answers (JSON) that listeners have saved')
  addParams(command, compareOptions as Params)
  command.action((files: string[], flags: Flags) =>
    flags.results ? results(files, flags, shell) : make(files, flags, shell)
  )
}

async function make(files: readonly string[], flags: Flags, shell: Shell): Promise<void> {
  const from = time('--from', flags.from),
    settings = readParams(compareOptions as Params, flags) as Partial<Values<typeof compareOptions>>,
    labels = flags.labels?.split(',').map(label => label.trim())
  const progress = shell.progress(stages)
  try {
    const result = await compareFiles(files, {
      force: flags.force ?? false,
      settings,
      signal: shell.signal,
      progress: progress.update,
      ...(flags.out !== undefined && { out: flags.out }),
      ...(labels && { labels }),
      ...(flags.reference !== undefined && { reference: flags.reference }),
      ...(from !== undefined && { from })
    })
    progress.done()
    show(result, shell)
  } finally {
    progress.done()
  }
}

function show(result: CompareFilesResult, shell: Shell): void {
  for (const warning of result.warnings) shell.remark(`! ${warning}`)
  if (shell.json()) {
    shell.say(JSON.stringify(result, null, 1))
    return
  }
  const { stimuli, reference, loudness, seconds, bytes, file } = result
  shell.say(
    table([
      ['FILE', 'RECORDING', 'FROM', 'LOUDNESS', 'TRUE PEAK', 'TURNED BY'],
      ...[...stimuli, ...(reference ? [{ ...reference, label: `${reference.label} (reference)` }] : [])].map(s => [
        s.label,
        String(s.recording),
        `${s.from.toFixed(2)} s`,
        `${s.loudness.toFixed(1)} LUFS`,
        `${s.truePeak.toFixed(1)} dBTP`,
        `${s.gain.toFixed(1)} dB`
      ])
    ])
  )
  shell.say(
    `\n${file}: ${seconds.toFixed(1)} s of each at ${loudness.toFixed(1)} LUFS, ${(bytes / 1e6).toFixed(1)} MB. Open it in a browser; gather the answers with\nmixwright compare --results answers-*.json`
  )
}

function results(files: readonly string[], flags: Flags, shell: Shell): void {
  if (files.length > 0)
    throw new Refusal(`--results gathers answers; make the page of ${files[0]} in a call of its own`)
  const summary = gatherAnswers(flags.results!)
  if (shell.json()) {
    shell.say(JSON.stringify(summary, null, 1))
    return
  }
  shell.say(
    [
      summaryLead(summary),
      ...summaryTables(summary).map(({ title, note, head, rows }) =>
        [`\n${title}`, ...(note ? [note] : []), table([head, ...rows])].join('\n')
      )
    ].join('\n')
  )
}
