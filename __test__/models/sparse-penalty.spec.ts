/** L1 and elastic net: exact zeros where the conditions of optimality want them, whatever the classes, weights and scales. */
import test from 'ava'
import fc from 'fast-check'
import { fitAllSync, LogisticRegression, Matrix, type LogisticRegressionOptions, type MatrixData } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, iris, numbers, objectiveOf, relativeDifference } from './support.ts'

/**
 * How far a model is from the conditions of optimality: for a coefficient w with partial derivative g of C·Σ weight·loss, g + (1 − r)·w + r·sign(w) = 0 where w ≠ 0 and |g| ≤ r
 * where w = 0. Relative to the sum of the magnitudes that make up g.
 */
function violation(X: Matrix<MatrixData>, y: ArrayLike<number>, model: LogisticRegression, C: number, l1Ratio: number, weight?: ArrayLike<number>): number {
  const { coefficients, intercepts } = model
  const classes = model.classes as number[]
  const vectors = coefficients.rows
  let worst = 0
  const slopes = new Float64Array(vectors * (X.columns + 1))
  const sizes = new Float64Array(slopes.length)
  for (let i = 0; i < X.rows; i++) {
    const scores = Array.from({ length: vectors }, (_, k) => coefficients.row(k).reduce((sum, w, j) => sum + w * X.get(i, j), intercepts[k]!))
    if (vectors === 1) scores.unshift(0)
    const largest = Math.max(...scores)
    const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)
    for (let k = 0; k < vectors; k++) {
      const label = vectors === 1 ? 1 : k
      const residual = C * (weight?.[i] ?? 1) * (Math.exp(scores[label]! - largest) / total - Number(classes[label] === y[i]))
      for (let j = 0; j <= X.columns; j++) {
        const at = k * (X.columns + 1) + j
        const x = j === X.columns ? 1 : X.get(i, j)
        slopes[at]! += residual * x
        sizes[at]! += Math.abs(residual * x)
      }
    }
  }
  for (let k = 0; k < vectors; k++) {
    for (let j = 0; j <= X.columns; j++) {
      const at = k * (X.columns + 1) + j
      const w = j === X.columns ? 0 : coefficients.get(k, j)
      const r = j === X.columns ? 0 : l1Ratio
      const g = slopes[at]! + (1 - r) * w
      const off = w === 0 ? Math.max(0, Math.abs(g) - r) : Math.abs(g + r * Math.sign(w))
      worst = Math.max(worst, off / (sizes[at]! + 1))
    }
  }
  return worst
}

const problems: readonly { name: string; X: Matrix<MatrixData>; y: ArrayLike<number> }[] = [
  { ...breastCancer, name: 'breast cancer, unscaled' },
  { ...iris, name: 'iris' },
  { name: 'five classes', ...clusters(400, 12, 5) },
  { name: 'more columns than rows', ...clusters(40, 120, 2) },
  { name: 'more columns than rows, four classes', ...clusters(40, 50, 4) },
]

for (const backend of backends) {
  for (const { name, X, y } of problems) {
    for (const l1Ratio of [1, 0.5, 0.05]) {
      for (const C of [0.02, 1, 50]) {
        test(`${name}: l1Ratio ${l1Ratio}, C ${C} (${backend})`, (t) => {
          const model = on(backend, () => new LogisticRegression({ C, l1Ratio, tol: 0 }).fitSync(X, y as Int32Array))
          t.true(model.converged)
          const off = violation(X, y, model, C, l1Ratio)
          t.true(off < 1e-9, `violation ${off}, ${model.iterations} iterations`)
          const { objective } = model.certificate
          const plain = on(backend, () => new LogisticRegression({ C, l1Ratio }).fitSync(X, y as Int32Array))
          t.true(plain.converged)
          t.true(plain.certificate.objective - objective <= 1e-9 * objective)
          const again = objectiveOf(X, Array.from(y), model.classes.length, model.coefficients, model.intercepts, C, undefined, l1Ratio)
          t.true(Math.abs(again - objective) <= 1e-11 * objective)
        })
      }
    }
  }
}

for (const { rows, columns, classes, C, l1Ratio, span } of [
  { rows: 25, columns: 34, classes: 3, C: 150, l1Ratio: 0.7, span: 6 },
  { rows: 12, columns: 30, classes: 5, C: 1e8, l1Ratio: 0.5, span: 6 },
  { rows: 6, columns: 20, classes: 2, C: 1e6, l1Ratio: 1, span: 0 },
]) {
  test(`far more coefficients than rows tell: ${rows} × ${columns}, ${classes} classes, C ${C}, l1Ratio ${l1Ratio}`, (t) => {
    const next = numbers(488)
    const offsets = Array.from({ length: columns }, () => (next() - 0.5) * 10 ** (span * next()))
    const X = new Matrix(Float64Array.from({ length: rows * columns }, (_, at) => next() + next() + next() + offsets[at % columns]!), rows, columns)
    const y = Int32Array.from({ length: rows }, (_, i) => (i < classes ? i : Math.floor(classes * next())))
    const model = new LogisticRegression({ C, l1Ratio, fitIntercept: false, maxIterations: 60 }).fitSync(X, y)
    t.true(model.converged, `${model.iterations} iterations`)
    const off = violation(X, y, model, C, l1Ratio)
    // Where the loss all but vanishes, so do the magnitudes that this is relative to.
    if (C < 1e4) t.true(off < 1e-6, `violation ${off}`)
  })
}

test('rows that weigh 10¹⁰ times as much as others, of repeated columns', (t) => {
  const next = numbers(3)
  const X = new Matrix(Float64Array.from({ length: 40 * 12 }, () => (next() < 0.3 ? 1 : 0)), 40, 12)
  const y = Int32Array.from({ length: 40 }, (_, i) => (i < 3 ? i : Math.floor(3 * next())))
  const sampleWeight = Float64Array.from(y, () => 10 ** (10 * next() - 5))
  const model = new LogisticRegression({ C: 1e3, l1Ratio: 1 }).fitSync(X, y, { sampleWeight })
  t.true(model.converged, `${model.iterations} iterations`)
})

test('weights: integers are repeated rows, zero drops a row, scaling them scales C', (t) => {
  const { X, y } = clusters(120, 8, 3)
  const options = { C: 0.3, l1Ratio: 0.7, tol: 0 }
  const weight = Float64Array.from(y, (_, i) => i % 4)
  const repeated = Array.from(y.keys()).flatMap((row) => Array.from({ length: weight[row]! }, () => row))
  const weighted = new LogisticRegression(options).fitSync(X, y, { sampleWeight: weight })
  const plain = new LogisticRegression(options).fitSync(repeated.map((row) => X.row(row)), repeated.map((row) => y[row]!))
  t.true(relativeDifference(weighted.coefficients.data, plain.coefficients.data) < 1e-10)
  t.true(violation(X, y, weighted, 0.3, 0.7, weight) < 1e-9)
  const doubled = new LogisticRegression({ ...options, C: 0.15 }).fitSync(X, y, { sampleWeight: weight.map((w) => 2 * w) })
  t.true(relativeDifference(doubled.coefficients.data, weighted.coefficients.data) < 1e-10)
})

test('the ends of the range are the pure penalties', (t) => {
  const { X, y } = breastCancer
  const l2 = new LogisticRegression().fitSync(X, y)
  t.deepEqual(new LogisticRegression({ l1Ratio: 0 }).fitSync(X, y).coefficients, l2.coefficients)
  const almost = new LogisticRegression({ l1Ratio: 1e-12, tol: 0 }).fitSync(X, y)
  t.true(relativeDifference(almost.coefficients.data, l2.coefficients.data) < 1e-6)
  const l1 = new LogisticRegression({ l1Ratio: 1, tol: 0 }).fitSync(X, y)
  const near = new LogisticRegression({ l1Ratio: 1 - 1e-12, tol: 0 }).fitSync(X, y)
  t.true(relativeDifference(near.coefficients.data, l1.coefficients.data) < 1e-6)
  t.true(l1.coefficients.data.some((w) => w === 0))
})

test('no penalty: l1Ratio has no effect', (t) => {
  const { X, y } = clusters(300, 5, 2)
  const free = new LogisticRegression({ C: Infinity }).fitSync(X, y)
  t.deepEqual(new LogisticRegression({ C: Infinity, l1Ratio: 1 }).fitSync(X, y).coefficients, free.coefficients)
})

test('a strong penalty leaves the intercept alone', (t) => {
  const { X, y } = iris
  const model = new LogisticRegression({ C: 1e-4, l1Ratio: 1 }).fitSync(X, y)
  t.true(model.coefficients.data.every((w) => w === 0))
  t.true(model.converged)
  for (const row of model.predictProbabilitiesSync([[0, 0, 0, 0]]).data) t.true(Math.abs(row - 1 / 3) < 1e-9)
})

test('twin columns and a constant one', (t) => {
  const { X, y } = clusters(200, 3, 2)
  const rows = X.toArray().map(([a, b, c]) => [a!, b!, c!, a!, 7])
  const model = new LogisticRegression({ C: 1, l1Ratio: 1, tol: 0 }).fitSync(rows, y)
  const alone = new LogisticRegression({ C: 1, l1Ratio: 1, tol: 0 }).fitSync(X, y)
  t.true(model.converged)
  t.is(model.coefficients.get(0, 4), 0)
  t.true(Math.abs(model.certificate.objective - alone.certificate.objective) <= 1e-12 * alone.certificate.objective)
})

test('without an intercept', (t) => {
  const { X, y } = clusters(200, 6, 3)
  const model = new LogisticRegression({ C: 0.1, l1Ratio: 1, fitIntercept: false }).fitSync(X, y)
  t.deepEqual([...model.intercepts], [0, 0, 0])
  t.true(model.converged)
})

test('intercepts of several classes sum to 0', (t) => {
  const { X, y } = clusters(300, 4, 4)
  const { intercepts } = new LogisticRegression({ C: 0.2, l1Ratio: 1 }).fitSync(X, y)
  t.true(Math.abs(intercepts.reduce((sum, b) => sum + b, 0)) < 1e-12)
})

test('warm start from the optimum ends within two steps', (t) => {
  for (const { X, y } of [breastCancer, iris]) {
    const model = new LogisticRegression({ C: 0.5, l1Ratio: 0.8, warmStart: true }).fitSync(X, y)
    const before = model.coefficients
    model.fitSync(X, y)
    t.true(model.iterations <= 2, `${model.iterations}`)
    t.true(relativeDifference(model.coefficients.data, before.data) < 1e-6)
  }
})

test('too few iterations: usable, and said so', (t) => {
  const { X, y } = breastCancer
  const model = new LogisticRegression({ l1Ratio: 1, maxIterations: 2 }).fitSync(X, y)
  t.false(model.converged)
  t.is(model.iterations, 2)
  t.true(model.scoreSync(X, y) > 0.85)
  const none = new LogisticRegression({ l1Ratio: 1, maxIterations: 0 }).fitSync(X, y)
  t.true(none.predictProbabilitiesSync(X).data.every((p) => p === 0.5))
})

test('together with others in lockstep: the bits that each gets alone', (t) => {
  const options: LogisticRegressionOptions[] = [{ l1Ratio: 1 }, {}, { l1Ratio: 0.5, C: 0.1 }, { l1Ratio: 1, fitIntercept: false }]
  for (const { X, y } of [breastCancer, iris]) {
    const together = fitAllSync(options.map((one) => new LogisticRegression(one)), X, y)
    options.forEach((one, i) => t.deepEqual(together[i]!.coefficients, new LogisticRegression(one).fitSync(X, y).coefficients))
  }
})

test('progress falls; abort leaves the model unfitted', async (t) => {
  const seen: number[] = []
  const model = new LogisticRegression({ l1Ratio: 1 })
  await model.fit(breastCancer.X, breastCancer.y, { onProgress: ({ objective }) => seen.push(objective) })
  t.is(seen.length, model.iterations + 1)
  for (let i = 1; i < seen.length; i++) t.true(seen[i]! <= seen[i - 1]! * (1 + 1e-12))
  const abort = new AbortController()
  const other = new LogisticRegression({ l1Ratio: 1 })
  const running = other.fit(clusters(30_000, 20, 2).X, clusters(30_000, 20, 2).y, { signal: abort.signal, onProgress: () => abort.abort(new Error('enough')) })
  await t.throwsAsync(running, { message: 'enough' })
  t.throws(() => other.coefficients, { code: 'ERR_MANYCORE_NOT_FITTED' })
})

test('wild data meet the conditions of optimality', (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 4 }), fc.double({ min: -3, max: 2, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }),
      (seed, columns, classes, power, l1Ratio) => {
        const next = numbers(seed)
        const rows = 30 + Math.floor(next() * 60)
        const scales = Array.from({ length: columns }, () => 10 ** (6 * next() - 3))
        // Few values a column, so that columns depend on each other and rows repeat.
        const data = Float64Array.from({ length: rows * columns }, (_, at) => Math.floor(3 * next()) * scales[at % columns]!)
        const y = Int32Array.from({ length: rows }, (_, i) => (i < classes ? i : Math.floor(classes * next())))
        const C = 10 ** power
        const X = new Matrix(data, rows, columns)
        const model = new LogisticRegression({ C, l1Ratio, tol: 0 }).fitSync(X, y)
        t.true(model.converged)
        const off = violation(X, y, model, C, l1Ratio)
        t.true(off < 1e-8, `violation ${off}`)
      }),
    { numRuns: 200, seed: 7 },
  )
})
