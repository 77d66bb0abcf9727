/** Matrices for the tests of linear algebra, and what their products are. */
import { Matrix, type MatrixData } from 'manycore'

export const threadCounts = [1, 2, 5]

const classes = { float64: Float64Array, float32: Float32Array, int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint32: Uint32Array, int32: Int32Array }
export type TypeName = keyof typeof classes
export const typeNames = Object.keys(classes) as TypeName[]

/** Numbers between −0.5 and 0.5, or integers between −7 and 8 (0 and 15 where there are no negative ones). */
export function numbers(type: TypeName, length: number, seed: number, whole = !type.startsWith('float')): MatrixData {
  const data = new classes[type](length)
  let state = seed >>> 0
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    data[i] = whole ? (state >>> 28) - (type.startsWith('uint') ? 0 : 7) : state / 2 ** 32 - 0.5
  }
  return data
}

export function matrix(rows: number, columns: number, seed: number, type: TypeName = 'float64', whole?: boolean): Matrix<MatrixData> {
  return new Matrix(numbers(type, rows * columns, seed, whole), rows, columns)
}

/**
 * The worst error of a product's entries, as a share of Σ|a·b|; looks at all entries of small products and at some of large ones. Sums in about
 * twice double precision (Neumaier 1974), with exact products (Veltkamp and Dekker 1971).
 */
export function worstError(a: Matrix<MatrixData>, b: Matrix<MatrixData>, c: { data: ArrayLike<number> }): number {
  const step = Math.max(1, Math.floor((a.rows * b.columns * a.columns) / 1e5))
  let worst = 0
  for (let at = 0; at < a.rows * b.columns; at += step) {
    const [i, j] = [Math.floor(at / b.columns), at % b.columns]
    let sum = 0, rest = 0, size = 0
    for (let d = 0; d < a.columns; d++) {
      const x = a.data[i * a.columns + d]!
      const y = b.data[d * b.columns + j]!
      const product = x * y
      const next = sum + product
      rest += productError(x, y, product) + (Math.abs(sum) >= Math.abs(product) ? sum - next + product : product - next + sum)
      sum = next
      size += Math.abs(product)
    }
    const error = Math.abs(c.data[at]! - (sum + rest))
    if (!(error <= worst * size)) worst = size === 0 ? Infinity : error / size
  }
  return worst
}

function productError(a: number, b: number, product: number): number {
  const a1 = head(a)
  const b1 = head(b)
  return (a - a1) * (b - b1) - (product - a1 * b1 - (a - a1) * b1 - a1 * (b - b1))
}

/** The upper half of a number's digits. */
function head(x: number): number {
  const high = 134217729 * x
  return high - (high - x)
}

/** The same matrix in shared memory. */
export function shared<T extends MatrixData>(m: Matrix<T>): Matrix<T> {
  const Class = m.data.constructor as Float64ArrayConstructor
  const data = new Class(new SharedArrayBuffer(m.data.byteLength))
  data.set(m.data as unknown as Float64Array)
  return new Matrix(data as unknown as T, m.rows, m.columns)
}
