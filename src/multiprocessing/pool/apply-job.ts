/** The queue of single calls. Calls that turn out to be short share a message, so that the message doesn't cost more than they do. */
import { offAbort, onAbort } from '../../common/abort.ts'
import { noOptions, type ApplyOptions } from './call-options.ts'
import type { Failure } from './protocol.ts'
import type { Job, Unit } from './unit.ts'

/** Calls of one message should take about this long together. */
const BATCH_MILLISECONDS = 0.5
const LARGEST_BATCH = 256
/** Calls that take less than this, on average, are answered before a thread that waits for them has gone to sleep. */
const SHORT_MILLISECONDS = 0.02
/** Weight of the latest measurement in the running mean. */
const FRESHNESS = 0.3

/** Told how a call ended; it goes on from there to the caller. */
export interface ApplyEnd {
  succeeded(unit: ApplyUnit, value: unknown, milliseconds: number): void
  failed(unit: ApplyUnit, error: unknown, failure: Failure | undefined): void
}

/** A single call. A class, so that each of a hundred thousand is one object and no closures. */
export class ApplyUnit implements Unit {
  readonly operation = 'apply'
  readonly calls = 1
  readonly name: string
  readonly payload: readonly unknown[]
  readonly transfer: readonly unknown[] | undefined
  readonly timeout: number | undefined
  readonly batchable: boolean
  /** The caller's stack, where it was taken. */
  readonly caller: { readonly stack?: string } | undefined
  readonly begun = performance.now()
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
  short = false
  deaths = 0
  givenBack = false
  over = false
  readonly #end: ApplyEnd
  readonly #signal: AbortSignal | undefined
  #abort: (() => void) | undefined

  constructor(
    end: ApplyEnd, name: string, args: readonly unknown[], options: ApplyOptions, caller: { readonly stack?: string } | undefined,
    resolve: (value: unknown) => void, reject: (error: unknown) => void,
  ) {
    this.#end = end
    this.name = name
    this.payload = args
    this.transfer = options.transfer
    this.timeout = options.timeout
    this.#signal = options.signal
    this.batchable = options === noOptions || (options.signal === undefined && options.timeout === undefined && options.transfer === undefined)
    this.caller = caller
    this.resolve = resolve
    this.reject = reject
  }

  /** Calls `abort` when the signal fires before the call has ended. */
  listen(abort: () => void): void {
    this.#abort = abort
    onAbort(this.#signal, abort)
  }

  /** Listens no more. */
  deafen(): void {
    if (this.#abort !== undefined) offAbort(this.#signal, this.#abort)
  }

  succeed(value: unknown, milliseconds: number): void {
    this.#end.succeeded(this, value, milliseconds)
  }

  fail(error: unknown, failure?: Failure): void {
    this.#end.failed(this, error, failure)
  }

  rerun(): Unit {
    return this
  }

  blame(): { readonly value: unknown; readonly root: string } {
    return { value: this.payload, root: 'args' }
  }
}

export class ApplyJob implements Job {
  readonly #slots: number
  /** Whether the workers can tell which call of a batch they were in when they died. */
  readonly #batches: boolean
  #queue: (ApplyUnit | undefined)[] = []
  #head = 0
  readonly #mean = new Map<string, number>()

  constructor(slots: number, batches: boolean) {
    this.#slots = slots
    this.#batches = batches
  }

  push(unit: ApplyUnit): void {
    this.#queue.push(unit)
  }

  /** Calls that wait, with those that have been aborted since. */
  get length(): number {
    return this.#queue.length - this.#head
  }

  demand(): number {
    this.#skipOver()
    return this.length
  }

  finished(): boolean {
    return false
  }

  /** Calls of this function are known to be short. */
  isShort(name: string): boolean {
    const mean = this.#mean.get(name)
    return mean !== undefined && mean < SHORT_MILLISECONDS
  }

  /** A call took so long. */
  measured(name: string, milliseconds: number): void {
    const mean = this.#mean.get(name)
    this.#mean.set(name, mean === undefined ? milliseconds : mean + FRESHNESS * (milliseconds - mean))
  }

  take(most: number): readonly Unit[] {
    this.#skipOver()
    const first = this.#shift()
    if (first === undefined) return []
    const units = [first]
    if (!this.#batches) return units
    const mean = this.#mean.get(first.name)
    first.short = this.isShort(first.name)
    if (!first.batchable) return units
    const bySpeed = mean === undefined ? 1 : Math.floor(BATCH_MILLISECONDS / Math.max(mean, 1e-4))
    const size = Math.min(bySpeed, LARGEST_BATCH, most, Math.ceil(this.length / this.#slots))
    while (units.length < size) {
      const next = this.#queue[this.#head]
      if (next === undefined || !next.batchable || next.over || next.name !== first.name) break
      units.push(next)
      this.#shift()
    }
    return units
  }

  #skipOver(): void {
    while (this.#queue[this.#head]?.over === true) this.#shift()
  }

  #shift(): ApplyUnit | undefined {
    const unit = this.#queue[this.#head]
    if (unit === undefined) return undefined
    // It would hold its arguments as long as the array lives.
    this.#queue[this.#head++] = undefined
    if (this.#head * 2 > this.#queue.length && this.#head > 1024) {
      this.#queue = this.#queue.slice(this.#head)
      this.#head = 0
    }
    return unit
  }

  abandon(error: Error): void {
    const waiting = this.#queue.slice(this.#head)
    this.#queue = []
    this.#head = 0
    for (const unit of waiting) {
      if (unit === undefined || unit.over) continue
      unit.over = true
      unit.fail(error)
    }
  }
}
