/**
 * Linear algebra on dense matrices. Two forms each: a bare name returns a promise and never holds the event loop for long; `…Sync` blocks.
 *
 * Matrices are read where they lie: a `Matrix`, or an object with `data`, `shape` and `strides` (so a transposed view is a matrix like any other); nested arrays are
 * copied. Elements of any type are widened to double as they are read and all arithmetic is double. Results are Float32 where all operands are (each entry rounded
 * once, at the end), else Float64. Promise forms copy plain ArrayBuffers in slices first (docs/memory.md), unless they are taken over: with
 * `{ transfer: true }` they resolve to `{ result, x }`, functions of two operands to `{ result, x, y }`, in the order of the arguments.
 *
 * The result has the same bits for any number of threads on one backend and CPU level. Backends and levels agree within the bounds that stand with each function:
 * fused multiply-adds are used where the CPU has them.
 *
 * Errors, for all of them: TypeError ERR_MANYCORE_TYPE (no matrix of numbers), RangeError ERR_MANYCORE_SHAPE (shapes that don't fit; the message
 * names both), ERR_MANYCORE_OPTION, ERR_MANYCORE_DETACHED, ERR_MANYCORE_TIMEOUT, and `signal.reason`. Promise forms reject with them, `…Sync` throws them.
 */
import { checkAttached, checkNumericArray, elementTypeOf, type FloatArray, type NumericArray } from '../common/arrays.ts'
import { numbersOf, type NumbersInput } from '../common/inputs.ts'
import { elementsOf, Matrix, type MatrixLike } from '../common/matrix.ts'
import { matrixOperand, resultType, type MatrixOperand } from '../common/operand.ts'
import { checkCallOptions, type CallOptions } from '../common/options.ts'
import { Range } from '../common/range.ts'
import { calculate, calculateSync, type Calculation } from '../dispatch/linear-algebra.ts'
import { definiteCost, gramCost, matmulCost, matvecCost } from '../dispatch/linear-algebra-cost.ts'
import { choleskySolveShort, covarianceShort, gramShort, matmulNative, matmulShort, matvecNative, matvecShort } from '../dispatch/linear-short.ts'
import type { Transferred, TransferredPair, TransferOption } from '../dispatch/reduce.ts'
import { givingBack } from '../dispatch/transfer.ts'
import { argumentError, makeError } from '../errors.ts'

/** A result: Float32 where all operands are, else Float64. */
export type FloatMatrix = Matrix<Float64Array> | Matrix<Float32Array>

/** Options of functions that give a matrix. */
export interface MatrixOptions extends CallOptions {
  /** Where to write the result: a Matrix of its shape and element type, whose memory may be an operand's. Default: a new one. */
  out?: FloatMatrix | undefined
}

/** Options of functions that give a vector. */
export interface VectorOptions extends CallOptions {
  /** Where to write the result: an array of its length and type. Default: a new one. */
  out?: FloatArray | undefined
}

/**
 * The product A·B. Packed and blocked for the caches (Goto and van de Geijn, 2008): 2·m·n·k operations, and packed copies of at most 32 MB.
 * An entry's error is at most `(k + ⌈k/256⌉) · 2⁻⁵³ · Σ|a·b|` (Float32 results: and one rounding).
 *
 * @param A - m × k.
 * @param B - k × n.
 * @returns m × n, or `out`. Entries are 0 where k is 0.
 */
export function matmulSync(A: MatrixLike, B: MatrixLike, options?: MatrixOptions): FloatMatrix {
  return (options === undefined ? matmulShort(A, B) : undefined) ?? matmulNative(A, B, options) ?? calculateSync((own) => product(A, B, own), options)
}

/** The promise form of {@link matmulSync}. `out` is unspecified after a rejection. */
export function matmul<M extends MatrixLike>(A: M, B: M, options: MatrixOptions & TransferOption): Promise<TransferredPair<M, FloatMatrix>>
export function matmul(A: MatrixLike, B: MatrixLike, options?: MatrixOptions): Promise<FloatMatrix>
export async function matmul(A: MatrixLike, B: MatrixLike, options?: MatrixOptions): Promise<unknown> {
  const short = options === undefined ? matmulShort(A, B) : undefined
  if (short !== undefined) return short
  return givingBack([A, B], options, ([A, B], options) => product(A!, B!, options), calculate)
}

/**
 * The product A·x, reading A once. An entry's error is at most `n · 2⁻⁵³ · Σ|a·x|` (Float32 results: and one rounding).
 *
 * @param A - m × n.
 * @param x - n numbers: a typed array (not of bigints), a `Matrix` of n elements, a `range`, an array of numbers.
 * @returns m numbers, or `out`.
 */
export function matvecSync(A: MatrixLike, x: NumbersInput, options?: VectorOptions): FloatArray {
  return (options === undefined ? matvecShort(A, x) : undefined) ?? matvecNative(A, x, options) ?? calculateSync((own) => timesVector(A, x, own), options)
}

/** The promise form of {@link matvecSync}. `out` is unspecified after a rejection. */
export function matvec<M extends MatrixLike, X extends NumbersInput>(A: M, x: X, options: VectorOptions & TransferOption): Promise<{ result: FloatArray; x: M; y: X }>
export function matvec(A: MatrixLike, x: NumbersInput, options?: VectorOptions): Promise<FloatArray>
export async function matvec(A: MatrixLike, x: NumbersInput, options?: VectorOptions): Promise<unknown> {
  const short = options === undefined ? matvecShort(A, x) : undefined
  if (short !== undefined) return short
  return givingBack([A, x], options, ([A, x], options) => timesVector(A!, x!, options), calculate)
}

/** Options of `gram`. */
export interface GramOptions extends MatrixOptions {
  /** A number for each row of X, of any sign. Default: none, as if all were 1. */
  weights?: NumbersInput | undefined
}

/**
 * The Gram matrix XᵀX, or XᵀWX with the weights on the diagonal of W. Only half of it is computed, so it is exactly symmetric: n·p² operations.
 * An entry's error is at most `(n + ⌈n/256⌉) · 2⁻⁵³ · Σ|x·w·x|`.
 *
 * @param X - n × p.
 * @returns p × p, or `out`; zeros where n is 0.
 */
export function gramSync(X: MatrixLike, options?: GramOptions): FloatMatrix {
  return (options === undefined ? gramShort(X) : undefined) ?? calculateSync((own) => gramOf(X, own), options)
}

/** The promise form of {@link gramSync}. `out` is unspecified after a rejection. */
export function gram<M extends MatrixLike>(X: M, options: GramOptions & TransferOption): Promise<Transferred<M, FloatMatrix>>
export function gram(X: MatrixLike, options?: GramOptions): Promise<FloatMatrix>
export async function gram(X: MatrixLike, options?: GramOptions): Promise<unknown> {
  const short = options === undefined ? gramShort(X) : undefined
  if (short !== undefined) return short
  return givingBack([X], options, ([X], options) => gramOf(X!, options), calculate)
}

/** Options of `covariance`. */
export interface CovarianceOptions extends MatrixOptions {
  /** Delta degrees of freedom: the divisor is `n − ddof`. Default 0. */
  ddof?: number | undefined
}

/**
 * The covariance matrix of the columns of X: columns are variables, rows are observations. Computed from centred columns (two-pass), so that a large
 * mean costs no digits; half of it, so it is exactly symmetric. n·p² operations.
 *
 * @param X - n × p with n > ddof (RangeError ERR_MANYCORE_RANGE otherwise).
 * @returns p × p, or `out`.
 */
export function covarianceSync(X: MatrixLike, options?: CovarianceOptions): FloatMatrix {
  return (options === undefined ? covarianceShort(X) : undefined) ?? calculateSync((own) => covarianceOf(X, own), options)
}

/** The promise form of {@link covarianceSync}. `out` is unspecified after a rejection. */
export function covariance<M extends MatrixLike>(X: M, options: CovarianceOptions & TransferOption): Promise<Transferred<M, FloatMatrix>>
export function covariance(X: MatrixLike, options?: CovarianceOptions): Promise<FloatMatrix>
export async function covariance(X: MatrixLike, options?: CovarianceOptions): Promise<unknown> {
  const short = options === undefined ? covarianceShort(X) : undefined
  if (short !== undefined) return short
  return givingBack([X], options, ([X], options) => covarianceOf(X!, options), calculate)
}

/**
 * Solves A·X = B for a symmetric positive definite A by a blocked Cholesky factorisation: n³/3 + 2·n²·m operations and a copy of A. Only the upper triangle
 * of A is read: whether it is symmetric is not looked at. The residual is at most about `4·n · 2⁻⁵³ · |A|·|X|` (Higham, Accuracy and Stability of Numerical Algorithms, 10.1).
 *
 * @param A - n × n. RangeError ERR_MANYCORE_RANGE where it is not positive definite to working precision: a pivot is not finite or not above 2⁻⁵² of its
 *   diagonal entry; the message names the pivot.
 * @param b - n numbers (a typed array but of bigints, a `range`, an array of numbers), or n × m, several right sides at once.
 * @returns n numbers where b is a vector, n × m where it is a matrix; or `out`, which may be b.
 */
export function choleskySolveSync(A: MatrixLike, b: NumericArray | Range | readonly number[], options?: VectorOptions): FloatArray
export function choleskySolveSync(A: MatrixLike, b: MatrixLike, options?: MatrixOptions): FloatMatrix
export function choleskySolveSync(A: MatrixLike, b: RightSide, options?: VectorOptions | MatrixOptions): FloatArray | FloatMatrix {
  return (options === undefined ? choleskySolveShort(A, b) : undefined) ?? calculateSync((own) => definiteSystem(A, b, own), options)
}

/** The promise form of {@link choleskySolveSync}. `out` is unspecified after a rejection. */
export function choleskySolve<M extends MatrixLike, B extends NumericArray>(A: M, b: B, options: VectorOptions & TransferOption): Promise<{ result: FloatArray; x: M; y: B }>
export function choleskySolve<M extends MatrixLike, B extends MatrixLike>(A: M, b: B, options: MatrixOptions & TransferOption): Promise<{ result: FloatMatrix; x: M; y: B }>
export function choleskySolve(A: MatrixLike, b: NumericArray | Range | readonly number[], options?: VectorOptions): Promise<FloatArray>
export function choleskySolve(A: MatrixLike, b: MatrixLike, options?: MatrixOptions): Promise<FloatMatrix>
export async function choleskySolve(A: MatrixLike, b: RightSide, options?: VectorOptions | MatrixOptions): Promise<unknown> {
  const short = options === undefined ? choleskySolveShort(A, b) : undefined
  if (short !== undefined) return short
  return givingBack([A, b], options, ([A, b], options) => definiteSystem(A!, b!, options), calculate)
}

type RightSide = NumericArray | Range | readonly number[] | MatrixLike

const outName = ['out'] as const
const gramNames = ['weights', 'out'] as const
const covarianceNames = ['ddof', 'out'] as const

export function product(A: MatrixLike, B: MatrixLike, options: MatrixOptions | undefined): Calculation<FloatMatrix> {
  if (options !== undefined) checkCallOptions(options, outName)
  const a = matrixOperand(A, 'A')
  const b = matrixOperand(B, 'B')
  if (a.columns !== b.rows) throw misfit(`A has ${a.columns} columns and B has ${b.rows} rows`, 'B', shapeOf(b), `${a.columns} rows, since A is ${shapeOf(a)}`)
  const [rows, columns, depth] = [a.rows, b.columns, a.columns]
  const type = resultType(a.data, b.data)
  const out = checkMatrixOut(options?.out, rows, columns, type)
  return {
    call: {
      kernel: 'matmul',
      numbers: [rows, columns, depth, a.rowStride, a.columnStride, b.rowStride, b.columnStride],
      inputs: [a.data, b.data],
    },
    names: ['A', 'B'],
    out: elementsOfOut(out),
    type,
    length: rows * columns,
    nanoseconds: matmulCost(rows, columns, depth),
    finish: (data) => out ?? new Matrix<Float64Array>(data as Float64Array, rows, columns),
  }
}

export function timesVector(A: MatrixLike, input: NumbersInput, options: VectorOptions | undefined): Calculation<FloatArray> {
  if (options !== undefined) checkCallOptions(options, outName)
  const a = matrixOperand(A, 'A')
  const x = vectorOf(input, 'x')
  if (x.length !== a.columns) throw misfit(`A has ${a.columns} columns and x has ${x.length} elements`, 'x', `${x.length} elements`, `${a.columns} elements, since A is ${shapeOf(a)}`)
  const type = resultType(a.data, x)
  const out = checkVectorOut(options?.out, a.rows, type)
  return {
    call: { kernel: 'matvec', numbers: [a.rows, a.columns, a.rowStride, a.columnStride], inputs: [a.data, x] },
    names: ['A', 'x'],
    out,
    type,
    length: a.rows,
    nanoseconds: matvecCost(a.rows, a.columns),
    finish: (data) => data,
  }
}

export function gramOf(X: MatrixLike, options: GramOptions | undefined): Calculation<FloatMatrix> {
  if (options !== undefined) checkCallOptions(options, gramNames)
  const x = matrixOperand(X, 'X')
  const weights = options?.weights === undefined ? undefined : vectorOf(options.weights, 'weights')
  if (weights !== undefined && weights.length !== x.rows) {
    throw misfit(`X has ${x.rows} rows and there are ${weights.length} weights`, 'weights', `${weights.length} weights`, `${x.rows} weights, since X is ${shapeOf(x)}`)
  }
  const inputs = weights === undefined ? [x.data] : [x.data, weights]
  return squareOfColumns('gram', x, weights === undefined ? 0 : 1, inputs, ['X', 'weights'], options?.out, gramCost(x.rows, x.columns, 0))
}

export function covarianceOf(X: MatrixLike, options: CovarianceOptions | undefined): Calculation<FloatMatrix> {
  if (options !== undefined) checkCallOptions(options, covarianceNames)
  const ddof = options?.ddof ?? 0
  if (typeof ddof !== 'number' || !Number.isFinite(ddof) || ddof < 0) {
    throw argumentError('OPTION', 'ddof', 'a finite number, 0 or more', ddof, typeof ddof === 'number' ? RangeError : TypeError)
  }
  const x = matrixOperand(X, 'X')
  if (!(x.rows > ddof)) {
    throw makeError('RANGE', `X: a covariance with ddof ${ddof} needs more than ${ddof} rows, got ${x.rows}`, {
      argument: 'X',
      got: `${x.rows} rows`,
      wanted: `more than ${ddof} rows`,
    })
  }
  return squareOfColumns('covariance', x, x.rows - ddof, [x.data], ['X'], options?.out, gramCost(x.rows, x.columns, 1))
}

export function definiteSystem(A: MatrixLike, right: RightSide, options: VectorOptions | MatrixOptions | undefined): Calculation<FloatArray | FloatMatrix> {
  if (options !== undefined) checkCallOptions(options, outName)
  const a = matrixOperand(A, 'A')
  const n = a.rows
  if (a.columns !== n) throw misfit(`A is ${shapeOf(a)}, which is not square`, 'A', shapeOf(a), 'as many rows as columns')
  const isVector = elementTypeOf(right) !== undefined || right instanceof Range || (Array.isArray(right) && (typeof right[0] === 'number' || (right.length === 0 && n === 0)))
  const b = isVector ? columnOf(vectorOf(right as NumericArray, 'b')) : matrixOperand(right as MatrixLike, 'b')
  if (b.rows !== n) {
    const got = isVector ? `${b.rows} elements` : `${b.rows} rows`
    throw misfit(`A is ${shapeOf(a)} and b has ${got}`, 'b', got, isVector ? `${n} elements` : `${n} rows`)
  }
  const type = resultType(a.data, b.data)
  const matrixOut = isVector ? undefined : checkMatrixOut(options?.out as FloatMatrix | undefined, n, b.columns, type)
  const out = isVector ? checkVectorOut(options?.out as FloatArray | undefined, n, type) : elementsOfOut(matrixOut)
  return {
    call: { kernel: 'definite', numbers: [n, b.columns, a.rowStride, a.columnStride, b.rowStride, b.columnStride], inputs: [a.data, b.data] },
    names: ['A', 'b'],
    out,
    type,
    length: n * b.columns,
    nanoseconds: definiteCost(n, b.columns),
    finish: (data) => (isVector ? data : matrixOut ?? new Matrix<Float64Array>(data as Float64Array, n, b.columns)),
    check(pivot) {
      if (pivot === 0) return
      throw makeError('RANGE', `A: not positive definite: pivot ${pivot - 1} (row and column, from 0) is not above 2^-52 of its diagonal entry, or not finite`, {
        argument: 'A',
        got: `a matrix whose pivot ${pivot - 1} fails`,
        wanted: 'a symmetric positive definite matrix',
      })
    },
  }
}

function columnOf(data: NumericArray): MatrixOperand {
  return { data, rows: data.length, columns: 1, rowStride: 1, columnStride: 1 }
}

/** A call whose result is a square of X's columns. */
function squareOfColumns(
  kernel: 'gram' | 'covariance', x: MatrixOperand, parameter: number, inputs: readonly NumericArray[], names: readonly string[], wanted: FloatMatrix | undefined,
  nanoseconds: { inline: number; native: number },
): Calculation<FloatMatrix> {
  const { rows, columns, rowStride, columnStride } = x
  const type = resultType(...inputs)
  const out = checkMatrixOut(wanted, columns, columns, type)
  return {
    call: { kernel, numbers: [rows, columns, rowStride, columnStride, parameter], inputs },
    names,
    out: elementsOfOut(out),
    type,
    length: columns * columns,
    nanoseconds,
    finish: (data) => out ?? new Matrix<Float64Array>(data as Float64Array, columns, columns),
  }
}

/** A vector of numbers as a typed array. */
function vectorOf(value: NumbersInput, argument: string): NumericArray {
  const numbers = numbersOf(value, argument)
  const type = elementTypeOf(numbers)!
  if (type.startsWith('big') || type === 'float16') throw argumentError('TYPE', argument, 'an array of numbers, and not a Float16Array', value)
  return numbers
}

function checkMatrixOut(out: FloatMatrix | undefined, rows: number, columns: number, type: 'float64' | 'float32'): FloatMatrix | undefined {
  if (out === undefined) return undefined
  if (!(out instanceof Matrix)) throw argumentError('TYPE', 'out', 'a Matrix', out)
  checkOutType(out.data, type)
  if (out.rows === rows && out.columns === columns) return out
  throw misfit(`the result is ${rows} × ${columns} and out is ${shapeOf(out)}`, 'out', shapeOf(out), `${rows} × ${columns}`)
}

function elementsOfOut(out: FloatMatrix | undefined): FloatArray | undefined {
  return out === undefined ? undefined : elementsOf<FloatArray>(out as Matrix<FloatArray>, 'out')
}

function checkVectorOut(out: FloatArray | undefined, length: number, type: 'float64' | 'float32'): FloatArray | undefined {
  if (out === undefined) return undefined
  checkNumericArray(out, 'out')
  checkOutType(out, type)
  if (out.length === length) return out
  throw misfit(`the result has ${length} elements and out has ${out.length}`, 'out', `${out.length} elements`, `${length} elements`)
}

function checkOutType(data: NumericArray, type: 'float64' | 'float32'): void {
  if (elementTypeOf(data) !== type) throw argumentError('TYPE', 'out', `a ${type === 'float64' ? 'Float64Array' : 'Float32Array'} as the result is`, data)
  if (data.length === 0) checkAttached(data, 'out')
}

function misfit(message: string, argument: string, got: string, wanted: string): Error {
  return makeError('SHAPE', `${argument}: shapes don't fit: ${message}`, { argument, got, wanted })
}

function shapeOf({ rows, columns }: Pick<MatrixOperand, 'rows' | 'columns'>): string {
  return `${rows} × ${columns}`
}
