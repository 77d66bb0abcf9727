/**
 * Reductions: many numbers to one. Every function here has the same bits for the same input on every backend, CPU level and
 * thread count (docs/order-of-arithmetic.md), and two forms: a bare name returns a promise and never holds the event loop for long;
 * `…Sync` blocks. Inputs are read where they lie (docs/memory.md).
 *
 * Integer arrays are reduced exactly, and the result is rounded once: a number if it is a safe integer, else the nearest double; sums,
 * extremes and dot products of BigInt64Array and BigUint64Array are bigints. Error bounds below are those of floating-point arrays with
 * `precision: 'fast'`. With `'compensated'` an error of `g · 2⁻⁵³ · Σ|terms|` becomes `2⁻⁵³ · |result| + (g · 2⁻⁵³)² · Σ|terms|` (docs/order-of-arithmetic.md:
 * what overflow does to it); `'exact'` is the exact result, rounded once, and overflows only if that does.
 *
 * A Matrix is reduced over all its elements, or, with the option `axis`, along one axis: 0 gives a number for each column, 1 for each row, in a
 * Float64Array (`argMin`, `argMax`: an Int32Array; `hasNaN`: a Uint8Array of 0 and 1; `minMax`, `describe`: an object of arrays, `count` being one
 * number). Each is what the row or column would give as an array of its own, bit for bit, and `n` below is the length along the axis. Matrices of
 * floating-point numbers are read where they lie, once; of those of integers each column is copied out.
 *
 * Errors, for all of them: TypeError ERR_MANYCORE_TYPE (not an array of numbers that the kernels take), TypeError or RangeError
 * ERR_MANYCORE_OPTION (an unknown or bad option), TypeError ERR_MANYCORE_DETACHED (the view's memory has gone), TimeoutError
 * ERR_MANYCORE_TIMEOUT, and `signal.reason`. Promise forms reject with them, `…Sync` throws them.
 */
import type { BigIntArray, NumericArray } from '../common/arrays.ts'
import { exactFormOf, exactMeanForm, exactVarianceForm } from '../dispatch/exact.ts'
import {
  reduceAsync, reduceBlocking, type AxisMatrix, type AxisOption, type ReductionInput, type ReductionOptions, type Transferred, type TransferredPair, type TransferOption,
} from '../dispatch/reduce.ts'
import { shortDot, shortMax, shortMean, shortMin, shortSum, shortSumOfSquares, shortVariance } from '../dispatch/short.ts'
import { ddofOf, moreThan, nonEmpty } from './checks.ts'

export type { AxisMatrix, AxisOption, ReductionInput, ReductionOptions, Transferred, TransferredPair, TransferOption }

/** Options of `variance`. */
export interface VarianceOptions extends ReductionOptions {
  /** Delta degrees of freedom: the divisor is `n − ddof`. Default 0, the population variance. */
  ddof?: number | undefined
}

type Transfer = ReductionOptions & TransferOption

/** Inputs whose elements are numbers. */
type NumbersInput = Exclude<ReductionInput, BigIntArray>

/** What a sum or an extreme of an array is. */
type Value<T> = T extends BigIntArray ? bigint : number

/**
 * The sum Σ xᵢ in double precision (Float32 elements are widened, exactly). Error at most `(133 + log₂⌈n/4096⌉) · 2⁻⁵³ · Σ|xᵢ|`.
 * The sum of nothing is 0; NaN propagates; +∞ and −∞ together give NaN; overflow gives ±∞.
 *
 * @param x - n numbers.
 * @returns The sum; one read of x, all cores above about 1 MB.
 */
export function sumSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function sumSync(x: BigIntArray, options?: ReductionOptions): bigint
export function sumSync(x: NumbersInput, options?: ReductionOptions): number
export function sumSync(x: ReductionInput, options?: ReductionOptions): number | bigint
export function sumSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortSum(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('sum', x, undefined, options)
}

/** The promise form of {@link sumSync}; small inputs are summed at once. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function sum<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function sum(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function sum<T extends NumericArray | AxisMatrix>(x: T, options: Transfer): Promise<Transferred<T, Value<T>>>
export function sum(x: BigIntArray, options?: ReductionOptions): Promise<bigint>
export function sum(x: NumbersInput, options?: ReductionOptions): Promise<number>
export function sum(x: ReductionInput, options?: ReductionOptions): Promise<number | bigint>
export function sum(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('sum', x, undefined, options, shortSum)
}

/**
 * The sum of squares Σ xᵢ² in double precision. Error at most `(134 + log₂⌈n/4096⌉) · 2⁻⁵³ · Σxᵢ²`. Of nothing 0; NaN propagates;
 * overflow gives ∞.
 *
 * @param x - n numbers.
 */
export function sumOfSquaresSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function sumOfSquaresSync(x: BigIntArray, options?: ReductionOptions): bigint
export function sumOfSquaresSync(x: NumbersInput, options?: ReductionOptions): number
export function sumOfSquaresSync(x: ReductionInput, options?: ReductionOptions): number | bigint
export function sumOfSquaresSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortSumOfSquares(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('sumOfSquares', x, undefined, options)
}

/** The promise form of {@link sumOfSquaresSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function sumOfSquares<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function sumOfSquares(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function sumOfSquares<T extends NumericArray | AxisMatrix>(x: T, options: Transfer): Promise<Transferred<T, Value<T>>>
export function sumOfSquares(x: BigIntArray, options?: ReductionOptions): Promise<bigint>
export function sumOfSquares(x: NumbersInput, options?: ReductionOptions): Promise<number>
export function sumOfSquares(x: ReductionInput, options?: ReductionOptions): Promise<number | bigint>
export function sumOfSquares(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('sumOfSquares', x, undefined, options, shortSumOfSquares)
}

/**
 * The dot product Σ xᵢ·yᵢ in double precision. Error at most `(134 + log₂⌈n/4096⌉) · 2⁻⁵³ · Σ|xᵢ·yᵢ|`. Of nothing 0; NaN propagates.
 *
 * @param x - n numbers.
 * @param y - n numbers of the same type as x (else TypeError ERR_MANYCORE_TYPE, RangeError ERR_MANYCORE_SHAPE).
 */
export function dotSync(x: AxisMatrix, y: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function dotSync(x: BigIntArray, y: BigIntArray, options?: ReductionOptions): bigint
export function dotSync(x: NumbersInput, y: NumbersInput, options?: ReductionOptions): number
export function dotSync(x: ReductionInput, y: ReductionInput, options?: ReductionOptions): number | bigint
export function dotSync(x: ReductionInput, y: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortDot(x, y)
    if (value !== undefined) return value
  }
  return reduceBlocking('dot', x, y, options)
}

/** The promise form of {@link dotSync}. With `{ transfer: true }`, resolves to `{ result, x, y }`. */
export function dot<M extends AxisMatrix>(x: M, y: M, options: ReductionOptions & AxisOption & TransferOption): Promise<TransferredPair<M, Float64Array>>
export function dot(x: AxisMatrix, y: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function dot<T extends NumericArray | AxisMatrix>(x: T, y: T, options: Transfer): Promise<TransferredPair<T, Value<T>>>
export function dot(x: BigIntArray, y: BigIntArray, options?: ReductionOptions): Promise<bigint>
export function dot(x: NumbersInput, y: NumbersInput, options?: ReductionOptions): Promise<number>
export function dot(x: ReductionInput, y: ReductionInput, options?: ReductionOptions): Promise<number | bigint>
export function dot(x: ReductionInput, y: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('dot', x, y, options, shortDot)
}

/**
 * The arithmetic mean `(Σ xᵢ) / n`: the sum of {@link sumSync}, divided once. NaN propagates; a sum that overflows gives ±∞.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function meanSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function meanSync(x: ReductionInput, options?: ReductionOptions): number
export function meanSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortMean(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('sum', x, undefined, options, meanOf)
}

/** The promise form of {@link meanSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function mean<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function mean(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function mean<T extends NumericArray | AxisMatrix>(x: T, options: Transfer): Promise<Transferred<T>>
export function mean(x: ReductionInput, options?: ReductionOptions): Promise<number>
export function mean(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('sum', x, undefined, options, shortMean, meanOf)
}

/**
 * The smallest number, with −0 below +0 as `Math.min` has it; NaN if there is one.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function minSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function minSync(x: BigIntArray, options?: ReductionOptions): bigint
export function minSync(x: NumbersInput, options?: ReductionOptions): number
export function minSync(x: ReductionInput, options?: ReductionOptions): number | bigint
export function minSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortMin(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('min', x, undefined, options, minOf)
}

/** The promise form of {@link minSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function min<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function min(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function min<T extends NumericArray | AxisMatrix>(x: T, options: Transfer): Promise<Transferred<T, Value<T>>>
export function min(x: BigIntArray, options?: ReductionOptions): Promise<bigint>
export function min(x: NumbersInput, options?: ReductionOptions): Promise<number>
export function min(x: ReductionInput, options?: ReductionOptions): Promise<number | bigint>
export function min(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('min', x, undefined, options, shortMin, minOf)
}

/**
 * The largest number, with +0 above −0 as `Math.max` has it; NaN if there is one.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function maxSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function maxSync(x: BigIntArray, options?: ReductionOptions): bigint
export function maxSync(x: NumbersInput, options?: ReductionOptions): number
export function maxSync(x: ReductionInput, options?: ReductionOptions): number | bigint
export function maxSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortMax(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('max', x, undefined, options, maxOf)
}

/** The promise form of {@link maxSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function max<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function max(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function max<T extends NumericArray | AxisMatrix>(x: T, options: Transfer): Promise<Transferred<T, Value<T>>>
export function max(x: BigIntArray, options?: ReductionOptions): Promise<bigint>
export function max(x: NumbersInput, options?: ReductionOptions): Promise<number>
export function max(x: ReductionInput, options?: ReductionOptions): Promise<number | bigint>
export function max(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('max', x, undefined, options, shortMax, maxOf)
}

/**
 * The variance `Σ (xᵢ − mean)² / (n − ddof)`, in one read from memory: corrected two-pass over blocks that fit the cache, blocks
 * merged by the update of Chan, Golub and LeVeque (1983), so that a large mean costs no digits. NaN and ±∞ give NaN. Of integers it is
 * the exact (n·Σx² − (Σx)²) / (n·(n − ddof)), rounded once.
 *
 * @param x - n > ddof numbers (RangeError ERR_MANYCORE_RANGE for fewer).
 */
export function varianceSync(x: AxisMatrix, options: VarianceOptions & AxisOption): Float64Array
export function varianceSync(x: ReductionInput, options?: VarianceOptions): number
export function varianceSync(x: ReductionInput, options?: VarianceOptions): unknown {
  if (options === undefined) {
    const value = shortVariance(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('variance', x, undefined, options, varianceOf, varianceNames)
}

/** The promise form of {@link varianceSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function variance<M extends AxisMatrix>(x: M, options: VarianceOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function variance(x: AxisMatrix, options: VarianceOptions & AxisOption): Promise<Float64Array>
export function variance<T extends NumericArray | AxisMatrix>(x: T, options: VarianceOptions & TransferOption): Promise<Transferred<T>>
export function variance(x: ReductionInput, options?: VarianceOptions): Promise<number>
export function variance(x: ReductionInput, options?: VarianceOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('variance', x, undefined, options, shortVariance, varianceOf, varianceNames)
}

export const varianceNames = ['ddof'] as const

/** What stands between a kernel's value and the function's: also refuses inputs that have no answer, before any work. */
export const meanOf = {
  check: (n: number) => nonEmpty(n, 'mean'),
  finish: (value: number, n: number) => value / n,
  exact: exactMeanForm,
}
export const minOf = { check: (n: number) => nonEmpty(n, 'minimum'), finish: (value: number) => value, exact: exactFormOf('min')! }
export const maxOf = { check: (n: number) => nonEmpty(n, 'maximum'), finish: (value: number) => value, exact: exactFormOf('max')! }
export const varianceOf = {
  check: (n: number, options: VarianceOptions | undefined) => moreThan(n, ddofOf(options), 'variance'),
  finish: (value: number, n: number, options: VarianceOptions | undefined) => value / (n - ddofOf(options)),
  exact: exactVarianceForm,
}
