/** The rows of wide data by each other: all that steps towards the optimum have to know of the columns (row-solver.ts). */
import { gramCost, matvecCost, operandMemory, type Backend, type LinearCall, type LinearCost, type LogisticProblem } from '../dispatch/index.ts'
import { dot } from './solver/vectors.ts'
import type { LinearWork, Pieces } from './work.ts'

/** Square of the columns' centres beside that of their spreads, beyond which products of uncentred columns would lose too many digits. */
const FAR = 1e4

/** Columns of Float32 that are widened at a time. */
const BLOCK = 512

/** Elements that are centred, scaled or added up in one go: a fraction of a millisecond. */
const SLICE = 1 << 16

/** Milliseconds that such a slice takes, about. */
const SLICE_MILLISECONDS = 0.15

/** Where such steps took less time than those from the columns when both were measured: up to 1.5 rows a column less 200. */
const ROWS_A_COLUMN = 1.5
const ROWS_LESS = 200

/** Rows whose products are made at most: they take 8 bytes for each pair. */
const MOST_ROWS = 20_000

/** Whether steps from systems of the rows' size are predicted to take less time than those from the columns'. */
export function wideRowsPay({ rows, columns, classes }: Pick<LogisticProblem, 'rows' | 'columns' | 'classes'>): boolean {
  return classes === 2 && rows <= MOST_ROWS && rows <= ROWS_A_COLUMN * columns - ROWS_LESS
}

/** The products of the centred rows with each other, and products with them: made once for all fits of a problem. */
export class RowProducts {
  readonly problem: LogisticProblem
  /** K: rows × rows. */
  readonly products: Float64Array
  readonly backend: Backend
  /** Whether columns have centres to be taken off, and lie so far from 0 that they must be taken off before anything is multiplied. */
  readonly #centres: boolean
  readonly #far: boolean
  /** X less the centres, rows × columns; undefined where X does as it is, or is Float32, which isn't widened as a whole. */
  readonly #centred: Float64Array | undefined

  constructor(problem: LogisticProblem, backend: Backend) {
    const { x, rows, columns, center, inverseScale } = problem
    this.problem = problem
    this.backend = backend
    this.products = operandMemory(backend, rows * rows)
    this.#centres = center.some((value) => value !== 0)
    let spread = 0
    for (const scale of inverseScale) if (scale > 0) spread += 1 / scale ** 2
    this.#far = !(dot(center, center) <= FAR * spread)
    this.#centred = this.#far && x instanceof Float64Array ? operandMemory(backend, rows * columns) : undefined
  }

  /** Computes the products; gives whether they are all finite. */
  *prepare(): Generator<LinearWork | Pieces, boolean, unknown> {
    const { x, rows, columns, center } = this.problem
    const { products } = this
    if (this.#centred !== undefined) {
      yield this.#centre(this.#centred, 0, columns)
      yield this.#gram(this.#centred, columns, products)
    } else if (!this.#far) {
      yield this.#gram(x, columns, products)
      if (this.#centres) {
        const shared = operandMemory(this.backend, columns)
        shared.set(center)
        const withCenter = new Float64Array(rows)
        yield work({ kernel: 'matvec', numbers: [rows, columns, columns, 1], inputs: [x, shared] }, withCenter, matvecCost(rows, columns))
        const square = dot(center, center)
        yield byRows(rows, (i) => {
          const shift = square - withCenter[i]!
          for (let j = 0, at = i * rows; j < rows; j++, at++) products[at] = products[at]! + (shift - withCenter[j]!)
        })
      }
    } else {
      const block = operandMemory(this.backend, rows * Math.min(columns, BLOCK))
      const part = new Float64Array(rows * rows)
      for (let first = 0; first < columns; first += BLOCK) {
        const count = Math.min(columns - first, BLOCK)
        yield this.#centre(block, first, count)
        yield this.#gram(block, count, first === 0 ? products : part)
        if (first > 0) yield byRows(rows, (i) => {
          for (let at = i * rows; at < (i + 1) * rows; at++) products[at] = products[at]! + part[at]!
        })
      }
    }
    for (let i = 0; i < rows; i++) if (!Number.isFinite(products[i * (rows + 1)]!)) return false
    return true
  }

  /** out ← K·x. */
  *multiply(x: Float64Array, out: Float64Array): Generator<LinearWork, void, unknown> {
    const { rows } = this.problem
    yield work({ kernel: 'matvec', numbers: [rows, rows, rows, 1], inputs: [this.products, x] }, out, matvecCost(rows, rows))
  }

  /** Out of the coefficients of the columns as they came the rows' scores, without an intercept. */
  *scores(coefficients: Float64Array, out: Float64Array): Generator<LinearWork, void, unknown> {
    const { x, rows, columns, center } = this.problem
    yield work({ kernel: 'matvec', numbers: [rows, columns, columns, 1], inputs: [this.#centred ?? x, coefficients] }, out, matvecCost(rows, columns))
    if (this.#centred !== undefined || !this.#centres) return
    const shift = dot(coefficients, center)
    for (let i = 0; i < rows; i++) out[i] = out[i]! - shift
  }

  /** The rows' sum, each so many times. */
  *sum(multiples: Float64Array, out: Float64Array): Generator<LinearWork, void, unknown> {
    const { x, rows, columns, center } = this.problem
    yield work({ kernel: 'matvec', numbers: [columns, rows, 1, columns], inputs: [this.#centred ?? x, multiples] }, out, matvecCost(columns, rows))
    if (this.#centred !== undefined || !this.#centres) return
    let total = 0
    for (let i = 0; i < rows; i++) total += multiples[i]!
    for (let j = 0; j < columns; j++) out[j] = out[j]! - total * center[j]!
  }

  #gram(x: LinearCall['inputs'][number], columns: number, out: Float64Array): LinearWork {
    const { rows } = this.problem
    return work({ kernel: 'gram', numbers: [columns, rows, 1, columns, 0], inputs: [x] }, out, gramCost(columns, rows, 0))
  }

  /** Columns from `first` on less their centres, into rows of `count`. */
  #centre(out: Float64Array, first: number, count: number): Pieces {
    const { x, rows, columns, center, inverseScale } = this.problem
    return byRows(rows, (i) => {
      const source = i * columns + first
      for (let j = 0; j < count; j++) out[i * count + j] = inverseScale[first + j] === 0 ? 0 : x[source + j]! - center[first + j]!
    }, count)
  }
}

/** Work whose answer goes to `out`. */
export function work(linear: LinearCall, out: Float64Array, cost: LinearCost): LinearWork {
  return { linear, out, cost }
}

/** A loop over rows, cut up. */
export function byRows(rows: number, run: (row: number) => void, width = rows): Pieces {
  const rowsAtOnce = Math.max(1, Math.floor(SLICE / width))
  return {
    pieces: Math.ceil(rows / rowsAtOnce),
    pieceMilliseconds: SLICE_MILLISECONDS,
    run(first, last) {
      for (let row = first * rowsAtOnce; row < Math.min(rows, last * rowsAtOnce); row++) run(row)
    },
  }
}
