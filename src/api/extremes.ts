/** Reductions that pick or count elements; what src/api/reductions.ts says of bits, forms and errors holds here too. */
import type { BigIntArray, NumericArray } from '../common/arrays.ts'
import { exactCountForm, exactMinMaxForm } from '../dispatch/exact.ts'
import {
  reduceAsync, reduceBlocking, type AxisMatrix, type AxisOption, type ReductionInput, type ReductionOptions, type Transferred, type TransferOption,
} from '../dispatch/reduce.ts'
import { shortArgMax, shortArgMin, shortCountNonzero, shortHasNaN, shortMinMax } from '../dispatch/short.ts'
import { nonEmpty } from './checks.ts'

/** What {@link minMax} gives. */
export interface MinMax<V = number> {
  min: V
  max: V
}

/** Inputs whose elements are numbers. */
type NumbersInput = Exclude<ReductionInput, BigIntArray>

type Value<T> = T extends BigIntArray ? bigint : number
/** What {@link minMax} gives along an axis: a number for each column or row. */
export interface MinMaxArrays {
  min: Float64Array
  max: Float64Array
}

/**
 * The smallest and the largest number in one read (bigints for BigInt arrays), each as {@link minSync} and {@link maxSync} give it: −0 below +0, NaN if there is one.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function minMaxSync(x: AxisMatrix, options: ReductionOptions & AxisOption): MinMaxArrays
export function minMaxSync(x: BigIntArray, options?: ReductionOptions): MinMax<bigint>
export function minMaxSync(x: NumbersInput, options?: ReductionOptions): MinMax
export function minMaxSync(x: ReductionInput, options?: ReductionOptions): MinMax<number | bigint>
export function minMaxSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortMinMax(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('minMax', x, undefined, options, minMaxOf)
}

/** The promise form of {@link minMaxSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function minMax<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, MinMaxArrays>>
export function minMax(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<MinMaxArrays>
export function minMax<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T, MinMax<Value<T>>>>
export function minMax(x: BigIntArray, options?: ReductionOptions): Promise<MinMax<bigint>>
export function minMax(x: NumbersInput, options?: ReductionOptions): Promise<MinMax>
export function minMax(x: ReductionInput, options?: ReductionOptions): Promise<MinMax<number | bigint>>
export function minMax(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('minMax', x, undefined, options, shortMinMax, minMaxOf)
}

/**
 * The index of the smallest number: of the first one where several are equal (−0 and +0 are), and of the first NaN if there is one, as
 * NumPy's `argmin`.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function argMinSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Int32Array
export function argMinSync(x: ReductionInput, options?: ReductionOptions): number
export function argMinSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortArgMin(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('argMin', x, undefined, options, argMinOf)
}

/** The promise form of {@link argMinSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function argMin<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Int32Array>>
export function argMin(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Int32Array>
export function argMin<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T>>
export function argMin(x: ReductionInput, options?: ReductionOptions): Promise<number>
export function argMin(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('argMin', x, undefined, options, shortArgMin, argMinOf)
}

/**
 * The index of the largest number: of the first one where several are equal (−0 and +0 are), and of the first NaN if there is one, as
 * NumPy's `argmax`.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function argMaxSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Int32Array
export function argMaxSync(x: ReductionInput, options?: ReductionOptions): number
export function argMaxSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortArgMax(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('argMax', x, undefined, options, argMaxOf)
}

/** The promise form of {@link argMaxSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function argMax<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Int32Array>>
export function argMax(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Int32Array>
export function argMax<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T>>
export function argMax(x: ReductionInput, options?: ReductionOptions): Promise<number>
export function argMax(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('argMax', x, undefined, options, shortArgMax, argMaxOf)
}

/**
 * How many numbers are not ±0; NaN counts. Of nothing 0.
 *
 * @param x - n numbers.
 */
export function countNonzeroSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function countNonzeroSync(x: ReductionInput, options?: ReductionOptions): number
export function countNonzeroSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortCountNonzero(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('countNonzero', x, undefined, options, countOf)
}

/** The promise form of {@link countNonzeroSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function countNonzero<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function countNonzero(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function countNonzero<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T>>
export function countNonzero(x: ReductionInput, options?: ReductionOptions): Promise<number>
export function countNonzero(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('countNonzero', x, undefined, options, shortCountNonzero, countOf)
}

/**
 * Whether any number is NaN; false for nothing.
 *
 * @param x - n numbers.
 */
export function hasNaNSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Uint8Array
export function hasNaNSync(x: ReductionInput, options?: ReductionOptions): boolean
export function hasNaNSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortHasNaN(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('countNaN', x, undefined, options, hasNaNOf)
}

/** The promise form of {@link hasNaNSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function hasNaN<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Uint8Array>>
export function hasNaN(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Uint8Array>
export function hasNaN<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T, boolean>>
export function hasNaN(x: ReductionInput, options?: ReductionOptions): Promise<boolean>
export function hasNaN(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('countNaN', x, undefined, options, shortHasNaN, hasNaNOf)
}

export const minMaxOf = {
  check: (n: number) => nonEmpty(n, 'minimum'),
  finish: (_value: number, _n: number, _options: unknown, root: Float64Array): MinMax<number | bigint> => ({ min: root[0]!, max: root[1]! }),
  exact: exactMinMaxForm,
  names: ['min', 'max'],
}
const place = (_value: number, _n: number, _options: unknown, root: Float64Array): number => root[1]!
export const argMinOf = { check: (n: number) => nonEmpty(n, 'index of the minimum'), finish: place, place: 'min', into: 'indices' } as const
export const argMaxOf = { check: (n: number) => nonEmpty(n, 'index of the maximum'), finish: place, place: 'max', into: 'indices' } as const
export const countOf = { check: () => {}, finish: (value: number) => value, exact: exactCountForm }
export const hasNaNOf = { check: () => {}, finish: (value: number) => value > 0, into: 'flags' as const }
