/**
 * One table of all threads of this process, in shared memory, so that any thread can see without an event loop whether
 * another has ended and how. Rows are found by thread id.
 */
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads'
import { attend, SLICE } from './blocked.ts'

/** Rows; ids beyond wrap round, which matters only to a program with so many threads alive at once. The pages are untouched until used. */
const ROWS = 65_536

const STATE = 0
const EXIT_CODE = 1
const WIDTH = 2
/** Exit code of a thread that hasn't said one. */
const NOT_SAID = -1

/** Made, but its boot file hasn't run. */
const STARTING = 1
export const RUNNING = 2
export const ENDED = 3

/** Words after the rows, for names that all threads of the process know. */
export const DIRECTORY_WORDS = 1 << 15

const key = 'manycore.threads'

let table: Int32Array | undefined

/** The table of this process; made by the first thread that asks and inherited by the threads that it starts. */
function threads(): Int32Array {
  if (table === undefined) {
    let memory = getEnvironmentData(key) as unknown
    if (!(memory instanceof SharedArrayBuffer)) {
      memory = new SharedArrayBuffer((ROWS * WIDTH + DIRECTORY_WORDS) * Int32Array.BYTES_PER_ELEMENT)
      setEnvironmentData(key, memory as never)
    }
    table = new Int32Array(memory as SharedArrayBuffer)
  }
  return table
}

/** To be called before a thread is started: it inherits what is there then, and would make a table of its own. */
export function makeTable(): void {
  threads()
}

/** Memory that all threads of this process share, for a directory of names. */
export function directory(): Int32Array {
  return threads().subarray(ROWS * WIDTH)
}

function row(threadId: number): number {
  return (threadId % ROWS) * WIDTH
}

export function markStarting(threadId: number): void {
  const all = threads()
  Atomics.store(all, row(threadId) + EXIT_CODE, NOT_SAID)
  Atomics.store(all, row(threadId) + STATE, STARTING)
}

/** Called by the thread itself; false if it was terminated before it got here. */
export function markRunning(threadId: number): boolean {
  return Atomics.compareExchange(threads(), row(threadId) + STATE, STARTING, RUNNING) !== ENDED
}

/** A thread that is terminated before it ran anything won't be heard of again; one that runs is left to the watcher. */
export function markTerminated(threadId: number): void {
  const all = threads()
  if (Atomics.compareExchange(all, row(threadId) + STATE, STARTING, ENDED) === STARTING) Atomics.notify(all, row(threadId) + STATE)
}

/** Says that a thread has ended, with its exit code if that is known, and wakes who waits for it. */
export function markEnded(threadId: number, exitCode?: number): void {
  const all = threads()
  if (exitCode !== undefined) Atomics.store(all, row(threadId) + EXIT_CODE, exitCode)
  Atomics.store(all, row(threadId) + STATE, ENDED)
  Atomics.notify(all, row(threadId) + STATE)
}

export function threadState(threadId: number): number {
  return Atomics.load(threads(), row(threadId) + STATE)
}

/** Whether the thread is known to have ended. Of a thread that manycore didn't start nothing is known. */
export function hasEnded(threadId: number): boolean {
  return threadState(threadId) === ENDED
}

/** Whether the thread has come to its own end, and its exit code is what it said. */
export function endedByItself(threadId: number): boolean {
  return threadState(threadId) === ENDED && Atomics.load(threads(), row(threadId) + EXIT_CODE) !== NOT_SAID
}

/** Exit code of an ended thread: 1 for one that was terminated. */
export function threadExitCode(threadId: number): number {
  const code = Atomics.load(threads(), row(threadId) + EXIT_CODE)
  return code === NOT_SAID ? 1 : code
}

/** Blocks until the thread has ended, `milliseconds` at the most; false when the time ran out. */
export function waitForEnd(threadId: number, milliseconds: number): boolean {
  const until = performance.now() + milliseconds
  for (;;) {
    const state = threadState(threadId)
    if (state !== STARTING && state !== RUNNING) return true
    const left = until - performance.now()
    if (left <= 0) return false
    Atomics.wait(threads(), row(threadId) + STATE, state, Math.min(left, SLICE))
    attend()
  }
}
