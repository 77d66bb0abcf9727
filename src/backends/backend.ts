/**
 * What a backend can do: the one interface between the planner and the engines. Every backend gives the same bits for
 * reductions (docs/order-of-arithmetic.md) and the same bits for any thread count for models.
 *
 * Arguments are checked by the callers (src/api, src/models); a backend trusts lengths and types, not memory: the native
 * backend looks at each buffer once more at the call.
 */
import type { FloatArray, IntegerArray, NumericArray } from '../common/arrays.ts'
import type { ExactName } from '../kernels/exact/kernels.ts'
import type { LogisticProblem, LogisticRequest } from '../kernels/logistic-problem.ts'
import type { ChainResult, ModelChain } from '../kernels/model-chain.ts'
import type { MapCall } from '../kernels/maps.ts'
import type { LinearCall } from '../kernels/linear-algebra/call.ts'
import type { OrderCall, OutputShape } from '../kernels/ordering/call.ts'
import type { AxisCall } from '../kernels/axis.ts'
import type { Draw, Seed } from '../kernels/random/index.ts'
import type { SparseMatrix } from '../common/sparse.ts'
import type { SparseProblem, SparseRequest } from '../kernels/sparse-logistic.ts'
import type { ReductionName } from '../kernels/table.ts'

export type { FloatArray }

export type BackendName = 'native' | 'workers'

/** Where the operands of a call of few elements are put; the result comes in place of x. */
export interface OperandPair<Array> {
  readonly x: Array
  readonly y: Array
}

/** Elementwise kernels on up to `capacity` elements that are copied to where the backend computes: a copy of a number is cheaper than an argument. */
export interface FewElements {
  readonly capacity: number
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  /** The first n elements, at once: the kernel by its id, the pair by the code of its element type, `second` where there is a y. */
  compute(kernel: number, code: number, second: boolean, a: number, b: number, n: number): void
}

/** The same for reductions. */
export interface FewReductions {
  readonly capacity: number
  readonly float64: OperandPair<Float64Array>
  readonly float32: OperandPair<Float32Array>
  /** All doubles of the root, for kernels whose callers want them (`isWhole`); overwritten by the next call. */
  readonly root: Float64Array
  /** Pairs of integers of up to 32 bits by the codes of their element types, each with room for as many as fit; without one for other types. */
  readonly integers: readonly (OperandPair<IntegerArray> | undefined)[]
  /** An exact reduction to one number of the first n ≥ 1 integers of the pair of a code, rounded once. */
  exact(kernel: 'sum' | 'sumOfSquares' | 'dot' | 'min' | 'max' | 'countNonzero', code: number, n: number): number | undefined
  /** The value of the first n elements of a pair, by the name of its element type. */
  compute(kernel: ReductionName, type: 'float64' | 'float32', n: number): number
}

/** Time limit of a call in milliseconds from now; 0 is none. */
export type Timeout = number

export type { ChainResult, ModelChain } from '../kernels/model-chain.ts'
export type { LogisticProblem, LogisticRequest } from '../kernels/logistic-problem.ts'
export type { SparseProblem, SparseRequest } from '../kernels/sparse-logistic.ts'

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
   * `finish` of the root of the merge tree), or undefined when the time limit ran out. `threads` counts the caller. Kernels whose
   * whole root is wanted (`isWhole`) write it to `root`, which the others don't look at.
   */
  reduceSync(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, root?: Float64Array): number | undefined

  /**
   * The same off this thread; `root` is private to the caller, or memory that JavaScript can't free. Only for memory that JavaScript can't free under it (shared, allocated by us, or
   * transferred to us): the caller answers for that. Rejects with `signal.reason` or a TIMEOUT error.
   */
  reduce(
    kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined, root?: Float64Array,
  ): Promise<number>

  /**
   * Blocking: the partials of chunks `first … last − 1` (chunk k covers elements k·CHUNK … (k+1)·CHUNK − 1, see
   * src/kernels/order.ts) into `out`, `width` doubles a chunk from index 0 on. For cooperative slices.
   */
  partials(kernel: ReductionName, x: FloatArray, y: FloatArray | undefined, first: number, last: number, threads: number, out: Float64Array): void

  /**
   * Elements first … last − 1 of an elementwise kernel, blocking. Gives the index of the first one whose result the type of `out` can't hold, or −1.
   */
  map(call: MapCall, first: number, last: number, threads: number): number

  /**
   * sort or argSort at once on this thread, for short calls, the element type by its code. Missing where no way is shorter than `orderSync`.
   */
  orderAtOnce?(kernel: 'sort' | 'argSort', code: number, x: NumericArray, out: NumericArray): void

  /**
   * All of `out` at once on this thread, for short calls of equal lengths: the kernel by its id, one element type for all arrays by its code. Gives what `map` gives. Missing where no
   * way is shorter than that.
   */
  mapAtOnce?(kernel: number, code: number, x: NumericArray, y: NumericArray | undefined, a: number, b: number, out: NumericArray): number

  /** The ways of fewest nanoseconds for a few elements. Missing where there are none. */
  readonly fewElements?: FewElements | undefined
  readonly fewReductions?: FewReductions | undefined

  /**
   * All elements off this thread, for memory that JavaScript can't free; missing where that can't be had. Undefined when the time limit ran out; rejects with
   * `signal.reason`.
   */
  mapAsync?(call: MapCall, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<number | undefined>

  /** Blocking: pieces `first … last − 1` of a reduction along an axis into `out`, from index 0 on. */
  axisSync(call: AxisCall, first: number, last: number, threads: number, out: Float64Array): void

  /**
   * All pieces off this thread, for memory that JavaScript can't free. Gives false when the time limit ran out, rejects with `signal.reason`. Missing
   * where the backend can't.
   */
  axis?(call: AxisCall, threads: number, timeout: Timeout, signal: AbortSignal | undefined, out: Float64Array): Promise<boolean>

  /** A kernel of order, blocking: writes its outputs and gives its value; undefined when the time limit ran out. */
  orderSync(call: OrderCall, threads: number, timeout: Timeout): number | undefined

  /**
   * The same off this thread, for memory that JavaScript can't free (native) or that is shared (workers). The native backend fills the call's outputs;
   * workers, which can't see them, make some of the given shapes. Undefined when no other thread could be had; rejects with `signal.reason` or a TIMEOUT error.
   */
  order(
    call: OrderCall, shapes: readonly OutputShape[], threads: number, timeout: Timeout, signal: AbortSignal | undefined,
  ): Promise<{ value: number; outputs: readonly NumericArray[] } | undefined>
  /**
   * Blocking: the partial of pieces `first … last − 1` (at least one) of an exact reduction into `out`, see src/kernels/exact. `y` is the
   * second operand of `dot`.
   */
  exact(kernel: ExactName, x: NumericArray, y: NumericArray | undefined, first: number, last: number, threads: number, out: Float64Array): void

  /** The partial of all pieces off this thread, for memory as `reduce` wants it. Resolves to false when time ran out, rejects with the signal's reason. */
  exactAsync(
    kernel: ExactName, x: NumericArray, y: NumericArray | undefined, threads: number, timeout: Timeout, signal: AbortSignal | undefined, out: Float64Array,
  ): Promise<boolean>

  /** Random numbers, blocking: elements `first … first + draw.out.length − 1` (first a multiple of PIECE). */
  random(draw: Draw, seed: Seed, first: number, threads: number): void

  /**
   * All of `draw.out` off this thread, memory that JavaScript can't free or that is the caller's alone. Gives false when the time limit ran
   * out, rejects with `signal.reason`. Missing where the backend can't.
   */
  randomOff?(draw: Draw, seed: Seed, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<boolean>

  /** All indices of `out` in random order, blocking; false when the time limit ran out. Missing where the TypeScript pieces do as well. */
  permutation?(seed: Seed, out: Uint32Array, threads: number, timeout: Timeout): boolean

  /** The same off this thread: as `randomOff`. */
  permutationOff?(seed: Seed, out: Uint32Array, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<boolean>

  /** A kernel of linear algebra, blocking: fills `out` and gives its value; undefined when the time limit ran out. */
  linearSync(call: LinearCall, out: FloatArray, threads: number, timeout: Timeout): number | undefined

  /**
   * The same off this thread, for memory that JavaScript can't free (native) or that is shared (workers: the inputs). Undefined when no other
   * thread could be had; rejects with `signal.reason` or a TIMEOUT error.
   */
  linear(call: LinearCall, out: FloatArray, threads: number, timeout: Timeout, signal: AbortSignal | undefined): Promise<number | undefined>

  /** Mean and population variance of each column into `out` (`columns` means, then `columns` variances). */
  columnMoments(x: FloatArray, rows: number, columns: number, threads: number, out: Float64Array): void

  /**
   * The same over a sparse matrix, its zeros among them, and after the variances 1 for each column that holds one number only. Gives whether columns lie in the matrix and rise within
   * each row and values are finite, without which the numbers are nothing. Row offsets must have been checked.
   */
  sparseMoments(matrix: SparseMatrix, threads: number, out: Float64Array): boolean

  /** Answers all requests in one read of `problem.x`, blocking. */
  logisticSync(problem: LogisticProblem, requests: readonly LogisticRequest[], threads: number): void

  /**
   * The same off this thread where the backend can (native), else on it. The arrays are shared, allocated by us, or private to the caller,
   * who neither writes nor transfers them until the promise settles; results are in `out` then.
   */
  logistic(problem: LogisticProblem, requests: readonly LogisticRequest[], threads: number): Promise<void>

  /**
   * Fits all models of the chains, blocking, to the very bits that Newton's method comes to with `logisticSync`; their results in order, chain by chain. Undefined where the backend leaves that
   * to the caller. Two classes, rows that make one chunk.
   */
  fitChains(problem: LogisticProblem, weights: Float64Array | null, chains: readonly ModelChain[], threads: number): ChainResult[] | undefined

  /** Answers a request over a sparse matrix, blocking. */
  sparseLogisticSync(problem: SparseProblem, request: SparseRequest, threads: number): void

  /** The same off this thread where the backend can; memory as for `logistic`. */
  sparseLogistic(problem: SparseProblem, request: SparseRequest, threads: number): Promise<void>

  /**
   * Scores: `out[row × vectors + k] = Σ_j x[row, j] · coefficients[k, j] + intercept_k`, coefficients as in LogisticRequest but
   * in the space of x. A row's bits depend on that row alone.
   */
  decision(x: FloatArray, rows: number, columns: number, coefficients: Float64Array, vectors: number, threads: number, out: Float64Array): void

  /**
   * Solves A·s = b for a symmetric positive definite A (n × n, row-major; overwritten by its factor), b overwritten by s.
   * Gives false when A is not positive definite to working precision (A and b are then unspecified).
   */
  choleskySolve(a: Float64Array, n: number, b: Float64Array): boolean
}
