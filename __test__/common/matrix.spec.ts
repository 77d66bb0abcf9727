/** Matrix: a view without copies, and the ways into it from other libraries' forms. */
import test from 'ava'
import { Matrix, type MatrixLike } from 'manycore/models'

const data = Float64Array.from([1, 2, 3, 4, 5, 6])

test('a row-major view, no copy', (t) => {
  const matrix = new Matrix(data, 2, 3)
  t.is(matrix.data, data)
  t.deepEqual([matrix.rows, matrix.columns], [2, 3])
  t.deepEqual(matrix.strides, [3, 1])
  t.is(matrix.get(1, 0), 4)
  t.is(matrix.row(1).buffer, data.buffer)
  t.deepEqual([...matrix.row(1)], [4, 5, 6])
  t.deepEqual(matrix.toArray(), [[1, 2, 3], [4, 5, 6]])
  t.deepEqual(new Matrix(new Float32Array(0), 0, 5).toArray(), [])
})

const forms: [string, unknown, boolean][] = [
  ['a Matrix', new Matrix(data, 2, 3), true],
  ['nested arrays', [[1, 2, 3], [4, 5, 6]], false],
  ['rows as typed arrays', [Int8Array.of(1, 2, 3), Int8Array.of(4, 5, 6)], false],
  ['data and shape', { data, shape: [2, 3] }, true],
  ['@stdlib/ndarray, row-major', { data, shape: [2, 3], strides: [3, 1], offset: 0, order: 'row-major' }, true],
  ['@stdlib/ndarray, column-major', { data: Float64Array.from([1, 4, 2, 5, 3, 6]), shape: [2, 3], strides: [1, 2], offset: 0, order: 'column-major' }, false],
  ['order alone', { data: [1, 4, 2, 5, 3, 6], shape: [2, 3], order: 'column-major' }, false],
  ['ndarray', { data: Float64Array.from([0, 0, ...data]), shape: [2, 3], stride: [3, 1], offset: 2 }, true],
  ['ndarray, every second column, backwards', { data: Float64Array.from([6, 0, 5, 0, 4, 0, 3, 0, 2, 0, 1]), shape: [2, 3], stride: [-6, -2], offset: 10 }, false],
  ['ml-matrix', { rows: 2, columns: 3, data: [Float64Array.of(1, 2, 3), Float64Array.of(4, 5, 6)], to2DArray: () => [[1, 2, 3], [4, 5, 6]] }, false],
  ['a clone that lost its class', structuredClone({ data, rows: 2, columns: 3 }), true],
]

for (const [name, form, view] of forms) {
  test(`from ${name}`, (t) => {
    const matrix = Matrix.from(form as MatrixLike)
    t.true(matrix instanceof Matrix)
    t.deepEqual(matrix.toArray(), [[1, 2, 3], [4, 5, 6]])
    if (view) t.is(matrix.data.buffer, (form as { data: Float64Array }).data.buffer)
  })
}

test('a copy of strided numbers keeps their type', (t) => {
  t.true(Matrix.from({ data: Float32Array.of(1, 3, 2, 4), shape: [2, 2], strides: [1, 2] }).data instanceof Float32Array)
})

const bad: [string, () => unknown, string][] = [
  ['too few elements', () => new Matrix(data, 2, 4), 'SHAPE'],
  ['rows that are no count', () => new Matrix(data, -2, -3), 'SHAPE'],
  ['a fraction of a row', () => new Matrix(data, 1.5, 4), 'SHAPE'],
  ['rows that are no number', () => new Matrix(data, '2' as never, 3), 'TYPE'],
  ['an array instead of a typed array', () => new Matrix([1, 2] as never, 1, 2), 'TYPE'],
  ['bigints', () => new Matrix(new BigInt64Array(2) as never, 1, 2), 'TYPE'],
  ['one dimension', () => Matrix.from([1, 2, 3] as never), 'SHAPE'],
  ['three dimensions', () => Matrix.from({ data, shape: [1, 2, 3] }), 'SHAPE'],
  ['rows of unequal length', () => Matrix.from([[1, 2], [3]]), 'SHAPE'],
  ['strides that leave the data', () => Matrix.from({ data, shape: [2, 3], strides: [4, 1] }), 'SHAPE'],
  ['strides that start before the data', () => Matrix.from({ data, shape: [2, 3], strides: [-3, 1] }), 'SHAPE'],
  ['an offset beyond the data', () => Matrix.from({ data, shape: [2, 3], offset: 1 }), 'SHAPE'],
  ['a fraction of a stride', () => Matrix.from({ data, shape: [2, 3], strides: [1.5, 1] }), 'SHAPE'],
  ['an order of another name', () => Matrix.from({ data, shape: [2, 3], order: 'F' }), 'SHAPE'],
  ['elements that are no numbers', () => Matrix.from([[1, '2'] as never]), 'TYPE'],
  ['something else', () => Matrix.from(5 as never), 'TYPE'],
  ['nothing', () => Matrix.from(null as never), 'TYPE'],
]

for (const [name, attempt, code] of bad) {
  test(`refused: ${name}`, (t) => {
    t.throws(attempt as () => never, { code: `ERR_MANYCORE_${code}` })
  })
}

test('indices outside are refused', (t) => {
  const matrix = new Matrix(data, 2, 3)
  for (const [row, column] of [[2, 0], [-1, 0], [0, 3], [0.5, 0], [NaN, 0]] as const) {
    t.throws(() => matrix.get(row, column), { code: 'ERR_MANYCORE_RANGE' })
  }
  t.throws(() => matrix.row(2), { code: 'ERR_MANYCORE_RANGE' })
})
