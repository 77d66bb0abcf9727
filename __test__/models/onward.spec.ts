/** A row of huge numbers: its score grows by about 1 a step, long after its loss has become too small to show; a fit must go on to what its column says of all other rows. */
import test from 'ava'
import { problemOfUsualRows } from '../../src/models/onward.ts'
import { fitAllSync, LogisticRegression, Matrix, type LogisticRegressionOptions } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, iris, numbers, relativeDifference } from './support.ts'

interface Data {
  readonly X: Matrix
  readonly y: Int32Array
  /** The same without what is huge. */
  readonly rest: Matrix
  readonly restWeight: Float64Array
}

/** Two classes, as column 1 among others says; the row in the middle has a huge element there, on the side of its class. */
function data(rows: number, columns: number, huge: number): Data {
  const next = numbers(11)
  const X = new Matrix(new Float64Array(rows * columns), rows, columns)
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const row = X.row(i)
    for (let j = 0; j < columns; j++) row[j] = next() + next() + next() - 1.5
    y[i] = Number(row[0]! + 2 * row[1]! + next() - 0.5 > 0)
  }
  const rest = new Matrix(X.data.slice(), rows, columns)
  const middle = rows >> 1
  X.row(middle)[1] = y[middle] === 1 ? huge : -huge
  rest.row(middle)[1] = 0
  return { X, y, rest, restWeight: new Float64Array(rows).fill(1).fill(0, middle, middle + 1) }
}

const options: readonly LogisticRegressionOptions[] = [{}, { C: 0.01 }, { C: 1000 }, { fitIntercept: false }, { solver: 'newton' }, { l1Ratio: 0.5 }]

for (const backend of backends) {
  test.serial(`${backend}: fits reach the optimum beyond a row of huge numbers`, (t) => on(backend, () => {
    for (const [rows, columns, huge] of [[300, 3, 1e12], [300, 3, 1e100], [3000, 5, 1e10], [3000, 5, 1e15], [20_000, 6, 1e12]] as const) {
      const { X, y, rest, restWeight } = data(rows, columns, huge)
      for (const some of options) {
        const model = new LogisticRegression(some).fitSync(X, y)
        const expected = new LogisticRegression(some).fitSync(rest, y, { sampleWeight: restWeight })
        const name = `${rows} × ${columns}, ${huge}, ${JSON.stringify(some)}`
        t.true(model.converged, name)
        t.true(relativeDifference([model.certificate.objective], [expected.certificate.objective]) < 1e-8, name)
        t.true(relativeDifference(model.coefficients.data, expected.coefficients.data) < 1e-4, name)
      }
    }
  }))

  test.serial(`${backend}: also in company, in turns and on any number of threads, to the same bits`, (t) => on(backend, async () => {
    const { X, y } = data(3000, 5, 1e13)
    const alone = new LogisticRegression({ solver: 'newton' }).fitSync(X, y)
    const [first, second] = fitAllSync([new LogisticRegression({ C: 10 }), new LogisticRegression({ solver: 'newton' })], X, y)
    const onOne = new LogisticRegression({ solver: 'newton' }).fitSync(X, y, { threads: 1 })
    // Last: what comes after it is no longer on this backend.
    const inTurns = await new LogisticRegression({ solver: 'newton' }).fit(X, y, { threads: 2 })
    t.true(first!.converged)
    for (const model of [second!, inTurns, onOne]) t.deepEqual(model.coefficients, alone.coefficients)
  }))
}

test('of several classes a fit reaches an objective that a smaller number in that row reaches, or says that it has not converged', (t) => {
  const { X, y } = data(3000, 5, 1)
  const classes = y.map((label, i) => (label === 1 && X.get(i, 2) > 0 ? 2 : label))
  for (const row of [classes.indexOf(1), classes.indexOf(2), classes.lastIndexOf(0)]) {
    const usual = X.get(row, 1)
    X.row(row)[1] = 1e4
    const smaller = new LogisticRegression({ solver: 'newton' }).fitSync(X, classes)
    t.true(smaller.converged)
    for (const huge of [1e8, 1e9, 1e12]) {
      X.row(row)[1] = huge
      const model = new LogisticRegression({ solver: 'newton' }).fitSync(X, classes)
      t.true(!model.converged || model.certificate.objective < smaller.certificate.objective * (1 + 1e-7), `${row}, ${huge}: ${model.certificate.objective}, ${smaller.certificate.objective}`)
    }
    X.row(row)[1] = usual
  }
})

test('usual columns keep their scale', (t) => {
  for (const { X, y } of [breastCancer, iris]) {
    const { columns } = X
    const scales = Array.from({ length: columns }, (_, j) => Math.max(...Array.from({ length: X.rows }, (_, i) => Math.abs(X.get(i, j)))))
    const problem = { x: X.data as Float64Array, rows: X.rows, columns, center: new Float64Array(columns), inverseScale: Float64Array.from(scales, (scale) => 1 / scale), y, classes: 2 }
    t.is(problemOfUsualRows(problem, true), undefined)
  }
})

/** Classes by column 1, rising; the row in the middle, of the highest class, has an element of `huge` there. */
function classesOf(rows: number, columns: number, classes: number, huge: number): Pick<Data, 'X' | 'y'> {
  const next = numbers(5)
  const X = new Matrix(new Float64Array(rows * columns), rows, columns)
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const row = X.row(i)
    for (let j = 0; j < columns; j++) row[j] = next() + next() + next() - 1.5
    y[i] = Math.max(0, Math.min(classes - 1, Math.floor(((row[1]! + 2 * next()) / 3 + 0.25) * classes)))
  }
  const middle = rows >> 1
  y[middle] = classes - 1
  X.row(middle)[1] = huge
  return { X, y }
}

for (const backend of backends) {
  test.serial(`${backend}: with several classes, and where the row speaks against all others`, (t) => on(backend, () => {
    for (const [rows, classes] of [[300, 3], [1000, 5]] as const) {
      for (const sign of [1, -1]) {
        // The larger the number, the less it takes to give the row its class.
        let before = Infinity
        for (const huge of [1e5, 1e7, 1e9, 1e11, 1e12]) {
          const { X, y } = classesOf(rows, 4, classes, sign * huge)
          const model = new LogisticRegression({ C: 1 }).fitSync(X, y)
          const name = `${rows}, ${classes} classes, ${sign * huge}`
          t.true(model.converged, name)
          t.true(model.certificate.objective <= before * (1 + 2e-9), `${name}: ${model.certificate.objective} after ${before}`)
          before = model.certificate.objective
        }
      }
    }
  }))

  test.serial(`${backend}: where a sample of the rows would do but for the row`, (t) => on(backend, () => {
    for (const huge of [1e6, 1e9, 1e12]) {
      const { X, y } = classesOf(24_000, 4, 2, -huge)
      const model = new LogisticRegression().fitSync(X, y)
      const exact = new LogisticRegression({ solver: 'newton' }).fitSync(X, y)
      t.true(model.converged, `${huge}`)
      t.true(model.iterations <= 2 * exact.iterations, `${huge}: ${model.iterations} steps, ${exact.iterations} of Newton's`)
      t.true(relativeDifference([model.certificate.objective], [exact.certificate.objective]) < 1e-8, `${huge}`)
    }
  }))
}
