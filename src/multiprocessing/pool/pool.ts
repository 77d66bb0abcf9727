/** A pool of workers that call the functions of one module. */
import { offAbort, onAbort } from '../../common/abort.ts'
import { argumentError, makeError } from '../../errors.ts'
import { encode, refuseToSend } from '../../threads/encode.ts'
import { callerLines, captureCaller, decodeError } from '../../threads/error-transport.ts'
import { Line } from '../../threads/line.ts'
import { timedOut } from '../message.ts'
import { checkArgumentLists, checkArguments, checkName, checkNotImporting, checkUrl } from '../options.ts'
import { deadlineOf, type WaitOptions } from '../sync/options.ts'
import type { AnyIterable, AnyModule, Arguments, BigIntArray, FunctionName, Item, NullaryName, NumberArray, NumericItems, NumericResult, Result, UnaryName } from '../types.ts'
import { Range } from '../../common/range.ts'
import { ApplyJob, ApplyUnit, type ApplyEnd } from './apply-job.ts'
import { checkApplyOptions, checkBatchOptions, checkChunkOptions, checkItems, noOptions, type ApplyOptions, type BatchOptions, type ChunkOptions, type MapOptions } from './call-options.ts'
import { imap } from './imap.ts'
import { InlinePool, moduleOf } from './inline.ts'
import { assemble, LaneJob } from './lane-job.ts'
import { MapJob } from './map-job.ts'
import { Copies, isNumeric, type Numbers } from './numbers.ts'
import { resolvePoolOptions, type PoolOptions, type ResolvedPoolOptions } from './pool-options.ts'
import type { Failure, Operation, PoolSetup } from './protocol.ts'
import { Recorder, type PoolReport } from './report.ts'
import { Scheduler } from './scheduler.ts'
import { sliceOf, sourceOf } from './source.ts'
import type { Unit } from './unit.ts'

const entry = new URL('./worker.js', import.meta.url)

/** A lane that nobody waits for any more has this long to notice, in milliseconds, before its worker is replaced. */
const LANE_GRACE = 20

/** Calls may wait, in this number, with their callers' stacks taken down. */
const MOST_CALLERS = 1000

/** Stands for the caller's stack of a call that takes it when it fails. */
const TAKEN_AT_FAILURE = {}

class FailedCall {
  readonly failure: Failure

  constructor(failure: Failure) {
    this.failure = failure
  }
}

let pools = 0

/** A pool that nobody holds, nor waits for, gets no more calls: its workers end. */
const forgotten = new FinalizationRegistry<Scheduler>((scheduler) => scheduler.drain())

/** What ends a call: its result, its error, the units that may be running then. */
interface Call<T> {
  resolve(value: T): void
  reject(error: unknown): void
}

/**
 * Workers that call exported functions of one module, each worker one task at a time. They are started when there is work for
 * them, and don't keep the program alive unless a call waits for its answer; those of a pool that is forgotten end some time after it. No task ever runs on the caller's thread.
 *
 * ```ts
 * await using pool = new Pool<typeof import('./tasks.ts')>(new URL('./tasks.ts', import.meta.url), { processes: 4 })
 * const squares = await pool.map('square', range(20))
 * ```
 *
 * Calls reject with the function's own error (its class, code and fields, and both stacks); with WORKER_DIED when the worker
 * that ran it ended (a task that had not begun goes to another one, in a pool of processes once); with TIMEOUT, CLOSED, CLONE (naming the value), NOT_FOUND (no such export); and with what the initializer
 * or the module's import threw, after which the pool is of no more use.
 */
export class Pool<M = AnyModule> {
  readonly #options: ResolvedPoolOptions
  readonly #scheduler: Scheduler
  readonly #apply: ApplyJob
  readonly #recorder = new Recorder()
  readonly #copies = new Copies()
  readonly #name: string
  readonly #applyEnd: ApplyEnd = {
    succeeded: (unit, value, milliseconds) => {
      unit.deafen()
      this.#apply.measured(unit.name, milliseconds)
      this.#recorder.computed(unit.name, 1, milliseconds)
      this.#scheduler.settle()
      this.#waited(unit.name, unit.begun)
      unit.resolve(value)
    },
    failed: (unit, error, failure) => {
      unit.deafen()
      this.#scheduler.settle()
      unit.reject(failure !== undefined && unit.caller === TAKEN_AT_FAILURE ? new FailedCall(failure) : this.#errorOf(error, failure, unit.caller))
    },
  }
  #state: 'open' | 'closed' = 'open'

  /**
   * Checks the options; no worker starts before the first call.
   *
   * @throws TYPE for a bad url, OPTION for a bad option.
   */
  constructor(url: URL | string, options: PoolOptions<M> = {}) {
    const href = checkUrl(url)
    this.#options = resolvePoolOptions(options as unknown as PoolOptions)
    this.#name = `Pool-${++pools}`
    const { processes, concurrency, lifetime, retries, kind, initializer, initializerArgs, env, resourceLimits, worker } = this.#options
    // What workers hold must not hold this object: forgotten, it takes them along.
    const name = this.#name
    const recorder = this.#recorder
    this.#scheduler = new Scheduler({
      name, processes, concurrency, lifetime, retries, kind, initializerArgs,
      answered: (figures, task, tasks, milliseconds, sent) => recorder.answered(figures, task, tasks, milliseconds, sent),
      workerOptions: (index) => {
        const transfer: unknown[] = []
        const line = kind === 'process' ? new Line() : undefined
        const args = encode(initializerArgs, { kind, transfer, line })
        const started = kind === 'thread' ? new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * concurrency)) : undefined
        const setup: PoolSetup = { url: href, initializer, initializerArgs: args.value, coded: args.coded, started }
        return { kind, entry, setup, transfer, line, started, env, resourceLimits, factory: worker, identity: { name: `${name} worker ${index + 1}`, kind, daemon: true } }
      },
    })
    this.#apply = new ApplyJob(this.#scheduler.slots, kind === 'thread')
    this.#scheduler.add(this.#apply)
    forgotten.register(this, this.#scheduler)
  }

  /**
   * A pool for a function that is written here: `await Pool.inline((x: number) => x * x).map(range(20))`. Only the function's text is sent, so it may use nothing
   * from outside itself; a name that it does use is a TYPE error that says which, when it is reached. Functions of a module are the better choice for all but small things.
   *
   * @throws TYPE for a class, a bound or a built-in function, OPTION for a bad option.
   */
  static inline<A extends unknown[], R>(fn: (...args: A) => R, options: Omit<PoolOptions, 'initializer' | 'initializerArgs' | 'worker'> = {}): InlinePool<A, R> {
    return new InlinePool<A, R>(new Pool(moduleOf(fn), options))
  }

  /**
   * Calls one function once: `await pool.apply('add', [1, 2])`, `await pool.apply('refresh')`. Taking down the caller's stack costs more than a short task: errors of a function that has
   * proved to be one show who awaits the call, and while thousands of calls wait, errors of further ones show only where they were thrown.
   */
  apply<K extends NullaryName<M>>(name: K): Promise<Result<M, K>>
  apply<K extends FunctionName<M>>(name: K, args: Readonly<Arguments<M, K>>, options?: ApplyOptions): Promise<Result<M, K>>
  apply<K extends FunctionName<M>>(name: K, args: readonly unknown[] = [], options: ApplyOptions = noOptions): Promise<Result<M, K>> {
    if (this.#apply.length >= MOST_CALLERS) return this.#enqueue(name, args, options, undefined)
    if (this.#apply.isShort(name)) return this.#awaited(this.#enqueue(name, args, options, TAKEN_AT_FAILURE))
    return this.#enqueue(name, args, options, captureCaller(this.apply))
  }

  /** The engine knows who awaits a promise, at no cost as long as nothing fails. */
  async #awaited<T>(call: Promise<T>): Promise<T> {
    try {
      return await call
    } catch (error) {
      if (!(error instanceof FailedCall)) throw error
      throw this.#errorOf(undefined, error.failure, captureCaller(this.#awaited))
    }
  }

  #enqueue<T>(name: string, args: readonly unknown[], options: ApplyOptions, caller: { readonly stack?: string } | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#checkOpen()
      checkName(name)
      checkArguments(args)
      checkApplyOptions(options)
      const { signal } = options
      signal?.throwIfAborted()
      const { maxQueue } = this.#options
      if (this.#apply.length >= maxQueue && this.#apply.demand() - this.#scheduler.places() >= maxQueue) {
        throw makeError('QUEUE_FULL', `the pool's queue holds ${maxQueue} calls already`, { argument: 'maxQueue' })
      }
      this.#scheduler.owe()
      const unit = new ApplyUnit(this.#applyEnd, name, args, options, caller, resolve as (value: unknown) => void, reject)
      if (signal !== undefined) {
        unit.listen(() => {
          this.#scheduler.settle()
          reject(signal.reason)
          this.#scheduler.stopUnit(unit)
        })
      }
      this.#apply.push(unit)
      this.#scheduler.pump()
    })
  }

  /** Calls a function of one argument for each item of a typed array or range, through shared memory. */
  map<K extends UnaryName<M>>(name: K, items: NumericItems<Item<M, K>>, options?: MapOptions): Promise<NumericResult<Result<M, K>>>
  /**
   * Calls a function of one argument for each item; results in order of the items. An array of only numbers goes through
   * shared memory, anything else in chunks by structured clone. Iterables are read as workers become free. The first error
   * rejects the map; chunks that haven't begun are dropped then.
   */
  map<K extends UnaryName<M>>(name: K, items: AnyIterable<Item<M, K>>, options?: MapOptions): Promise<Result<M, K>[]>
  async map(name: string, items: unknown, options: MapOptions = {}): Promise<unknown> {
    this.#checkOpen()
    checkName(name)
    checkItems(items)
    const chunkSize = checkChunkOptions(options)
    options.signal?.throwIfAborted()
    const numbers = this.#usesLane() ? this.#copies.numbers(items, 0) : undefined
    if (numbers === undefined) return this.#mapValues('map', name, items as AnyIterable<unknown>, isNumeric(items), chunkSize, options, captureCaller(this.map))
    const caller = {}
    const results = this.#mapNumbers(name, numbers, 0, chunkSize, options, caller)
    captureCaller(this.map, caller)
    return results
  }

  /**
   * As `map`, for items that are arrays of arguments (or other objects that can be iterated): `await pool.starmap('add', [[1, 2], [3, 4]])`.
   *
   * @throws TYPE, naming it, for an item that is none: of an array before anything runs, of an iterable when it is reached.
   */
  async starmap<K extends FunctionName<M>>(name: K, items: AnyIterable<Readonly<Arguments<M, K>>>, options: MapOptions = {}): Promise<Result<M, K>[]> {
    const caller = captureCaller(this.starmap)
    this.#checkOpen()
    checkName(name)
    checkItems(items)
    const chunkSize = checkChunkOptions(options)
    if (Array.isArray(items) || isNumeric(items)) checkArgumentLists(items)
    options.signal?.throwIfAborted()
    return this.#mapValues('starmap', name, items as AnyIterable<unknown>, false, chunkSize, options, caller) as Promise<Result<M, K>[]>
  }

  /**
   * Cuts a typed array or range into batches and calls the function with each: a view of the batch (shared memory; of a copy,
   * unless the array is over a SharedArrayBuffer), or a Range. One result a batch, in order.
   */
  async mapBatches<K extends UnaryName<M>>(name: K, items: Extract<NumberArray | BigIntArray | Range, Item<M, K>>, options: BatchOptions): Promise<Result<M, K>[]> {
    this.#checkOpen()
    checkName(name)
    if (!isNumeric(items)) throw argumentError('TYPE', 'items', 'a typed array or a range', items)
    checkItems(items)
    checkBatchOptions(options)
    options.signal?.throwIfAborted()
    const { batchSize } = options
    if (this.#usesLane()) {
      // Positions within a range are doubles; only the number of batches is limited.
      const numbers = this.#copies.numbers(items, batchSize)
      const caller = {}
      const results = this.#mapNumbers(name, numbers as Numbers, batchSize, 1, options, caller)
      captureCaller(this.mapBatches, caller)
      return results as Promise<Result<M, K>[]>
    }
    return this.#mapValues('map', name, batchesOf(items as NumberArray | Range, batchSize), false, 1, options, captureCaller(this.mapBatches), Math.ceil(items.length / batchSize)) as Promise<Result<M, K>[]>
  }

  /**
   * As `map`, one result at a time: reads the items only a little further than the results are taken, so that the input may be
   * endless. The first error ends it, after the results before it. `chunkSize` is 1 unless given.
   */
  imap<K extends UnaryName<M>>(name: K, items: AnyIterable<Item<M, K>>, options: ChunkOptions = {}): AsyncGenerator<Result<M, K>, void, undefined> {
    return this.#stream(name, items, true, options, captureCaller(this.imap)) as AsyncGenerator<Result<M, K>, void, undefined>
  }

  /** As `imap`, in the order in which results arrive. */
  imapUnordered<K extends UnaryName<M>>(name: K, items: AnyIterable<Item<M, K>>, options: ChunkOptions = {}): AsyncGenerator<Result<M, K>, void, undefined> {
    return this.#stream(name, items, false, options, captureCaller(this.imapUnordered)) as AsyncGenerator<Result<M, K>, void, undefined>
  }

  #stream(name: string, items: AnyIterable<unknown>, ordered: boolean, options: ChunkOptions, caller: { readonly stack?: string }): AsyncGenerator<unknown, void, undefined> {
    return imap(this.#scheduler, () => {
      this.#checkOpen()
      checkName(name)
      checkItems(items)
      const chunkSize = checkChunkOptions({ chunkSize: 1, ...options }, [])
      const { signal, timeout } = options
      signal?.throwIfAborted()
      return {
        name, items, ordered, chunkSize, timeout, signal,
        errorOf: (error, failure) => this.#errorOf(error, failure, caller),
        measured: (calls, milliseconds) => this.#recorder.computed(name, calls, milliseconds),
      }
    })
  }

  /** No more calls; those made before are still answered, then the workers end. */
  close(): void {
    this.#state = 'closed'
    this.#scheduler.drain()
  }

  /**
   * Resolves when all workers have ended. Rejects with CLOSED unless `close` or `terminate` came before, with TIMEOUT when `timeout` milliseconds pass first, with `signal.reason` on
   * an abort; the workers go on then.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    deadlineOf(options)
    if (this.#state === 'open') throw makeError('CLOSED', 'join: close or terminate the pool first')
    if (!(await this.#scheduler.ended(options))) throw timedOut('join')
  }

  /** Ends all workers at once; what waits is rejected with CLOSED. Resolves when they have ended. */
  async terminate(): Promise<void> {
    this.#state = 'closed'
    this.#scheduler.break(makeError('CLOSED', 'the pool has been terminated'))
    await this.#scheduler.ended()
  }

  /** `terminate`: whatever the block awaited is done by then, and after an error the rest isn't wanted. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminate()
  }

  /** What has been measured so far: calls, times, workers (processor time and heap among them), deaths, recycling, and whether a plain loop would have been faster. */
  report(): PoolReport {
    return this.#recorder.report(this.#options.processes, this.#scheduler.deaths, this.#scheduler.recycled, this.#scheduler.figures)
  }

  #checkOpen(): void {
    checkNotImporting('Pool')
    if (this.#scheduler.failure !== undefined) throw this.#scheduler.failure
    if (this.#state !== 'open') throw makeError('CLOSED', 'the pool is closed')
  }

  /** Shared memory doesn't reach a process; and a map that is to survive deaths needs its results chunk by chunk. */
  #usesLane(): boolean {
    return this.#options.kind === 'thread' && this.#options.retries === 0
  }

  #errorOf(error: unknown, failure: Failure | undefined, caller: { readonly stack?: string } | undefined): unknown {
    return failure === undefined ? error : decodeError(failure.error, `a worker of ${this.#name}`, callerLines(caller))
  }

  #mapNumbers(name: string, numbers: Numbers, batchSize: number, chunkSize: number, { signal, timeout, onProgress }: MapOptions, caller: { readonly stack?: string }): Promise<unknown> {
    return this.#call(name, signal, LANE_GRACE, (call, cancelled) => {
      const job: LaneJob = new LaneJob({
        name, source: numbers.source, length: numbers.length, batchSize, chunkSize, timeout, slots: this.#scheduler.slots,
        countClaims: this.#options.lifetime !== Infinity, fill: numbers.fill,
        filled: () => this.#scheduler.pump(),
        complete: (out, chunks) => {
          numbers.release()
          if (!this.#guard(call, job, () => this.#progress(onProgress, out.length, out.length))) return
          if (chunks.length > 0) call.resolve(assemble(out, chunks))
          else call.resolve(numbers.typed && batchSize === 0 ? out : assemble(out, []))
        },
        fail: (error, failure, running) => {
          call.reject(this.#errorOf(error, failure, caller))
          for (const unit of running) this.#scheduler.stopUnit(unit, LANE_GRACE)
        },
        progress: (done) => void this.#guard(call, job, () => this.#progress(onProgress, done, job.calls)),
        measured: (calls, milliseconds) => this.#recorder.computed(name, calls, milliseconds),
      }, onProgress !== undefined)
      cancelled(() => job.cancel())
      this.#scheduler.add(job)
      this.#guard(call, job, () => job.start())
    })
  }

  #mapValues(operation: Operation, name: string, items: AnyIterable<unknown>, typed: boolean, chunkSize: number, { signal, timeout, onProgress }: MapOptions, caller: { readonly stack?: string }, count?: number): Promise<unknown> {
    const parts: Iterable<unknown>[] = []
    return this.#call(name, signal, 0, (call, cancelled) => {
      let done = 0
      const source = sourceOf(items, () => {
        this.#scheduler.pump()
        job.check()
      })
      const total = count ?? source.left
      const job: MapJob = new MapJob({
        operation, name, source, chunkSize, timeout, slots: this.#scheduler.slots, deliverAfterFailure: false,
        mayTake: () => true,
        deliver: (index, values, count) => {
          parts[index] = values
          done += count
          this.#guard(call, job, () => this.#progress(onProgress, done, total))
        },
        fail: (error, _index, failure) => call.reject(this.#errorOf(error, failure, caller)),
        complete: () => call.resolve(typed && parts.every((part) => part instanceof Float64Array) ? joinNumbers(parts as Float64Array[]) : joinParts(parts)),
        measured: (calls, milliseconds) => this.#recorder.computed(name, calls, milliseconds),
      })
      cancelled(() => job.cancel())
      this.#scheduler.add(job)
      job.check()
    })
  }

  /** The promise of a map: settles once, holds the program alive until then, and ends the job on abort. */
  #call(name: string, signal: AbortSignal | undefined, grace: number, begin: (call: Call<unknown>, cancelled: (cancel: () => readonly Unit[]) => void) => void): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const begun = performance.now()
      let cancel: () => readonly Unit[] = () => []
      const end = (): void => {
        offAbort(signal, abort)
        this.#scheduler.settle()
      }
      const abort = (): void => {
        end()
        reject(signal?.reason)
        for (const unit of cancel()) this.#scheduler.stopUnit(unit, grace)
      }
      this.#scheduler.owe()
      onAbort(signal, abort)
      begin(
        {
          resolve: (value) => {
            end()
            this.#waited(name, begun)
            this.#recorder.mapped(name, begun)
            resolve(value)
          },
          reject: (error) => {
            end()
            reject(error)
          },
        },
        (how) => {
          cancel = how
        },
      )
    })
  }

  /** A call that began at `begun` has its result. Until the first worker can take it, time is that of the start, which a report has with the workers. */
  #waited(name: string, begun: number): void {
    this.#recorder.waited(name, performance.now() - Math.max(begun, this.#scheduler.firstReady ?? begun))
  }

  #progress(onProgress: MapOptions['onProgress'], done: number, total: number | undefined): void {
    onProgress?.({ done, total })
  }

  /** Runs a callback of the user's; what it throws rejects the call. */
  #guard(call: Call<unknown>, job: { cancel(): readonly Unit[] }, callback: () => void): boolean {
    try {
      callback()
      return true
    } catch (error) {
      const running = job.cancel()
      call.reject(error)
      for (const unit of running) this.#scheduler.stopUnit(unit, LANE_GRACE)
      return false
    }
  }

  static {
    refuseToSend(Pool, 'Pool', 'make one where it is used')
  }
}

function* batchesOf(items: NumberArray | Range, batchSize: number): Generator<unknown> {
  const { length } = items
  for (let first = 0; first < length; first += batchSize) {
    yield items instanceof Range ? items.slice(first, first + batchSize) : sliceOf(items as Float64Array, first, Math.min(length, first + batchSize), length)
  }
}

function joinNumbers(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function joinParts(parts: readonly Iterable<unknown>[]): unknown[] {
  const all: unknown[] = []
  for (const part of parts) for (const value of part) all.push(value)
  return all
}
