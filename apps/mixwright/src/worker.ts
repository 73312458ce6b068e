/** The worker thread of the command line and the Node API: imports files, analyses stems, renders parts of graphs. */
import { parentPort } from 'node:worker_threads'
import { type Audio, blocksOf } from '@mixwright/dsp'
import { createSearchWork, type HeardProblem, identifySettings, type SearchWork } from '@mixwright/estimate'
import { type Chunk, type Graph, renderChunks } from '@mixwright/graph'
import { flacBytes, type FlacOptions } from '@mixwright/files'
import {
  analyseStem,
  type AuditionJob,
  auditionMoves,
  base64,
  excerptsOf,
  measureStyle,
  refineGraph,
  type RefineJob,
  searchGraph
} from '@mixwright/tasks'
import { loadKernels } from './kernels.ts'
import { type AudioInfo, type ClipDescriptor, importClip, openClip, type OpenedClip } from './node/audio-files.ts'
import { measureFile } from './node/measure.ts'
import type { Rendered, RenderJob } from './node/parallel.ts'
import type { Reply } from './node/pool.ts'
import { type SearchPartJob, searchWorkOf } from './node/search-parts.ts'
import { registryWith, type ResponseData } from './node/responses.ts'
import { createTake, type OpenTake } from './node/takes.ts'

export interface ImportJob {
  readonly kind: 'import'
  readonly path: string
  readonly name: string
  readonly known: AudioInfo
  readonly sampleRate: number
  readonly cacheFolder: string
  readonly allowTruncated: boolean
}
export interface AnalyseJob {
  readonly kind: 'analyse'
  readonly part: 'whole' | 'excerpts'
  readonly clip: ClipDescriptor
  readonly name: string
}
export interface RefineGraphJob {
  readonly kind: 'refine'
  readonly job: RefineJob
  readonly clips: Readonly<Record<string, ClipDescriptor>>
}
export interface MeasureJob {
  readonly kind: 'measure'
  readonly path: string
}
/** What is measured of a reference. */
export interface StyleJob {
  readonly kind: 'style'
  readonly clip: ClipDescriptor
  readonly name: string
}
export interface AuditionMovesJob {
  readonly kind: 'audition'
  readonly job: AuditionJob
  readonly clips: Readonly<Record<string, ClipDescriptor>>
}
/** The search behind `estimate-graph`; what it asks of others comes as `SearchPartJob`. */
export interface SearchGraphJob {
  readonly kind: 'search'
  readonly dry: Readonly<Record<string, ClipDescriptor>>
  readonly wet: ClipDescriptor
  readonly tolerance: number
  /** Parts that are done at once. */
  readonly hands: number
}
/** Audio that a page embeds: as FLAC, in base64. */
export interface EmbedJob {
  readonly kind: 'embed'
  readonly audio: Audio
  readonly options: FlacOptions
}
/** The settings of a graph that is known. */
export interface FitJob {
  readonly kind: 'fit'
  readonly graph: Graph
  readonly problem: HeardProblem
  readonly target: Audio
  /** Impulse responses of the graph. */
  readonly responses: readonly ResponseData[]
}
type Job =
  | FitJob
  | ImportJob
  | AnalyseJob
  | RefineGraphJob
  | MeasureJob
  | StyleJob
  | SearchGraphJob
  | SearchPartJob
  | AuditionMovesJob
  | EmbedJob
  | RenderJob

const port = parentPort!,
  replies = new Map<number, (reply: unknown) => void>()

async function work(job: Job, id: number): Promise<unknown> {
  const tell = (message: unknown, transfer: ArrayBuffer[] = []) => port.postMessage({ id, message }, transfer)
  let told = 0
  const progress = (fraction: number) => {
    if (fraction < told + 0.01 && fraction < 1) return
    told = fraction
    tell({ fraction })
  }
  switch (job.kind) {
    case 'import': {
      const clip = await importClip(job.path, { ...job, progress })
      try {
        // What is read in place has not been read yet: a sample that is not a number is found here, not in the midst of
        // a mix.
        if (clip.descriptor.kind === 'file' && (clip.info.bits ?? 0) >= 32)
          for await (const { start } of blocksOf(clip)) progress(start / clip.frames)
        return { descriptor: clip.descriptor }
      } finally {
        clip.close()
      }
    }
    case 'analyse': {
      const clip = await openClip(job.clip)
      try {
        return await analyseStem(job.part === 'whole' ? clip : excerptsOf(clip), job.name, {
          kernels: await loadKernels(),
          progress
        })
      } finally {
        clip.close()
      }
    }
    case 'refine':
      return withClips(job.clips, async clips =>
        refineGraph(job.job, clips, { kernels: await loadKernels(), progress })
      )
    case 'style':
      return withClips({ it: job.clip }, async ({ it }) => {
        const { style, sound } = await measureStyle(it!, job.name, { kernels: await loadKernels() })
        return { style, series: sound.series }
      })
    case 'search':
      try {
        return await withClips({ ...job.dry, [wet]: job.wet }, async ({ [wet]: it, ...dry }) =>
          searchGraph({ dry, wet: it! }, job.tolerance, {
            kernels: await loadKernels(),
            work: searchWorkOf(job.hands, asking(id)),
            progress: (stage, fraction) => tell({ stage, fraction })
          })
        )
      } finally {
        replies.delete(id)
      }
    case 'search-part': {
      const does = (parts ??= createSearchWork(await loadKernels()))[job.what] as (part: unknown) => Promise<unknown>
      return does(job.part)
    }
    case 'audition':
      return withClips(job.clips, async clips => auditionMoves(job.job, clips, { kernels: await loadKernels() }))
    case 'embed':
      return base64(flacBytes(job.audio, job.options))
    case 'fit':
      return identifySettings(job.graph, job.problem, job.target, await loadKernels(), {
        registry: registryWith(job.responses),
        progress
      })
    case 'measure':
      return measureFile(job.path, { progress })
    case 'render':
      return renderPart(job, id, tell)
  }
}

/** No id of a stem. */
const wet = ' wet'
/** This thread's part in searches. */
let parts: SearchWork | undefined
/** Has other jobs done by the pool. */
function asking(id: number): <T>(job: object) => Promise<T> {
  const asked = new Map<number, (said: Reply) => void>()
  let number = 0
  replies.set(id, reply => {
    const said = reply as Reply
    asked.get(said.ask)!(said)
    asked.delete(said.ask)
  })
  return job =>
    new Promise((resolve, reject) => {
      asked.set(++number, said => ('error' in said ? reject(said.error) : resolve(said.result as never)))
      port.postMessage({ id, ask: number, job })
    })
}

async function withClips<T>(
  descriptors: Readonly<Record<string, ClipDescriptor>>,
  use: (clips: Readonly<Record<string, OpenedClip>>) => Promise<T>
): Promise<T> {
  const clips: Record<string, OpenedClip> = {}
  try {
    for (const [name, descriptor] of Object.entries(descriptors)) clips[name] = await openClip(descriptor)
    return await use(clips)
  } finally {
    for (const clip of Object.values(clips)) clip.close()
  }
}

/**
 * Writes the outputs that have a place and posts the others, chunk by chunk, at most `ahead` of them unanswered.
 */
async function renderPart(
  { graph, clips: descriptors, places, frames, options, responses, ahead }: RenderJob,
  id: number,
  tell: (message: unknown, transfer?: ArrayBuffer[]) => void
): Promise<void> {
  const takes = new Map<string, OpenTake>(),
    at = new Map<string, number>()
  let credit = ahead,
    fraction = 0,
    wake = () => {}
  replies.set(id, () => {
    credit++
    wake()
  })
  async function take(chunk: Chunk): Promise<void> {
    const posted: Record<string, Audio> = {}
    for (const [output, audio] of Object.entries(chunk)) {
      const here = takes.get(output),
        start = at.get(output) ?? 0,
        left = Math.max(0, (options.late?.includes(output) ? options.frames! : frames) - start),
        wanted = audio.map(channel => channel.subarray(0, left))
      at.set(output, start + audio[0]!.length)
      if (here) await here.write(wanted)
      else posted[output] = wanted.map(channel => channel.slice())
    }
    while (credit === 0)
      await new Promise<void>(resolve => {
        wake = resolve
      })
    credit--
    const buffers = Object.values(posted).flatMap(audio => audio.map(channel => channel.buffer as ArrayBuffer))
    tell({ fraction, outputs: posted } satisfies Rendered, buffers)
  }
  const progress = (done: number) => {
    fraction = done
  }
  try {
    for (const [name, place] of Object.entries(places)) takes.set(name, await createTake(place.path, place))
    const kernels = await loadKernels(),
      outputs = Object.keys(graph.outputs),
      registry = registryWith(responses)
    await withClips(descriptors, clips =>
      renderChunks(graph, clips, outputs, take, { ...options, kernels, registry, progress })
    )
    for (const made of takes.values()) await made.close()
  } finally {
    replies.delete(id)
    for (const made of takes.values()) await made.discard()
  }
}

port.on('message', ({ id, job, reply }: { id: number; job?: Job; reply?: unknown }) => {
  if (!job) {
    replies.get(id)?.(reply)
    return
  }
  work(job, id).then(
    result => port.postMessage({ id, result }),
    (error: unknown) => {
      const { name, message, ...details } =
        error instanceof Error
          ? { ...error, name: error.name, message: error.message }
          : { name: 'Error', message: String(error) }
      port.postMessage({ id, error: { name, message, details: JSON.parse(JSON.stringify(details)) as object } })
    }
  )
})
