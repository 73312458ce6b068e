/** `mixwright mix` */
import { basename, join } from 'node:path'
import type { Params, Values } from '@mixwright/dsp'
import {
  mix as mixTask,
  mixOptions,
  wishes,
  variantColumns,
  type VariantFigures,
  variantNames,
  variants
} from '@mixwright/tasks'
import type { Command } from 'commander'
import { startKinds } from '../node/daw-stems.ts'
import { type MixFolderResult, mixFolder, type MixStage, reportKinds } from '../node/mix.ts'
import { formatOf, outputs } from '../node/results.ts'
import { addFormat, addParams, collect, oneOf, pairs, ranges, readFormat, readParams, whole } from './options.ts'
import { type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly out?: string
  readonly force?: boolean
  readonly skipBad?: boolean
  readonly roles: readonly string[]
  readonly start: string
  readonly rough?: string
  readonly reference?: string
  readonly lock: readonly string[]
  readonly soloOut: readonly string[]
  readonly variants?: boolean
  readonly format?: string
  readonly rate?: string
  readonly threads?: string
  readonly report: string
  readonly [option: string]: unknown
}

/** Shares of the time that a song of 20 stems takes. */
const stages: StageShares<MixStage> = {
  opening: { title: 'Opening the stems', share: 10 },
  listening: { title: 'Listening', share: 4 },
  balance: { title: 'First balance', share: 2 },
  analysis: { title: 'Analysing', share: 20 },
  refine: { title: 'Refining', share: 25 },
  mix: { title: 'Mixing', share: 30 },
  master: { title: 'Mastering', share: 15 },
  variants: { title: 'Making the variants', share: 0 },
  report: { title: 'Writing the report', share: 6 }
}

export function addMix(program: Command, shell: Shell): void {
  const command = program
    .command('mix')
    .argument('<folder>', 'a folder with one file per stem, or a project (.dawproject, .rpp)')
    .description(mixTask.doc)
    .option('--out <folder>', 'where the results go (default: "mixwright" in the folder)')
    .option('--force', 'replace earlier results')
    .option('--skip-bad', 'go on without files that cannot be read')
    .option(
      '--roles <stem=role>',
      `what a stem is, where you know better; repeatable. Roles: ${wishes.join(', ')}`,
      collect,
      []
    )
    .option(
      '--start <from>',
      `of a project: ${startKinds.join(' or ')}; stems takes its tracks alone, session its faders, pans and automation as --rough too`,
      'stems'
    )
    .option('--rough <file>', 'a mix of these stems: its balance is taken in place of the rules')
    .option('--reference <file>', 'a finished song: tone, width and density come near to it')
    .option('--lock <who>', 'a stem, role or group that stays as it is recorded; repeatable', collect, [])
    .option(
      '--solo-out <who>',
      'a stem, role or group also written by itself, and the mix without it; repeatable',
      collect,
      []
    )
    .option('--variants', `also ${variantNames.map(name => `${name} (${variants[name].sentence})`).join(' and ')}`)
    .option(
      '--rate <Hz>',
      `sample rate of the session, ${ranges.rate.join(' to ')} (default: the highest of the stems, at least 44100)`
    )
    .option(
      '--report <kind>',
      'sound: report.html plays passages of the song, and the mix without each move, in some megabytes; text: it only tells',
      'sound'
    )
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
  addFormat(command, 'of the master; ', formatOf('master'))
  addParams(command, mixOptions as Params)
  command.action((folder: string, flags: Flags) => mix(folder, flags, shell))
}

async function mix(folder: string, flags: Flags, shell: Shell): Promise<void> {
  const began = performance.now(),
    seconds = () => ((performance.now() - began) / 1000).toFixed(1)
  const sampleRate = whole('--rate', flags.rate, ...ranges.rate),
    threads = whole('--threads', flags.threads, ...ranges.threads)
  const settings = readParams(mixOptions as Params, flags) as Partial<Values<typeof mixOptions>>,
    report = oneOf('--report', flags.report, reportKinds),
    roles = pairs('--roles', flags.roles),
    progress = shell.progress(flags.variants ? { ...stages, variants: { ...stages.variants, share: 90 } } : stages)
  try {
    const result = await mixFolder(folder, {
      ...(flags.out !== undefined && { out: flags.out }),
      ...(sampleRate !== undefined && { sampleRate }),
      ...(threads !== undefined && { threads }),
      ...readFormat(flags.format),
      report,
      force: flags.force ?? false,
      skipBad: flags.skipBad ?? false,
      roles,
      start: oneOf('--start', flags.start, startKinds),
      ...(flags.rough !== undefined && { rough: flags.rough }),
      ...(flags.reference !== undefined && { reference: flags.reference }),
      lock: flags.lock,
      soloOut: flags.soloOut,
      variants: flags.variants ?? false,
      settings,
      signal: shell.signal,
      progress: progress.update,
      written: path => {
        if (basename(path) === outputs.balance)
          progress.note(`A first balance to listen to: ${path} (after ${seconds()} s)`)
      }
    })
    progress.done()
    show(result, seconds(), shell)
  } finally {
    progress.done()
  }
}

function show(result: MixFolderResult, seconds: string, shell: Shell): void {
  for (const warning of result.warnings) shell.remark(`! ${warning}`)
  for (const what of result.left ?? []) shell.remark(`! ${what}`)
  for (const bad of result.skipped) shell.remark(`! left out: ${bad.message}`)
  if (shell.json()) {
    const { analyses: _, graph: __, series: ___, auditions: ____, skipped, ...rest } = result
    shell.say(
      JSON.stringify(
        { ...rest, skipped: skipped.map(({ fault, place, what, remedy }) => ({ fault, place, what, remedy })) },
        null,
        1
      )
    )
    return
  }
  const { mix: before, master } = result.measured,
    figure = (value: number | null) => value?.toFixed(1) ?? '–'
  shell.say(
    table([
      ['STEM', 'ROLE', 'FADER', 'PAN', 'WHY'],
      ...result.decisions.stems.map(s => [
        s.stem,
        s.role,
        s.muted ? 'muted' : `${s.fader.gain.toFixed(1)} dB`,
        s.pan ? s.pan.pan.toFixed(2) : '',
        s.fader.reason
      ])
    ])
  )
  shell.say(
    `\nMix ${figure(before.integrated)} LUFS, ${figure(before.truePeak)} dBTP; master ${figure(master.integrated)} LUFS, ${figure(master.truePeak)} dBTP. ${seconds} s.`
  )
  if (result.variants) shell.say(`\n${differences(result.variants)}\n`)
  shell.say(`Listen: ${result.listen}\nRead what was done: ${join(result.folder, outputs.report)}`)
}

/** The figures by which the variants differ. */
const differences = (made: NonNullable<MixFolderResult['variants']>): string =>
  table([
    ['VARIANT', ...Object.values(variantColumns).map(title => title.toUpperCase())],
    ...made.map(({ name, figures }) => [
      name,
      ...(Object.keys(variantColumns) as (keyof VariantFigures)[]).map(
        key => figures[key]?.toFixed(key === 'width' ? 3 : 1) ?? '–'
      )
    ])
  ])
