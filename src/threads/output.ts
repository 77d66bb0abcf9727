/** What a worker prints is out before its end is told. */
import { writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import type { Worker } from 'node:worker_threads'

/** A thread's end waits no longer for what it printed once nobody has read of it for so long. */
const UNREAD_MILLISECONDS = 500
/** Pause before a full pipe is tried again, and how long in all. */
const PAUSE = 5
const FULL_MILLISECONDS = 2000

/** What libuv gives a stream, under a name that Node keeps for those who need it. */
const handle = '_handle'

interface Handle {
  setBlocking?(blocking: boolean): void
}

/**
 * Makes this process's stdout and stderr write at once where they are pipes. Node leaves to the event loop what a pipe has no room for, and drops it at `process.exit`.
 * The streams are made when they are first asked for, as ever.
 */
export function writeAtOnce(): void {
  for (const name of ['stdout', 'stderr'] as const) {
    const made = Object.getOwnPropertyDescriptor(process, name)
    const get = made?.get
    if (made?.configurable !== true || get === undefined) continue
    let ready = false
    Object.defineProperty(process, name, {
      ...made,
      get: () => {
        const stream = get.call(process) as { readonly [handle]?: Handle | null }
        if (!ready) {
          ready = true
          stream[handle]?.setBlocking?.(true)
        }
        return stream
      },
    })
  }
}

/** All of `text` to stderr, past its stream. A pipe takes what it has room for. */
export function printError(text: string): void {
  const bytes = Buffer.from(text)
  const until = performance.now() + FULL_MILLISECONDS
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(2, bytes, at)
    } catch (error) {
      // Nobody reads stderr.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > until) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE)
    }
  }
}

/** Calls `then` when what the ended thread printed has gone on to this thread's streams. */
export function afterOutput(worker: Worker, then: () => void): void {
  const streams: readonly (Readable | null | undefined)[] = [worker.stdout, worker.stderr]
  const left = new Set(streams.filter((stream): stream is Readable => (stream?.readableLength ?? 0) > 0))
  if (left.size === 0) {
    then()
    return
  }
  const unread = (): number => [...left].reduce((sum, { readableLength }) => sum + readableLength, 0)
  let before = unread()
  const done = (): void => {
    clearInterval(timer)
    left.clear()
    then()
  }
  const timer = setInterval(() => {
    const now = unread()
    if (now === before) done()
    before = now
  }, UNREAD_MILLISECONDS)
  for (const stream of left) {
    stream.once('close', () => {
      if (left.delete(stream) && left.size === 0) done()
    })
  }
}
