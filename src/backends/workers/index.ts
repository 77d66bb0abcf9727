/**
 * The workers backend: the TypeScript kernels, spread over worker threads where the input lies in shared memory, else on the
 * calling thread. Needs nothing but Node's own modules, and gives the bits of the native backend.
 */
import { types } from 'node:util'
import { isMainThread } from 'node:worker_threads'
import { offAbort, onAbort } from '../../common/abort.ts'
import { elementTypeOf, type FloatArray, type NumericArray } from '../../common/arrays.ts'
import { countCopy } from '../../common/copies.ts'
import { timeoutError } from '../../common/options.ts'
import { availableThreads } from '../../common/parallelism.ts'
import { overlaps } from '../../common/results.ts'
import { axisPieces, type AxisCall } from '../../kernels/axis.ts'
import { choleskySolve } from '../../kernels/cholesky.ts'
import type { SparseMatrix } from '../../common/sparse.ts'
import { columnMoments } from '../../kernels/column-moments.ts'
import { decision } from '../../kernels/decision.ts'
import { CHUNK, chunkPartials, inlineReduce, mergePartials, widthOf, type ReductionName } from '../../kernels/index.ts'
import { exactPartial, exactPieces, exactWidth, mergeExact, type ExactName } from '../../kernels/exact/index.ts'
import type { LogisticProblem, LogisticRequest } from '../../kernels/logistic-problem.ts'
import { logistic, logisticInTurns } from '../../kernels/logistic.ts'
import { MAP_PIECE } from '../../kernels/map-table.ts'
import { inlineMap, type MapCall } from '../../kernels/maps.ts'
import { firstWrong, mapResult, mapWidth, type MapMessage } from '../../kernels/map-task.ts'
import { computeLinear, twinOf, type LinearCall } from '../../kernels/linear-algebra/call.ts'
import { computeOrder, type OrderCall, type OutputShape } from '../../kernels/ordering/call.ts'
import { orderOutputs, widthOfOrder, type OrderMessage } from '../../kernels/ordering/worker-task.ts'
import { fillRandom, PIECE, type Draw, type Seed } from '../../kernels/random/index.ts'
import { randomMessage, randomResult, randomWidth, type RandomMessage } from '../../kernels/random/worker-task.ts'
import type { TaskName } from '../../kernels/tasks.ts'
import { sparseMoments } from '../../kernels/sparse-moments.ts'
import { sparseLogistic, type SparseProblem, type SparseRequest } from '../../kernels/sparse-logistic.ts'
import type { Backend, Timeout } from '../backend.ts'
import { Job } from './job.ts'
import { WorkerPool } from './pool.ts'

/**
 * Chunks from which helpers are told. Measured with two threads on two cores (sum of doubles, time of one thread / of two): 4 chunks
 * 72 / 99 µs, 6 118 / 137, 8 190 / 143 (squares), 15 279 / 209, 153 4888 / 3028; a message wakes a worker in some 40 µs.
 */
const MIN_SHARED_CHUNKS = 6

/** Elements of an elementwise call from which helpers are told, and pieces of a round. */
const MIN_SHARED_MAP = 4 * MAP_PIECE
const MAP_ROUND = 64

/** Pieces of random numbers of a round: placing them takes a fraction of the time that a turn of the event loop may take. */
const RANDOM_ROUND = 16

/** Milliseconds that the caller spins, then sleeps at least, for chunks in the hands of others before it computes them itself. */
const SPIN = 0.02
const PATIENCE = 0.05

/** Milliseconds after which a promise form on this thread lets the event loop turn. */
const TURN = 1

export class WorkersBackend implements Backend {
  readonly name = 'workers'
  readonly cpuLevel = 'typescript'
  /** For tests. */
  readonly pool = new WorkerPool()
  maxThreads = availableThreads()
  #asked = false
  #nextId = 1

  get defaultThreads(): number {
    return isMainThread || this.#asked ? this.maxThreads : 1
  }

  setThreads(count: number): void {
    this.maxThreads = count
    this.#asked = true
  }

  reduceSync(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, root?: Float64Array): number | undefined {
    const chunks = chunksOf(x)
    const shared = threads > 1 && chunks >= MIN_SHARED_CHUNKS && isShared(x, y)
    if (!shared && (timeout === 0 || chunks === 1)) return inlineReduce(kernel, x, y, root)
    const job = this.#job('reduce', [kernel, x, y], 0, chunks, widthOf(kernel), shared, false)
    if (!this.#complete(job, shared ? threads : 1, timeout)) return undefined
    return mergePartials(kernel, job.results.slice(), chunks, root)
  }

  async reduce(
    kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined,
    root?: Float64Array,
  ): Promise<number> {
    signal?.throwIfAborted()
    const chunks = chunksOf(x)
    if (!isShared(x, y)) return reduceInTurns(kernel, x, y, timeout, signal, root)
    const start = performance.now()
    const results = await this.#promisedTask('reduce', [kernel, x, y], chunks, widthOf(kernel), threads, timeout, signal)
    if (results !== undefined) return mergePartials(kernel, results.slice(), chunks, root)
    // No worker could be had: this thread can still do it, and the memory is no other's to free.
    return reduceInTurns(kernel, x, y, timeout === 0 ? 0 : Math.max(TURN, timeout - (performance.now() - start)), signal, root)
  }

  partials(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, first: number, last: number, threads: number, out: Float64Array): void {
    const chunks = last - first
    if (threads === 1 || chunks < MIN_SHARED_CHUNKS || !isShared(x, y)) return chunkPartials(kernel, x, y, first, last, out)
    out.set(this.#blockingTask('reduce', [kernel, x, y], first, last, widthOf(kernel), threads))
  }

  map(call: MapCall, first: number, last: number, threads: number): number {
    if (threads === 1 || last - first < MIN_SHARED_MAP || !isShared(call.x, call.y)) return inlineMap(call, first, last)
    const { kernel, x, y, a, b, out } = call
    const message: MapMessage = { kernel, x, y, a, b, out: elementTypeOf(out)!, last, first }
    const width = mapWidth(out)
    const inPlace = overlaps(out, x) || (y !== undefined && overlaps(out, y))
    // In rounds, so that the results before they are copied to where they are wanted take little memory.
    for (let from = first; from < last; from += MAP_ROUND * MAP_PIECE) {
      const pieces = Math.min(MAP_ROUND, Math.ceil((last - from) / MAP_PIECE))
      const computed = this.#blockingTask('map', [{ ...message, first: from }], 0, pieces, width, threads)
      // A worker that computes a piece a second time must not find results where its input was, and write what comes of them.
      const results = inPlace ? computed.slice() : computed
      for (let piece = 0; piece < pieces; piece++) {
        const at = from + piece * MAP_PIECE
        const result = results.subarray(piece * width, (piece + 1) * width)
        const wrong = firstWrong(result)
        if (wrong >= 0) return at + wrong
        countCopy('out', Math.min(MAP_PIECE, last - at) * out.BYTES_PER_ELEMENT)
        ;(out as Float64Array).set(mapResult(result, message.out, Math.min(MAP_PIECE, last - at)) as Float64Array, at)
      }
    }
    return -1
  }

  axisSync(call: AxisCall, first: number, last: number, threads: number, out: Float64Array): void {
    if (threads === 1 || last - first < 2 || !isShared(call.x, call.y)) return axisPieces(call, first, last, out)
    out.set(this.#blockingTask('axis', [call], first, last, call.size * widthOf(call.kernel), threads))
  }

  orderSync(call: OrderCall, _threads: number, timeout: Timeout): number | undefined {
    return inTime(timeout, (look) => computeOrder(call, look))
  }

  async order(
    call: OrderCall, shapes: readonly OutputShape[], threads: number, timeout: Timeout, signal: AbortSignal | undefined,
  ): Promise<{ value: number; outputs: readonly NumericArray[] } | undefined> {
    const message: OrderMessage = { ...call, outputs: shapes }
    const results = await this.#promisedTask('order', [message], 1, widthOfOrder(message), threads, timeout, signal)
    return results === undefined ? undefined : { value: results[0]!, outputs: orderOutputs(message, results) }
  }

  exact(kernel: ExactName, x: NumericArray, y: NumericArray | undefined, first: number, last: number, threads: number, out: Float64Array): void {
    if (threads === 1 || last - first < MIN_SHARED_CHUNKS || !isShared(x, y)) return exactPartial(kernel, x, y, first, last, out)
    const width = exactWidth(kernel, elementTypeOf(x)!)
    const results = this.#blockingTask('exact', [kernel, x, y], first, last, width, threads)
    mergeAll(kernel, width, results, out)
  }

  async exactAsync(
    kernel: ExactName, x: NumericArray, y: NumericArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined, out: Float64Array,
  ): Promise<boolean> {
    signal?.throwIfAborted()
    const width = exactWidth(kernel, elementTypeOf(x)!)
    const results = await this.#promisedTask('exact', [kernel, x, y], exactPieces(x), width, threads, timeout, signal)
    // No worker could be had: this thread can still do it.
    if (results === undefined) exactPartial(kernel, x, y, 0, exactPieces(x), out)
    else mergeAll(kernel, width, results, out)
    return true
  }

  sparseMoments(matrix: SparseMatrix, _threads: number, out: Float64Array): boolean {
    return sparseMoments(matrix, out)
  }

  columnMoments(x: FloatArray, rows: number, columns: number, _threads: number, out: Float64Array): void {
    columnMoments(x, rows, columns, out)
  }

  logisticSync(problem: LogisticProblem, requests: readonly LogisticRequest[], _threads: number): void {
    logistic(problem, requests)
  }

  async logistic(problem: LogisticProblem, requests: readonly LogisticRequest[], _threads: number): Promise<void> {
    let turn = performance.now()
    for (const _ of logisticInTurns(problem, requests)) {
      if (performance.now() - turn < TURN) continue
      await new Promise((resolve) => setImmediate(resolve))
      turn = performance.now()
    }
  }

  fitChains(): undefined {
    return undefined
  }

  sparseLogisticSync(problem: SparseProblem, request: SparseRequest, _threads: number): void {
    sparseLogistic(problem, request)
  }

  async sparseLogistic(problem: SparseProblem, request: SparseRequest, _threads: number): Promise<void> {
    sparseLogistic(problem, request)
  }

  decision(x: FloatArray, rows: number, columns: number, coefficients: Float64Array, vectors: number, _threads: number, out: Float64Array): void {
    decision(x, rows, columns, coefficients, vectors, out)
  }

  random(draw: Draw, seed: Seed, first: number, threads: number): void {
    const pieces = Math.ceil(draw.out.length / PIECE)
    if (threads === 1 || pieces === 1) return fillRandom(draw, seed, first)
    const message = randomMessage(draw, seed, first)
    const [from, width] = [first / PIECE, randomWidth(draw)]
    for (let piece = 0; piece < pieces; piece += RANDOM_ROUND) {
      const count = Math.min(RANDOM_ROUND, pieces - piece)
      placeRandom(message, from + piece, this.#blockingTask('random', [message], from + piece, from + piece + count, width, threads), draw.out, from)
    }
  }

  async randomOff(draw: Draw, seed: Seed, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<boolean> {
    signal?.throwIfAborted()
    const pieces = Math.ceil(draw.out.length / PIECE)
    const message = randomMessage(draw, seed, 0)
    const width = randomWidth(draw)
    const end = timeout === 0 ? Infinity : performance.now() + timeout
    for (let piece = 0; piece < pieces; piece += RANDOM_ROUND) {
      const count = Math.min(RANDOM_ROUND, pieces - piece)
      const left = end - performance.now()
      if (left <= 0) return false
      const results = await this.#promisedTask('random', [message], count, width, threads, left === Infinity ? 0 : left, signal, piece).catch((error: { code?: string }) => {
        if (error?.code === 'ERR_MANYCORE_TIMEOUT') return 'late' as const
        throw error
      })
      if (results === 'late') return false
      if (results !== undefined) placeRandom(message, piece, results, draw.out, 0)
      else {
        // No worker could be had: this thread can still do it.
        await inTurns(piece, pieces, end, signal, (at) => {
          fillRandom({ ...draw, out: draw.out.subarray(at * PIECE, Math.min(draw.out.length, (at + 1) * PIECE)) } as Draw, seed, at * PIECE)
        }, timeout)
        break
      }
    }
    return true
  }

  linearSync(call: LinearCall, out: FloatArray, threads: number, timeout: Timeout): number | undefined {
    const twin = twinOf(call)
    if (threads > 1 && twin.pieces > 1 && call.inputs.every((view) => isShared(view, undefined))) {
      const job = this.#job('linear', [call], 0, twin.pieces, twin.width, true, false)
      return this.#complete(job, threads, timeout) ? placeAll(call, job.results, out) : undefined
    }
    return inTime(timeout, (look) => computeLinear(call, out, look))
  }

  async linear(call: LinearCall, out: FloatArray, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<number | undefined> {
    const twin = twinOf(call)
    const results = await this.#promisedTask('linear', [call], twin.pieces, twin.width, threads, timeout, signal)
    return results === undefined ? undefined : placeAll(call, results, out)
  }

  choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean {
    return choleskySolve(a, n, b)
  }

  /**
   * The results of pieces first … last − 1 of a task, `width` doubles each, computed by this thread and `threads` − 1 workers. Every view among the
   * arguments must be of shared memory.
   */
  #blockingTask(task: TaskName, args: readonly unknown[], first: number, last: number, width: number, threads: number): Float64Array {
    const job = this.#job(task, args, first, last - first, width, true, false)
    this.#complete(job, threads, 0)
    return job.results
  }

  /**
   * The results of the pieces of a task from `first` on, computed by up to `threads` workers, none of them this thread; undefined when no worker could be had.
   * Rejects when the signal fires or the time runs out.
   */
  async #promisedTask(
    task: TaskName, args: readonly unknown[], pieces: number, width: number, threads: number, timeout: Timeout, signal: AbortSignal | undefined, first = 0,
  ): Promise<Float64Array | undefined> {
    const job = this.#job(task, args, first, pieces, width, true, true)
    return (await this.#limited(job, Math.min(threads, pieces), timeout, signal)) ? job.results : undefined
  }

  #job(task: TaskName, args: readonly unknown[], first: number, chunks: number, width: number, shared: boolean, answer: boolean): Job {
    const bytes = Job.bytes(width, chunks)
    const memory = (shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes)) as SharedArrayBuffer
    return new Job({ id: this.#nextId++, task, args, first, chunks, width, memory, answer })
  }

  /** Computes a job on this thread and `threads` − 1 workers, blocking. Gives false if the time ran out. */
  #complete(job: Job, threads: number, timeout: Timeout): boolean {
    const start = performance.now()
    const end = timeout === 0 ? Infinity : start + timeout
    const { chunks } = job.message
    const helpers = Math.min(threads, chunks) - 1
    if (helpers > 0) this.pool.help(job, helpers)
    while (!job.complete) {
      let drawn = 0
      const before = performance.now()
      for (let chunk = job.draw(); chunk !== undefined; chunk = job.draw()) {
        job.compute(chunk)
        drawn++
        if (end !== Infinity && performance.now() >= end) job.cancel()
      }
      if (job.cancelled) return job.complete
      // What is missing is in the hands of others. They may be dead or wait for a processor: no more patience than a chunk takes.
      const patience = Math.max(PATIENCE, (performance.now() - before) / Math.max(1, drawn))
      awaitOthers(job, Math.min(patience, end - performance.now()))
      job.redraw()
    }
    return true
  }

  /** Runs a job on the workers: as their pool says, but rejects when the signal fires or the time runs out. */
  #limited(job: Job, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const giveUp = (reason: unknown): void => {
        this.pool.abandon(job)
        settle()
        reject(reason)
      }
      const abort = (): void => giveUp(signal?.reason)
      const timer = timeout === 0 || timeout === Infinity ? undefined : setTimeout(() => giveUp(timeoutError(timeout)), Math.min(timeout, 2 ** 31 - 1))
      const settle = (): void => {
        clearTimeout(timer)
        offAbort(signal, abort)
      }
      onAbort(signal, abort)
      this.pool.run(job, threads).finally(settle).then(resolve, reject)
    })
  }
}

/** What `compute` gives, or undefined where time runs out at one of its looks. */
function inTime<R>(timeout: Timeout, compute: (look: (() => void) | undefined) => R): R | undefined {
  if (timeout === 0 || timeout === Infinity) return compute(undefined)
  const end = performance.now() + timeout
  const late = {}
  try {
    return compute(() => {
      if (performance.now() >= end) throw late
    })
  } catch (error) {
    if (error === late) return undefined
    throw error
  }
}

function mergeAll(kernel: ExactName, width: number, results: Float64Array, out: Float64Array): void {
  for (let at = 0; at < results.length; at += width) mergeExact(kernel, width, out, results.subarray(at, at + width), at === 0)
}

/** Puts the results of all pieces where they belong, and gives the call's value. */
function placeAll(call: LinearCall, results: Float64Array, out: FloatArray): number {
  const twin = twinOf(call)
  countCopy('out', out.byteLength)
  for (let piece = 0; piece < twin.pieces; piece++) twin.place(piece, results.subarray(piece * twin.width, (piece + 1) * twin.width), out)
  return twin.value?.(results) ?? 0
}

/** Chunks of a view: one at least. */
function chunksOf(x: FloatArray): number {
  return Math.max(1, Math.ceil(x.length / CHUNK))
}

function isShared(x: NumericArray, y: NumericArray | undefined): boolean {
  return types.isSharedArrayBuffer(x.buffer) && (y === undefined || types.isSharedArrayBuffer(y.buffer))
}

/** Waits for the chunks that others compute, at most so many milliseconds: spinning for some microseconds, then asleep. */
function awaitOthers(job: Job, milliseconds: number): void {
  const start = performance.now()
  while (!job.complete && performance.now() - start < SPIN);
  for (;;) {
    const left = milliseconds - (performance.now() - start)
    if (job.complete || left <= 0) return
    job.wait(left)
  }
}

/** The promise form for memory that the workers can't see, on this thread; the loop turns about every millisecond. */
async function reduceInTurns(
  kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, timeout: Timeout, signal: AbortSignal | undefined, root: Float64Array | undefined,
): Promise<number> {
  const chunks = chunksOf(x)
  const width = widthOf(kernel)
  const partials = new Float64Array(chunks * width)
  const end = timeout === 0 ? Infinity : performance.now() + timeout
  await inTurns(0, chunks, end, signal, (chunk) => chunkPartials(kernel, x, y, chunk, chunk + 1, partials.subarray(chunk * width)), timeout)
  return mergePartials(kernel, partials, chunks, root)
}

/** Pieces first … last − 1 on this thread, until the time `end`; the loop turns about every millisecond. */
async function inTurns(first: number, last: number, end: number, signal: AbortSignal | undefined, run: (piece: number) => void, timeout = 0): Promise<void> {
  let turn = performance.now()
  for (let piece = first; piece < last; piece++) {
    run(piece)
    const now = performance.now()
    if (now >= end) throw timeoutError(timeout)
    if (now - turn < TURN) continue
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
    turn = performance.now()
  }
}

/** Puts drawn pieces, of which `piece` is the first, where they belong in `out`, whose first element is that of piece `from`. */
function placeRandom(message: RandomMessage, piece: number, results: Float64Array, out: Draw['out'], from: number): void {
  const width = randomWidth({ out } as Draw)
  for (let at = 0; at * width < results.length; at++) {
    const numbers = randomResult(message, piece + at, results.subarray(at * width, (at + 1) * width))
    countCopy('out', numbers.byteLength)
    ;(out as Float64Array).set(numbers as Float64Array, (piece + at - from) * PIECE)
  }
}
