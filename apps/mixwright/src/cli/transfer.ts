/** `mixwright transfer` */
import { statSync } from 'node:fs'
import type { Measurement, Params } from '@mixwright/dsp'
import {
  namedStyles,
  parseStyleList,
  styleNames,
  transfer as task,
  type TransferResult,
  type TransferStage
} from '@mixwright/tasks'
import type { Command } from 'commander'
import { formatOf } from '../node/results.ts'
import { transferFile, type TransferFileResult } from '../node/transfer.ts'
import { transferStems, type TransferStemsResult } from '../node/transfer-stems.ts'
import { addFormat, addParams, ranges, readFormat, readParams, whole } from './options.ts'
import { Refusal, type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly out?: string
  readonly force?: boolean
  readonly style?: string
  readonly saveStyle?: string
  readonly format?: string
  readonly threads?: string
  readonly [option: string]: unknown
}
const stages: StageShares<TransferStage | 'opening'> = {
  opening: { title: 'Opening the files', share: 10 },
  listening: { title: 'Listening', share: 10 },
  search: { title: 'Searching', share: 50 },
  render: { title: 'Rendering', share: 30 }
}

export function addTransfer(program: Command, shell: Shell): void {
  const command = program
    .command('transfer')
    .argument('<input>', 'a recording: one source, or a whole mix; or a folder of stems')
    .argument(
      '[reference]',
      'what it is to sound like; it may play something else. For stems a folder of stems: they are compared by role'
    )
    .description(task.doc)
    .option(
      '--style <names>',
      `styles instead, or blended with the reference, as in warm:0.7,broadcast:0.3: files by --save-style, and ${styleNames.map(name => `${name} (${namedStyles[name].doc})`).join(', ')}`
    )
    .option('--save-style <file>', 'keeps what was measured of the reference, without its audio, to be used by --style')
    .option('--out <folder>', 'where the results go (default: the name of the input and "-transfer", beside it)')
    .option('--force', 'replace earlier results')
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
  addFormat(command, '', formatOf('master'))
  addParams(command, task.options as Params)
  command.action((input: string, reference: string | undefined, flags: Flags) => run(input, reference, flags, shell))
}

const stemStages: StageShares<'stems'> = { stems: { title: 'Stems', share: 1 } }
const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

async function run(input: string, reference: string | undefined, flags: Flags, shell: Shell): Promise<void> {
  const threads = whole('--threads', flags.threads, ...ranges.threads),
    given = {
      ...(reference !== undefined && { reference }),
      styles: flags.style === undefined ? [] : parseStyleList(flags.style),
      ...(flags.out !== undefined && { out: flags.out }),
      ...(threads !== undefined && { threads }),
      ...readFormat(flags.format),
      force: flags.force ?? false,
      settings: readParams(task.options as Params, flags),
      signal: shell.signal
    },
    folder = isFolder(input)
  if (reference !== undefined && folder !== isFolder(reference))
    throw new Refusal(`${folder ? reference : input} is no folder of stems; give two recordings, or two folders`)
  if (folder && flags.saveStyle !== undefined)
    throw new Refusal('--save-style: a style is that of one recording; give a file for the input and for the reference')
  const stemsProgress = folder ? shell.progress(stemStages) : undefined,
    progress = folder ? undefined : shell.progress(stages)
  try {
    if (stemsProgress) {
      const result = await transferStems(input, { ...given, progress: stemsProgress.update })
      stemsProgress.done()
      showStems(result, shell)
      return
    }
    const result = await transferFile(input, {
      ...given,
      ...(flags.saveStyle !== undefined && { saveStyle: flags.saveStyle }),
      progress: progress!.update
    })
    progress!.done()
    show(result, shell)
  } finally {
    stemsProgress?.done()
    progress?.done()
  }
}

/** Rows of the table: figure, unit, digits. */
const figures = [
  ['integrated', 'Loudness, LUFS', 1],
  ['truePeak', 'True peak, dBTP', 1],
  ['psr', 'Peaks over loudness, LU', 1],
  ['width', 'Width', 3]
] as const satisfies readonly (readonly [keyof Measurement, string, number])[]

function show(result: TransferFileResult, shell: Shell): void {
  for (const warning of result.warnings) shell.remark(`! ${warning}`)
  if (shell.json()) {
    shell.say(JSON.stringify(plain(result), null, 1))
    return
  }
  const [before, after] = [result.measured.sound.measured, result.measured.transferred.measured]
  for (const reason of result.reasons.length ? result.reasons : ['Nothing is changed: it sounds so already.'])
    shell.say(reason)
  shell.say(
    `\n${table([
      ['', 'BEFORE', 'AFTER'],
      ...figures.map(([key, label, digits]) => [label, ...[before, after].map(one => one[key]?.toFixed(digits) ?? '–')])
    ])}`
  )
  shell.say(`\nListen: ${result.listen}\nHear before and after, and what was found: ${result.report}`)
}

/** What JSON says: all but the graph, figures over time and spectra. */
function plain<R extends TransferResult>({ graph: _, measured, ...rest }: R) {
  return { ...rest, measured: { sound: measured.sound.measured, transferred: measured.transferred.measured } }
}

function showStems(result: TransferStemsResult, shell: Shell): void {
  for (const warning of [
    ...result.warnings,
    ...result.stems.flatMap(({ stem, warnings }) => warnings.map(one => `${stem}: ${one}`))
  ])
    shell.remark(`! ${warning}`)
  if (shell.json()) {
    shell.say(JSON.stringify({ ...result, stems: result.stems.map(plain) }, null, 1))
    return
  }
  shell.say(
    table([
      ['STEM', 'LIKE', 'MOVES', 'LUFS BEFORE', 'AFTER'],
      ...result.stems.map(({ stem, like, reasons, measured }) => [
        stem,
        like.join(', '),
        String(reasons.length),
        measured.sound.measured.integrated!.toFixed(1),
        measured.transferred.measured.integrated!.toFixed(1)
      ])
    ])
  )
  shell.say(`\nListen: ${result.folder}`)
}
