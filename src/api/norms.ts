/** Norms, products and sums of exponentials; what src/api/reductions.ts says of bits, forms and errors holds here too. */
import type { NumericArray } from '../common/arrays.ts'
import { exactAbsolutesForm, exactNormForm } from '../dispatch/exact.ts'
import {
  reduceAsync, reduceBlocking, type AxisMatrix, type AxisOption, type ReductionInput, type ReductionOptions, type Transferred, type TransferOption,
} from '../dispatch/reduce.ts'
import { shortLogSumExp, shortNorm, shortProduct } from '../dispatch/short.ts'
import { argumentError } from '../errors.ts'
import { finishLogSumExp } from '../kernels/short/reductions.ts'
import type { ReductionName } from '../kernels/table.ts'

/** Options of `norm`. */
export interface NormOptions extends ReductionOptions {
  /** 1: `Σ |xᵢ|`; 2 (the default): `√(Σ xᵢ²)`; Infinity: `max |xᵢ|`. */
  ord?: 1 | 2 | typeof Infinity | undefined
}

/**
 * A norm of the vector x. The Euclidean norm neither overflows nor underflows where the result is a double: blocks of 4096 whose sum of
 * squares leaves 2⁻⁹⁰⁰ … 2⁹⁷⁰ are read once more (from cache), scaled by a power of two. Relative error of ord 2 at most
 * `(70 + ½·log₂⌈n/4096⌉) · 2⁻⁵³`, of ord 1 `(133 + log₂⌈n/4096⌉) · 2⁻⁵³`; ord Infinity is exact. Of nothing 0; NaN propagates,
 * beside infinities too. With `precision: 'exact'` the norm is rounded once; with `'compensated'` that of ord 2 is the root of a sum
 * of squares that may overflow. Of integers ord 1 is exact, rounded once.
 *
 * @param x - n numbers.
 */
export function normSync(x: AxisMatrix, options: NormOptions & AxisOption): Float64Array
export function normSync(x: ReductionInput, options?: NormOptions): number
export function normSync(x: ReductionInput, options?: NormOptions): unknown {
  if (options === undefined) {
    const value = shortNorm(x)
    if (value !== undefined) return value
  }
  return reduceBlocking(normKernel(options), x, undefined, options, normFinish(options), ordNames)
}

/** The promise form of {@link normSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function norm<M extends AxisMatrix>(x: M, options: NormOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function norm(x: AxisMatrix, options: NormOptions & AxisOption): Promise<Float64Array>
export function norm<T extends NumericArray | AxisMatrix>(x: T, options: NormOptions & TransferOption): Promise<Transferred<T>>
export function norm(x: ReductionInput, options?: NormOptions): Promise<number>
export async function norm(x: ReductionInput, options?: NormOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync(normKernel(options), x, undefined, options, shortNorm, normFinish(options), ordNames)
}

/**
 * The product Π xᵢ in double precision. Relative error at most about `n · 2⁻⁵³`, as long as no partial product leaves the normal doubles:
 * one that overflows or underflows stays ±∞ or ±0. Of nothing 1; NaN propagates, and 0 with ±∞ gives NaN.
 *
 * @param x - n numbers.
 */
export function productSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function productSync(x: ReductionInput, options?: ReductionOptions): number
export function productSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortProduct(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('product', x, undefined, options, asIs)
}

/** The promise form of {@link productSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function product<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function product(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function product<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T>>
export function product(x: ReductionInput, options?: ReductionOptions): Promise<number>
export function product(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('product', x, undefined, options, shortProduct, asIs)
}

/**
 * `log Σ exp(xᵢ)`, never overflowing on the way: block by block relative to the largest number, in one read from memory, with an
 * exponential of our own (the same bits everywhere). Error at most about `(140 + 2·log₂⌈n/4096⌉ + r) · 2⁻⁵³` and half a unit in the last
 * place of the result, where r is the largest `|xᵢ − max|` of a term that matters (below 40). Of nothing −Infinity, as of only −Infinity;
 * NaN propagates; else Infinity gives Infinity.
 *
 * @param x - n numbers.
 */
export function logSumExpSync(x: AxisMatrix, options: ReductionOptions & AxisOption): Float64Array
export function logSumExpSync(x: ReductionInput, options?: ReductionOptions): number
export function logSumExpSync(x: ReductionInput, options?: ReductionOptions): unknown {
  if (options === undefined) {
    const value = shortLogSumExp(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('logSumExp', x, undefined, options, logSumExpOf)
}

/** The promise form of {@link logSumExpSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function logSumExp<M extends AxisMatrix>(x: M, options: ReductionOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function logSumExp(x: AxisMatrix, options: ReductionOptions & AxisOption): Promise<Float64Array>
export function logSumExp<T extends NumericArray | AxisMatrix>(x: T, options: ReductionOptions & TransferOption): Promise<Transferred<T>>
export function logSumExp(x: ReductionInput, options?: ReductionOptions): Promise<number>
export function logSumExp(x: ReductionInput, options?: ReductionOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('logSumExp', x, undefined, options, shortLogSumExp, logSumExpOf)
}

export const ordNames = ['ord'] as const

export function normKernel(options: NormOptions | undefined): ReductionName {
  switch (options?.ord) {
    case 1:
      return 'sumOfAbsolutes'
    case Infinity:
      return 'minMax'
    default:
      return 'euclideanNorm'
  }
}

const normOf = {
  check(_n: number, options: NormOptions | undefined): void {
    const ord: unknown = options?.ord ?? 2
    if (ord !== 1 && ord !== 2 && ord !== Infinity) throw argumentError('OPTION', 'ord', '1, 2 or Infinity', ord, typeof ord === 'number' ? RangeError : TypeError)
  },
  finish(value: number, n: number, options: NormOptions | undefined, root: Float64Array): number {
    if (options?.ord === 1) return value
    if (options?.ord === Infinity) return n === 0 ? 0 : Math.max(-root[0]!, root[1]!)
    return Math.sqrt(root[0]!) * root[1]!
  },
}

const euclidean = { ...normOf, exact: exactNormForm }
const absolutes = { ...normOf, exact: exactAbsolutesForm }

export function normFinish(options: NormOptions | undefined): typeof normOf {
  const kernel = normKernel(options)
  return kernel === 'euclideanNorm' ? euclidean : kernel === 'sumOfAbsolutes' ? absolutes : normOf
}

export const asIs = { check: () => {}, finish: (value: number) => value }

export const logSumExpOf = {
  check: () => {},
  finish: (_value: number, _n: number, _options: unknown, root: Float64Array): number => finishLogSumExp(root[0]!, root[1]!),
}
