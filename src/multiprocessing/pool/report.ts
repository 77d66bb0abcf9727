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
  /** Microseconds from sending a message to its answer, beside the work in it, copies included: the median of the latest ones. */
  readonly dispatchMicroseconds: number
  /** Milliseconds at the ends of maps in which a worker that had taken part had nothing left to do while another one worked, summed over maps and those workers. */
  readonly tailMilliseconds: number
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
  /** Workers that had done their `maxTasksPerChild`. */
  readonly recycled: number
  readonly functions: Readonly<Record<string, FunctionReport>>
}

interface Sums {
  calls: number
  compute: number
  wall: number
  /** Microseconds a call, the latest ones in a ring. */
  readonly samples: number[]
  next: number
  /** Microseconds of a message beside its work, in another ring. */
  readonly dispatches: number[]
  nextDispatch: number
  tail: number
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
    if (sums === undefined) this.#functions.set(name, (sums = { calls: 0, compute: 0, wall: 0, samples: [], next: 0, dispatches: [], nextDispatch: 0, tail: 0 }))
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

  /** A worker has answered a message of `sent` just now. */
  answered(figures: WorkerFigures, name: string, tasks: number, milliseconds: number, sent: number): void {
    const now = performance.now()
    this.#events[this.#nextEvent] = { name, figures, start: now - milliseconds, milliseconds, tasks }
    this.#nextEvent = (this.#nextEvent + 1) % MOST_EVENTS
    const sums = this.#sums(name)
    sums.dispatches[sums.nextDispatch] = 1000 * Math.max(0, now - sent - milliseconds)
    sums.nextDispatch = (sums.nextDispatch + 1) % MOST_SAMPLES
  }

  /** A map that began at `begun` has its last result just now. */
  mapped(name: string, begun: number): void {
    const last = new Map<WorkerFigures, number>()
    let end = -Infinity
    const { length } = this.#events
    // Answers stand in the order in which they came.
    for (let i = 1; i <= length; i++) {
      const event = this.#events[(this.#nextEvent - i + MOST_EVENTS) % MOST_EVENTS]
      if (event === undefined) break
      const ended = event.start + event.milliseconds
      if (ended < begun) break
      if (event.name !== name || last.has(event.figures)) continue
      last.set(event.figures, ended)
      end = Math.max(end, ended)
    }
    const sums = this.#sums(name)
    for (const ended of last.values()) sums.tail += end - ended
  }

  #timeline(workers: readonly WorkerFigures[]): TaskEvent[] {
    const ordered = [...this.#events.slice(this.#nextEvent), ...this.#events.slice(0, this.#nextEvent)]
    return ordered.map(({ figures, ...event }) => ({ ...event, worker: workers.indexOf(figures) }))
  }

  waited(name: string, milliseconds: number): void {
    this.#sums(name).wall += milliseconds
  }

  report(processes: number, deaths: number, recycled: number, workers: readonly WorkerFigures[]): PoolReport {
    const functions: Record<string, FunctionReport> = {}
    for (const [name, { calls, compute, wall, samples, dispatches, tail }] of this.#functions) {
      const sorted = samples.toSorted((a, b) => a - b)
      functions[name] = {
        calls, computeMilliseconds: compute, wallMilliseconds: wall,
        microsecondsPerCall: calls === 0 ? 0 : (1000 * compute) / calls,
        p50Microseconds: percentile(sorted, 0.5), p99Microseconds: percentile(sorted, 0.99),
        dispatchMicroseconds: percentile(dispatches.toSorted((a, b) => a - b), 0.5), tailMilliseconds: tail,
        advice: advise(name, calls, compute, wall),
      }
    }
    return { processes, timeline: this.#timeline(workers), workers: workers.map((each) => ({ ...each })), deaths, recycled, functions }
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
