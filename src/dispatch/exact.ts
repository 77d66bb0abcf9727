/** Reductions whose result is exact and rounded once: integer arrays, and floating-point ones with `precision: 'exact'`. */
import { types } from 'node:util'
import type { Backend } from '../backends/backend.ts'
import { isStable } from '../common/allocate.ts'
import { elementTypeOf, fixed, type ElementTypeName, type NumericArray } from '../common/arrays.ts'
import type { CallOptions } from '../common/options.ts'
import { Range } from '../common/range.ts'
import {
  exactMean, exactPartial, exactPieces, exactVariance, exactWidth, extremeOf, integerOf, isBigInt, isFloat, mergeExact, realOf, roundRatio, roundReal, roundRoot, TOTAL_LIMBS,
  type ExactName,
} from '../kernels/exact/index.ts'
import { progressionOf, rangeDot, rangeExtreme, rangeMean, rangeSquares, rangeSum, rangeVariance, type Progression } from '../kernels/exact/ranges.ts'
import type { ReductionName } from '../kernels/table.ts'
import type { Work } from './work.ts'

/** How a function computes its result exactly. */
export interface ExactForm<R> {
  readonly kernel: ExactName
  /** Of the absolute values; the result of doubles needs them one by one, so they are staged (src/dispatch/staged.ts). */
  readonly absolutes?: boolean
  /** The result from the partial of all `n` elements, which it may overwrite. */
  finish(partial: Float64Array, type: ElementTypeName, n: number, options: CallOptions | undefined): R
  /** The same of a range whose elements need no rounding, in closed form. */
  range?(x: Progression, y: Progression, options: CallOptions | undefined): R
}

/** A sum: a number or a bigint, as the elements are. */
function total(partial: Float64Array, type: ElementTypeName): number | bigint {
  if (isFloat(type)) return roundReal(partial)
  const sum = integerOf(partial)
  return isBigInt(type) ? BigInt(sum) : Number(sum)
}

function extreme(partial: Float64Array, type: ElementTypeName, o = 0): number | bigint {
  const value = extremeOf(partial, o)
  return isBigInt(type) ? BigInt(value) : Number(value)
}

/** Exact forms of kernels whose value is the function's own. */
const forms: { readonly [name in ReductionName]?: ExactForm<number | bigint> } = {
  sum: { kernel: 'sum', finish: total, range: rangeSum },
  sumOfSquares: { kernel: 'sumOfSquares', finish: total, range: (x) => rangeDot(x, x) },
  dot: { kernel: 'dot', finish: total, range: rangeDot },
  min: { kernel: 'min', finish: (partial, type) => extreme(partial, type) },
  max: { kernel: 'max', finish: (partial, type) => extreme(partial, type) },
}

/** The exact form of a kernel whose value is the function's own. */
export function exactFormOf(kernel: ReductionName): ExactForm<number | bigint> | undefined {
  return forms[kernel]
}

/** The smallest and the largest of integers. */
export const exactMinMaxForm: ExactForm<{ min: number | bigint; max: number | bigint }> = {
  kernel: 'minMax',
  finish: (partial, type) => ({ min: extreme(partial, type), max: extreme(partial, type, 2) }),
}

/** How many integers are not 0; a number, of bigints too. */
export const exactCountForm: ExactForm<number> = { kernel: 'countNonzero', finish: (partial) => Number(integerOf(partial)) }

/** The mean: the exact sum, divided once. */
export const exactMeanForm: ExactForm<number> = {
  kernel: 'sum',
  finish: (partial, type, n) => {
    if (!isFloat(type)) return exactMean(integerOf(partial), n)
    const sum = realOf(partial)
    return typeof sum === 'number' ? sum : roundRatio(sum.mantissa, BigInt(n), sum.exponent)
  },
  range: rangeMean,
}

/** The variance of integers from the exact sums of themselves and their squares, rounded once. */
export const exactVarianceForm: ExactForm<number> = {
  kernel: 'moments',
  finish: (partial, _type, n, options) => exactVariance(integerOf(partial), integerOf(partial, TOTAL_LIMBS), n, ddofOf(options)),
  range: (x, _y, options) => rangeVariance(x, ddofOf(options)),
}

/** Mean and variance of integers from one partial, each rounded once. */
export const exactMoments = {
  kernel: 'moments',
  of: (partial: Float64Array, n: number, options: CallOptions | undefined) => {
    const [sum, squares] = [integerOf(partial), integerOf(partial, TOTAL_LIMBS)]
    return { mean: exactMean(sum, n), variance: exactVariance(sum, squares, n, ddofOf(options)) }
  },
} as const

/** The Euclidean norm: the root of the exact sum of squares, rounded once. */
export const exactNormForm: ExactForm<number> = {
  kernel: 'sumOfSquares',
  finish: (partial, type) => {
    const squares = isFloat(type) ? realOf(partial) : { mantissa: BigInt(integerOf(partial)), exponent: 0 }
    return typeof squares === 'number' ? squares : roundRoot(squares)
  },
  range: (x) => roundRoot(rangeSquares(x)),
}

/** The sum of absolute values, rounded once. */
export const exactAbsolutesForm: ExactForm<number> = { kernel: 'sum', absolutes: true, finish: (partial) => roundReal(partial) }

/** The standard deviation of integers: the root of their variance. */
export const exactDeviationForm: ExactForm<number> = {
  kernel: 'moments',
  finish: (partial, type, n, options) => Math.sqrt(exactVarianceForm.finish(partial, type, n, options)),
  range: (x, _y, options) => Math.sqrt(rangeVariance(x, ddofOf(options))),
}

function ddofOf(options: CallOptions | undefined): number {
  return (options as { ddof?: number | undefined } | undefined)?.ddof ?? 0
}

/**
 * The result for ranges by a closed form, or undefined when there is none: elements that are rounded are computed one by one. `y` is the
 * second operand of a dot product.
 */
export function ofRange<R>(form: ExactForm<R>, x: Range, y: unknown, options: CallOptions | undefined): R | undefined {
  if (form.kernel === 'min' || form.kernel === 'max') return rangeExtreme(x, form.kernel) as R
  const a = progressionOf(x)
  if (a === undefined || form.range === undefined) return undefined
  if (form.kernel !== 'dot') return form.range(a, a, options)
  const b = y instanceof Range ? progressionOf(y) : undefined
  return b && form.range(a, b, options)
}

/** Nanoseconds an element, measured as those of cost.ts: in TypeScript and natively, for sums and extremes, and for products. */
const costs = {
  narrow: { inline: [0.35, 0.5], native: [0.03, 0.06] },
  middle: { inline: [0.6, 1.4], native: [0.06, 0.12] },
  wide: { inline: [1, 7], native: [0.15, 0.6] },
  real: { inline: [3, 7], native: [0.3, 1] },
} as const

/** Predicted nanoseconds of an element. */
export function exactCost(kernel: ExactName, type: ElementTypeName, bytes: number): { readonly inline: number; readonly native: number } {
  const { inline, native } = costs[isFloat(type) ? 'real' : bytes < 4 ? 'narrow' : bytes < 8 ? 'middle' : 'wide']
  const products = kernel === 'sumOfSquares' || kernel === 'dot' || kernel === 'moments' ? 1 : 0
  return { inline: inline[products], native: native[products] }
}

/** An exact reduction as work; `ours`: the memory is no other's to free. */
export function exactWork<R>(
  form: ExactForm<R>, x: NumericArray, y: NumericArray | undefined, options: CallOptions | undefined, promised: boolean, ours: boolean,
): Work<R> {
  const { kernel } = form
  const type = elementTypeOf(x)!
  const n = x.length
  const a = promised ? fixed(x) : x
  const b = promised && y !== undefined ? fixed(y) : y
  const width = exactWidth(kernel, type)
  const all = new Float64Array(width)
  let begun = false
  /** Has a partial written, and puts it to those before. */
  const take = (compute: (out: Float64Array) => void): void => {
    if (!begun) {
      compute(all)
      begun = true
      return
    }
    const more = new Float64Array(width)
    compute(more)
    mergeExact(kernel, width, all, more, false)
  }
  const cost = exactCost(kernel, type, a.BYTES_PER_ELEMENT)
  const views = b === undefined ? [{ name: 'x', view: a }] : [{ name: 'x', view: a }, { name: 'y', view: b }]
  return {
    views,
    pieces: exactPieces(a),
    nanoseconds: { inline: n * cost.inline, native: n * cost.native },
    bytes: views.length * n * a.BYTES_PER_ELEMENT,
    stable: ours || views.every(({ view }) => isStable(view.buffer)),
    shared: views.every(({ view }) => types.isSharedArrayBuffer(view.buffer)),
    inline: (first, last) => take((out) => exactPartial(kernel, a, b, first, last, out)),
    blocking: (backend: Backend, first, last, threads) => take((out) => backend.exact(kernel, a, b, first, last, threads, out)),
    offThread: (backend, threads, timeout, signal) => backend.exactAsync(kernel, a, b, threads, timeout, signal, all),
    finish: () => form.finish(all, type, n, options),
  }
}
