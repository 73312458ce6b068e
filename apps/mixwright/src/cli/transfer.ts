/** `mixwright transfer` */
import type { Measurement, Params } from '@mixwright/dsp'
import { namedStyles, parseStyleList, styleNames, transfer as task, type TransferStage } from '@mixwright/tasks'
import type { Command } from 'commander'
import { formatOf } from '../node/results.ts'
import { transferFile, type TransferFileResult } from '../node/transfer.ts'
import { addFormat, addParams, ranges, readFormat, readParams, whole } from './options.ts'
import { type StageShares, table } from './output.ts'
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
    .argument('<input>', 'a recording: one source, or a whole mix')
    .argument('[reference]', 'what it is to sound like; it may play something else')
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

async function run(input: string, reference: string | undefined, flags: Flags, shell: Shell): Promise<void> {
  const threads = whole('--threads', flags.threads, ...ranges.threads),
    settings = readParams(task.options as Params, flags),
    styles = flags.style === undefined ? [] : parseStyleList(flags.style),
    progress = shell.progress(stages)
  try {
    const result = await transferFile(input, {
      ...(reference !== undefined && { reference }),
      styles,
      ...(flags.saveStyle !== undefined && { saveStyle: flags.saveStyle }),
      ...(flags.out !== undefined && { out: flags.out }),
      ...(threads !== undefined && { threads }),
      ...readFormat(flags.format),
      force: flags.force ?? false,
      settings,
      signal: shell.signal,
      progress: progress.update
    })
    progress.done()
    show(result, shell)
  } finally {
    progress.done()
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
  const { graph: _, measured, ...rest } = result,
    [before, after] = [measured.sound.measured, measured.transferred.measured]
  if (shell.json()) {
    shell.say(JSON.stringify({ ...rest, measured: { sound: before, transferred: after } }, null, 1))
    return
  }
  for (const reason of result.reasons.length ? result.reasons : ['Nothing is changed: it sounds so already.'])
    shell.say(reason)
  shell.say(
    `\n${table([
      ['', 'BEFORE', 'AFTER'],
      ...figures.map(([key, label, digits]) => [
        label,
        ...[before, after].map(one => one[key]?.toFixed(digits) ?? '–')
      ])
    ])}`
  )
  shell.say(`\nListen: ${result.listen}\nHear before and after, and what was found: ${result.report}`)
}
