/** The settings of a given graph, from files of what went in and what came out. */
import { statSync } from 'node:fs'
import { basename, dirname, extname, join } from 'node:path'
import { type Clip, type Registry, unknownName } from '@mixwright/dsp'
import type { IdentifiedGraph } from '@mixwright/estimate'
import { AudioFileError } from '@mixwright/files'
import { type Graph, writeGraph } from '@mixwright/graph'
import type { FitJob } from '../worker.ts'
import { readAudioInfo } from './audio-files.ts'
import { checkRates, convolutionsOf, responsesOf, writeResponse } from './responses.ts'
import { checkFree, outputs } from './results.ts'
import { atWorkbench, type Workbench } from './workbench.ts'

export interface FitFilesOptions {
  /** Dry sources, named as the graph's inputs: a folder of stems; or one file for a graph with one input. */
  readonly dry: string
  /** What the graph made of them; both begin at the same time. */
  readonly wet: string
  /** Folder for the result. */
  readonly out?: string
  /** Replace an earlier result. Default false. */
  readonly force?: boolean
  /** Seconds from the beginning that are fitted. Default 10. */
  readonly seconds?: number
  /** The processors, with the impulse responses that the graph names (`convolution`). Default: the usual ones. */
  readonly registry?: Registry
  readonly signal?: AbortSignal
  readonly progress?: (fraction: number) => void
}
export interface FitFilesResult extends IdentifiedGraph {
  /** That were fitted. */
  readonly seconds: number
  readonly files: readonly string[]
}

/** Seconds, least and default. */
const least = 1,
  usual = 10

/**
 * Finds the numbers of a graph whose structure is known, at the wet file's rate, and writes the graph with them.
 * @throws AudioFileError, RangeError with place, value and remedy; the signal's reason
 */
export async function fitFiles(graph: Graph, options: FitFilesOptions): Promise<FitFilesResult> {
  const { dry, wet, registry, force = false, seconds: wanted = usual, signal, progress } = options,
    folder = options.out ?? join(dirname(wet), `${basename(wet, extname(wet))}-estimate`),
    output = outputOf(graph),
    { sampleRate } = await readAudioInfo(wet, signal ? { signal } : {})
  checkFree([join(folder, outputs.graph)], force)
  checkRates(graph, sampleRate, registry, rate => `give a wet file of ${rate} Hz`)
  return atWorkbench(folder, { force, threads: 1, signal }, async bench => {
    const sources = await openSources(graph, dry, sampleRate, bench),
      target = await bench.openFile(wet, sampleRate),
      length = Math.min(target.frames, ...Object.values(sources).map(({ frames }) => frames)) / sampleRate,
      seconds = Math.min(wanted, length),
      frames = Math.floor(seconds * sampleRate)
    if (target.channels !== graph.outputs[output]!.channels)
      throw new RangeError(
        `${wet} has ${target.channels} channels, the graph's output ${output} ${graph.outputs[output]!.channels}; give the file that the graph made`
      )
    if (length < least)
      throw new RangeError(`sources and wet have ${length.toFixed(2)} s in common; give at least ${least} s`)
    const inputs = await Promise.all(
        Object.entries(sources).map(async ([name, clip]) => [name, await clip.read(0, frames)] as const)
      ),
      job: FitJob = {
        kind: 'fit',
        graph,
        problem: { sampleRate, inputs: Object.fromEntries(inputs), frames, output },
        target: await target.read(0, frames),
        responses: responsesOf(graph, registry)
      },
      found = await bench.pool.run<IdentifiedGraph>(job, (message: { readonly fraction?: number }) => {
        if (message.fraction !== undefined) progress?.(message.fraction)
      }),
      rooms = convolutionsOf(graph, registry)
    for (const room of rooms) await writeResponse(room, bench)
    const files = await bench.commit([[outputs.graph, writeGraph(found.graph)]], [])
    return { ...found, seconds, files }
  })
}

function outputOf({ outputs: all }: Graph): string {
  const names = Object.keys(all),
    name = names.length === 1 ? names[0]! : 'main'
  if (!Object.hasOwn(all, name))
    throw new RangeError(`the graph has the outputs ${names.join(', ')}; call the one that the wet file is main`)
  return name
}

async function openSources(
  graph: Graph,
  dry: string,
  sampleRate: number,
  bench: Workbench
): Promise<Readonly<Record<string, Clip>>> {
  const names = Object.keys(graph.inputs),
    folder = statSync(dry, { throwIfNoEntry: false })?.isDirectory() ?? false
  if (!folder && names.length !== 1)
    throw new RangeError(`the graph has the inputs ${names.join(', ')}; give --dry a folder with a file of each name`)
  const sources: Record<string, Clip> = folder
    ? Object.fromEntries((await bench.openSong(dry, { sampleRate })).tracks.map(({ name, clip }) => [name, clip]))
    : { [names[0]!]: await bench.openFile(dry, sampleRate) }
  for (const name of names) if (!sources[name]) throw new RangeError(unknownName('source', name, Object.keys(sources)))
  for (const name of names)
    if (sources[name]!.channels > graph.inputs[name]!.channels)
      throw new AudioFileError(
        'too-many-channels',
        dry,
        `the source ${name} is stereo, but the graph's input is mono`,
        'give a mono file, or declare the input with "channels": 2'
      )
  return Object.fromEntries(names.map(name => [name, sources[name]!]))
}
