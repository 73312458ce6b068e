/** `mixwright master` */
import type { Measurement, Params } from '@mixwright/dsp'
import { master as masterTask, masterAlbum, type MasterResult, type MasterStage, platforms } from '@mixwright/tasks'
import type { Command } from 'commander'
import {
  type AlbumFileResult,
  type Decoded,
  type MasterFileResult,
  masterAlbumFiles,
  masterFile,
  type WeightedFile
} from '../node/master.ts'
import { formatOf } from '../node/results.ts'
import { addFormat, addParams, collect, ranges, readFormat, readParams, whole } from './options.ts'
import { Refusal, type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly out?: string
  readonly force?: boolean
  readonly reference: readonly string[]
  readonly loudnessReference: readonly string[]
  readonly format?: string
  readonly threads?: string
  readonly [option: string]: unknown
}
const stages: StageShares<MasterStage | 'opening'> = {
  opening: { title: 'Opening the song', share: 10 },
  listening: { title: 'Listening', share: 20 },
  tone: { title: 'Setting the tone', share: 30 },
  master: { title: 'Mastering', share: 40 }
}
const albumStages: StageShares<'opening' | 'listening' | 'mastering'> = {
  opening: { title: 'Opening the songs', share: 10 },
  listening: { title: 'Listening', share: 15 },
  mastering: { title: 'Mastering', share: 75 }
}

export function addMaster(program: Command, shell: Shell): void {
  const command = program
    .command('master')
    .argument('<songs...>', 'a finished mix; several are an album')
    .description(`${masterTask.doc} ${masterAlbum.doc}`)
    .option(
      '--out <folder>',
      'where the results go (default: the name of the song and "-master", or "album-master", beside it)'
    )
    .option('--force', 'replace earlier results')
    .option(
      '--reference <file[=weight]>',
      'a finished song: tone, width and density come near to it; may be repeated, each with its weight (1)',
      collect,
      []
    )
    .option(
      '--loudness-reference <file[=weight]>',
      'a finished song to be as loud as, with --target reference (default: those of --reference); may be repeated',
      collect,
      []
    )
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
  addFormat(command, '', formatOf('master'))
  addParams(command, masterAlbum.options as Params)
  command.action((songs: string[], flags: Flags) => masterSongs(songs, flags, shell))
}

async function masterSongs(songs: readonly string[], flags: Flags, shell: Shell): Promise<void> {
  const threads = whole('--threads', flags.threads, ...ranges.threads),
    album = songs.length > 1,
    settings = readParams((album ? masterAlbum : masterTask).options as Params, flags),
    loudness = weighted('--loudness-reference', flags.loudnessReference),
    given = {
      ...(flags.out !== undefined && { out: flags.out }),
      references: weighted('--reference', flags.reference),
      ...(loudness.length > 0 && { loudnessReferences: loudness }),
      ...(threads !== undefined && { threads }),
      ...readFormat(flags.format),
      force: flags.force ?? false,
      settings,
      signal: shell.signal
    }
  if (album) {
    const progress = shell.progress(albumStages)
    try {
      const result = await masterAlbumFiles(songs, { ...given, progress: progress.update })
      progress.done()
      showAlbum(result, shell)
    } finally {
      progress.done()
    }
    return
  }
  const progress = shell.progress(stages)
  try {
    const result = await masterFile(songs[0]!, { ...given, progress: progress.update })
    progress.done()
    show(result, shell)
  } finally {
    progress.done()
  }
}

/** @throws Refusal for a weight that is none */
const weighted = (option: string, texts: readonly string[]): WeightedFile[] =>
  texts.map(text => {
    const [, of, number] = /^(.+)=([^=/\\]*)$/.exec(text) ?? [],
      weight = number?.trim() ? Number(number) : Number.NaN
    if (of === undefined) return { of: text, weight: 1 }
    if (!(weight > 0 && weight < 1e6))
      throw new Refusal(`${option}: "${text}": "${number}" is no weight; give FILE=WEIGHT with a number above 0`)
    return { of, weight }
  })

/** Rows of the table: figure, unit, digits. */
const figures = [
  ['integrated', 'Loudness, LUFS', 1],
  ['truePeak', 'True peak, dBTP', 1],
  ['range', 'Loudness range, LU', 1],
  ['psr', 'Peaks over loudness, LU', 1],
  ['width', 'Width', 3]
] as const satisfies readonly (readonly [keyof Measurement, string, number])[]
const figure = (one: Measurement, [key, , digits]: (typeof figures)[number]) => one[key]?.toFixed(digits) ?? '–'

/** What JSON says of a master: all but its graph, its figures over time and spectra. */
function plain({ graph: _, master, measured, decoded, ...rest }: MasterResult & Decoded) {
  const { graph: __, series: ___, ...done } = master
  return {
    ...rest,
    master: done,
    measured: {
      song: measured.song.measured,
      master: measured.master.measured,
      references: measured.references.map(one => one.measured)
    },
    ...(decoded && { decoded: decoded.measured })
  }
}

function show(result: MasterFileResult, shell: Shell): void {
  for (const warning of warningsOf(result)) shell.remark(`! ${warning}`)
  if (shell.json()) {
    shell.say(JSON.stringify(plain(result), null, 1))
    return
  }
  const { measured, decoded } = result,
    columns = [
      ['SONG', measured.song.measured],
      ['MASTER', measured.master.measured],
      ...(decoded ? [['DECODED', decoded.measured] as const] : []),
      ...measured.references.map((one, i) => [`REFERENCE${i ? ` ${i + 1}` : ''}`, one.measured] as const)
    ] as const
  for (const reason of result.reasons) shell.say(reason)
  shell.say(`${result.master.reason}\n`)
  shell.say(
    table([
      ['', ...columns.map(([title]) => title)],
      ...figures.map(row => [row[1], ...columns.map(([, one]) => figure(one as Measurement, row))])
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
  shell.say(`\nListen: ${result.listen}\nHear before and after, and read why: ${result.report}`)
}

function showAlbum(result: AlbumFileResult, shell: Shell): void {
  for (const song of result.songs) for (const warning of warningsOf(song)) shell.remark(`! ${song.name}: ${warning}`)
  if (shell.json()) {
    shell.say(JSON.stringify({ ...result, songs: result.songs.map(plain) }, null, 1))
    return
  }
  shell.say(
    table([
      ['SONG', 'LUFS BEFORE', 'PLANNED', 'MASTER', 'TRUE PEAK'],
      ...result.songs.map((song, i) => {
        const { loudness, planned } = result.plan[i]!,
          { integrated, truePeak } = song.measured.master.measured
        return [song.name, loudness.toFixed(1), planned.toFixed(1), integrated!.toFixed(1), truePeak!.toFixed(1)]
      })
    ])
  )
  shell.say(`\nListen: ${result.folder}`)
}

/** The task's, and what a lossy format does to the peaks. */
function warningsOf({ warnings, decoded, target }: MasterResult & Decoded): string[] {
  const over = (decoded?.measured.truePeak ?? Number.NEGATIVE_INFINITY) - target.ceiling
  return over > 0.05
    ? [
        ...warnings,
        `Decoded again, peaks reach ${decoded!.measured.truePeak!.toFixed(1)} dBTP, ${over.toFixed(1)} dB above the ceiling: coding moves them. For players without headroom give --ceiling ${(target.ceiling - over - 0.1).toFixed(1)}.`
      ]
    : [...warnings]
}
