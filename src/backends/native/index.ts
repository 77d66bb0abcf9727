/** The native backend: names become numbers, outcomes become errors; the work is done by the addon. */
import type { Addon } from '../../addon/index.ts'
import { timeoutError } from '../../common/options.ts'
import { makeError } from '../../errors.ts'
import { choleskySolve } from '../../kernels/cholesky.ts'
import { columnMoments } from '../../kernels/column-moments.ts'
import { decision } from '../../kernels/decision.ts'
import { logistic } from '../../kernels/logistic.ts'
import type { LogisticProblem, LogisticRequest } from '../../kernels/logistic-problem.ts'
import { LANES, BLOCK, CHUNK } from '../../kernels/order.ts'
import { reductions, type ReductionName } from '../../kernels/table.ts'
import type { Backend, FloatArray, Timeout } from '../backend.ts'

/** Threads in a packed number: above the eight bits of the kernel's id. */
const THREADS = 256

export class NativeBackend implements Backend {
  readonly name = 'native'
  readonly cpuLevel: string
  maxThreads: number
  readonly #addon: Addon
  #nextOperation = 1

  constructor(addon: Addon) {
    checkSameOrder(addon)
    this.#addon = addon
    this.cpuLevel = addon.cpuLevel()
    this.maxThreads = addon.threads()
  }

  get defaultThreads(): number {
    return this.maxThreads
  }

  setThreads(count: number): void {
    this.#addon.setThreads(count)
    this.maxThreads = this.#addon.threads()
  }

  reduceSync(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout): number | undefined {
    const packed = reductions[kernel].id + THREADS * threads
    if (timeout !== 0) return this.#addon.reduce(packed, x, y, timeout)
    return y === undefined ? this.#addon.reduce(packed, x) : this.#addon.reduce(packed, x, y)
  }

  async reduce(
    kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined,
  ): Promise<number> {
    const packed = reductions[kernel].id + THREADS * threads
    const value = await this.#operation(signal, (id) => this.#addon.reduceAsync(packed, id, timeout, x, y))
    if (value === undefined) throw timeoutError(timeout)
    return value
  }

  partials(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, first: number, last: number, threads: number, out: Float64Array): void {
    this.#addon.partials(reductions[kernel].id + THREADS * threads, first, last, x, y, out)
  }

  columnMoments(x: Float64Array, rows: number, columns: number, _threads: number, out: Float64Array): void {
    columnMoments(x, rows, columns, out)
  }

  logisticSync(problem: LogisticProblem, requests: readonly LogisticRequest[], _threads: number): void {
    logistic(problem, requests)
  }

  async logistic(problem: LogisticProblem, requests: readonly LogisticRequest[], _threads: number): Promise<void> {
    logistic(problem, requests)
  }

  decision(x: Float64Array, rows: number, columns: number, coefficients: Float64Array, vectors: number, _threads: number, out: Float64Array): void {
    decision(x, rows, columns, coefficients, vectors, out)
  }

  choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean {
    return choleskySolve(a, n, b)
  }

  /** Runs an asynchronous operation that `signal` may stop; rejects with the signal's reason if it fired before the answer. */
  async #operation<T>(signal: AbortSignal | undefined, start: (id: number) => Promise<T>): Promise<T> {
    const id = this.#nextOperation++
    if (signal === undefined) return start(id)
    signal.throwIfAborted()
    const cancel = (): void => this.#addon.cancel(id)
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const value = await start(id)
      if (value === undefined) signal.throwIfAborted()
      return value
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }
}

/** A binary whose order of arithmetic or kernel ids differ from this package's would give other bits: refuse it. */
function checkSameOrder(addon: Addon): void {
  const names = Object.entries(reductions).sort(([, a], [, b]) => a.id - b.id).map(([name]) => name).join()
  const order = [LANES, BLOCK, CHUNK].join()
  if (addon.order() !== order || addon.reductionNames() !== names) {
    throw makeError('NATIVE_LOAD', `the native core has order ${addon.order()} and kernels ${addon.reductionNames()}; this package has ${order} and ${names}`)
  }
}
