/** Products of matrices. Sizes are rows and columns of square matrices; for the others see their names. */
import { gramSync, Matrix, matmulSync, matvecSync } from '../../index.ts'
import { fill, nearArrays, type Case } from '../case.ts'

const common = { group: 'linear algebra' } as const

interface Pair<T extends Float64Array | Float32Array> {
  readonly a: T
  readonly b: T
  readonly n: number
}

/** Element `k` of the product of two square matrices, carefully. */
const element = ({ a, b, n }: Pair<Float64Array | Float32Array>) => (k: number): number => {
  const [row, column] = [Math.floor(k / n), k % n]
  let total = 0
  for (let j = 0; j < n; j++) total += a[row * n + j]! * b[j * n + column]!
  return total + n
}

const matmul64: Case<Pair<Float64Array>> = {
  ...common,
  name: 'matmul f64',
  sizes: [4, 16, 64, 256, 1000, 2000],
  quickSizes: [64, 512],
  make: (n) => ({ n, a: fill(new Float64Array(n * n)), b: fill(new Float64Array(n * n), 2) }),
  ours: ({ a, b, n }) => matmulSync(new Matrix(a, n, n), new Matrix(b, n, n)).data,
  loop: ({ a, b, n }) => {
    if (n > 512) throw new Error('left out above 512 rows')
    const out = new Float64Array(n * n)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let total = 0
        for (let k = 0; k < n; k++) total += a[i * n + k]! * b[k * n + j]!
        out[i * n + j] = total
      }
    }
    return out
  },
  check: (value, data) => nearArrays(value, element(data), data.n ** 2, 1e-11, 'matmul', (got) => got + data.n),
  share: ({ a, b }) => ({ a, b }),
}

const matmul32: Case<Pair<Float32Array>> = {
  ...common,
  name: 'matmul f32',
  sizes: [64, 256, 1000],
  quickSizes: [256],
  make: (n) => ({ n, a: fill(new Float32Array(n * n)), b: fill(new Float32Array(n * n), 2) }),
  ours: ({ a, b, n }) => matmulSync(new Matrix(a, n, n), new Matrix(b, n, n)).data,
  check: (value, data) => nearArrays(value, element(data), data.n ** 2, 1e-4, 'matmul', (got) => got + data.n),
  share: ({ a, b }) => ({ a, b }),
}

interface Tall {
  readonly a: Float64Array
  readonly x: Float64Array
  readonly rows: number
  readonly columns: number
}

const COLUMNS = 100
const tall = (rows: number): Tall => ({ rows, columns: COLUMNS, a: fill(new Float64Array(rows * COLUMNS)), x: fill(new Float64Array(COLUMNS), 2) })

/** A matrix of n rows and 100 columns times a vector. */
const matvec64: Case<Tall> = {
  ...common,
  name: 'matvec f64',
  sizes: [10, 100, 1e3, 1e4, 1e5],
  quickSizes: [100, 1e4],
  bytes: (n) => 8 * COLUMNS * n,
  make: tall,
  ours: ({ a, x, rows, columns }) => matvecSync(new Matrix(a, rows, columns), x),
  loop: ({ a, x, rows, columns }) => {
    const out = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      let total = 0
      for (let j = 0; j < columns; j++) total += a[i * columns + j]! * x[j]!
      out[i] = total
    }
    return out
  },
  check: (value, { a, x, rows, columns }) =>
    nearArrays(value, (i) => x.reduce((total, next, j) => total + next * a[i * columns + j]!, columns), rows, 1e-11, 'matvec', (got) => got + columns),
  share: ({ a, x, rows, columns }) => ({ a, x, rows, columns }),
}

/** XᵀX of a matrix of n rows and 100 columns. */
const gram64: Case<Tall> = {
  ...common,
  name: 'gram f64',
  sizes: [10, 100, 1e3, 1e4, 1e5],
  quickSizes: [100, 1e4],
  make: tall,
  ours: ({ a, rows, columns }) => gramSync(new Matrix(a, rows, columns)).data,
  loop: ({ a, rows, columns }) => {
    const out = new Float64Array(columns * columns)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = a[i * columns + j]!
        for (let k = j; k < columns; k++) out[j * columns + k]! += value * a[i * columns + k]!
      }
    }
    for (let j = 0; j < columns; j++) for (let k = 0; k < j; k++) out[j * columns + k] = out[k * columns + j]!
    return out
  },
  check: (value, { a, rows, columns }) => {
    const wanted = (k: number): number => {
      let total = rows
      for (let i = 0; i < rows; i++) total += a[i * columns + Math.floor(k / columns)]! * a[i * columns + (k % columns)]!
      return total
    }
    nearArrays(value, wanted, columns ** 2, 1e-10, 'gram', (got) => got + rows)
  },
  share: ({ a, rows, columns }) => ({ a, rows, columns }),
}

export const linearAlgebraCases = [matmul64, matmul32, matvec64, gram64] as unknown as readonly Case[]
