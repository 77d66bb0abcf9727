/** Starting a worker thread: one place that knows the options every worker of ours shares. */
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { workerFlags } from './flags.ts'

/** Starts a worker that doesn't keep the process alive by itself. `entry` is a JavaScript file of this package. */
export function spawnWorker(entry: URL, options: WorkerOptions): Worker {
  const execArgv = workerFlags()
  const worker = new Worker(entry, execArgv === undefined ? options : { execArgv, ...options })
  worker.unref()
  return worker
}
