/** Worker threads: started when first needed, reused, stopped when their work is aborted. */
import { cpus } from 'node:os'
import { Worker } from 'node:worker_threads'

/** What a worker is asked to do; worker.ts has the answers. */
export interface Job {
  readonly kind: string
}
export interface Pool {
  readonly size: number
  /**
   * Runs a job on the next free thread. `onMessage` gets what the job posts before its result; `reply` answers it. A job may
   * ask for others: its thread is free for them from then on, so that a pool of one is enough.
   */
  run<T>(job: Job, onMessage?: (message: never, reply: (answer: unknown) => void) => void): Promise<T>
  close(): Promise<void>
}
type Answer = { readonly id: number } & (
  | { readonly result: unknown }
  | { readonly error: { readonly name: string; readonly message: string; readonly details: object } }
  | { readonly message: unknown }
  /** Another job that this one wants done, by its number. */
  | { readonly ask: number; readonly job: Job }
)
/** What a worker is sent back. */
export type Reply = { readonly ask: number } & ({ readonly result: unknown } | { readonly error: unknown })

/** Threads start at once, while the caller still reads headers. @param threads default: one per core, at most 8 */
export function createPool(threads: number | undefined, signal: AbortSignal): Pool {
  const size = threads ?? Math.min(8, cpus().length)
  const idle: Worker[] = [],
    all = new Set<Worker>(),
    waiting: ((worker: Worker) => void)[] = []
  let id = 0
  const start = (): Worker => {
    const worker = new Worker(new URL('./worker.js', import.meta.url))
    worker.setMaxListeners(0)
    all.add(worker)
    return worker
  }
  const take = async (): Promise<Worker> => {
    signal.throwIfAborted()
    const free = idle.pop()
    if (free) return free
    // One that failed is replaced.
    if (all.size < size) return start()
    return new Promise(resolve => {
      waiting.push(resolve)
    })
  }
  const give = (worker: Worker) => {
    const next = waiting.shift()
    if (next) next(worker)
    else idle.push(worker)
  }
  const lose = (worker: Worker) => {
    all.delete(worker)
    const at = idle.indexOf(worker)
    if (at >= 0) idle.splice(at, 1)
  }
  const close = async () => {
    await Promise.all([...all].map(worker => worker.terminate()))
    all.clear()
    idle.length = 0
  }
  signal.addEventListener('abort', () => {
    void close()
  })
  if (!signal.aborted) while (all.size < size) idle.push(start())
  const pool: Pool = {
    size,
    close,
    async run<T>(job: Job, onMessage?: (message: never, reply: (answer: unknown) => void) => void): Promise<T> {
      const worker = await take(),
        number = ++id
      let free = false
      const freed = () => {
        if (!free) give(worker)
        free = true
      }
      return new Promise<T>((resolve, reject) => {
        const finish = (settle: () => void) => {
          worker.off('message', listen)
          worker.off('error', fail)
          worker.off('exit', gone)
          signal.removeEventListener('abort', gone)
          settle()
        }
        const listen = (answer: Answer) => {
          if (answer.id !== number) return
          if ('ask' in answer) {
            const reply = (said: object) => worker.postMessage({ id: number, reply: { ask: answer.ask, ...said } })
            freed()
            pool.run(answer.job).then(
              result => reply({ result }),
              (error: unknown) => reply({ error })
            )
            return
          }
          if ('message' in answer) {
            onMessage?.(answer.message as never, reply => worker.postMessage({ id: number, reply }))
            return
          }
          finish(() => {
            freed()
            if ('error' in answer)
              reject(Object.assign(new Error(answer.error.message), { name: answer.error.name }, answer.error.details))
            else resolve(answer.result as T)
          })
        }
        const fail = (error: Error) =>
          finish(() => {
            lose(worker)
            reject(error)
          })
        const gone = () =>
          finish(() =>
            reject(signal.aborted ? signal.reason : new Error('a worker thread stopped unexpectedly (out of memory?)'))
          )
        worker.on('message', listen).on('error', fail).on('exit', gone)
        signal.addEventListener('abort', gone)
        worker.postMessage({ id: number, job })
      })
    }
  }
  return pool
}
