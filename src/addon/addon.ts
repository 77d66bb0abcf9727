/**
 * The native functions as JavaScript sees them. They take numbers and typed arrays only, check nothing that TypeScript has
 * checked already, and never call back while they hold a pointer (docs/memory.md).
 */
type FloatArray = Float64Array | Float32Array
type NumericArray =
  | FloatArray | Int8Array | Uint8Array | Uint8ClampedArray | Int16Array | Uint16Array | Int32Array | Uint32Array | BigInt64Array | BigUint64Array

/** Flags of a reduction in one number: the kernel's id, and 256 × the number of threads (the caller included). */
export type PackedReduction = number

/** Numbers, then arrays, after the first three; a promise when `id` is not 0. */
export type OrderFunction = (packed: number, id: number, timeout: number, ...parameters: (number | ArrayBufferView)[]) => number | undefined | Promise<number | undefined>

export interface Addon {
  /** Version of the package that the binary was built for. */
  version(): string
  /** Names of the reductions by id, separated by commas: compared with the TypeScript table. */
  reductionNames(): string
  /** LANES, BLOCK and CHUNK of the order of arithmetic, separated by commas. */
  order(): string
  /** The level in use: `portable`, `avx2`, `avx512`, `neon`. */
  cpuLevel(): string
  /** Threads that a call may use, the caller included. */
  threads(): number
  setThreads(count: number): void
  /** A warning of the pool (threads that could not be started), or an empty text. */
  warning(): string
  /** Zeroed or uninitialised memory, 64-byte aligned, kept alive by whoever reads it; undefined where the engine takes no memory of others, or not so much. */
  allocate(bytes: number, zeroed: 0 | 1): ArrayBuffer | undefined
  /** Asks the system for large pages under memory that is about to be written for the first time; only advice. */
  largePages(bytes: Uint8Array): void
  /** Makes the allocator of the calling thread ready for many new results (docs/memory.md); takes some microseconds. */
  prepareHeap(): void

  /** A descriptor of new memory that processes can share, named `manycore-` + high and low as hexadecimal digits in /proc; -1 where there is none. */
  sharedCreate(high: number, low: number, bytes: number): number
  /** Gives a descriptor of sharedCreate back. */
  sharedClose(descriptor: number): void
  /** The memory of a descriptor; undefined where that can't be had. `bytes` is more than 0 and no more than the file has. */
  sharedMap(descriptor: number, bytes: number): ArrayBuffer | undefined
  /** Takes the memory away from all its views and gives it back; false where the engine doesn't allow it. */
  sharedDetach(buffer: ArrayBuffer): boolean

  /** The whole reduction; undefined when `timeout` (ms, 0 none) ran out. Kernels with more than one result write all of them to `root`. */
  reduce(packed: PackedReduction, x: FloatArray, y?: FloatArray, timeout?: number, root?: Float64Array): number | undefined
  /** The partials of chunks first … last − 1 into `out`. */
  partials(packed: PackedReduction, first: number, last: number, x: FloatArray, y: FloatArray | undefined, out: Float64Array): void
  /** The whole reduction on the native pool, as operation `id`; resolves to undefined when cancelled or out of time. */
  reduceAsync(packed: PackedReduction, id: number, timeout: number, x: FloatArray, y: FloatArray | undefined, root?: Float64Array): Promise<number | undefined>
  /**
   * The partial of pieces first … last − 1 of an exact reduction into `out`. `packed`: the kernel's id + 2^8 × the code of the element type + 2^16 ×
   * threads. With an id other than 0 as that operation; comes to undefined when cancelled or out of time.
   */
  exact(
    packed: number, first: number, last: number, id: number, timeout: number, x: NumericArray, y: NumericArray | undefined, out: Float64Array,
  ): number | undefined | Promise<number | undefined>
  /**
   * Pieces first … last − 1 of a reduction along an axis of a matrix into `out`, `size` × width doubles a piece; `packed` is the kernel's id + 256 × (axis + 2 ×
   * threads). With id 0 at once, else as operation `id`; gives 1, or undefined when cancelled or out of time.
   */
  reduceAxis(
    packed: number, id: number, timeout: number, rows: number, columns: number, size: number, first: number, last: number, x: FloatArray,
    y: FloatArray | undefined, out: Float64Array
  ): number | undefined | Promise<number | undefined>
  /** Asks operation `id` to stop. */
  cancel(id: number): void

  /** Names of the elementwise kernels by id, separated by commas. */
  mapNames(): string
  /**
   * Elements first … last − 1 of an elementwise kernel: the index of the first one whose result doesn't fit, or −1; undefined when cancelled or out of time.
   * `packed`: the kernel, 16 if y is an array, 256 × the type of x, 4096 × the type of out, 65536 × threads. `a`, `b`: a number each, or for arrays of bigints its upper
   * part in units of 2^32 and its lower one. As operation `id` if that is not 0.
   */
  map(
    packed: number, id: number, timeout: number, first: number, last: number, a: number, aLow: number, b: number, bLow: number,
    x: ArrayBufferView, y: ArrayBufferView | undefined, out: ArrayBufferView,
  ): number | undefined | Promise<number | undefined>
  /**
   * What short calls share with the addon, 8-byte places: 512 for x and the result, 512 for y, two for the scalars a and b, 8 for the root of a reduction. Undefined where the
   * engine takes no memory of others. To be called before the next four.
   */
  fewMemory(): ArrayBuffer | undefined
  /** An elementwise kernel on what lies there: `packed` is the kernel + 16 if there is a y + 32 × the element type, not of bigints, + 512 × the number of elements, up to 512. Gives the index of the first one whose result doesn't fit, or undefined. */
  mapFew(packed: number): number | undefined
  /** A reduction of what lies there: `packed` is the kernel's id + 256 for floats instead of doubles + 512 × the number of elements. Gives the value; kernels with more than one result write all of them to the root. */
  reduceFew(packed: number): number
  /** An exact reduction to one sum or extreme of integers, one at least: `packed` is the kernel's id + 16 × the code of the element type + 512 × the number of elements. Gives the sum, rounded once, or undefined beyond 128 bits. */
  exactFew(packed: number): number | undefined
  /** `mapFew` on arrays, all of `out`; only a and b lie there. */
  mapShort(packed: number, x: ArrayBufferView, out: ArrayBufferView, y?: ArrayBufferView): number | undefined

  /**
   * Kernels of order: `packed` is the element type of x + 16 × threads, `id` 0 or that of an operation on the native pool, `timeout` in ms, 0 for none;
   * undefined when cancelled or out of time. x, `out`: equal lengths; sort: of one type.
   */
  sort: OrderFunction
  /** `out` is a Uint32Array, or a Float64Array beyond 2^32 elements. */
  argSort: OrderFunction
  /** The number of sums before the first that is out of range: x's length where none is. */
  cumulativeSum: OrderFunction
  /** After timeout: x, values (of x's type), indices as for argSort. */
  topK: OrderFunction
  /** After timeout: x, ranks, out (both Float64Array). */
  select: OrderFunction
  /** After timeout: mode, low, high, x, edges, counts, edges to write (all Float64Array); 1, 0 for an extent that isn't finite, -1 for no edges. */
  histogram: OrderFunction

  /**
   * Random numbers: elements from `first` on into `out`. `packed`: the kind (0 uniform: low, span, top; 1 normal: mean, standard deviation; 2 integers:
   * high and low word of the least, and of how many there are less one) + 16 × the element type of `out` + 256 × threads. `id` 0: at once; else as that
   * operation on the native pool. Undefined when cancelled or out of time (`timeout` in ms, 0 for none).
   */
  random(
    packed: number, id: number, timeout: number, first: number, seed0: number, seed1: number, seed2: number, seed3: number,
    a: number, b: number, c: number, d: number, out: ArrayBufferView,
  ): number | undefined | Promise<number | undefined>
  /** All indices of `out` in random order; `id` and `timeout` as above. */
  permutation(
    threads: number, id: number, timeout: number, seed0: number, seed1: number, seed2: number, seed3: number, out: Uint32Array,
  ): number | undefined | Promise<number | undefined>

  /**
   * Linear algebra: the call's numbers and inputs as src/kernels/linear-algebra lists them, then `out`. `packed`: element types of the arrays in order, four
   * bits each, threads from bit 12 on; the rest as for kernels of order.
   */
  matmul: OrderFunction
  matvec: OrderFunction
  gram: OrderFunction
  covariance: OrderFunction
  /** Gives 0, or the number of the pivot that failed, from 1. */
  definite: OrderFunction

  /**
   * Evaluates up to four requests in one read of x. `packed`: three bits a request (its order, 3 for none, + 4 if it has weights),
   * threads from bit 12 on, classes from bit 28 on. `coefficients` and `out` hold the requests' one after the other.
   */
  logistic(
    packed: number, rows: number, columns: number, x: FloatArray, y: Int32Array, center: Float64Array, inverseScale: Float64Array,
    coefficients: Float64Array, out: Float64Array, ...weights: (Float64Array | null)[]
  ): void
  /** The same as operation `id`; x, y, out and the weights must be memory that JavaScript can't free. Resolves to undefined when cancelled. */
  logisticAsync(
    packed: number, id: number, rows: number, columns: number, x: FloatArray, y: Int32Array, center: Float64Array, inverseScale: Float64Array,
    coefficients: Float64Array, out: Float64Array, ...weights: (Float64Array | null)[]
  ): Promise<number | undefined>
  /** Fits chains of models of two classes to few rows. `packed` = 2 × threads + whether there are weights; `chains` and `out` as src/backends/native/chains.ts has them. */
  newton(
    packed: number, rows: number, columns: number, x: FloatArray, y: Int32Array, center: Float64Array, inverseScale: Float64Array, chains: Float64Array, out: Float64Array,
    weights: Float64Array | null,
  ): void
  /**
   * Loss and gradient over a sparse matrix. `packed` = 2 × threads + whether there are weights; `id` 0, or that of an operation on the native pool (then its arrays
   * must be memory that JavaScript can't free), `timeout` in ms, 0 for none; undefined when cancelled.
   */
  sparseLogistic(
    packed: number, id: number, timeout: number, rows: number, columns: number, classes: number, values: FloatArray, columnIndices: Int32Array, rowOffsets: Int32Array,
    y: Int32Array, coefficients: Float64Array, out: Float64Array, weights: Float64Array | null,
  ): number | undefined | Promise<number | undefined>
  /** Means, then population variances, of the columns into `out`. */
  columnMoments(threads: number, rows: number, columns: number, x: FloatArray, out: Float64Array): void
  /** Means, variances and whether it holds one number only, of the columns of a sparse matrix into `out`; gives whether the matrix is sound. */
  sparseMoments(threads: number, rows: number, columns: number, values: FloatArray, columnIndices: Int32Array, rowOffsets: Int32Array, out: Float64Array): boolean
  /** Scores of all rows into `out`. */
  decision(threads: number, rows: number, columns: number, vectors: number, x: FloatArray, coefficients: Float64Array, out: Float64Array): void
  /** Whether A is positive definite; if so the upper triangle of `a` holds U of A = Uᵀ·U, and `b` the solution. */
  choleskySolve(n: number, a: Float64Array, b: Float64Array): boolean

  /** For tests: panics in the call itself (0), in a job of a parallel call (1), in an asynchronous operation (2, with its id). */
  panic(where: number, id: number): Promise<undefined> | undefined
}
