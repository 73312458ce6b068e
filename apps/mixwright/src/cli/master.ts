/** `mixwright master` */
import { join } from 'node:path'
import type { Measurement, Params, Values } from '@mixwright/dsp'
import { master as masterTask, masterOptions, type MasterStage, platforms } from '@mixwright/tasks'
import type { Command } from 'commander'
import { type MasterFileResult, masterFile } from '../node/master.ts'
import { outputs } from '../node/results.ts'
import { addParams, ranges, readParams, whole } from './options.ts'
import { type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly out?: string
  readonly force?: boolean
  readonly reference?: string
  readonly threads?: string
  readonly [option: string]: unknown
}
const stages: StageShares<MasterStage | 'opening'> = {
  opening: { title: 'Opening the song', share: 10 },
  listening: { title: 'Listening', share: 30 },
  tone: { title: 'Setting the tone', share: 30 },
  master: { title: 'Mastering', share: 30 }
}

export function addMaster(program: Command, shell: Shell): void {
  const command = program
    .command('master')
    .argument('<song>', 'a finished mix')
    .description(masterTask.doc)
    .option('--out <folder>', 'where the results go (default: the name of the song and "-master", beside it)')
    .option('--force', 'replace earlier results')
    .option('--reference <file>', 'a finished song: tone, width and density come near to it')
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
  addParams(command, masterOptions as Params)
  command.action((song: string, flags: Flags) => masterSong(song, flags, shell))
}

async function masterSong(song: string, flags: Flags, shell: Shell): Promise<void> {
  const threads = whole('--threads', flags.threads, ...ranges.threads),
    settings = readParams(masterOptions as Params, flags) as Partial<Values<typeof masterOptions>>,
    progress = shell.progress(stages)
  try {
    const result = await masterFile(song, {
      ...(flags.out !== undefined && { out: flags.out }),
      ...(flags.reference !== undefined && { reference: flags.reference }),
      ...(threads !== undefined && { threads }),
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
  ['range', 'Loudness range, LU', 1],
  ['crest', 'Crest factor, dB', 1],
  ['width', 'Width', 3]
] as const satisfies readonly (readonly [keyof Measurement, string, number])[]

function show({ graph: _, ...result }: MasterFileResult, shell: Shell): void {
  for (const warning of result.warnings) shell.remark(`! ${warning}`)
  if (shell.json()) {
    const {
      master: { graph: __, series: ___, ...master },
      ...rest
    } = result
    shell.say(JSON.stringify({ ...rest, master }, null, 1))
    return
  }
  const { measured } = result,
    value = (one: Measurement, key: (typeof figures)[number][0], digits: number) => one[key]?.toFixed(digits) ?? '–'
  for (const { reason } of result.devices) shell.say(reason)
  shell.say(`${result.master.reason}\n`)
  shell.say(
    table([
      ['', 'SONG', 'MASTER', ...(measured.reference ? ['REFERENCE'] : [])],
      ...figures.map(([key, title, digits]) => [
        title,
        value(measured.song, key, digits),
        value(measured.master, key, digits),
        ...(measured.reference ? [value(measured.reference, key, digits)] : [])
      ])
    ])
  )
  shell.say(
    `\n${table([
      ['PLATFORM', 'TURNED BY', 'PLAYS AT'],
      ...result.played.map(({ platform, turn, loudness }) => [
        platforms[platform].title,
        `${(Math.round(10 * turn) / 10 + 0).toFixed(1)} dB`,
        `${loudness.toFixed(1)} LUFS`
      ])
    ])}`
  )
  shell.say(`\nListen: ${join(result.folder, outputs.master)}`)
}
