/**
 * The native functions as JavaScript sees them. They take numbers and typed arrays only, check nothing that TypeScript has
 * checked already, and never call back while they hold a pointer (docs/memory.md).
 */
type FloatArray = Float64Array | Float32Array

/** Flags of a reduction in one number: the kernel's id, and 256 × the number of threads (the caller included). */
export type PackedReduction = number

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
  /** Zeroed or uninitialised memory, 64-byte aligned, kept alive by whoever reads it. */
  allocate(bytes: number, zeroed: 0 | 1): ArrayBuffer

  /** The whole reduction; undefined when `timeout` (ms, 0 none) ran out. */
  reduce(packed: PackedReduction, x: FloatArray, y?: FloatArray, timeout?: number): number | undefined
  /** The partials of chunks first … last − 1 into `out`. */
  partials(packed: PackedReduction, first: number, last: number, x: FloatArray, y: FloatArray | undefined, out: Float64Array): void
  /** The whole reduction on the native pool, as operation `id`; resolves to undefined when cancelled or out of time. */
  reduceAsync(packed: PackedReduction, id: number, timeout: number, x: FloatArray, y: FloatArray | undefined): Promise<number | undefined>
  /** Asks operation `id` to stop. */
  cancel(id: number): void

  /** For tests: panics in the call itself (0), in a job of a parallel call (1), in an asynchronous operation (2, with its id). */
  panic(where: number, id: number): Promise<undefined> | undefined
}
