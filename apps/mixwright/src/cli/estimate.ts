/** `mixwright estimate` */
import type { Params } from '@mixwright/dsp'
import { estimateGraph, type EstimateStage, settingsOf } from '@mixwright/tasks'
import type { Command } from 'commander'
import { estimateFiles, type EstimateFileResult } from '../node/estimate.ts'
import { fit } from './fit.ts'
import { addParams, ranges, readParams, whole } from './options.ts'
import { Refusal, type StageShares, table } from './output.ts'
import type { Shell } from './shell.ts'

interface Flags {
  readonly dry: string
  readonly wet: string
  readonly out?: string
  readonly force?: boolean
  readonly threads?: string
  readonly graph?: string
  readonly [option: string]: unknown
}
const stages: StageShares<EstimateStage | 'opening'> = {
  opening: { title: 'Opening the sources', share: 2 },
  aligning: { title: 'Aligning', share: 3 },
  searching: { title: 'Searching', share: 83 },
  riding: { title: 'Following faders', share: 4 },
  weighing: { title: 'Weighing devices', share: 3 },
  rendering: { title: 'Rendering', share: 5 }
}

export function addEstimate(program: Command, shell: Shell): void {
  const command = program
    .command('estimate')
    .description(estimateGraph.doc)
    .requiredOption('--dry <path>', 'the dry sources: a folder of stems, or one file')
    .requiredOption('--wet <file>', 'what was made of them: a mix, or the processed recording')
    .option('--out <folder>', 'where the results go (default: the name of the mix and "-estimate", beside it)')
    .option(
      '--graph <file>',
      'a graph that is known but for its numbers: those are found, on the first 10 s, and nothing is searched'
    )
    .option('--force', 'replace earlier results')
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
  addParams(command, estimateGraph.options as Params)
  command.action(async (flags: Flags) => {
    if (flags.graph !== undefined) {
      const idle = ['threads', ...Object.keys(estimateGraph.options)].find(name => flags[name] !== undefined)
      if (idle !== undefined) throw new Refusal(`--${idle}: with --graph nothing is searched; leave it out`)
      return fit({ ...flags, graph: flags.graph }, shell)
    }
    const threads = whole('--threads', flags.threads, ...ranges.threads),
      settings = readParams(estimateGraph.options as Params, flags),
      progress = shell.progress(stages)
    try {
      const result = await estimateFiles({
        dry: flags.dry,
        wet: flags.wet,
        ...(flags.out !== undefined && { out: flags.out }),
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
  })
}

/** What JSON does not say: what lies in files of its own, and figures over time. */
const leftOut = new Set(['graph', 'session', 'responses', 'measured', 'columns'])
function show(result: EstimateFileResult, shell: Shell): void {
  const { steps, loss, contributions, residual, warnings, devices, alignment } = result
  for (const warning of warnings) shell.remark(`! ${warning}`)
  if (shell.json()) {
    shell.say(JSON.stringify(result, (key, value) => (leftOut.has(key) ? undefined : value), 1))
    return
  }
  shell.say(
    table([['STEP', 'LOSS', 'DEVICES'], ...steps.map(one => [one.name, one.loss.toFixed(3), String(one.devices)])])
  )
  const without = new Map(contributions.map(one => [one.id, one.without]))
  shell.say(
    `\n${table([
      ['DEVICE', 'SETTINGS', 'LOSS WITHOUT'],
      ...devices.map(device => [device.id, settingsOf(device, result), without.get(device.id)?.toFixed(3) ?? '–'])
    ])}`
  )
  shell.say(
    `\nLoss where it was not listened: ${loss.toFixed(3)}. Difference of the waveforms: ${residual.level.toFixed(1)} dB. The mix is ${alignment.delay} samples later.`
  )
  shell.say(`\nListen: ${result.listen}\nRead: ${result.report}`)
}
