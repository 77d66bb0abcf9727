/**
 * The short ways of linear algebra: matrices of doubles or of floats, no options, and a shape that is computed in TypeScript on this thread. The same bits as the long way
 * (src/dispatch/linear-algebra.ts), which takes half a microsecond or more to describe a call. Undefined where a call isn't for them: the long way looks closer, and says why
 * if something is wrong.
 */
import { active } from '../backends/index.ts'
import { Matrix } from '../common/matrix.ts'
import { newResult, overlaps } from '../common/results.ts'
import { dotOfRow } from '../kernels/linear-algebra/matvec.ts'
import { covarianceOfFew, FEW_COLUMNS, FEW_ELEMENTS, FEW_TERMS, gramOfFew, matvecOfFloats, multiplyFew, solveFew } from '../kernels/linear-algebra/short.ts'
import { nativeCall } from './cost.ts'
import { definiteCost, gramCost, matmulCost, matvecCost, type Cost } from './linear-algebra-cost.ts'
import { onlyOut } from './map-short.ts'

type Floats = Float64Array | Float32Array
type Product = Matrix<Float64Array> | Matrix<Float32Array>

/** Most multiplications of a product whose operands the native core doesn't pack, on one thread; and most elements of a matrix that one thread multiplies with a vector. */
const UNPACKED = 1 << 20
const UNDIVIDED = 1 << 15

/** Where floats are widened before anything is computed, and where results are until they are rounded; each call is done with it before the next begins. */
const [first, second, result] = [new Float64Array(FEW_ELEMENTS), new Float64Array(FEW_ELEMENTS), new Float64Array(FEW_ELEMENTS)]

export function matvecShort(A: unknown, x: unknown): Floats | undefined {
  if (!isWhole(A) || !ArrayBuffer.isView(x)) return undefined
  const { data, rows, columns } = A
  if ((x as Float64Array).length !== columns || !isInline(matvecCost(rows, columns), rows * columns, 65_536)) return undefined
  if (isDoubles(data)) {
    if (!isDoubles(x)) return undefined
    const out = new Float64Array(rows)
    for (let i = 0; i < rows; i++) out[i] = dotOfRow(data, i * columns, x, columns)
    return out
  }
  if (!isFloats(data) || !isFloats(x)) return undefined
  const out = new Float32Array(rows)
  matvecOfFloats(data, x, rows, columns, out)
  return out
}

export function matmulShort(A: unknown, B: unknown): Product | undefined {
  if (!isWhole(A) || !isWhole(B)) return undefined
  const { data: a, rows, columns: depth } = A
  const { data: b, columns } = B
  if (B.rows !== depth || depth > FEW_TERMS || !isInline(matmulCost(rows, columns, depth), rows * columns * depth, 65_536)) return undefined
  if (isDoubles(a)) {
    if (!isDoubles(b)) return undefined
    const out = new Float64Array(rows * columns)
    multiplyFew(a, b, rows, columns, depth, out)
    return new Matrix(out, rows, columns)
  }
  if (!isFloats(a) || !isFloats(b) || rows * depth > FEW_ELEMENTS || depth * columns > FEW_ELEMENTS || rows * columns > FEW_ELEMENTS) return undefined
  widen(a, first)
  widen(b, second)
  multiplyFew(first, second, rows, columns, depth, result)
  return rounded(rows, columns)
}

/**
 * The short way of a product that one native call computes where its operands lie (crates/kernels/src/families/multiply/direct.rs), into `out` or a new matrix: what the long way would give,
 * without the objects that describe a call.
 */
export function matmulNative(A: unknown, B: unknown, options: object | undefined): Product | undefined {
  if (!isWhole(A) || !isWhole(B)) return undefined
  const { data: a, rows, columns: depth } = A
  const { data: b, columns } = B
  const wide = isDoubles(a)
  if (wide ? !isDoubles(b) : !(isFloats(a) && isFloats(b))) return undefined
  if (B.rows !== depth || depth > FEW_TERMS || rows * columns * depth > UNPACKED || isInline(matmulCost(rows, columns, depth), rows * columns * depth, 65_536)) return undefined
  const backend = active()
  if (backend.name !== 'native') return undefined
  let result: Product
  if (options === undefined) {
    result = wide ? new Matrix(newResult(Float64Array, rows * columns), rows, columns) : new Matrix(newResult(Float32Array, rows * columns), rows, columns)
  } else {
    const out = onlyOut(options)
    if (!isWhole(out) || out.rows !== rows || out.columns !== columns || !isWhole(A) || !isWhole(B)) return undefined
    if (wide ? !isDoubles(out.data) : !isFloats(out.data)) return undefined
    if (overlaps(out.data, a) || overlaps(out.data, b)) return undefined
    result = out as Product
  }
  backend.linearSync({ kernel: 'matmul', numbers: [rows, columns, depth, depth, 1, columns, 1], inputs: [a, b as Floats] }, result.data, 1, 0)
  return result
}

/** The same for a matrix and a vector. */
export function matvecNative(A: unknown, x: unknown, options: object | undefined): Floats | undefined {
  if (!isWhole(A) || !ArrayBuffer.isView(x)) return undefined
  const { data, rows, columns } = A
  const wide = isDoubles(data)
  if (wide ? !isDoubles(x) : !(isFloats(data) && isFloats(x))) return undefined
  if ((x as Floats).length !== columns || rows * columns > UNDIVIDED || isInline(matvecCost(rows, columns), rows * columns, 65_536)) return undefined
  const backend = active()
  if (backend.name !== 'native') return undefined
  let result: Floats
  if (options === undefined) {
    result = wide ? newResult(Float64Array, rows) : newResult(Float32Array, rows)
  } else {
    const out: unknown = onlyOut(options)
    if (!(isDoubles(out) || isFloats(out)) || isDoubles(out) !== wide || out.length !== rows || !isWhole(A) || (x as Floats).length !== columns || overlaps(out, data) || overlaps(out, x as Floats)) return undefined
    result = out
  }
  backend.linearSync({ kernel: 'matvec', numbers: [rows, columns, columns, 1], inputs: [data, x as Floats] }, result, 1, 0)
  return result
}

export function gramShort(X: unknown): Product | undefined {
  if (!isWhole(X)) return undefined
  const { data, rows, columns } = X
  if (rows > FEW_TERMS || !isInline(gramCost(rows, columns, 0), rows * columns * columns, 262_144)) return undefined
  if (isDoubles(data)) {
    const out = new Float64Array(columns * columns)
    gramOfFew(data, rows, columns, 1, out)
    return new Matrix(out, columns, columns)
  }
  if (!isFloats(data) || rows * columns > FEW_ELEMENTS || columns * columns > FEW_ELEMENTS) return undefined
  widen(data, first)
  gramOfFew(first, rows, columns, 1, result)
  return rounded(columns, columns)
}

export function covarianceShort(X: unknown): Product | undefined {
  if (!isWhole(X)) return undefined
  const { data, rows, columns } = X
  if (rows > FEW_TERMS || rows * columns > FEW_ELEMENTS || !isInline(gramCost(rows, columns, 1), rows * columns * columns, 262_144)) return undefined
  if (isDoubles(data)) {
    const out = new Float64Array(columns * columns)
    covarianceOfFew(data, rows, columns, rows, out)
    return new Matrix(out, columns, columns)
  }
  if (!isFloats(data) || columns * columns > FEW_ELEMENTS) return undefined
  widen(data, first)
  covarianceOfFew(first, rows, columns, rows, result)
  return rounded(columns, columns)
}

export function choleskySolveShort(A: unknown, b: unknown): Floats | undefined {
  if (!isWhole(A) || !ArrayBuffer.isView(b)) return undefined
  const { data, rows: n } = A
  if (A.columns !== n || (b as Float64Array).length !== n || n >= FEW_COLUMNS || !isInline(definiteCost(n, 1), n, FEW_COLUMNS)) return undefined
  if (isDoubles(data)) {
    if (!isDoubles(b)) return undefined
    const out = new Float64Array(n)
    return solveFew(data, b, n, out) ? out : undefined
  }
  if (!isFloats(data) || !isFloats(b)) return undefined
  widen(data, first)
  widen(b, second)
  if (!solveFew(first, second, n, result)) return undefined
  const out = new Float32Array(n)
  for (let i = 0; i < n; i++) out[i] = result[i]!
  return out
}

/** Whether a value is a Matrix that has elements, all of them still there. */
function isWhole(matrix: unknown): matrix is Matrix {
  if (!(matrix instanceof Matrix)) return false
  const { length } = matrix.data
  return length > 0 && length === matrix.rows * matrix.columns
}

/** As the planner decides; without the native core, where `size` is at most what these loops compute sooner than those that pack tiles. */
function isInline(cost: Cost, size: number, most: number): boolean {
  return cost.inline <= nativeCall + cost.native || (size <= most && active().name === 'workers')
}

function isDoubles(data: unknown): data is Float64Array {
  return ArrayBuffer.isView(data) && data instanceof Float64Array
}

function isFloats(data: unknown): data is Float32Array {
  return ArrayBuffer.isView(data) && data instanceof Float32Array
}

function widen(from: Float32Array, to: Float64Array): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i]!
}

/** The result that was computed in double, each entry rounded once. */
function rounded(rows: number, columns: number): Matrix<Float32Array> {
  const length = rows * columns
  const out = new Float32Array(length)
  for (let i = 0; i < length; i++) out[i] = result[i]!
  return new Matrix(out, rows, columns)
}
