/**
 * What a backend can do: the one interface between the planner and the engines. Every backend gives the same bits for
 * reductions (docs/order-of-arithmetic.md) and the same bits for any thread count for models.
 *
 * Arguments are checked by the callers (src/api, src/models); a backend trusts lengths and types, not memory: the native
 * backend looks at each buffer once more at the call.
 */
import type { FloatArray } from '../common/arrays.ts'
import type { ReductionName } from '../kernels/table.ts'

export type { FloatArray }

export type BackendName = 'native' | 'workers'

/** Time limit of a call in milliseconds from now; 0 is none. */
export type Timeout = number

/** Rows of a matrix with one class index a row: what all fits on the same data share. */
export interface LogisticProblem {
  /** Row-major, `rows × columns`, contiguous. */
  readonly x: Float64Array
  readonly rows: number
  readonly columns: number
  /** Subtracted from each column before anything else; length `columns`. */
  readonly center: Float64Array
  /** Multiplied into each centred column; length `columns`. */
  readonly inverseScale: Float64Array
  /** Class index of each row, 0 … classes − 1. */
  readonly y: Int32Array
  /** Number of classes, at least 2. Two classes have one coefficient vector (for class 1), K > 2 have K. */
  readonly classes: number
}

/** One evaluation of the data term at one point: loss, and on request its derivatives. Several are answered in one read of X. */
export interface LogisticRequest {
  /** Weight of each row (sample weight × class weight × C), or null for ones. */
  readonly weights: Float64Array | null
  /** `vectors × (columns + 1)`, the intercept last in each vector, in the centred and scaled space. */
  readonly coefficients: Float64Array
  /** 0: loss · 1: and gradient · 2: and Hessian. */
  readonly order: 0 | 1 | 2
  /**
   * Written: `[loss, gradient (q), Hessian (q × q, row-major, both triangles)]` with `q = vectors × (columns + 1)`, as far
   * as `order` asks. Sums over rows of weight × log-loss; no penalty.
   */
  readonly out: Float64Array
}

export interface Backend {
  readonly name: BackendName
  /** `portable`, `avx2`, `avx512`, `neon`, or `typescript`. */
  readonly cpuLevel: string
  /** Threads that a call may use at most, the caller included. */
  readonly maxThreads: number
  /** Threads that a call uses unless it names a number: `maxThreads`, but 1 for the workers backend inside a worker. */
  readonly defaultThreads: number
  /** Changes `maxThreads`, for the calls that follow. */
  setThreads(count: number): void

  /**
   * The whole reduction, blocking. `y` is the second operand of `dot`, else undefined. Gives the kernel's value (table.ts:
   * `finish` of the root of the merge tree), or undefined when the time limit ran out. `threads` counts the caller.
   */
  reduceSync(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout): number | undefined

  /**
   * The whole reduction off this thread. Only for memory that JavaScript can't free under it (shared, allocated by us, or
   * transferred to us): the caller answers for that. Rejects with `signal.reason` or a TIMEOUT error.
   */
  reduce(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<number>

  /**
   * Blocking: the partials of chunks `first … last − 1` (chunk k covers elements k·CHUNK … (k+1)·CHUNK − 1, see
   * src/kernels/order.ts) into `out`, `width` doubles a chunk from index 0 on. For cooperative slices.
   */
  partials(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, first: number, last: number, threads: number, out: Float64Array): void

  /** Mean and population variance of each column into `out` (`columns` means, then `columns` variances). */
  columnMoments(x: Float64Array, rows: number, columns: number, threads: number, out: Float64Array): void

  /** Answers all requests in one read of `problem.x`, blocking. */
  logisticSync(problem: LogisticProblem, requests: readonly LogisticRequest[], threads: number): void

  /** The same off this thread where the backend can (native), else on it. Memory as for `reduce`. */
  logistic(problem: LogisticProblem, requests: readonly LogisticRequest[], threads: number): Promise<void>

  /**
   * Scores: `out[row × vectors + k] = Σ_j x[row, j] · coefficients[k, j] + intercept_k`, coefficients as in LogisticRequest but
   * in the space of x. A row's bits depend on that row alone.
   */
  decision(x: Float64Array, rows: number, columns: number, coefficients: Float64Array, vectors: number, threads: number, out: Float64Array): void

  /**
   * Solves A·s = b for a symmetric positive definite A (n × n, row-major; overwritten by its factor), b overwritten by s.
   * Gives false when A is not positive definite to working precision (A and b are then unspecified).
   */
  choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean
}
