/** Loss, gradient and Hessian of the TypeScript kernels against the textbook formulas and finite differences. */
import test from 'ava'
import { logistic } from '../../src/kernels/logistic.ts'
import { distance, makeProblem, makeRequest, naive, type Shape } from './problems.ts'

// Rows around the block of 64 and the chunk, columns around the groups of eight.
const shapes: Shape[] = [
  { rows: 1, columns: 1, classes: 2 },
  { rows: 5, columns: 3, classes: 2, weighted: true },
  { rows: 63, columns: 6, classes: 2 },
  { rows: 64, columns: 7, classes: 2, weighted: true },
  { rows: 65, columns: 8, classes: 2 },
  { rows: 569, columns: 30, classes: 2, spread: 2 },
  { rows: 4500, columns: 15, classes: 2, weighted: true },
  { rows: 7, columns: 2, classes: 3 },
  { rows: 200, columns: 9, classes: 3, weighted: true, spread: 3 },
  { rows: 2300, columns: 16, classes: 4 },
  { rows: 130, columns: 5, classes: 10, weighted: true },
]

for (const shape of shapes) {
  const { rows, columns, classes, weighted = false } = shape
  test(`${rows} × ${columns}, ${classes} classes${weighted ? ', weighted' : ''}: the textbook formulas`, (t) => {
    const problem = makeProblem(shape)
    const request = makeRequest(problem, 2, shape)
    logistic(problem, [request])
    const expected = naive(problem, request.weights, request.coefficients)
    const size = request.coefficients.length
    t.true(Math.abs(request.out[0]! - expected[0]!) <= 1e-13 * expected[0]!)
    t.true(distance(request.out.subarray(1, 1 + size), expected.subarray(1, 1 + size)) < 1e-12)
    t.true(distance(request.out.subarray(1 + size), expected.subarray(1 + size)) < 1e-12)
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < i; j++) {
        t.is(request.out[1 + size + i * size + j], request.out[1 + size + j * size + i])
      }
    }
  })
}

test('lower orders give the leading part of the same bits, alone or together', (t) => {
  for (const classes of [2, 4]) {
    const problem = makeProblem({ rows: 1500, columns: 33, classes })
    const alone = [0, 1, 2].map((order) => makeRequest(problem, order as 0 | 1 | 2))
    for (const request of alone) logistic(problem, [request])
    const together = [2, 0, 1].map((order) => makeRequest(problem, order as 0 | 1 | 2))
    logistic(problem, together)
    const full = alone[2]!.out
    for (const { out } of [...alone, ...together]) t.deepEqual(out, full.slice(0, out.length))
  }
})

test('finite differences of the loss give the gradient, of the gradient the Hessian', (t) => {
  for (const classes of [2, 3]) {
    const problem = makeProblem({ rows: 150, columns: 4, classes })
    const request = makeRequest(problem, 2)
    logistic(problem, [request])
    const size = request.coefficients.length
    const step = 1e-5
    const at = (i: number, shift: number): Float64Array => {
      const moved = makeRequest(problem, 1)
      moved.coefficients[i]! += shift
      logistic(problem, [moved])
      return moved.out
    }
    for (let i = 0; i < size; i++) {
      const up = at(i, step)
      const down = at(i, -step)
      const slope = Array.from(up, (value, j) => (value - down[j]!) / (2 * step))
      t.true(Math.abs(slope[0]! - request.out[1 + i]!) < 1e-6)
      const row = request.out.subarray(1 + size + i * size, 1 + size + (i + 1) * size)
      t.true(distance(slope.slice(1), row) < 1e-7)
    }
  }
})

test('a weight of 2 is the row twice, a weight of 0 is no row', (t) => {
  for (const classes of [2, 3]) {
    const problem = makeProblem({ rows: 90, columns: 5, classes })
    const { columns, x, y } = problem
    const weights = Float64Array.from({ length: 90 }, (_, i) => i % 3)
    const rows = Array.from(weights, (weight, i) => Array.from({ length: weight }, () => i)).flat()
    const repeated = {
      ...problem,
      rows: rows.length,
      x: Float64Array.from(rows.flatMap((i) => [...x.subarray(i * columns, (i + 1) * columns)])),
      y: Int32Array.from(rows, (i) => y[i]!),
    }
    const a = { ...makeRequest(problem, 2), weights }
    const b = { ...makeRequest(problem, 2), weights: null }
    logistic(problem, [a])
    logistic(repeated, [b])
    t.true(distance(a.out, b.out) < 1e-14)
  }
})

test('the two sides of a softmax with opposite vectors meet the binary problem', (t) => {
  // Three classes of which the third never occurs and never gets a chance: class 1 against class 0 remains.
  const problem = makeProblem({ rows: 333, columns: 6, classes: 2 })
  const binary = makeRequest(problem, 2)
  logistic(problem, [binary])
  const length = 7
  const softmax = makeRequest({ ...problem, classes: 3 }, 2)
  softmax.coefficients.fill(0)
  for (let j = 0; j < length; j++) {
    softmax.coefficients[j] = -binary.coefficients[j]! / 2
    softmax.coefficients[length + j] = binary.coefficients[j]! / 2
  }
  softmax.coefficients[3 * length - 1] = -1e6
  logistic({ ...problem, classes: 3 }, [softmax])
  t.true(Math.abs(softmax.out[0]! - binary.out[0]!) < 1e-12 * binary.out[0]!)
  const gradient = binary.out.subarray(1, 1 + length)
  t.true(distance(softmax.out.subarray(1 + length, 1 + 2 * length), gradient) < 1e-13)
  t.true(distance(softmax.out.subarray(1, 1 + length).map((v) => -v), gradient) < 1e-13)
  for (let i = 0; i < length; i++) {
    const row = softmax.out.subarray(1 + 21 + i * 21, 1 + 21 + (i + 1) * 21)
    const expected = binary.out.subarray(1 + length + i * length, 1 + length + (i + 1) * length)
    t.true(distance(row.subarray(0, length), expected) < 1e-13)
    t.true(distance(row.subarray(length, 2 * length).map((v) => -v), expected) < 1e-13)
  }
})

test('scores of ±10 000 give finite losses and derivatives', (t) => {
  for (const classes of [2, 3]) {
    const problem = makeProblem({ rows: 70, columns: 2, classes })
    const request = makeRequest(problem, 2, { spread: 1e4 })
    logistic(problem, [request])
    t.true(request.out.every(Number.isFinite))
    t.true(request.out[0]! > 1000)
  }
})

test('a sure and right row keeps its small loss', (t) => {
  const problem = { x: Float64Array.of(1), rows: 1, columns: 1, center: Float64Array.of(0), inverseScale: Float64Array.of(1), y: Int32Array.of(1) }
  const binary = { weights: null, coefficients: Float64Array.of(50, 0), order: 1 as const, out: new Float64Array(3) }
  logistic({ ...problem, classes: 2 }, [binary])
  const expected = Math.exp(-50)
  t.true(Math.abs(binary.out[0]! - expected) < 1e-15 * expected)
  t.true(Math.abs(binary.out[1]! + expected) < 1e-15 * expected)
  const softmax = { weights: null, coefficients: Float64Array.of(0, 0, 50, 0, 0, 0), order: 1 as const, out: new Float64Array(7) }
  logistic({ ...problem, classes: 3 }, [softmax])
  t.true(Math.abs(softmax.out[0]! - 2 * expected) < 1e-15 * expected)
  t.true(Math.abs(softmax.out[3]! + 2 * expected) < 1e-15 * expected)
})
