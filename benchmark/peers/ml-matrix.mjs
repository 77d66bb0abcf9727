// ml-matrix: plain JavaScript. Its matrices are made outside the timing.
export const name = 'ml-matrix'

/** Beyond this it takes seconds. */
const MOST = 1e6

const vector = (call) => async ({ x }, n) => {
  if (n > MOST) throw new Error(`left out above ${MOST} elements`)
  const { Matrix } = await import('ml-matrix')
  const matrix = Matrix.from1DArray(1, x.length, x)
  return () => call(matrix)
}
const matrix = (data, rows, columns, Matrix) => Matrix.from1DArray(rows, columns, data)

export const calls = {
  'sum f64': vector((m) => m.sum()),
  'mean f64': vector((m) => m.mean()),
  'min f64': vector((m) => m.min()),
  'max f64': vector((m) => m.max()),
  'matmul f64': async ({ a, b, n }) => {
    if (n > 512) throw new Error('left out above 512 rows')
    const { Matrix } = await import('ml-matrix')
    const [left, right] = [matrix(a, n, n, Matrix), matrix(b, n, n, Matrix)]
    return () => left.mmul(right).to1DArray()
  },
}
