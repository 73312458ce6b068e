/** What every command needs of the process that it runs in. */
import { readFileSync } from 'node:fs'
import type { Registry } from '@mixwright/dsp'
import { type Graph, GraphError, limits, parseGraph } from '@mixwright/graph'
import { inWords, openFileSource } from '../node/byte-files.ts'
import { registryFor } from '../node/responses.ts'
import type { ProgressLine, StageShares } from './output.ts'

export interface Shell {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** Whether results are wanted as JSON. */
  json(): boolean
  /** A line on stdout. */
  say(text: string): void
  /** A remark on stderr that is no error. */
  remark(text: string): void
  progress<S extends string>(stages: StageShares<S>): ProgressLine<S>
}

export interface FoundGraph {
  readonly graph: Graph
  /** With the impulse responses that the graph names. */
  readonly registry: Registry
}

/** @throws AudioFileError if it, or a response, cannot be read, GraphError with all problems, each with the file's name */
export async function readGraph(file: string): Promise<FoundGraph> {
  const source = openFileSource(file)
  source.close()
  if (source.size > limits.characters)
    throw new GraphError([
      { place: file, message: `${source.size} bytes; a graph file has at most ${limits.characters}` }
    ])
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw inWords(file, 'read', error)
  }
  const registry = await registryFor(text, file)
  try {
    return { graph: parseGraph(text, registry), registry }
  } catch (error) {
    throw error instanceof GraphError
      ? new GraphError(error.problems.map(p => ({ place: `${file}: ${p.place}`, message: p.message })))
      : error
  }
}
