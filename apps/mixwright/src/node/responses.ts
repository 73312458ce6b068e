/** Impulse responses that graphs name: WAV files beside the graph, each called as the processor that it makes. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  type Convolution,
  convolution,
  convolutionsIn,
  type ImpulseResponse,
  isConvolution,
  processors,
  type Registry,
  responseFile,
  responseName
} from '@mixwright/dsp'
import { AudioFileError } from '@mixwright/files'
import type { Graph } from '@mixwright/graph'
import { openAudioFile } from './audio-files.ts'
import { outputs } from './results.ts'
import type { Workbench } from './workbench.ts'

/** Seconds of a response; longer ones are recordings. */
const longest = 60

/** Adds a response to the results, bit by bit as it is. */
export async function writeResponse({ id, response, sampleRate }: ImpulseResponse, bench: Workbench): Promise<void> {
  const take = bench.take(responseFile(id), { sampleRate, channels: response.length, format: 'f32' })
  await take.write(response)
  await take.close()
}
/** Responses in a folder of results that the graph there names: ours to replace. */
export function earlierResponses(folder: string): string[] {
  try {
    return convolutionsIn(readFileSync(join(folder, outputs.graph), 'utf8'))
      .map(responseFile)
      .filter(file => existsSync(join(folder, file)))
  } catch {
    return [] // no graph
  }
}

/**
 * The usual processors, and those of the responses that a graph or a session names.
 * @param text of its file
 * @param file where it lies
 * @throws AudioFileError for a response that is missing, no WAV file, too long, or another than the graph names
 */
export async function registryFor(text: string, file: string): Promise<Registry> {
  return withConvolutions(await Promise.all(convolutionsIn(text).map(id => readResponse(id, file))))
}

/** A response as it goes to another thread. */
export type ResponseData = Pick<Convolution, 'name' | 'response' | 'sampleRate' | 'block'>
/** What a thread cannot know of a graph's processors. */
export const responsesOf = (graph: Graph, registry: Registry = processors): ResponseData[] =>
  convolutionsOf(graph, registry).map(({ name, response, sampleRate, block }) => ({
    name,
    response,
    sampleRate,
    block
  }))
/** The usual processors, and those of responses that came from another thread. */
export const registryWith = (responses: readonly ResponseData[]): Registry =>
  withConvolutions(
    responses.map(({ name, response, sampleRate, block }) => convolution(name, response, sampleRate, block))
  )

/** Of a graph's nodes, each once. */
export const convolutionsOf = (graph: Graph, registry: Registry = processors): Convolution[] =>
  [...new Set(Object.values(graph.nodes).map(({ type }) => registry[type]!))].filter(isConvolution)
const withConvolutions = (made: readonly Convolution[]): Registry => ({
  ...processors,
  ...Object.fromEntries(made.map(one => [one.id, one]))
})

/**
 * @param remedy what to do, from the rate of a response
 * @throws RangeError where a response has another rate
 */
export function checkRates(
  graph: Graph,
  sampleRate: number,
  registry: Registry | undefined,
  remedy: (rate: number) => string
): void {
  for (const { id, sampleRate: rate } of convolutionsOf(graph, registry))
    if (rate !== sampleRate)
      throw new RangeError(`the impulse response ${id} has ${rate} Hz, the sound ${sampleRate} Hz; ${remedy(rate)}`)
}

async function readResponse(id: string, file: string): Promise<Convolution> {
  const path = join(dirname(file), responseFile(id))
  if (!existsSync(path))
    throw new AudioFileError(
      'missing',
      path,
      `the impulse response that ${file} names is not there`,
      `copy it beside the graph; it was written together with its ${outputs.graph}`
    )
  const { clip, close } = await openAudioFile(path)
  try {
    if (!clip || clip.channels > 2 || clip.frames > longest * clip.sampleRate)
      throw new AudioFileError(
        'unsupported',
        path,
        clip ? `${clip.channels} channels of ${clip.frames} samples are no impulse response` : 'is no WAV file',
        `give a WAV file of one or two channels, at most ${longest} s`
      )
    const made = convolution(responseName(id), await clip.read(0, clip.frames), clip.sampleRate)
    if (made.id !== id)
      throw new AudioFileError(
        'corrupt',
        path,
        `is another response than the graph names: its samples give ${made.id}`,
        'restore the file, or change the type of the node to that and the name of the file'
      )
    return made
  } finally {
    close()
  }
}
