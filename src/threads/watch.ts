/**
 * Seeing a thread end while this one is blocked. A normal end is written into the table by the thread itself; for one that
 * is terminated or out of memory there is a port that closes with it, and another thread to notice. That thread is started
 * with the first call that blocks.
 */
import type { MessagePort, Worker } from 'node:worker_threads'
import { spawnWorker } from './spawn.ts'

const waiting = new Map<number, MessagePort>()
let watcher: Worker | undefined

/** Watches the thread at the other end of `port`. */
export function watch(threadId: number, port: MessagePort): void {
  if (watcher === undefined) waiting.set(threadId, port)
  else watcher.postMessage({ threadId, port }, [port])
}

/** The thread has been seen to end. */
export function unwatch(threadId: number): void {
  waiting.get(threadId)?.close()
  waiting.delete(threadId)
}

/** To be called before this thread blocks for others. */
export function startWatching(): void {
  if (watcher !== undefined || waiting.size === 0) return
  watcher = spawnWorker(new URL('./watcher.js', import.meta.url), { name: 'manycore watcher' })
  // In a bundle its file may be missing; then deaths are seen by the event loop alone.
  watcher.on('error', () => undefined)
  for (const [threadId, port] of waiting) watcher.postMessage({ threadId, port }, [port])
  waiting.clear()
}
