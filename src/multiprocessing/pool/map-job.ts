/** A map by value: items travel in chunks by structured clone, results come back in chunks and are put in order. */
import { cloneable } from '../../threads/clone-error.ts'
import { checkArgumentLists } from '../options.ts'
import type { Source } from './source.ts'
import type { Failure, Operation } from './protocol.ts'
import type { Job, Unit } from './unit.ts'

/** A chunk should take about this long, so that its messages cost little beside it. */
const CHUNK_MILLISECONDS = 2
const LARGEST_CHUNK = 4096
/** Chunks grow by this factor at the most, since the first ones run cold. */
const GROWTH = 8

export interface MapJobOptions {
  readonly operation: Operation
  readonly name: string
  readonly source: Source
  /** Items a chunk; 0: by measured time. */
  readonly chunkSize: number
  readonly timeout: number | undefined
  readonly slots: number
  /** Whether chunks that run when one fails are still delivered, and may fail in their turn. */
  readonly deliverAfterFailure: boolean
  /** Whether another chunk may be given out now. */
  mayTake(): boolean
  /** Results of chunk `index`, in any order of chunks. */
  deliver(index: number, values: Iterable<unknown>, items: number): void
  /** What ended the map early; once unless `deliverAfterFailure`. `failure.before` are results of chunk `index` before the item that failed. */
  fail(error: unknown, index: number, failure: Failure | undefined): void
  /** Once: all chunks have been delivered. */
  complete(): void
  measured(calls: number, milliseconds: number): void
}

export class MapJob implements Job {
  readonly #options: MapJobOptions
  readonly #running = new Set<Unit>()
  #size: number
  #chunks = 0
  #items = 0
  #over = false
  #failed = false

  constructor(options: MapJobOptions) {
    this.#options = options
    this.#size = options.chunkSize > 0 ? options.chunkSize : 1
  }

  /** Chunks given out so far. */
  get chunks(): number {
    return this.#chunks
  }

  demand(): number {
    const { source, mayTake, slots } = this.#options
    if (this.#over || this.#failed || !mayTake() || !source.ready()) return 0
    return source.left === undefined ? slots : Math.ceil(source.left / this.#size)
  }

  finished(): boolean {
    return this.#over || (this.#failed && this.#running.size === 0) || (this.#options.source.exhausted() && this.#running.size === 0)
  }

  take(): readonly Unit[] {
    const { source, mayTake } = this.#options
    if (this.#over || this.#failed || !mayTake() || !source.ready()) return []
    const index = this.#chunks
    const base = this.#items
    let items: Iterable<unknown> & { readonly length: number }
    try {
      items = source.take(this.#nextSize())
      if (this.#options.operation === 'starmap') checkArgumentLists(items, base)
    } catch (error) {
      this.#fail(error, index, undefined)
      return []
    }
    if (items.length === 0) {
      this.#completeIfDone()
      return []
    }
    this.#chunks++
    this.#items += items.length
    const unit = this.#unit(index, base, items)
    this.#running.add(unit)
    return [unit]
  }

  #nextSize(): number {
    const { chunkSize, source, slots } = this.#options
    if (chunkSize > 0) return chunkSize
    return source.left === undefined ? this.#size : Math.max(1, Math.min(this.#size, Math.ceil(source.left / (2 * slots))))
  }

  #unit(index: number, base: number, items: Iterable<unknown> & { readonly length: number }): Unit {
    const { operation, name, timeout } = this.#options
    const unit: Unit = {
      operation, name, timeout, payload: items, transfer: undefined, calls: items.length, batchable: false, deaths: 0, over: false,
      succeed: (values, milliseconds) => {
        this.#running.delete(unit)
        if (this.#over) return
        this.#measure(items.length, milliseconds)
        this.#options.deliver(index, values as Iterable<unknown>, items.length)
        this.#completeIfDone()
      },
      fail: (error, failure) => {
        this.#running.delete(unit)
        this.#fail(error, index, failure)
      },
      rerun: () => {
        this.#running.delete(unit)
        if (this.#over) return null
        const next = this.#unit(index, base, items)
        this.#running.add(next)
        return next
      },
      blame: () => blameItem(items, base),
    }
    return unit
  }

  #measure(calls: number, milliseconds: number): void {
    this.#options.measured(calls, milliseconds)
    if (this.#options.chunkSize > 0) return
    const ideal = (CHUNK_MILLISECONDS * calls) / Math.max(milliseconds, 1e-3)
    this.#size = Math.max(1, Math.min(Math.floor(ideal), this.#size * GROWTH, LARGEST_CHUNK))
  }

  #completeIfDone(): void {
    if (this.#over || this.#failed || this.#running.size > 0 || !this.#options.source.exhausted()) return
    this.#over = true
    this.#options.complete()
  }

  /** To be called at the start and when an asynchronous source has read: there may be no item (more). */
  check(): void {
    this.#completeIfDone()
  }

  #fail(error: unknown, index: number, failure: Failure | undefined): void {
    if (this.#over) return
    this.#failed = true
    if (!this.#options.deliverAfterFailure) this.#over = true
    this.#options.source.close()
    this.#options.fail(error, index, failure)
  }

  /** Ends the map for its caller; gives the units that may be running. */
  cancel(): readonly Unit[] {
    this.#over = true
    this.#options.source.close()
    const running = [...this.#running]
    this.#running.clear()
    for (const unit of running) unit.over = true
    return running
  }

  abandon(error: Error): void {
    this.#fail(error, -1, undefined)
    this.#over = true
  }
}

/** The first item of a chunk that can't be cloned, with its place in the whole. */
function blameItem(items: Iterable<unknown>, base: number): { value: unknown; root: string } {
  let i = base
  for (const item of items) {
    if (!cloneable(item)) return { value: item, root: `items[${i}]` }
    i++
  }
  return { value: items, root: 'items' }
}
