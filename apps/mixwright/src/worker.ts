/** The worker thread of the command line and the Node API: imports files, analyses stems, renders parts of graphs. */
import { parentPort } from 'node:worker_threads'
import { blocksOf } from '@mixwright/dsp'
import { renderClips } from '@mixwright/graph'
import { analyseStem, excerptsOf } from '@mixwright/tasks'
import { loadKernels } from './kernels.ts'
import { type ClipDescriptor, importClip, openClip } from './node/audio-files.ts'
import { measureFile } from './node/measure.ts'
import type { RenderJob } from './node/parallel.ts'

export interface ImportJob {
  readonly kind: 'import'
  readonly path: string
  readonly name: string
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
export interface MeasureJob {
  readonly kind: 'measure'
  readonly path: string
}
type Job = ImportJob | AnalyseJob | MeasureJob | RenderJob

const port = parentPort!,
  replies = new Map<number, (reply: unknown) => void>()

async function work(job: Job, id: number): Promise<unknown> {
  const tell = (message: unknown, transfer: ArrayBuffer[] = []) => port.postMessage({ id, message }, transfer)
  switch (job.kind) {
    case 'import': {
      const clip = await importClip(job.path, { ...job, progress: fraction => tell({ fraction }) })
      try {
        // What is read in place has not been read yet: a sample that is not a number is found here, not in the midst of
        // a mix.
        if (clip.descriptor.kind === 'file' && (clip.info.bits ?? 0) >= 32)
          for await (const { start } of blocksOf(clip)) tell({ fraction: start / clip.frames })
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
          progress: (fraction: number) => tell({ fraction })
        })
      } finally {
        clip.close()
      }
    }
    case 'measure':
      return measureFile(job.path, { progress: fraction => tell({ fraction }) })
    case 'render':
      return renderPart(job, id, tell)
  }
}

/** Posts every output's chunks, at most `ahead` of them unanswered per output. */
async function renderPart(
  job: RenderJob,
  id: number,
  tell: (message: unknown, transfer?: ArrayBuffer[]) => void
): Promise<void> {
  const clips = Object.fromEntries(
    await Promise.all(
      Object.entries(job.clips).map(async ([name, descriptor]) => [name, await openClip(descriptor)] as const)
    )
  )
  const flows = Object.fromEntries(
    Object.keys(job.graph.outputs).map(output => [output, { credit: job.ahead, at: 0, wake: () => {} }])
  )
  replies.set(id, reply => {
    const flow = flows[(reply as { output: string }).output]!
    flow.credit++
    flow.wake()
  })
  const sinks = Object.fromEntries(
    Object.entries(flows).map(([output, flow]) => [
      output,
      async (audio: readonly Float32Array[]) => {
        while (flow.credit === 0)
          await new Promise<void>(resolve => {
            flow.wake = resolve
          })
        flow.credit--
        const copies = audio.map(channel => channel.slice())
        tell(
          { output, start: flow.at, audio: copies },
          copies.map(channel => channel.buffer)
        )
        flow.at += copies[0]!.length
      }
    ])
  )
  try {
    await renderClips(job.graph, clips, sinks, { ...job.options, kernels: await loadKernels() })
  } finally {
    replies.delete(id)
    for (const clip of Object.values(clips)) clip.close()
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
