/** What a pool has measured: figures of its functions and workers, and one sentence of advice. */
import type { WorkerFigures } from './pool-worker.ts'

export interface FunctionReport {
  /** Calls of the function that gave a result. */
  readonly calls: number
  /** Time that workers spent in it, in milliseconds, summed over workers: what a plain loop would have taken at the least. */
  readonly computeMilliseconds: number
  /** Time between the pool's calls and their results, in milliseconds, summed over calls of `apply` or maps. */
  readonly wallMilliseconds: number
  /** Microseconds of work in one call. */
  readonly microsecondsPerCall: number
  readonly advice: string
}

export interface PoolReport {
  readonly processes: number
  readonly workers: readonly Readonly<WorkerFigures>[]
  /** Workers that ended while a task ran on them. */
  readonly deaths: number
  readonly functions: Readonly<Record<string, FunctionReport>>
}

interface Sums {
  calls: number
  compute: number
  wall: number
}

/** Work shorter than this, in milliseconds, isn't worth a message to a worker and back. */
const WORTH_A_MESSAGE = 0.1

export class Recorder {
  readonly #functions = new Map<string, Sums>()

  #sums(name: string): Sums {
    let sums = this.#functions.get(name)
    if (sums === undefined) this.#functions.set(name, (sums = { calls: 0, compute: 0, wall: 0 }))
    return sums
  }

  computed(name: string, calls: number, milliseconds: number): void {
    const sums = this.#sums(name)
    sums.calls += calls
    sums.compute += milliseconds
  }

  waited(name: string, milliseconds: number): void {
    this.#sums(name).wall += milliseconds
  }

  report(processes: number, deaths: number, workers: readonly WorkerFigures[]): PoolReport {
    const functions: Record<string, FunctionReport> = {}
    for (const [name, { calls, compute, wall }] of this.#functions) {
      functions[name] = {
        calls, computeMilliseconds: compute, wallMilliseconds: wall,
        microsecondsPerCall: calls === 0 ? 0 : (1000 * compute) / calls,
        advice: advise(name, calls, compute, wall),
      }
    }
    return { processes, workers: workers.map((each) => ({ ...each })), deaths, functions }
  }
}

function advise(name: string, calls: number, compute: number, wall: number): string {
  if (calls === 0) return `${name} has given no result yet.`
  if (wall === 0) return `${name} has been streamed or has only failed: there is no time to compare.`
  if (compute <= wall) {
    const why = compute / calls < WORTH_A_MESSAGE ? `a call takes ${((1000 * compute) / calls).toFixed(2)} µs` : 'too little ran side by side'
    return `A plain loop would have been faster (about ${compute.toFixed(1)} ms against ${wall.toFixed(1)} ms): ${why}. Use larger pieces of work, mapBatches, or a kernel.`
  }
  return `The pool was ${(compute / wall).toFixed(1)} times as fast as a plain loop.`
}
