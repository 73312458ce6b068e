/** The same work on one thread or on several: workers of the benchmark's own bundle. */
import { once } from 'node:events'
import { parentPort, Worker } from 'node:worker_threads'

/** [worker] Answers every job. */
export const serve = <Job, Answer>(work: (job: Job) => Promise<Answer>): void =>
  void parentPort!.on('message', async (job: Job) => parentPort!.postMessage(await work(job)))

export interface Took<Answer> {
  readonly answers: readonly Answer[]
  /** Seconds, those of all threads together. */
  readonly cpu: number
  readonly wall: number
}
export interface Crew {
  /** A job for each thread, all begun together. */
  run<Job, Answer>(jobs: readonly Job[]): Promise<Took<Answer>>
  dismiss(): Promise<unknown>
}
export function crew(threads: number): Crew {
  const workers = Array.from({ length: threads }, () => new Worker(new URL(import.meta.url)))
  return {
    async run(jobs) {
      const cpu = process.cpuUsage(),
        wall = performance.now()
      jobs.forEach((job, i) => workers[i]!.postMessage(job))
      const answers = await Promise.all(jobs.map(async (_, i) => (await once(workers[i]!, 'message'))[0])),
        used = process.cpuUsage(cpu)
      return { answers, cpu: (used.user + used.system) / 1e6, wall: (performance.now() - wall) / 1000 }
    },
    dismiss: () => Promise.all(workers.map(worker => worker.terminate()))
  }
}
export const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!
