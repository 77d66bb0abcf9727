/**
 * The worker threads of one environment, started when they are first of use. Idle they sleep and never keep the process alive;
 * a pending asynchronous job does.
 */
import type { Worker } from 'node:worker_threads'
import { spawnWorker } from '../../threads/spawn.ts'
import type { Job, AnswerMessage, SabotageMessage } from './job.ts'

/** Times that an asynchronous job is handed out again after all its workers died. */
const ATTEMPTS = 3

interface Pending {
  readonly job: Job
  readonly threads: number
  readonly settle: (complete: boolean) => void
  /** Workers that were told of the job and still draw from it, as far as we know. */
  readonly drawing: Set<Worker>
  attempts: number
}

export class WorkerPool {
  readonly #workers: Worker[] = []
  readonly #pending = new Map<number, Pending>()

  /** Tells up to `count` workers of a job that the caller draws from too, and doesn't wait for any: those still starting come late. */
  help(job: Job, count: number): void {
    for (const worker of this.#members(count)) worker.postMessage(job.message)
  }

  /** Has up to `threads` workers do a job; resolves to whether it is complete: it isn't when workers can't start or end again and again. */
  run(job: Job, threads: number): Promise<boolean> {
    return new Promise((settle) => {
      const pending = { job, threads, settle, drawing: new Set<Worker>(), attempts: 0 }
      this.#pending.set(job.message.id, pending)
      if (this.#pending.size === 1) for (const worker of this.#workers) worker.ref()
      this.#handOut(pending)
    })
  }

  /** Gives up a job; its promise stays unsettled. */
  abandon(job: Job): void {
    job.cancel()
    this.#forget(job.message.id)
  }

  /** Makes every worker die after its next draw; for tests. */
  sabotage(): void {
    for (const worker of this.#workers) worker.postMessage({ sabotage: true } satisfies SabotageMessage)
  }

  /** Workers that are alive as far as this thread has heard. */
  get size(): number {
    return this.#workers.length
  }

  #handOut(pending: Pending): void {
    const workers = pending.attempts++ < ATTEMPTS ? this.#members(pending.threads) : []
    if (workers.length === 0) {
      this.#forget(pending.job.message.id)
      pending.settle(false)
      return
    }
    for (const worker of workers) {
      pending.drawing.add(worker)
      worker.postMessage(pending.job.message)
    }
  }

  /** Up to `count` workers, started now if need be. */
  #members(count: number): Worker[] {
    try {
      while (this.#workers.length < count) this.#start()
    } catch {
      // Threads can be forbidden (Node's permission model) or run out; whoever asked makes do with fewer.
    }
    return this.#workers.slice(0, count)
  }

  #start(): void {
    // Flags of the program, such as loaders, would only slow the start down.
    const worker = spawnWorker(new URL('./worker.js', import.meta.url), { name: 'manycore kernels', execArgv: [] })
    worker.on('message', ({ id }: AnswerMessage) => this.#stopped(worker, this.#pending.get(id)))
    // Ends in 'exit' too; without a listener it would end the program.
    worker.on('error', () => {})
    worker.on('exit', () => {
      this.#workers.splice(this.#workers.indexOf(worker), 1)
      for (const pending of this.#pending.values()) this.#stopped(worker, pending)
    })
    // Once more: inside a worker, listening makes it count again.
    if (this.#pending.size === 0) worker.unref()
    else worker.ref()
    this.#workers.push(worker)
  }

  /** A worker draws no more from a job: it found nothing left, or it died. */
  #stopped(worker: Worker, pending: Pending | undefined): void {
    if (pending === undefined || !pending.drawing.delete(worker)) return
    const { job, drawing } = pending
    if (job.complete) {
      this.#forget(job.message.id)
      pending.settle(true)
    } else if (drawing.size === 0) {
      // All have stopped, yet chunks are missing: they were in the hands of workers that died.
      job.redraw()
      this.#handOut(pending)
    }
  }

  #forget(id: number): void {
    if (this.#pending.delete(id) && this.#pending.size === 0) for (const worker of this.#workers) worker.unref()
  }
}
