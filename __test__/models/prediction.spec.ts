/** Scores, probabilities, labels: consistent with each other, row by row, at any size. */
import test from 'ava'
import { LogisticRegression, Matrix } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { breastCancer, clusters, iris, numbers, takeRows } from './support.ts'

const binary = new LogisticRegression().fitSync(breastCancer.X, breastCancer.y)
const ternary = new LogisticRegression().fitSync(iris.X, iris.y)

/** A model of one column with given slopes and intercepts. */
function model(coefficients: number[][], intercepts: number[]): LogisticRegression {
  const { X, y } = clusters(30, coefficients[0]!.length, Math.max(2, coefficients.length))
  const json = structuredClone(new LogisticRegression({ maxIterations: 0 }).fitSync(X, y).toJSON())
  return LogisticRegression.fromJSON({ ...json, fitted: { ...json.fitted!, coefficients, intercepts } })
}

for (const backend of backends) {
  for (const [name, fitted, X] of [['two classes', binary, breastCancer.X], ['three classes', ternary, iris.X]] as const) {
    const title = `${name}, ${backend}`

    test(`promise forms give the bits of the Sync forms (${title})`, async (t) => {
      for (const method of ['predict', 'predictProbabilities', 'predictLogProbabilities', 'decisionFunction'] as const) {
        const sync = on(backend, () => fitted[`${method}Sync`](X))
        t.deepEqual(await on(backend, () => fitted[method](X)), sync)
      }
    })

    test(`a row's bits don't depend on the rows around it (${title})`, (t) => {
      const all = on(backend, () => fitted.predictProbabilitiesSync(X))
      const order = Array.from({ length: X.rows }, (_, i) => (i * 7 + 3) % X.rows)
      const permuted = on(backend, () => fitted.predictProbabilitiesSync(takeRows(X, order)))
      for (let i = 0; i < X.rows; i++) {
        t.deepEqual(permuted.row(i), all.row(order[i]!))
        if (i % 10 === 0) t.deepEqual(on(backend, () => fitted.predictProbabilitiesSync(takeRows(X, [i]))).data, Float64Array.from(all.row(i)))
      }
      const odd = new Matrix(X.data.subarray(X.columns), X.rows - 1, X.columns)
      t.deepEqual(on(backend, () => fitted.predictProbabilitiesSync(odd)).data, all.data.slice(all.columns))
    })

    test(`rows of probabilities sum to 1, and logarithms are theirs (${title})`, (t) => {
      const probabilities = on(backend, () => fitted.predictProbabilitiesSync(X))
      const logs = on(backend, () => fitted.predictLogProbabilitiesSync(X))
      t.deepEqual([probabilities.rows, probabilities.columns], [X.rows, fitted.classes.length])
      for (let i = 0; i < X.rows; i++) {
        t.true(Math.abs(probabilities.row(i).reduce((sum, p) => sum + p, 0) - 1) <= 4 * Number.EPSILON)
        probabilities.row(i).forEach((p, k) => t.true(Math.abs(Math.exp(logs.get(i, k)) - p) <= 1e-14 * (1 + Math.abs(logs.get(i, k)))))
      }
    })
  }

  test(`large batches in pieces have the bits of small ones (${backend})`, async (t) => {
    const repeat = 200
    const X = new Matrix(new Float64Array(569 * 30 * repeat), 569 * repeat, 30)
    for (let k = 0; k < repeat; k++) X.data.set(breastCancer.X.data, k * 569 * 30)
    const small = on(backend, () => binary.decisionFunctionSync(breastCancer.X)) as Float64Array
    const sync = on(backend, () => binary.decisionFunctionSync(X)) as Float64Array
    const promise = (await on(backend, () => binary.decisionFunction(X))) as Float64Array
    t.deepEqual(promise, sync)
    for (let k = 0; k < repeat; k += 50) t.deepEqual(sync.slice(k * 569, (k + 1) * 569), small)
    t.deepEqual(await on(backend, () => binary.decisionFunction(X, { threads: 1 })), sync)
  })
}

test('argmax of probabilities, sign or argmax of scores, and labels agree, also for scores that hardly differ', (t) => {
  const tiny = [0, 1e-300, -1e-300, 1e-17, -1e-17, 1e-16, -1e-16, 3e-16, -3e-16, 1e-10, -1e-10, 700, -700, 1e4, -1e4, 1e300, -1e300]
  const X = new Matrix(Float64Array.from(tiny), tiny.length, 1)
  const two = model([[1]], [0])
  const labels = two.predictSync(X)
  const probabilities = two.predictProbabilitiesSync(X)
  tiny.forEach((score, i) => {
    t.is(labels[i], score > 0 ? 1 : 0)
    t.is(probabilities.get(i, 1) > probabilities.get(i, 0), score > 0)
  })
  const next = numbers(7)
  const three = model([[1], [0], [-1]], [0, 0, 0])
  const close = new Matrix(Float64Array.from({ length: 300 }, (_, i) => (i < tiny.length ? tiny[i]! : (next() - 0.5) * 10 ** (-20 * next()))), 300, 1)
  const chosen = three.predictSync(close)
  const rows = three.predictProbabilitiesSync(close)
  const scores = three.decisionFunctionSync(close) as Matrix
  for (let i = 0; i < 300; i++) {
    const best = (row: Float64Array): number => row.indexOf(Math.max(...row))
    t.is(best(rows.row(i)), best(scores.row(i)))
    t.is(chosen[i], best(scores.row(i)))
  }
})

test('ties go to the first class', (t) => {
  t.is(model([[0]], [0]).predictSync([[5]])[0], 0)
  t.is(model([[0], [1], [1]], [0, 0, 0]).predictSync([[5]])[0], 1)
  t.deepEqual([...model([[0], [0], [0]], [0, 0, 0]).predictProbabilitiesSync([[5]]).data], [1 / 3, 1 / 3, 1 / 3])
})

test('scores of ±1e4 and beyond give finite probabilities and logarithms', (t) => {
  for (const two of [model([[1]], [0]), model([[1], [0], [-1]], [0, 0, 0])]) {
    for (const score of [1e4, -1e4, 1e300]) {
      const probabilities = two.predictProbabilitiesSync([[score]])
      t.true(probabilities.data.every((p) => p >= 0 && p <= 1))
      t.is(probabilities.data.reduce((sum, p) => sum + p, 0), 1)
      const logs = two.predictLogProbabilitiesSync([[score]])
      t.true(logs.data.every((value) => value <= 0 && Number.isFinite(value)))
    }
  }
  t.is(model([[1]], [0]).predictLogProbabilitiesSync([[1e4]]).get(0, 0), -1e4)
})

test('small probabilities keep their digits', (t) => {
  const p = model([[1]], [0]).predictProbabilitiesSync([[-50], [50]])
  t.true(Math.abs(p.get(0, 1) / Math.exp(-50) - 1) <= 1e-15)
  t.true(Math.abs(p.get(1, 0) / Math.exp(-50) - 1) <= 1e-15)
})

test('scores of two classes are a list, of more a matrix', (t) => {
  t.true(binary.decisionFunctionSync(breastCancer.X) instanceof Float64Array)
  const scores = ternary.decisionFunctionSync(iris.X)
  t.true(scores instanceof Matrix)
  t.deepEqual([(scores as Matrix).rows, (scores as Matrix).columns], [150, 3])
})

test('accuracy can be weighted', (t) => {
  const labels = binary.predictSync(breastCancer.X)
  const hit = Array.from(breastCancer.y, (label, i) => (labels[i] === label ? 1 : 0))
  const weights = Float64Array.from(hit, (_, i) => i % 5)
  const total = weights.reduce((sum, w) => sum + w, 0)
  const expected = hit.reduce<number>((sum, h, i) => sum + h * weights[i]!, 0) / total
  t.is(binary.scoreSync(breastCancer.X, breastCancer.y, { sampleWeight: weights }), expected)
})

test('an aborted signal is honoured before the work', async (t) => {
  const reason = new Error('no more')
  const signal = AbortSignal.abort(reason)
  t.is(t.throws(() => binary.predictSync(breastCancer.X, { signal })), reason)
  t.is(await t.throwsAsync(() => binary.predict(breastCancer.X, { signal })), reason)
})
