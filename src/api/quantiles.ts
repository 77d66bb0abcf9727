/**
 * Quantiles and histograms: a few numbers about the order of many. The same bits on every backend and thread count: which number has a rank is no question of
 * arithmetic, and the interpolation between two of them is one line, in double.
 *
 * Inputs, forms and errors as for `sort` (src/api/order.ts). Integers give numbers; 64-bit ones are rounded to nearest first. A Matrix is taken as all its elements, or, with the
 * option `axis` of `quantile` and `median`, along one axis: 0 gives a number for each column, 1 for each row, each with the bits that the row or column gives as an array of its own.
 * Columns are copied out.
 */
import { checkAttached, elementTypeOf, typedArrayName, type NumericArray } from '../common/arrays.ts'
import { numbersOf, type NumbersInput } from '../common/inputs.ts'
import { isMatrixData, Matrix, type MatrixData } from '../common/matrix.ts'
import { checkCallOptions, once, type CallOptions } from '../common/options.ts'
import { axisOf, axisOperand, type AxisMatrix } from '../dispatch/axis.ts'
import { orderAsync, orderBlocking, type Ordering } from '../dispatch/ordering.ts'
import { orderAxisAsync, orderAxisBlocking, type AxisOrdering } from '../dispatch/ordering-axis.ts'
import type { AxisOption, Transferred, TransferOption } from '../dispatch/reduce.ts'
import { givingBack } from '../dispatch/transfer.ts'
import { histogramCost, selectCost } from '../dispatch/ordering-cost.ts'
import { argumentError, makeError } from '../errors.ts'
import type { Transferable } from './order.ts'
import { BinsMode, BinsResult, linearEdges } from '../kernels/ordering/histogram.ts'
import { extremes } from '../kernels/short/extremes.ts'
import { areBounded, countStaged, ranked, ranksOf } from '../kernels/short/order.ts'
import { stageRounded } from '../kernels/short/stage.ts'

/** Where in the order: between 0 (the smallest number) and 1 (the largest). */
export type Probabilities = readonly number[] | Float64Array | Float32Array

/**
 * The number below which the fraction q of x lies, by linear interpolation between neighbours in rank (NumPy's default, type 7 of Hyndman and Fan 1996):
 * with h = (n − 1)·q and a, b the numbers of rank ⌊h⌋ and ⌈h⌉, a + (h − ⌊h⌋)·(b − a). NaN if x has a NaN. By selection, not a full
 * sort: time proportional to n.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 * @param q - A number from 0 to 1, or several (RangeError ERR_MANYCORE_RANGE for others).
 * @returns a number, or for several q a Float64Array of as many. With `axis`: a Float64Array, or for several q a Matrix with a row for each.
 */
export function quantileSync(x: AxisMatrix, q: number, options: CallOptions & AxisOption): Float64Array
export function quantileSync(x: AxisMatrix, q: Probabilities, options: CallOptions & AxisOption): Matrix<Float64Array>
export function quantileSync(x: NumbersInput, q: number, options?: CallOptions): number
export function quantileSync(x: NumbersInput, q: Probabilities, options?: CallOptions): Float64Array
export function quantileSync(x: NumbersInput, q: number | Probabilities, options?: CallOptions): number | Float64Array
export function quantileSync(x: NumbersInput, q: number | Probabilities, given?: CallOptions): number | Float64Array | Matrix<Float64Array> {
  const options = once(given)
  if (hasAxis(options)) return orderAxisBlocking(axisQuantiles(x, q, options), options)
  if (options === undefined && typeof q === 'number') {
    const value = shortQuantile(x, q)
    if (value !== undefined) return value
  }
  return orderBlocking((own) => quantiles(x, q, own), options)
}

/** The promise form of {@link quantileSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function quantile<X extends AxisMatrix>(x: X, q: number, options: CallOptions & AxisOption & TransferOption): Promise<Transferred<X, Float64Array>>
export function quantile<X extends AxisMatrix>(x: X, q: Probabilities, options: CallOptions & AxisOption & TransferOption): Promise<Transferred<X, Matrix<Float64Array>>>
export function quantile<X extends Transferable>(x: X, q: number, options: CallOptions & TransferOption): Promise<Transferred<X>>
export function quantile<X extends Transferable>(x: X, q: Probabilities, options: CallOptions & TransferOption): Promise<Transferred<X, Float64Array>>
export function quantile(x: AxisMatrix, q: number, options: CallOptions & AxisOption): Promise<Float64Array>
export function quantile(x: AxisMatrix, q: Probabilities, options: CallOptions & AxisOption): Promise<Matrix<Float64Array>>
export function quantile(x: NumbersInput, q: number, options?: CallOptions): Promise<number>
export function quantile(x: NumbersInput, q: Probabilities, options?: CallOptions): Promise<Float64Array>
export function quantile(x: NumbersInput, q: number | Probabilities, options?: CallOptions): Promise<number | Float64Array>
export async function quantile(x: NumbersInput, q: number | Probabilities, options?: CallOptions): Promise<unknown> {
  return givingBack([x], options, ([x], options: CallOptions | undefined) => (hasAxis(options) ? axisQuantiles(x, q, options) : quantiles(x!, q, options)), wholeOrAlongAxis)
}

/**
 * The number in the middle of the order, or the mean (a + b) / 2 of the two in the middle. NaN if x has a NaN. By selection, as {@link quantileSync}.
 *
 * @param x - n > 0 numbers (RangeError ERR_MANYCORE_RANGE for none).
 */
export function medianSync(x: AxisMatrix, options: CallOptions & AxisOption): Float64Array
export function medianSync(x: NumbersInput, options?: CallOptions): number
export function medianSync(x: NumbersInput, given?: CallOptions): number | Float64Array {
  const options = once(given)
  if (hasAxis(options)) return orderAxisBlocking(axisMedians(x, options), options)
  if (options === undefined) {
    const value = shortMedian(x)
    if (value !== undefined) return value
  }
  return orderBlocking((own) => medians(x, own), options)
}

/** The promise form of {@link medianSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function median<X extends AxisMatrix>(x: X, options: CallOptions & AxisOption & TransferOption): Promise<Transferred<X, Float64Array>>
export function median<X extends Transferable>(x: X, options: CallOptions & TransferOption): Promise<Transferred<X>>
export function median(x: AxisMatrix, options: CallOptions & AxisOption): Promise<Float64Array>
export function median(x: NumbersInput, options?: CallOptions): Promise<number>
export async function median(x: NumbersInput, options?: CallOptions): Promise<unknown> {
  return givingBack([x], options, ([x], options: CallOptions | undefined) => (hasAxis(options) ? axisMedians(x, options) : medians(x!, options)), wholeOrAlongAxis)
}

function wholeOrAlongAxis(ordering: Ordering<unknown> | AxisOrdering<unknown>, options: CallOptions | undefined, owned: readonly ArrayBufferLike[]): Promise<unknown> {
  return 'matrix' in ordering ? orderAxisAsync(ordering, options) : orderAsync(ordering, options, owned)
}

/** Options of `histogram`. */
export interface HistogramOptions extends CallOptions {
  /** The number of equal bins, or the edges of bins, which never fall. Default 10. */
  bins?: number | readonly number[] | MatrixData | undefined
  /** Ends of equal bins; numbers outside are not counted. Default: the least and the largest number. */
  range?: readonly [number, number] | MatrixData | undefined
}

/** What `histogram` gives. */
export interface Histogram {
  /** How many numbers lie in each bin: whole numbers, exact. */
  readonly counts: Float64Array
  /** Bin i reaches from `edges[i]` to below `edges[i + 1]`; the last one includes its right edge. */
  readonly edges: Float64Array
}

/**
 * Counts by bins, with NumPy's rules. Equal bins have the edges `low + i · ((high − low) / bins)`; where all numbers are one, the bins reach half to each side, for no
 * numbers from 0 to 1. With `range` or given edges, NaN and what lies outside is not counted; without, NaN and ±∞ are a RangeError ERR_MANYCORE_NOT_FINITE.
 *
 * @throws RangeError ERR_MANYCORE_RANGE where so many bins are asked for between so close numbers that edges coincide.
 */
export function histogramSync(x: NumbersInput, options?: HistogramOptions): Histogram {
  return shortHistogram(x, options) ?? orderBlocking((own) => histograms(x, own), options)
}

/** The promise form of {@link histogramSync}. With `{ transfer: true }`, resolves to `{ result, x }`. */
export function histogram<X extends Transferable>(x: X, options: HistogramOptions & TransferOption): Promise<Transferred<X, Histogram>>
export function histogram(x: NumbersInput, options?: HistogramOptions): Promise<Histogram>
export async function histogram(x: NumbersInput, options?: HistogramOptions): Promise<unknown> {
  return givingBack([x], options, ([x], options) => histograms(x!, options), orderAsync)
}

/** Up to so many numbers (and bigints) a call without options of its backend is done at once: planning would cost as much. */
const SHORT = { quantile: 4096, ranked: 128, histogram: 2048, binned: 16, bins: 512 } as const

/** Most bins: their counts and edges are arrays. */
const MOST_BINS = 2 ** 30

export function quantiles(input: NumbersInput, q: number | Probabilities, options: CallOptions | undefined): Ordering<number | Float64Array> {
  if (options !== undefined) checkCallOptions(options, axisNames)
  const places = placesOf(q)
  return quantilesOf(nonEmpty(numbersOf(input, 'x'), 'quantile'), places, typeof q === 'number')
}

/** One quantile as a number, or several. */
function quantilesOf(x: NumericArray, places: readonly number[], single: boolean): Ordering<number | Float64Array> {
  const positions = places.map((place) => (x.length - 1) * place)
  return ofRanks(x, positions, (at) => (single ? quantileAt(at, positions[0]!) : Float64Array.from(positions, (h) => quantileAt(at, h))))
}

function placesOf(q: number | Probabilities): readonly number[] {
  const places = typeof q === 'number' ? [q] : probabilities(q)
  for (const place of places) {
    if (!(place >= 0 && place <= 1)) throw argumentError('RANGE', 'q', 'numbers from 0 to 1', place)
  }
  return places
}

const axisNames = ['axis']

/** Whether a call is one along an axis: then its options are checked here. */
export function hasAxis(options: CallOptions | undefined): options is CallOptions & AxisOption {
  if (options === undefined || (options as Partial<AxisOption> | null)?.axis === undefined) return false
  checkCallOptions(options, axisNames)
  return true
}

/** The quantiles of each row or column. */
export function axisQuantiles(x: unknown, q: number | Probabilities, options: CallOptions & AxisOption): AxisOrdering<Float64Array | Matrix<Float64Array>> {
  const places = placesOf(q)
  const { matrix, axis, items } = alongAxis(x, options, 'quantile')
  const results = new Float64Array(places.length * items)
  return {
    matrix,
    axis,
    cost: selectCost,
    of: (x) => quantilesOf(x, places, false),
    take: (index, result) => (result as Float64Array).forEach((value, k) => (results[k * items + index] = value)),
    finish: () => (typeof q === 'number' ? results : new Matrix(results, places.length, items)),
  }
}

/** The median of each row or column. */
export function axisMedians(x: unknown, options: CallOptions & AxisOption): AxisOrdering<Float64Array> {
  const { matrix, axis, items } = alongAxis(x, options, 'median')
  const results = new Float64Array(items)
  return { matrix, axis, cost: selectCost, of: mediansOf, take: (index, result) => (results[index] = result as number), finish: () => results }
}

function alongAxis(x: unknown, options: AxisOption, what: string): { matrix: AxisMatrix; axis: 0 | 1; items: number } {
  const axis = axisOf(options)
  const matrix = axisOperand(x, 'x')
  const [n, items] = axis === 0 ? [matrix.rows, matrix.columns] : [matrix.columns, matrix.rows]
  if (n === 0) throw emptyError(what)
  return { matrix, axis, items }
}

export function medians(input: NumbersInput, options: CallOptions | undefined): Ordering<number> {
  if (options !== undefined) checkCallOptions(options, axisNames)
  return mediansOf(nonEmpty(numbersOf(input, 'x'), 'median'))
}

function mediansOf(x: NumericArray): Ordering<number> {
  const h = (x.length - 1) / 2
  return ofRanks(x, [h], (at) => mean(at(Math.floor(h)), at(Math.ceil(h))))
}

/** Finds the numbers of the ranks on both sides of some positions, and whether there is a NaN, which is the number of the last rank then. */
function ofRanks<R>(x: NumericArray, positions: readonly number[], finish: (at: (rank: number) => number) => R): Ordering<R> {
  const sides = new Float64Array(2 * positions.length + 1)
  for (const [index, h] of positions.entries()) {
    sides[2 * index] = Math.floor(h)
    sides[2 * index + 1] = Math.ceil(h)
  }
  sides[2 * positions.length] = x.length - 1
  const ranks = sides.sort().filter((rank, index) => index === 0 || rank !== sides[index - 1])
  return {
    kernel: 'select',
    x,
    type: elementTypeOf(x)!,
    more: [ranks],
    wanted: [{ type: 'float64', length: ranks.length }],
    nanoseconds: selectCost(x.length),
    finish([values]) {
      const found = values as Float64Array
      if (Number.isNaN(found[ranks.length - 1])) return finish(() => NaN)
      return finish((rank) => withoutSign(found[placeOf(ranks, rank)]!))
    },
  }
}

/** The index of a number that is in a rising array. */
function placeOf(rising: Float64Array, number: number): number {
  let [low, high] = [0, rising.length - 1]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (rising[middle]! < number) low = middle + 1
    else high = middle
  }
  return low
}

/** No negative zero: either zero may stand for the other. */
function withoutSign(value: number): number {
  return value + 0
}

/** The quantile of few numbers; undefined for anything else. */
function shortQuantile(x: unknown, q: number): number | undefined {
  const n = q >= 0 && q <= 1 ? stageRounded(x, SHORT.quantile, SHORT.ranked) : 0
  if (n === 0) return undefined
  const h = (n - 1) * q
  const rank = Math.floor(h)
  return ranksOf(n, rank, Math.ceil(h)) ? interpolate(ranked[0]!, ranked[1]!, h - rank) : NaN
}

function shortMedian(x: unknown): number | undefined {
  const n = stageRounded(x, SHORT.quantile, SHORT.ranked)
  if (n === 0) return undefined
  const h = (n - 1) / 2
  return ranksOf(n, Math.floor(h), Math.ceil(h)) ? mean(ranked[0]!, ranked[1]!) : NaN
}

function quantileAt(at: (rank: number) => number, h: number): number {
  return interpolate(at(Math.floor(h)), at(Math.ceil(h)), h - Math.floor(h))
}

/** a + t·(b − a), as NumPy has it: from the nearer side. Where b − a is not finite, a·(1 − t) + b·t. */
function interpolate(a: number, b: number, t: number): number {
  if (t === 0 || a === b) return a
  const difference = b - a
  if (!Number.isFinite(difference)) return a * (1 - t) + b * t
  return t < 0.5 ? a + difference * t : b - difference * (1 - t)
}

function mean(a: number, b: number): number {
  const sum = a + b
  return Number.isFinite(sum) || !Number.isFinite(a) || !Number.isFinite(b) ? sum / 2 : a / 2 + b / 2
}

function probabilities(q: unknown): number[] {
  const name = typedArrayName(q)
  if (!Array.isArray(q) && name !== 'Float64Array' && name !== 'Float32Array') throw argumentError('TYPE', 'q', 'a number or an array of numbers', q)
  if (!Array.isArray(q)) checkAttached(q as Float64Array, 'q')
  return Array.from(q as number[], (place, index) => {
    if (typeof place !== 'number') throw argumentError('TYPE', `q[${index}]`, 'a number', place)
    return place
  })
}

export function histograms(input: NumbersInput, options: HistogramOptions | undefined): Ordering<Histogram> {
  if (options !== undefined) checkHistogramOptions(options)
  const { bins = 10, range } = options ?? {}
  const ends = range === undefined ? undefined : endsOf(range)
  const edges = typeof bins === 'number' ? new Float64Array(0) : edgesOf(bins)
  const x = numbersOf(input, 'x')
  if (typeof bins === 'number' && !(Number.isInteger(bins) && bins >= 1 && bins <= MOST_BINS)) {
    throw argumentError('OPTION', 'bins', `an integer from 1 to ${MOST_BINS}, or edges`, bins, RangeError)
  }
  const count = typeof bins === 'number' ? bins : edges.length - 1
  const mode = typeof bins !== 'number' ? BinsMode.edges : ends === undefined ? BinsMode.ofExtent : BinsMode.between
  const [low, high] = ends ?? [0, 1]
  const type = elementTypeOf(x)!
  return {
    kernel: 'histogram',
    x,
    type,
    numbers: [mode, low, high],
    more: [edges],
    wanted: [{ type: 'float64', length: count }, { type: 'float64', length: count + 1 }],
    nanoseconds: histogramCost(x.length, count, type),
    finish([counts, edges], value) {
      if (value === BinsResult.notFinite) {
        throw makeError('NOT_FINITE', 'x: bins over the extent of numbers that are not all finite; give a range', { argument: 'x', got: 'NaN or an infinity', wanted: 'finite numbers, or the option range' })
      }
      if (value === BinsResult.noEdges) {
        throw makeError('RANGE', `bins: ${count} bins between so close (or far) ends have no rising edges`, { argument: 'bins', got: `${count}`, wanted: 'bins whose edges differ' })
      }
      return { counts: counts as Float64Array, edges: edges as Float64Array }
    },
  }
}

/** A histogram of few numbers by plain options; undefined for anything else, and where there is an error: the long way says which. */
function shortHistogram(x: unknown, options: HistogramOptions = noOptions): Histogram | undefined {
  if (typeof options !== 'object' || options === null || Object.getPrototypeOf(options) !== Object.prototype) return undefined
  for (const name in options) if (name !== 'bins' && name !== 'range') return undefined
  const { bins = 10, range } = options
  if (typeof bins !== 'number' || !(bins >= 1 && bins <= SHORT.bins && Number.isInteger(bins))) return undefined
  let low = 0
  let high = 0
  if (range !== undefined) {
    if (!Array.isArray(range) || range.length !== 2) return undefined
    low = range[0] as number
    high = range[1] as number
    if (typeof low !== 'number' || typeof high !== 'number' || !(low < high && high - low < Infinity)) return undefined
  }
  // Last of all, as options may have getters that call us again.
  const n = stageRounded(x, SHORT.histogram, SHORT.binned)
  if (n === 0) return undefined
  if (range === undefined) {
    if (!areBounded(n)) return undefined
    low = extremes[0]!
    high = extremes[1]!
    if (low === high) {
      low -= 0.5
      high += 0.5
    }
  }
  const edges = new Float64Array(bins + 1)
  if (!linearEdges(low, high, edges)) return undefined
  const scale = bins / (high - edges[0]!)
  if (!(scale > 0 && scale < Infinity)) return undefined
  const counts = new Float64Array(bins)
  countStaged(n, scale, edges, counts)
  return { counts, edges }
}

const noOptions: HistogramOptions = {}

function checkHistogramOptions(options: HistogramOptions): void {
  const { axis } = (options ?? {}) as Partial<AxisOption>
  if (axis !== undefined) throw argumentError('OPTION', 'axis', 'nothing: bins over the extent differ from row to row, so take the rows or columns one by one', axis)
  checkCallOptions(options, ['bins', 'range'])
}

function endsOf(range: unknown): [number, number] {
  const wanted = 'two finite numbers, the first not above the second'
  if (!(Array.isArray(range) || isMatrixData(range)) || range.length !== 2 || typeof range[0] !== 'number' || typeof range[1] !== 'number') throw argumentError('OPTION', 'range', wanted, range)
  const [low, high] = [range[0], range[1]] as [number, number]
  if (!Number.isFinite(low) || !Number.isFinite(high) || low > high) throw argumentError('OPTION', 'range', wanted, `${low}, ${high}`, RangeError)
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

function edgesOf(bins: unknown): Float64Array {
  if (!Array.isArray(bins) && !isMatrixData(bins)) throw argumentError('OPTION', 'bins', 'an integer or an array of edges', bins)
  if (!Array.isArray(bins)) checkAttached(bins as Float64Array, 'bins')
  const edges = Float64Array.from(bins as number[], (edge, index) => {
    if (typeof edge !== 'number') throw argumentError('OPTION', `bins[${index}]`, 'a number', edge)
    return edge
  })
  const rise = edges.length > 1 && edges.every((edge, i) => !Number.isNaN(edge) && (i === 0 || edges[i - 1]! <= edge))
  if (!rise) throw argumentError('OPTION', 'bins', 'at least two edges that never fall', bins, RangeError)
  return edges
}

function nonEmpty(x: NumericArray, what: string): NumericArray {
  if (x.length > 0) return x
  throw emptyError(what)
}

function emptyError(what: string): Error {
  return makeError('RANGE', `x: the ${what} of an empty array is not defined`, { argument: 'x', got: 'an empty array', wanted: 'at least one number' })
}
