/** `mixwright render` */
import { join } from 'node:path'
import { unknownName } from '@mixwright/dsp'
import { asFormat, type OutputFormat, outputNames } from '@mixwright/files'
import type { Command } from 'commander'
import { dawFormatOf } from '../node/daw.ts'
import { renderDaw } from '../node/daw-render.ts'
import { type RenderFilesOptions, renderFiles } from '../node/render.ts'
import { addFormat, collect, pairs, readFormat, ranges, seconds, whole } from './options.ts'
import { Refusal } from './output.ts'
import { readGraph, type Shell } from './shell.ts'

interface Flags {
  readonly in: readonly string[]
  readonly out: readonly string[]
  readonly to?: string
  readonly format?: string
  readonly rate?: string
  readonly tail?: string
  readonly force?: boolean
  readonly threads?: string
}

export function addRender(program: Command, shell: Shell): void {
  const command = program
    .command('render')
    .argument('<graph>', 'a graph file (JSON), or a project (.dawproject, .rpp)')
    .description('Renders a graph over files, or a project with its own audio into the output main.')
    .option('--in <name=file>', 'file of an input; repeatable', collect, [])
    .option('--out <name=file>', 'file of an output, in the format that its name says; repeatable', collect, [])
    .option('--to <folder>', 'all outputs as files into this folder')
  addFormat(command, '', `what the names say, else ${outputNames[0]}`)
  command
    .option('--rate <Hz>', `sample rate, ${ranges.rate.join(' to ')} (default: the highest of the inputs)`)
    .option(
      '--tail <seconds>',
      `how long the outputs outlast the inputs, ${ranges.tail.join(' to ')} (default: until everything has decayed)`
    )
    .option('--force', 'replace files')
    .option('--threads <n>', `worker threads, ${ranges.threads.join(' to ')} (default: one per core, at most 8)`)
    .action((file: string, flags: Flags) => render(file, flags, shell))
}

async function render(file: string, flags: Flags, shell: Shell): Promise<void> {
  const sampleRate = whole('--rate', flags.rate, ...ranges.rate),
    threads = whole('--threads', flags.threads, ...ranges.threads),
    tail = seconds('--tail', flags.tail, ...ranges.tail)
  const format = readFormat(flags.format),
    progress = shell.progress({ render: { title: 'Rendering', share: 1 } })
  try {
    const options: RenderFilesOptions = {
        ...format,
        force: flags.force ?? false,
        signal: shell.signal,
        progress: fraction => progress.update('render', fraction),
        ...(sampleRate !== undefined && { sampleRate }),
        ...(threads !== undefined && { threads }),
        ...(tail !== undefined && { tail })
      },
      {
        frames,
        sampleRate: rate,
        outputs,
        left = [],
        remark
      } = await (dawFormatOf(file) ? project : graph)(file, flags, options)
    progress.done()
    if (remark !== undefined) shell.remark(`! ${remark}`)
    for (const what of left) shell.remark(`! not heard: ${what}`)
    shell.say(
      shell.json()
        ? JSON.stringify({ frames, sampleRate: rate, outputs, ...(left.length && { left }), remark }, null, 1)
        : `${(frames / rate).toFixed(2)} s at ${rate} Hz:\n${Object.values(outputs).join('\n')}`
    )
  } finally {
    progress.done()
  }
}

interface Rendered {
  readonly frames: number
  readonly sampleRate: number
  readonly outputs: Readonly<Record<string, string>>
  readonly left?: readonly string[]
  readonly remark?: string
}
async function graph(file: string, flags: Flags, options: RenderFilesOptions): Promise<Rendered> {
  const { graph: read, registry } = await readGraph(file),
    outputs = outputsOf(Object.keys(read.outputs), flags, options.format)
  return { ...(await renderFiles(read, pairs('--in', flags.in), outputs, { ...options, registry })), outputs }
}
async function project(file: string, flags: Flags, options: RenderFilesOptions): Promise<Rendered> {
  if (flags.in.length) throw new Refusal('--in: a project has its own audio; leave it out')
  const outputs = outputsOf(['main'], flags, options.format),
    other = Object.keys(outputs).find(name => name !== 'main')
  if (other !== undefined) throw new Refusal(`--out: ${unknownName('output of a project', other, ['main'])}`)
  return { ...(await renderDaw(file, outputs.main!, options)), outputs }
}

function outputsOf(
  all: readonly string[],
  { out, to }: Flags,
  format: OutputFormat = outputNames[0]!
): Record<string, string> {
  const named = pairs('--out', out)
  const outputs =
    to === undefined
      ? named
      : {
          ...Object.fromEntries(
            all.map(name => [name, join(to, asFormat(`${name.replace(/[^\p{L}\p{N}_.-]+/gu, '-')}.`, format))])
          ),
          ...named
        }
  if (Object.keys(outputs).length === 0)
    throw new Refusal(`nothing to write; add --out ${all[0]}=FILE.wav or --to FOLDER`)
  return outputs
}
