/** Moments of a distribution; what src/api/reductions.ts says of bits, forms and errors holds here too. */
import type { NumericArray } from '../common/arrays.ts'
import { exactDeviationForm, exactMoments } from '../dispatch/exact.ts'
import {
  reduceAsync, reduceBlocking, type AxisMatrix, type AxisOption, type ReductionInput, type Transferred, type TransferOption,
} from '../dispatch/reduce.ts'
import { shortDescribe, shortDeviation } from '../dispatch/short.ts'
import { ddofOf, moreThan, nonEmpty } from './checks.ts'
import type { VarianceOptions } from './reductions.ts'

/**
 * The standard deviation `√(Σ (xᵢ − mean)² / (n − ddof))`: the square root of {@link varianceSync}, with its accuracy (half the relative
 * error and one rounding).
 *
 * @param x - n > ddof numbers (RangeError ERR_MANYCORE_RANGE for fewer).
 */
export function standardDeviationSync(x: AxisMatrix, options: VarianceOptions & AxisOption): Float64Array
export function standardDeviationSync(x: ReductionInput, options?: VarianceOptions): number
export function standardDeviationSync(x: ReductionInput, options?: VarianceOptions): unknown {
  if (options === undefined) {
    const value = shortDeviation(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('variance', x, undefined, options, deviationOf, ddofNames)
}

/** The promise form of {@link standardDeviationSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function standardDeviation<M extends AxisMatrix>(x: M, options: VarianceOptions & AxisOption & TransferOption): Promise<Transferred<M, Float64Array>>
export function standardDeviation(x: AxisMatrix, options: VarianceOptions & AxisOption): Promise<Float64Array>
export function standardDeviation<T extends NumericArray | AxisMatrix>(x: T, options: VarianceOptions & TransferOption): Promise<Transferred<T>>
export function standardDeviation(x: ReductionInput, options?: VarianceOptions): Promise<number>
export function standardDeviation(x: ReductionInput, options?: VarianceOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('variance', x, undefined, options, shortDeviation, deviationOf, ddofNames)
}

/** What {@link describe} gives. */
export interface Description {
  /** How many numbers there are. */
  count: number
  mean: number
  /** `Σ (xᵢ − mean)² / (n − ddof)` */
  variance: number
  /** `m₃ / m₂^(3/2)` with the central moments `mₖ = Σ (xᵢ − mean)ᵏ / n`; NaN where all numbers are equal. */
  skewness: number
  /** Excess kurtosis `m₄ / m₂² − 3`, 0 for a normal distribution; NaN where all numbers are equal. */
  kurtosis: number
  min: number
  max: number
}

/** What {@link describe} gives along an axis: the count of all, and a number for each column or row. */
export type DescriptionArrays = { [Name in keyof Description]: Name extends 'count' ? number : Float64Array }

/**
 * Count, mean, variance, skewness, excess kurtosis, minimum and maximum in one read from memory. Mean, variance, minimum and maximum have
 * the bits of {@link meanSync}, {@link varianceSync}, {@link minSync} and {@link maxSync}, of integers too (64-bit minima and maxima as the nearest doubles). Central moments are formed block by block
 * about the block's own mean and merged by the pairwise formulas of Pébay (2008), so a large mean costs few digits: with
 * `κ = √(Σxᵢ² / Σ(xᵢ − mean)²)` the error of `Σ (xᵢ − mean)ᵏ` is about `k · (140 + κ·log₂⌈n/4096⌉) · 2⁻⁵³ · Σ|xᵢ − mean|ᵏ`.
 * Skewness and kurtosis are the population's (SciPy's default, `bias=True`); `ddof` concerns the variance alone. NaN and ±∞ give NaN
 * moments; fourth powers of deviations beyond about 1e77 overflow.
 *
 * @param x - n > ddof numbers (RangeError ERR_MANYCORE_RANGE for fewer).
 */
export function describeSync(x: AxisMatrix, options: VarianceOptions & AxisOption): DescriptionArrays
export function describeSync(x: ReductionInput, options?: VarianceOptions): Description
export function describeSync(x: ReductionInput, options?: VarianceOptions): unknown {
  if (options === undefined) {
    const value = shortDescription(x)
    if (value !== undefined) return value
  }
  return reduceBlocking('describe', x, undefined, options, describeOf, ddofNames)
}

/** The promise form of {@link describeSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function describe<M extends AxisMatrix>(x: M, options: VarianceOptions & AxisOption & TransferOption): Promise<Transferred<M, DescriptionArrays>>
export function describe(x: AxisMatrix, options: VarianceOptions & AxisOption): Promise<DescriptionArrays>
export function describe<T extends NumericArray | AxisMatrix>(x: T, options: VarianceOptions & TransferOption): Promise<Transferred<T, Description>>
export function describe(x: ReductionInput, options?: VarianceOptions): Promise<Description>
export function describe(x: ReductionInput, options?: VarianceOptions & { transfer?: boolean }): Promise<unknown> {
  return reduceAsync('describe', x, undefined, options, shortDescription, describeOf, ddofNames)
}

const ddofNames = ['ddof'] as const

export const deviationOf = {
  check: (n: number, options: VarianceOptions | undefined) => moreThan(n, ddofOf(options), 'standard deviation'),
  finish: (value: number, n: number, options: VarianceOptions | undefined) => Math.sqrt(value / (n - ddofOf(options))),
  exact: exactDeviationForm,
}

export const describeOf = {
  names: ['count', 'mean', 'variance', 'skewness', 'kurtosis', 'min', 'max'],
  check: (n: number, options: VarianceOptions | undefined) => {
    nonEmpty(n, 'description')
    moreThan(n, ddofOf(options), 'variance')
  },
  beside: {
    kernel: exactMoments.kernel,
    correct: (result: unknown, partial: Float64Array, n: number, options: VarianceOptions | undefined): Description => ({ ...(result as Description), ...exactMoments.of(partial, n, options) }),
  },
  finish: (_value: number, n: number, options: VarianceOptions | undefined, root: Float64Array): Description => descriptionOf(n, ddofOf(options), root),
}

function shortDescription(x: unknown): Description | undefined {
  const root = shortDescribe(x)
  return root === undefined ? undefined : descriptionOf(root[0]!, 0, root)
}

function descriptionOf(n: number, ddof: number, root: Float64Array): Description {
  const m2 = root[2]! / n
  return {
    count: n,
    mean: root[7]! / n,
    variance: root[2]! / (n - ddof),
    skewness: root[3]! / n / (m2 * Math.sqrt(m2)),
    kurtosis: root[4]! / n / (m2 * m2) - 3,
    min: root[5]!,
    max: root[6]!,
  }
}
