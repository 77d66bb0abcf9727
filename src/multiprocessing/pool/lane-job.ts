/**
 * A map over numbers in shared memory: each worker gets one message, draws chunks from a shared counter and writes results
 * into one shared output. Threads only.
 */
import { availableProcessors } from '../../common/parallelism.ts'
import { newSharedResult } from '../../common/results.ts'
import { makeError } from '../../errors.ts'
import { sawShared } from '../../threads/pressure.ts'
import { CONTROL_HEAD, DONE, NEXT, THERE, type Failure, type LaneResult, type LaneSource, type LaneTask } from './protocol.ts'
import type { Fill } from './numbers.ts'
import type { Job, Unit } from './unit.ts'

export interface LaneJobOptions {
  readonly name: string
  /** Undefined: `fill` brings the elements to where the results go, each to the place of its own. */
  readonly source: LaneSource | undefined
  readonly length: number
  readonly batchSize: number
  readonly chunkSize: number
  readonly timeout: number | undefined
  readonly slots: number
  /** Whether workers take a limited number of tasks, so that claims must be counted. */
  readonly countClaims: boolean
  /** Brings the elements to where the source is, while workers may have begun; undefined: they are there. */
  readonly fill: Fill | undefined
  /** All elements are there: more workers may begin than before. */
  filled(): void
  /** Once: `out` has the results, but for those in `chunks`. */
  complete(out: Float64Array, chunks: LaneResult['chunks']): void
  /** Once: why the map ended early, and the units that may still be running. */
  fail(error: unknown, failure: Failure | undefined, running: readonly Unit[]): void
  progress(done: number): void
  measured(calls: number, milliseconds: number): void
}

/** Workers that may draw while the caller copies: it needs a core of its own, or all would wait for it. */
const besideCaller = (): number => Math.max(1, availableProcessors() - 1)

/** How often the shared counter is looked at for `onProgress`, in milliseconds. */
const PROGRESS_MILLISECONDS = 50

export class LaneJob implements Job {
  readonly #options: LaneJobOptions
  readonly #calls: number
  readonly #control: Int32Array
  readonly #out: Float64Array
  readonly #stamps: Float64Array | undefined
  readonly #running = new Map<Unit, number>()
  readonly #freeRows: number[]
  readonly #chunks: (readonly [number, readonly unknown[]])[] = []
  #timer: NodeJS.Timeout | undefined
  #over = false
  #filling: boolean

  constructor(options: LaneJobOptions, watched: boolean) {
    this.#options = options
    const { length, batchSize, slots, timeout } = options
    this.#calls = batchSize > 0 ? Math.ceil(length / batchSize) : length
    const words = CONTROL_HEAD + 2 * slots
    if (batchSize > 0) {
      // The caller gets an array of results, so theirs may be part of the memory that workers are sent anyway: each piece of it costs some microseconds a worker.
      const head = Math.ceil(words / 2) * Float64Array.BYTES_PER_ELEMENT
      const memory = new SharedArrayBuffer(head + Float64Array.BYTES_PER_ELEMENT * this.#calls)
      this.#control = new Int32Array(memory, 0, words)
      this.#out = new Float64Array(memory, head)
    } else {
      this.#control = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * words))
      this.#out = newSharedResult(this.#calls)
    }
    this.#filling = options.fill !== undefined
    this.#tellThere(this.#filling ? 0 : length)
    this.#stamps = timeout === undefined ? undefined : new Float64Array(new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT * slots))
    this.#freeRows = Array.from({ length: slots }, (_, row) => row)
    if (watched || timeout !== undefined) {
      const pause = timeout === undefined ? PROGRESS_MILLISECONDS : Math.max(1, Math.min(PROGRESS_MILLISECONDS, timeout / 4))
      this.#timer = setInterval(() => this.#look(), pause)
    }
  }

  get calls(): number {
    return this.#calls
  }

  #unclaimed(): number {
    return Math.max(0, this.#calls - Atomics.load(this.#control, NEXT))
  }

  demand(): number {
    if (this.#over) return 0
    const rows = this.#filling ? Math.min(this.#freeRows.length, besideCaller() - this.#running.size) : this.#freeRows.length
    return Math.max(0, Math.min(rows, this.#unclaimed()))
  }

  finished(): boolean {
    return this.#over
  }

  take(most: number): readonly Unit[] {
    if (this.demand() === 0) return []
    const row = this.#freeRows.pop()
    if (row === undefined) return []
    return [this.#unit(row, most)]
  }

  #unit(row: number, most: number): Unit {
    const { name, source, length, batchSize, slots, chunkSize, countClaims } = this.#options
    const task: LaneTask = {
      source: source ?? { view: this.#out }, length, calls: this.#calls, batchSize, out: this.#out, control: this.#control, stamps: this.#stamps,
      row, rows: slots, chunkSize, claims: countClaims ? most : 0,
    }
    const unit: Unit = {
      operation: 'lane', name, payload: task, transfer: undefined, timeout: undefined, calls: 0, batchable: false, deaths: 0, over: false,
      succeed: (value, milliseconds) => {
        const result = value as LaneResult
        this.#leave(unit, row)
        this.#options.measured(result.calls, milliseconds)
        for (const chunk of result.chunks) this.#chunks.push(chunk)
        this.#completeIfDone()
      },
      fail: (error, failure) => {
        this.#leave(unit, row)
        this.#fail(error, failure)
      },
      // Results of its earlier claims that were no numbers died with the worker.
      rerun: () => undefined,
      blame: () => ({ value: task, root: 'items' }),
    }
    this.#running.set(unit, row)
    return unit
  }

  #leave(unit: Unit, row: number): void {
    this.#running.delete(unit)
    Atomics.store(this.#control, CONTROL_HEAD + 2 * row, 0)
    Atomics.store(this.#control, CONTROL_HEAD + 2 * row + 1, 0)
    if (this.#stamps !== undefined) this.#stamps[row] = 0
    this.#freeRows.push(row)
  }

  #completeIfDone(): void {
    if (this.#over || this.#running.size > 0 || this.#unclaimed() > 0) return
    this.#end()
    this.#options.complete(this.#out, this.#chunks)
  }

  /** To be called once the scheduler has the job, and before it looks for work again: brings the elements, and there may be nothing to do. */
  start(): void {
    if (this.#filling) {
      this.#options.fill?.(this.#out, (elements) => this.#tellThere(elements))
      this.#filling = false
      this.#options.filled()
    }
    // While the workers compute.
    sawShared(this.#out.byteLength)
    this.#completeIfDone()
  }

  #tellThere(elements: number): void {
    const { length, batchSize } = this.#options
    Atomics.store(this.#control, THERE, elements === length ? this.#calls : batchSize > 0 ? Math.floor(elements / batchSize) : elements)
    Atomics.notify(this.#control, THERE)
  }

  #fail(error: unknown, failure: Failure | undefined): void {
    if (this.#over) return
    const running = this.cancel()
    this.#options.fail(error, failure, running)
  }

  #end(): void {
    this.#over = true
    clearInterval(this.#timer)
  }

  /** Ends the map for its caller: nobody claims more. Gives the units that are still running. */
  cancel(): readonly Unit[] {
    this.#end()
    Atomics.store(this.#control, NEXT, this.#calls)
    const running = [...this.#running.keys()]
    for (const unit of running) unit.over = true
    return running
  }

  #look(): void {
    const { timeout } = this.#options
    if (timeout !== undefined && this.#stamps !== undefined) {
      const now = Date.now()
      for (const [unit, row] of this.#running) {
        const since = this.#stamps[row] ?? 0
        if (since === 0 || now - since < timeout) continue
        const running = this.cancel()
        this.#options.fail(makeError('TIMEOUT', `${unit.name}: the time limit of ${timeout} ms ran out`, { argument: 'timeout' }), undefined, running)
        return
      }
    }
    this.#options.progress(Atomics.load(this.#control, DONE))
  }

  abandon(error: Error): void {
    this.#fail(error, undefined)
  }
}

/** All results in order, when some chunks aren't only numbers. */
export function assemble(out: Float64Array, chunks: LaneResult['chunks']): unknown[] {
  const all = new Array<unknown>(out.length)
  for (let i = 0; i < out.length; i++) all[i] = out[i]
  for (const [first, values] of chunks) for (let i = 0; i < values.length; i++) all[first + i] = values[i]
  return all
}
