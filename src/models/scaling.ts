/**
 * Centre and scale of each column, for the solver's eyes only: with them features of any units and offsets make a
 * well-conditioned problem, and the change of variables is exact.
 */
import { threadsFor, type Backend } from '../dispatch/index.ts'
import type { Pausing } from '../common/pausing.ts'
import { checkFinite, type Dense } from './input.ts'
import type { Pieces } from './work.ts'

export interface ColumnScaling {
  /** Subtracted from each column: its mean, or 0. */
  readonly center: Float64Array
  /** Multiplied into each centred column: a power of two near 1 / standard deviation; 0 for a column without spread. */
  readonly inverseScale: Float64Array
}

/** Elements of X whose moments are computed in one go: about a millisecond's work, so that the promise form can pause between. */
const SLICE_ELEMENTS = 1 << 20

/** An element of X in the native kernel, one thread. */
const ELEMENT_NANOSECONDS = 1

/** Elements of a column that are looked at in one stretch: each lies in a line of memory of its own. */
const COLUMN_STRETCH = 1 << 13

/** A column whose standard deviation is below this fraction of its mean may be constant up to rounding. */
const CONSTANT = 16 * Number.EPSILON

export interface Moments {
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/** Column moments, block of rows by block of rows. */
export class ColumnMoments implements Pieces {
  readonly pieces: number
  readonly pieceMilliseconds: number
  readonly #dense: Dense
  readonly #backend: Backend
  readonly #threads: number
  readonly #rowsPerBlock: number
  /** Means, then variances. */
  readonly #total: Float64Array
  readonly #block: Float64Array
  #count = 0

  constructor(dense: Dense, backend: Backend, threads: number | undefined) {
    const { rows, columns } = dense
    this.#dense = dense
    this.#backend = backend
    this.#rowsPerBlock = Math.min(rows, Math.max(1, Math.floor(SLICE_ELEMENTS / columns)))
    const nanoseconds = this.#rowsPerBlock * columns * ELEMENT_NANOSECONDS
    this.#threads = threadsFor(backend, nanoseconds, threads)
    this.pieceMilliseconds = nanoseconds / 1e6
    this.pieces = Math.ceil(rows / this.#rowsPerBlock)
    this.#total = new Float64Array(2 * columns)
    this.#block = this.pieces === 1 ? this.#total : new Float64Array(2 * columns)
  }

  /** Takes in blocks `first … last − 1`; all must be taken in rising order. */
  run(first: number, last: number): void {
    const { x, rows, columns } = this.#dense
    for (let block = first; block < last; block++) {
      const from = block * this.#rowsPerBlock
      const to = Math.min(rows, from + this.#rowsPerBlock)
      const part = this.pieces === 1 ? x : x.subarray(from * columns, to * columns)
      this.#backend.columnMoments(part, to - from, columns, this.#threads, this.#block)
      if (this.#block !== this.#total) this.#merge(to - from)
    }
  }

  /** Means and variances of a sample, if they say of each column where it lies and how far it reaches; undefined if some column looks constant or isn't finite. */
  telling(): Moments | undefined {
    const { columns } = this.#dense
    for (let j = 0; j < columns; j++) {
      const variance = this.#total[columns + j]!
      if (!(variance > (CONSTANT * this.#total[j]!) ** 2 && variance < Infinity)) return undefined
    }
    return { mean: this.#total.subarray(0, columns), variance: this.#total.subarray(columns) }
  }

  /** Throws NOT_FINITE if X is not finite; else gives means and variances. Finite moments prove that X is finite. */
  finish(): Moments {
    const { x, columns } = this.#dense
    const mean = this.#total.subarray(0, columns)
    const variance = this.#total.subarray(columns)
    let finite = true
    for (let j = 0; j < 2 * columns; j++) finite &&= Number.isFinite(this.#total[j]!)
    if (!finite) {
      checkFinite(x, columns)
      for (let j = 0; j < columns; j++) {
        if (!Number.isFinite(mean[j]!) || !Number.isFinite(variance[j]!)) this.#shrunkMoments(j, mean, variance)
      }
    }
    return { mean, variance }
  }

  /** Chan, Golub and LeVeque's update. */
  #merge(count: number): void {
    const { columns } = this.#dense
    const total = this.#total
    const block = this.#block
    const share = count / (this.#count + count)
    for (let j = 0; j < columns; j++) {
      const delta = block[j]! - total[j]!
      total[j]! += delta * share
      const old = total[columns + j]!
      total[columns + j] = old + (block[columns + j]! - old) * share + delta * delta * share * (1 - share)
    }
    this.#count += count
  }

  /** Moments of a column of huge numbers, whose sums or squares overflow: its variance is cut at what a double holds. */
  #shrunkMoments(column: number, mean: Float64Array, variance: Float64Array): void {
    const { x, rows, columns } = this.#dense
    let largest = 0
    for (let i = column; i < x.length; i += columns) largest = Math.max(largest, Math.abs(x[i]!))
    let m = 0
    for (let i = column; i < x.length; i += columns) m += x[i]! / largest / rows
    let v = 0
    for (let i = column; i < x.length; i += columns) v += (x[i]! / largest - m) ** 2 / rows
    mean[column] = m * largest
    variance[column] = Math.min(v * largest * largest, Number.MAX_VALUE)
  }
}

/** Centres where there is an intercept to take up the centre; without one columns are only scaled, by their root mean square. */
export function columnScaling(
  columns: number, { mean, variance }: Moments, center: boolean, isConstant: (column: number) => boolean,
): ColumnScaling {
  const centers = new Float64Array(columns)
  const inverseScale = new Float64Array(columns)
  for (let j = 0; j < columns; j++) {
    const m = mean[j]!
    let square = variance[j]!
    if (center) {
      centers[j] = m
      if (isConstant(j)) square = 0
    } else {
      square = Math.min(square + m * m, Number.MAX_VALUE)
    }
    inverseScale[j] = inversePowerOfTwo(Math.sqrt(square))
  }
  return { center: centers, inverseScale }
}

/** 1 for each column that holds one number only, else 0. Looks at a column only if its moments say that it may. */
export function* constantColumns(dense: Dense, { mean, variance }: Moments): Pausing<Uint8Array> {
  const { rows, columns } = dense
  const constant = new Uint8Array(columns)
  for (let j = 0; j < columns; j++) {
    if (variance[j]! > (CONSTANT * mean[j]!) ** 2) continue
    constant[j] = 1
    for (let first = 1; constant[j] === 1 && first < rows; first += COLUMN_STRETCH) {
      if (!isEven(dense, j, first, Math.min(rows, first + COLUMN_STRETCH))) constant[j] = 0
      yield
    }
  }
  return constant
}

function isEven({ x, columns }: Dense, column: number, first: number, end: number): boolean {
  for (let i = column + first * columns; i < end * columns; i += columns) if (x[i] !== x[column]) return false
  return true
}

const bits = new DataView(new ArrayBuffer(8))

/**
 * 2^−⌊log2 value⌋, so that scaling and unscaling round nothing; 0 for 0. Within a factor of two of 1 / value, which conditions as
 * well. By the exponent's bits, since Math.log2 differs between engines.
 */
export function inversePowerOfTwo(value: number): number {
  if (value === 0) return 0
  bits.setFloat64(0, value)
  const exponent = ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023
  return 2 ** -Math.max(-1000, Math.min(1000, exponent))
}
