/** What the report lets hear, on the threads of the bench. */
import type { Clip, Kernels } from '@mixwright/dsp'
import {
  type AuditionResult,
  type AuditionService,
  type Embed,
  joinedParts,
  type MixResult,
  type PageSound,
  pageSound,
  partsOf,
  type Version
} from '@mixwright/tasks'
import type { AuditionMovesJob, EmbedJob } from '../worker.ts'
import { descriptorsOf } from './audio-files.ts'
import type { Pool } from './pool.ts'

export const auditionOnThreads =
  (pool: Pool): AuditionService =>
  async (job, clips) => {
    const descriptors = descriptorsOf(clips)
    return joinedParts(
      await Promise.all(
        partsOf(job, pool.size).map(part =>
          pool.run<AuditionResult>({ kind: 'audition', job: part, clips: descriptors } as AuditionMovesJob)
        )
      )
    )
  }

/** @param versions that come after the bare sum of the stems; one of them is called `mix` */
export async function soundOf(
  { auditions, decisions }: MixResult,
  versions: readonly Version[],
  mix: string,
  { pool, kernels }: { readonly pool: Pool; readonly kernels: Kernels }
): Promise<PageSound | undefined> {
  if (!auditions) return undefined
  return pageSound(auditions, decisions, versions, mix, { kernels, embed: embedOn(pool) })
}
/** Audio as text, made on the threads. */
export const embedOn =
  (pool: Pool): Embed =>
  (audio, sampleRate, seed) =>
    pool.run<string>({ kind: 'embed', audio, options: { sampleRate, seed, name: 'report' } } as EmbedJob)

/** Keeps the clips of what is written, by the task's names. */
export function kept<T extends { close(): Promise<Clip> }>(clips: Map<string, Clip>, name: string, take: T): T {
  return {
    ...take,
    async close() {
      const clip = await take.close()
      clips.set(name, clip)
      return clip
    }
  }
}
