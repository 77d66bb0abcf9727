/**
 * Numbers put in order. The same result on every backend and thread count, since there is only one sorted order: that of
 * `TypedArray.prototype.sort`, with -0 before +0 and NaN last. Two forms each: a bare name returns a promise and never holds the event loop for
 * long; `…Sync` blocks.
 *
 * Inputs: any typed array on any buffer (read where it lies, never written), a `Matrix` (its elements one row after the other), a `range` or an array of numbers (both copied).
 * The promise form over a plain ArrayBuffer copies the input in slices first (docs/memory.md), unless it is taken over: `{ transfer: true }`. Errors as for the reductions: TypeError
 * ERR_MANYCORE_TYPE, ERR_MANYCORE_OPTION, ERR_MANYCORE_DETACHED, ERR_MANYCORE_TIMEOUT, `signal.reason`.
 */
import { checkNumericArray, elementTypeOf, typedArrayName, type BigIntArray, type ElementTypeName, type NumericArray } from '../common/arrays.ts'
import { numbersOf, type NumbersInput } from '../common/inputs.ts'
import type { Matrix, MatrixData } from '../common/matrix.ts'
import { checkCallOptions, type CallOptions } from '../common/options.ts'
import { checkPlace } from '../common/results.ts'
import { argSortShort, cumulativeSumShort, sortShort, topKShort } from '../dispatch/generated-order-doors.ts'
import { orderAsync, orderBlocking, type Ordering } from '../dispatch/ordering.ts'
import type { Transferred, TransferOption } from '../dispatch/reduce.ts'
import { givingBack } from '../dispatch/transfer.ts'
import { argSortCost, cumulativeSumCost, sortCost, topKCost } from '../dispatch/ordering-cost.ts'
import { argumentError, makeError } from '../errors.ts'

/** A new array of the element type of an input. */
export type SameType<X> =
  X extends Matrix<infer T> ? SameType<T>
  : X extends Float64Array ? Float64Array
  : X extends Float32Array ? Float32Array
  : X extends Int8Array ? Int8Array
  : X extends Uint8ClampedArray ? Uint8ClampedArray
  : X extends Uint8Array ? Uint8Array
  : X extends Int16Array ? Int16Array
  : X extends Uint16Array ? Uint16Array
  : X extends Int32Array ? Int32Array
  : X extends Uint32Array ? Uint32Array
  : X extends BigInt64Array ? BigInt64Array
  : X extends BigUint64Array ? BigUint64Array
  : Float64Array

/** Inputs with memory that can be taken over. */
export type Transferable = NumericArray | Matrix<MatrixData>

/** Options of `sort`. */
export interface SortOptions<X> extends CallOptions {
  /** Where to write the result: an array of the type and length of x; x itself sorts in place. Default: a new array. */
  out?: SameType<X> | undefined
}

/** Options of `cumulativeSum`; an `out` that is neither x itself nor apart from it is TypeError ERR_MANYCORE_OPTION. */
export type CumulativeSumOptions<X> = SortOptions<X>

/** What `topK` gives. */
export interface TopK<X> {
  /** The largest numbers, the largest first. */
  readonly values: SameType<X>
  /** Where in x they are. */
  readonly indices: Uint32Array | Float64Array
}

/** Most elements whose indices fit into 32 bits. */
const MOST_SHORT_INDICES = 2 ** 32

/**
 * The numbers of x in rising order: -0 before +0, NaN last (which NaN is not promised). On all cores, by quicksort in vector registers (AVX-512) or by digits: memory is proportional to
 * n (8 bytes a number beside the result, for types of up to 16 bits only counts).
 *
 * @param x - n numbers.
 * @returns a new array of x's type, or `out`. TypeError ERR_MANYCORE_TYPE for an `out` of another type, RangeError ERR_MANYCORE_SHAPE for one of another length.
 */
export function sortSync<X extends NumbersInput>(x: X, options?: SortOptions<X>): SameType<X> {
  return (sortShort(x, options) ?? orderBlocking((own) => sorting(x, own), options)) as SameType<X>
}

/** The promise form of {@link sortSync}. `out` is unspecified after a rejection. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function sort<X extends Transferable>(x: X, options: SortOptions<X> & TransferOption): Promise<Transferred<X, SameType<X>>>
export function sort<X extends NumbersInput>(x: X, options?: SortOptions<X>): Promise<SameType<X>>
export async function sort(x: NumbersInput, options?: CallOptions & { out?: unknown }): Promise<unknown> {
  return sortShort(x, options) ?? givingBack([x], options, ([x], options) => sorting(x!, options), orderAsync)
}

/**
 * The indices that put x in the order of {@link sortSync}: `x[result[0]]` is the smallest number. Stable: equal numbers (all NaN among them) keep their
 * order. By digits on all cores; takes 16 bytes a number beside the result, 8 for types of up to 32 bits.
 *
 * @param x - n numbers.
 * @returns a Uint32Array, or beyond 2³² numbers a Float64Array.
 */
export function argSortSync(x: NumbersInput, options?: CallOptions): Uint32Array | Float64Array {
  return argSortShort(x, options) ?? orderBlocking((own) => argSorting(x, own), options)
}

/** The promise form of {@link argSortSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function argSort<X extends Transferable>(x: X, options: CallOptions & TransferOption): Promise<Transferred<X, Uint32Array | Float64Array>>
export function argSort(x: NumbersInput, options?: CallOptions): Promise<Uint32Array | Float64Array>
export async function argSort(x: NumbersInput, options?: CallOptions): Promise<unknown> {
  return argSortShort(x, options) ?? givingBack([x], options, ([x], options) => argSorting(x!, options), orderAsync)
}

/**
 * The k largest numbers of x and their indices, the largest first; equal numbers by rising index. NaN counts as larger than any number, as at the end of {@link sortSync} and in
 * PyTorch's `topk`. By selection: time proportional to n, and k · log k.
 *
 * @param k - An integer from 0 to the length of x (RangeError ERR_MANYCORE_RANGE beyond).
 * @returns `values` of x's type and `indices`, a Uint32Array, or beyond 2³² numbers a Float64Array.
 */
export function topKSync<X extends NumbersInput>(x: X, k: number, options?: CallOptions): TopK<X> {
  return (topKShort(x, k, options) ?? orderBlocking((own) => selectingLargest(x, k, own), options)) as TopK<X>
}

/** The promise form of {@link topKSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function topK<X extends Transferable>(x: X, k: number, options: CallOptions & TransferOption): Promise<Transferred<X, TopK<X>>>
export function topK<X extends NumbersInput>(x: X, k: number, options?: CallOptions): Promise<TopK<X>>
export async function topK(x: NumbersInput, k: number, options?: CallOptions): Promise<unknown> {
  return topKShort(x, k, options) ?? givingBack([x], options, ([x], options) => selectingLargest(x!, k, options), orderAsync)
}

/**
 * The running sums x₀, x₀ + x₁, …. Floats are added up in double, in the fixed order of docs/order-of-arithmetic.md (blocks of 4096 on their own, then what came before them), and
 * rounded to x's type as they are written; NaN and infinities stay to the end. Integers are exact.
 *
 * @param x - n numbers.
 * @returns a new array of x's type, or `out`. RangeError ERR_MANYCORE_RANGE for a sum out of the range of an integer type (convert x to Float64Array first); errors for `out` as for
 *   {@link sortSync}.
 */
export function cumulativeSumSync<X extends NumbersInput>(x: X, options?: CumulativeSumOptions<X>): SameType<X> {
  return (cumulativeSumShort(x, options) ?? orderBlocking((own) => summing(x, own), options)) as SameType<X>
}

/** The promise form of {@link cumulativeSumSync}. `out` is unspecified after a rejection. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function cumulativeSum<X extends Transferable>(x: X, options: CumulativeSumOptions<X> & TransferOption): Promise<Transferred<X, SameType<X>>>
export function cumulativeSum<X extends NumbersInput>(x: X, options?: CumulativeSumOptions<X>): Promise<SameType<X>>
export async function cumulativeSum(x: NumbersInput, options?: CallOptions & { out?: unknown }): Promise<unknown> {
  return cumulativeSumShort(x, options) ?? givingBack([x], options, ([x], options) => summing(x!, options), orderAsync)
}

export function sorting(input: NumbersInput, options: SortOptions<never> | undefined): Ordering<NumericArray> {
  if (options !== undefined) checkCallOptions(options, ['out'])
  const out = options?.out as NumericArray | undefined
  const x = numbersOf(input, 'x')
  const type = elementTypeOf(x)!
  if (out !== undefined) checkOut(out, x)
  return {
    kernel: 'sort',
    x,
    type,
    wanted: [{ type, length: x.length, out }],
    nanoseconds: sortCost(x.length, type),
    finish: ([sorted]) => sorted!,
  }
}

export function argSorting(input: NumbersInput, options: CallOptions | undefined): Ordering<Uint32Array | Float64Array> {
  if (options !== undefined) checkCallOptions(options)
  const x = numbersOf(input, 'x')
  const type = elementTypeOf(x)!
  const indexType: ElementTypeName = x.length <= MOST_SHORT_INDICES ? 'uint32' : 'float64'
  return {
    kernel: 'argSort',
    x,
    type,
    wanted: [{ type: indexType, length: x.length }],
    nanoseconds: argSortCost(x.length, type),
    finish: ([indices]) => indices as Uint32Array | Float64Array,
  }
}

export function selectingLargest(input: NumbersInput, k: number, options: CallOptions | undefined): Ordering<{ values: NumericArray; indices: Uint32Array | Float64Array }> {
  if (options !== undefined) checkCallOptions(options)
  const x = numbersOf(input, 'x')
  if (typeof k !== 'number') throw argumentError('TYPE', 'k', 'an integer', k)
  if (!Number.isInteger(k) || k < 0 || k > x.length) throw argumentError('RANGE', 'k', `an integer from 0 to the length of x, ${x.length}`, k)
  const type = elementTypeOf(x)!
  return {
    kernel: 'topK',
    x,
    type,
    wanted: [{ type, length: k }, { type: x.length <= MOST_SHORT_INDICES ? 'uint32' : 'float64', length: k }],
    nanoseconds: topKCost(x.length, k, type),
    finish: ([values, indices]) => ({ values: values!, indices: indices as Uint32Array | Float64Array }),
  }
}

export function summing(input: NumbersInput, options: CumulativeSumOptions<never> | undefined): Ordering<NumericArray> {
  if (options !== undefined) checkCallOptions(options, ['out'])
  const out = options?.out as NumericArray | undefined
  const x = numbersOf(input, 'x')
  const type = elementTypeOf(x)!
  const n = x.length
  if (out !== undefined) {
    checkOut(out, x)
    checkPlace(out, x, 'x')
  }
  return {
    kernel: 'cumulativeSum',
    x,
    type,
    wanted: [{ type, length: n, out }],
    nanoseconds: cumulativeSumCost(n, type),
    finish([sums], fitting) {
      if (fitting === n) return sums!
      throw makeError('RANGE', `x: the sum of its first ${fitting + 1} elements is out of the range of ${type}`, {
        argument: 'x', got: `a sum of ${fitting + 1} elements out of range`, wanted: `sums that ${type} holds; convert x to Float64Array`,
      })
    },
  }
}

function checkOut(out: unknown, x: Exclude<NumericArray, BigIntArray> | BigIntArray): void {
  checkNumericArray(out, 'out')
  if (elementTypeOf(out) !== elementTypeOf(x)) throw argumentError('TYPE', 'out', `a ${typedArrayName(x)} as x is`, out)
  if (out.length === x.length) return
  throw makeError('SHAPE', `out: expected ${x.length} elements as x has, got ${out.length}`, { argument: 'out', got: `${out.length} elements`, wanted: `${x.length} elements` })
}
