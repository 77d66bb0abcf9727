/** What must hold at any optimum: weights, scales and repetitions mean what they say. */
import test from 'ava'
import { LogisticRegression, Matrix, type LogisticRegressionOptions, type Labels, type SampleWeight } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, iris, relativeDifference, takeRows } from './support.ts'

for (const backend of backends) {
  const fit = (options: LogisticRegressionOptions, X: Matrix, y: Labels, sampleWeight?: SampleWeight, threads?: number): LogisticRegression =>
    on(backend, () => new LogisticRegression({ tol: 0, ...options }).fitSync(X, y, { sampleWeight, threads }))
  const same = (a: LogisticRegression, b: LogisticRegression): boolean =>
    relativeDifference(a.coefficients.data, b.coefficients.data) <= 1e-10 && relativeDifference(a.intercepts, b.intercepts) <= 1e-10

  for (const [name, { X, y }] of [['two classes', clusters(90, 4, 2)], ['three classes', clusters(90, 4, 3)]] as const) {
    const title = `${name}, ${backend}`
    const weights = Float64Array.from(y, (_, i) => (i * 7) % 4)
    const rows = Array.from(y, (_, i) => i)

    test(`weights of 1 equal none (${title})`, (t) => {
      t.deepEqual(fit({}, X, y, new Float64Array(90).fill(1)).coefficients, fit({}, X, y).coefficients)
    })

    test(`integer weights equal repeated rows, weight 0 a dropped one (${title})`, (t) => {
      const repeated = rows.flatMap((row) => new Array<number>(weights[row]!).fill(row))
      t.true(same(fit({}, X, y, weights), fit({}, takeRows(X, repeated), repeated.map((row) => y[row]!))))
    })

    test(`scaling all weights equals scaling C (${title})`, (t) => {
      t.true(same(fit({ C: 0.3 }, X, y, weights.map((w) => w * 10)), fit({ C: 3 }, X, y, weights)))
    })

    test(`class weights equal the weights of their rows (${title})`, (t) => {
      const expected = fit({}, X, y, Float64Array.from(y, (label) => [2, 0.5, 3][label]!))
      t.true(same(fit({ classWeight: { 0: 2, 1: 0.5, ...(name === 'three classes' && { 2: 3 }) } }, X, y), expected))
      t.true(same(fit({ classWeight: new Map([[0, 2], [1, 0.5], ...(name === 'three classes' ? [[2, 3] as [number, number]] : [])]) }, X, y), expected))
    })

    test(`'balanced' is rows / (classes · rows of the class), times the sample weight (${title})`, (t) => {
      const some = rows.filter((row) => row % 5 !== 0 || y[row] === 1)
      const part = takeRows(X, some)
      const labels = some.map((row) => y[row]!)
      const classes = new Set(labels).size
      const balanced = labels.map((label) => some.length / (classes * labels.filter((other) => other === label).length))
      t.true(same(fit({ classWeight: 'balanced' }, part, labels), fit({}, part, labels, balanced)))
      const sample = some.map((row) => 1 + (row % 3))
      t.true(same(fit({ classWeight: 'balanced' }, part, labels, sample), fit({}, part, labels, balanced.map((w, i) => w * sample[i]!))))
    })

    test(`without a penalty, scaled and shifted columns give scaled coefficients (${title})`, (t) => {
      const scales = [1e-6, 1e6, 3, 1]
      const shifts = [5, -1e7, 100, 0]
      const moved = new Matrix(X.data.map((value, at) => value * scales[at % 4]! + shifts[at % 4]!), 90, 4)
      const plain = fit({ C: Infinity }, X, y)
      const other = fit({ C: Infinity }, moved, y)
      t.true(Math.abs(plain.certificate.objective - other.certificate.objective) <= 1e-9 * plain.certificate.objective)
      const back = other.coefficients.data.map((w, at) => w * scales[at % 4]!)
      // The shifted columns hold eleven digits of the original ones at least.
      t.true(relativeDifference(back, plain.coefficients.data) <= 1e-7)
    })

    test(`the same bits on a second fit and for any number of threads (${title})`, (t) => {
      const big = clusters(20_000, 12, name === 'two classes' ? 2 : 3)
      const one = fit({}, big.X, big.y, undefined, 1)
      for (const threads of [1, 2, 3]) {
        const again = fit({}, big.X, big.y, undefined, threads)
        t.deepEqual(again.coefficients, one.coefficients)
        t.deepEqual(again.intercepts, one.intercepts)
      }
    })
  }

  test(`coefficients of three classes sum to 0 (${backend})`, (t) => {
    for (const C of [1, Infinity]) {
      const { X, y } = C === 1 ? iris : clusters(90, 4, 3)
      const { coefficients, intercepts } = fit({ C }, X, y)
      const scale = Math.max(...coefficients.data.map(Math.abs))
      for (let j = 0; j < 4; j++) t.true(Math.abs(coefficients.get(0, j) + coefficients.get(1, j) + coefficients.get(2, j)) <= 1e-14 * scale)
      t.true(Math.abs(intercepts[0]! + intercepts[1]! + intercepts[2]!) <= 1e-13 * Math.max(...intercepts.map(Math.abs)))
    }
  })

  test(`a constant column gets 0, and changes nothing (${backend})`, (t) => {
    const { X, y } = clusters(90, 2, 2)
    for (const constant of [0, 0.1, -1e9]) {
      const wider = new Matrix(new Float64Array(90 * 3), 90, 3)
      for (let i = 0; i < 90; i++) wider.data.set([X.get(i, 0), constant, X.get(i, 1)], i * 3)
      for (const C of [1, Infinity]) {
        const model = fit({ C }, wider, y)
        t.is(model.coefficients.get(0, 1), 0)
        // In the way: sums of few numbers run in lanes.
        t.true(relativeDifference([model.coefficients.get(0, 0), model.coefficients.get(0, 2)], [...fit({ C }, X, y).coefficients.data]) <= 1e-12)
      }
    }
  })

  test(`without an intercept a constant column is a feature like any other (${backend})`, (t) => {
    const { X, y } = clusters(90, 2, 2)
    const wider = new Matrix(new Float64Array(90 * 3), 90, 3)
    for (let i = 0; i < 90; i++) wider.data.set([X.get(i, 0), X.get(i, 1), 1], i * 3)
    const model = fit({ C: Infinity, fitIntercept: false }, wider, y)
    const reference = fit({ C: Infinity }, X, y)
    t.is(model.intercepts[0], 0)
    t.true(relativeDifference(model.coefficients.data, [...reference.coefficients.data, reference.intercepts[0]!]) <= 1e-10)
  })

  test(`columns that repeat each other, without a penalty (${backend})`, (t) => {
    const { X, y } = clusters(90, 2, 2)
    const wider = new Matrix(new Float64Array(90 * 4), 90, 4)
    for (let i = 0; i < 90; i++) wider.data.set([X.get(i, 0), X.get(i, 1), X.get(i, 0), X.get(i, 0) - 2 * X.get(i, 1)], i * 4)
    const model = fit({ C: Infinity, tol: 1e-9 }, wider, y)
    const reference = fit({ C: Infinity }, X, y)
    t.true(model.converged)
    t.false(model.certificate.separated)
    t.true(model.certificate.ridge > 0)
    t.true(Math.abs(model.certificate.objective - reference.certificate.objective) <= 1e-9 * reference.certificate.objective)
  })

  test(`the intercept is not penalised (${backend})`, (t) => {
    const { X, y } = clusters(90, 2, 2)
    const some = Array.from(y, (_, i) => i).filter((i) => y[i] === 1 || i % 10 === 0)
    const model = fit({ C: 1e-12 }, takeRows(X, some), some.map((i) => y[i]!))
    const positives = some.filter((i) => y[i] === 1).length
    t.true(Math.abs(model.intercepts[0]! - Math.log(positives / (some.length - positives))) <= 1e-6)
  })

  test(`offsets of 1e8 (${backend})`, (t) => {
    const { X, y } = clusters(200, 3, 2)
    // Multiples of 2^-26, so that the shift by 2^27 is exact.
    const coarse = new Matrix(X.data.map((value) => Math.round(value * 2 ** 20) / 2 ** 20), 200, 3)
    const shifted = new Matrix(coarse.data.map((value) => value + 2 ** 27), 200, 3)
    const a = fit({}, coarse, y)
    const b = fit({}, shifted, y)
    t.true(relativeDifference(b.coefficients.data, a.coefficients.data) <= 1e-12)
    t.true(Math.abs(b.certificate.objective - a.certificate.objective) <= 1e-13 * a.certificate.objective)
  })

  test(`the objective of the certificate is the objective of the coefficients (${backend})`, (t) => {
    const model = fit({ tol: 1e-9 }, breastCancer.X, breastCancer.y)
    t.true(model.certificate.gradientNorm < 1e-4)
    t.true(model.certificate.seconds > 0)
    t.is(model.certificate.iterations, model.iterations)
  })
}

test('backends agree to 1e-10', (t) => {
  for (const { X, y } of [breastCancer, iris]) {
    const found = backends.map((backend) => on(backend, () => new LogisticRegression().fitSync(X, y)))
    for (const model of found) {
      t.true(relativeDifference(model.coefficients.data, found[0]!.coefficients.data) <= 1e-10)
      t.is(model.iterations, found[0]!.iterations)
    }
  }
})

for (const seed of [1, 45]) {
  test(`a column twice another one takes its place, however weak the L1 penalty (${seed})`, (t) => {
    let state = seed * 7919
    const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    const rows = 50
    const y = Int32Array.from({ length: rows }, () => Math.floor(4 * next()))
    for (let k = 0; k < 4; k++) y[k] = k
    const sampleWeight = Float64Array.from({ length: rows }, () => 10 ** (6 * next() - 3))
    const z = Float64Array.from({ length: rows }, next)
    const a = Float64Array.from({ length: rows }, (_, i) => (next() < 0.6 ? 0 : 10_000 * (next() - 0.5 + 0.2 * y[i]!)))
    const objective = (...columns: Float64Array[]): number => {
      const X = Array.from({ length: rows }, (_, i) => columns.map((column) => column[i]!))
      return new LogisticRegression({ C: 10_000, l1Ratio: 1 }).fitSync(X, y, { sampleWeight }).certificate.objective
    }
    const twice = a.map((value) => 2 * value)
    const gap = objective(z, a, twice) / objective(z, twice) - 1
    t.true(Math.abs(gap) < 2e-8, `gap ${gap}`)
  })
}
