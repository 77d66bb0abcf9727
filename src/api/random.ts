/**
 * Random numbers that can be repeated. Element `i` of a result depends on the seed, the kind of numbers and `i` alone: the same bits for any
 * number of threads, on every backend and CPU level, and a longer result begins with a shorter one (permutations aside). Without a seed nobody can
 * foretell the numbers, or repeat them (a few at a time come from a store, each number once). They are for simulation and sampling, not for secrets.
 *
 * The generator is Threefry-4×32 with 20 rounds on a counter (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011). The
 * kinds share nothing: uniform and normal numbers of one seed are independent of one another. Two types of one kind are not.
 *
 * Errors, for all of them: TypeError or RangeError ERR_MANYCORE_OPTION (an unknown or bad option, a seed that is none), TypeError
 * ERR_MANYCORE_TYPE (a count that is no number, an `out` of another type), RangeError ERR_MANYCORE_RANGE (a bad count, an empty or too wide range), ERR_MANYCORE_SHAPE
 * (an `out` of another length), ERR_MANYCORE_DETACHED, TimeoutError ERR_MANYCORE_TIMEOUT, and `signal.reason`. Promise forms reject with them, `…Sync`
 * throws them; what `out` holds after an error is unspecified.
 */
import { integersShort, normalShort, permutationShort, uniformShort } from '../dispatch/random-short.ts'
import {
  fillAsync, fillBlocking, integersWork, normalWork, permutationAsync, permutationBlocking, uniformWork,
  type FloatTypes, type IntegerOptions, type Integers, type IntegerTypes, type NormalOptions, type SeedOptions, type UniformOptions,
} from '../dispatch/random.ts'

export type { FloatTypes, IntegerOptions, Integers, IntegerTypes, NormalOptions, SeedOptions, UniformOptions }

/** Options without `out`, naming the type of the result. */
type Typed<O, T> = Omit<O, 'type' | 'out'> & { type?: T | undefined; out?: undefined }

/**
 * `n` numbers, each equally likely anywhere in `low … high` (`high` itself is never drawn). Doubles have 53 random bits, floats 24, before they are
 * stretched to the range.
 *
 * @param n - How many.
 * @param options - `low` (0), `high` (1), `seed`, `type` (`'float64'` or `'float32'`), `out` (where they go).
 * @returns A Float64Array or Float32Array, or `out`. About 1 ns a double on one core with AVX-512, less than writing to new memory takes.
 */
export function uniformSync<O extends Float64Array | Float32Array>(n: number, options: UniformOptions & { out: O }): O
export function uniformSync<T extends keyof FloatTypes = 'float64'>(n: number, options?: Typed<UniformOptions, T>): FloatTypes[T]
export function uniformSync(n: number, options?: UniformOptions): Float64Array | Float32Array {
  return uniformShort(n, options) ?? fillBlocking((own) => uniformWork(n, own), options)
}

/** The promise form of {@link uniformSync}. */
export function uniform<O extends Float64Array | Float32Array>(n: number, options: UniformOptions & { out: O }): Promise<O>
export function uniform<T extends keyof FloatTypes = 'float64'>(n: number, options?: Typed<UniformOptions, T>): Promise<FloatTypes[T]>
export async function uniform(n: number, options?: UniformOptions): Promise<Float64Array | Float32Array> {
  return uniformShort(n, options) ?? fillAsync((own) => uniformWork(n, own), options)
}

/**
 * `n` normally distributed numbers. Each is `mean + standardDeviation · q(u)`, with the normal quantile function `q` (Wichura, "Algorithm AS 241", 1988, good
 * to about 1e-15) of a uniform number of 52 bits; so the largest possible deviation is 8.2 standard deviations, and `u` and `1 − u` are equally
 * likely. Floats are the doubles, rounded.
 *
 * @param n - How many.
 * @param options - `mean` (0), `standardDeviation` (1), `seed`, `type` (`'float64'` or `'float32'`), `out` (where they go).
 * @returns A Float64Array or Float32Array, or `out`.
 */
export function normalSync<O extends Float64Array | Float32Array>(n: number, options: NormalOptions & { out: O }): O
export function normalSync<T extends keyof FloatTypes = 'float64'>(n: number, options?: Typed<NormalOptions, T>): FloatTypes[T]
export function normalSync(n: number, options?: NormalOptions): Float64Array | Float32Array {
  return normalShort(n, options) ?? fillBlocking((own) => normalWork(n, own), options)
}

/** The promise form of {@link normalSync}. */
export function normal<O extends Float64Array | Float32Array>(n: number, options: NormalOptions & { out: O }): Promise<O>
export function normal<T extends keyof FloatTypes = 'float64'>(n: number, options?: Typed<NormalOptions, T>): Promise<FloatTypes[T]>
export async function normal(n: number, options?: NormalOptions): Promise<Float64Array | Float32Array> {
  return normalShort(n, options) ?? fillAsync((own) => normalWork(n, own), options)
}

/**
 * `n` integers, each equally likely among `low … high − 1`. There is no bias: draws that would favour some integers are drawn again.
 *
 * @param low - The least integer.
 * @param high - One more than the greatest. Safe integers or bigints; what is drawn must fit the type.
 * @param n - How many.
 * @param options - `seed`, `type` (`'int32'`; or `'int8'` … `'uint32'`, `'float64'` for at most 2^53 safe integers, `'bigint64'`, `'biguint64'` for any), `out` (where they go).
 * @returns An array of that type, or `out`.
 */
export function integersSync<O extends Integers>(low: number | bigint, high: number | bigint, n: number, options: IntegerOptions & { out: O }): O
export function integersSync<T extends keyof IntegerTypes = 'int32'>(low: number | bigint, high: number | bigint, n: number, options?: Typed<IntegerOptions, T>): IntegerTypes[T]
export function integersSync(low: number | bigint, high: number | bigint, n: number, options?: IntegerOptions): Integers {
  return integersShort(low, high, n, options) ?? fillBlocking((own) => integersWork(low, high, n, own), options)
}

/** The promise form of {@link integersSync}. */
export function integers<O extends Integers>(low: number | bigint, high: number | bigint, n: number, options: IntegerOptions & { out: O }): Promise<O>
export function integers<T extends keyof IntegerTypes = 'int32'>(low: number | bigint, high: number | bigint, n: number, options?: Typed<IntegerOptions, T>): Promise<IntegerTypes[T]>
export async function integers(low: number | bigint, high: number | bigint, n: number, options?: IntegerOptions): Promise<Integers> {
  return integersShort(low, high, n, options) ?? fillAsync((own) => integersWork(low, high, n, own), options)
}

/**
 * `0 … n − 1` in random order, every order equally likely as far as 128 bits of seed can tell (Rao 1961, Sandelius 1962: random buckets, then Fisher and
 * Yates in each).
 *
 * @param n - How many, at most 2^32 − 1.
 * @param options - `seed`.
 * @returns A Uint32Array of indices. Needs memory for as many again meanwhile.
 */
export function permutationSync(n: number, options?: SeedOptions): Uint32Array {
  return permutationShort(n, options) ?? permutationBlocking(n, options)
}

/** The promise form of {@link permutationSync}. */
export async function permutation(n: number, options?: SeedOptions): Promise<Uint32Array> {
  return permutationShort(n, options) ?? permutationAsync(n, options)
}
