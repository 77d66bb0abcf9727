/** Starting a worker thread: one place that knows the options every worker of ours shares. */
import { Worker, type WorkerOptions } from 'node:worker_threads'

/** Starts a worker that doesn't keep the process alive by itself. `entry` is a JavaScript file of this package. */
export function spawnWorker(entry: URL, options: WorkerOptions): Worker {
  const worker = new Worker(entry, options)
  worker.unref()
  return worker
}
