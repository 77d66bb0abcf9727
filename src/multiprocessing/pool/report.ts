/** What a pool has measured: figures of its functions and workers, and one sentence of advice. */
import type { WorkerFigures } from './pool-worker.ts'

export interface FunctionReport {
  /** Calls of the function that gave a result. */
  readonly calls: number
  /** Time that workers spent in it, in milliseconds, summed over workers: what a plain loop would have taken at the least. */
  readonly computeMilliseconds: number
  /**
   * Time between the pool's calls and their results, in milliseconds, summed over calls of `apply` or maps. It counts from when a worker could take the call: the start of the first
   * one, which is paid once and stands with `workers`, is no part of it.
   */
  readonly wallMilliseconds: number
  /** Microseconds of work in one call, on average. */
  readonly microsecondsPerCall: number
  /** Median and 99th percentile of the same, over single calls and means of chunks; of the latest ones. */
  readonly p50Microseconds: number
  readonly p99Microseconds: number
  readonly advice: string
}

/** What one worker did for one message. */
export interface TaskEvent {
  readonly name: string
  /** Index in `workers`. */
  readonly worker: number
  /** Milliseconds by this thread's performance.now(), as seen when the answer came. */
  readonly start: number
  readonly milliseconds: number
  /** Tasks in the message: calls, or chunks of a map. */
  readonly tasks: number
}

export interface PoolReport {
  readonly processes: number
  /** The latest messages, the oldest first. */
  readonly timeline: readonly TaskEvent[]
  readonly workers: readonly Readonly<WorkerFigures>[]
  /** Workers that ended while a task ran on them. */
  readonly deaths: number
  readonly functions: Readonly<Record<string, FunctionReport>>
}

interface Sums {
  calls: number
  compute: number
  wall: number
  /** Microseconds a call, the latest ones in a ring. */
  readonly samples: number[]
  next: number
}

const MOST_SAMPLES = 2000
const MOST_EVENTS = 10_000

/** Pool and loop are called equally fast within this factor. */
const LEVEL = 1.1

/** Work shorter than this, in milliseconds, isn't worth a message to a worker and back. */
const WORTH_A_MESSAGE = 0.1

export class Recorder {
  readonly #functions = new Map<string, Sums>()
  readonly #events: (Omit<TaskEvent, 'worker'> & { readonly figures: WorkerFigures })[] = []
  #nextEvent = 0

  #sums(name: string): Sums {
    let sums = this.#functions.get(name)
    if (sums === undefined) this.#functions.set(name, (sums = { calls: 0, compute: 0, wall: 0, samples: [], next: 0 }))
    return sums
  }

  computed(name: string, calls: number, milliseconds: number): void {
    const sums = this.#sums(name)
    sums.calls += calls
    sums.compute += milliseconds
    if (calls === 0) return
    sums.samples[sums.next] = (1000 * milliseconds) / calls
    sums.next = (sums.next + 1) % MOST_SAMPLES
  }

  /** A worker has answered a message just now. */
  answered(figures: WorkerFigures, name: string, tasks: number, milliseconds: number): void {
    this.#events[this.#nextEvent] = { name, figures, start: performance.now() - milliseconds, milliseconds, tasks }
    this.#nextEvent = (this.#nextEvent + 1) % MOST_EVENTS
  }

  #timeline(workers: readonly WorkerFigures[]): TaskEvent[] {
    const ordered = [...this.#events.slice(this.#nextEvent), ...this.#events.slice(0, this.#nextEvent)]
    return ordered.map(({ figures, ...event }) => ({ ...event, worker: workers.indexOf(figures) }))
  }

  waited(name: string, milliseconds: number): void {
    this.#sums(name).wall += milliseconds
  }

  report(processes: number, deaths: number, workers: readonly WorkerFigures[]): PoolReport {
    const functions: Record<string, FunctionReport> = {}
    for (const [name, { calls, compute, wall, samples }] of this.#functions) {
      const sorted = samples.toSorted((a, b) => a - b)
      functions[name] = {
        calls, computeMilliseconds: compute, wallMilliseconds: wall,
        microsecondsPerCall: calls === 0 ? 0 : (1000 * compute) / calls,
        p50Microseconds: percentile(sorted, 0.5), p99Microseconds: percentile(sorted, 0.99),
        advice: advise(name, calls, compute, wall),
      }
    }
    return { processes, timeline: this.#timeline(workers), workers: workers.map((each) => ({ ...each })), deaths, functions }
  }
}

function percentile(sorted: readonly number[], q: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0
}

/** One sentence on what was measured. Pure. */
export function advise(name: string, calls: number, compute: number, wall: number): string {
  if (calls === 0) return `${name} has given no result yet.`
  if (wall === 0) return `${name} has been streamed or has only failed: there is no time to compare.`
  const figures = `${compute.toFixed(1)} ms of work in ${wall.toFixed(1)} ms, the start of workers not counted`
  if (compute >= LEVEL * wall) return `The pool was about ${(compute / wall).toFixed(1)} times as fast as a plain loop (${figures}).`
  const why = compute / calls < WORTH_A_MESSAGE ? `a call takes ${((1000 * compute) / calls).toFixed(2)} µs` : 'too little ran side by side'
  const verdict = wall > LEVEL * compute ? 'A plain loop would have been faster' : 'A plain loop would have been about as fast'
  return `${verdict} (${figures}): ${why}. Use larger pieces of work, mapBatches, or a kernel.`
}
