/** Small fits that the native core makes in one call are those that are made step by step (as with `onProgress`), bit for bit. */
import test from 'ava'
import fc from 'fast-check'
import { setBackend } from '../../src/index.ts'
import { fitModels, fitModelsSync, state } from '../../src/models/fit-all.ts'
import { FoldMemory } from '../../src/models/fold-memory.ts'
import { LogisticRegression } from '../../src/models/logistic-regression.ts'
import type { FitOptions, LogisticRegressionOptions } from '../../src/models/options.ts'
import { StratifiedKFold } from '../../src/models/selection/folds.ts'
import { takeLabels, takeRows } from '../../src/models/selection/rows.ts'
import { Matrix } from '../../src/common/matrix.ts'
import { backends } from '../support/backends.ts'
import { breastCancer } from './support.ts'

/** What was found, the time aside. */
function found(model: LogisticRegression): unknown {
  const { packed, converged, certificate } = model[state]!
  const { objective, gradientNorm, separated, iterations, ridge, conditionEstimate } = certificate
  return { packed, converged, objective, gradientNorm, separated, iterations, ridge, conditionEstimate }
}

const stepwise: FitOptions = { onProgress() {} }

type Data = Parameters<LogisticRegression['fitSync']>

function outcome(X: Data[0], y: Data[1], options: LogisticRegressionOptions, fitOptions: FitOptions): unknown {
  try {
    return found(new LogisticRegression(options).fitSync(X, y, fitOptions))
  } catch (error) {
    return [(error as { code: string }).code, (error as Error).message]
  }
}

const { X, y } = breastCancer
const labels = Array.from(y as Int32Array)
const float32 = new Matrix(Float32Array.from(X.data), X.rows, X.columns)
/** Columns that say the same, and one that says nothing. */
const singular = new Matrix(Float64Array.from({ length: X.rows * 4 }, (_, i) => (i % 4 === 3 ? 7 : X.data[Math.floor(i / 4) * X.columns + (i % 4 === 2 ? 1 : i % 4)]!)), X.rows, 4)
const sampleWeight = Float64Array.from({ length: X.rows }, (_, i) => (i * 7) % 5)

for (const C of [1e-300, 1e-6, 0.01, 1, 1e5, 1e12]) {
  for (const [name, options] of Object.entries<LogisticRegressionOptions>({
    'as it is': {}, 'without an intercept': { fitIntercept: false }, 'balanced': { classWeight: 'balanced' }, 'in no steps': { maxIterations: 0 }, 'in three steps': { maxIterations: 3 },
    'loose': { tol: 0.01 }, 'as tight as may be': { tol: 0 },
  })) {
    test(`a fit is the same in one call and step by step: C = ${C}, ${name}`, (t) => {
      for (const [data, weights] of [[X, null], [X, sampleWeight], [float32, null], [singular, null], [singular, sampleWeight]] as const) {
        t.deepEqual(outcome(data, labels, { C, ...options }, { sampleWeight: weights }), outcome(data, labels, { C, ...options }, { sampleWeight: weights, ...stepwise }))
      }
    })
  }
}

test('so is one that starts where another ended', (t) => {
  const [one, other] = [{}, stepwise].map((options) => {
    const model = new LogisticRegression({ warmStart: true, C: 0.1 }).fitSync(X, y, options)
    return found(model.fitSync(takeRows(X, Int32Array.from({ length: 400 }, (_, i) => i)), labels.slice(0, 400), options))
  })
  t.deepEqual(one, other)
})

test('so are all of a search, fold by fold, with polish and without', (t) => {
  for (const polish of [false, true]) {
    const memories = [new FoldMemory(polish), new FoldMemory(polish)]
    for (const { train } of new StratifiedKFold({ splits: 4, shuffle: true, seed: 3 }).split(X, y)) {
      const [one, other] = [{}, stepwise].map((options, k) => {
        const grid = [30, 1e-4, 0.02, 0.5, 2, 1e-3, 1e5].map((C) => new LogisticRegression({ C }))
        const more = [{ C: 5, fitIntercept: false }, { C: 1, fitIntercept: false }, { C: 3, maxIterations: 60 }, { C: 2, tol: 1e-3 }, { C: Infinity }, { C: 4, l1Ratio: 0.5 }, { C: 1e-5, tol: 1e-12 }]
        const models = [...grid, ...more.map((own) => new LogisticRegression(own))]
        fitModelsSync(models, takeRows(X, train), takeLabels(y, train), options, memories[k])
        return models.map(found)
      })
      t.deepEqual(one, other)
    }
  }
})

test('any number of threads, the promise form and the other backend find the same', async (t) => {
  const fitted = (options: FitOptions) => {
    const models = [0.01, 1, 100].flatMap((C) => [new LogisticRegression({ C }), new LogisticRegression({ C, fitIntercept: false })])
    fitModelsSync(models, X, y, options)
    return models.map(found)
  }
  const wanted = fitted(stepwise)
  for (const threads of [1, 2, 3]) t.deepEqual(fitted({ threads }), wanted)
  const models = [0.01, 1, 100].flatMap((C) => [new LogisticRegression({ C }), new LogisticRegression({ C, fitIntercept: false })])
  await fitModels(models, X, y, undefined)
  t.deepEqual(models.map(found), wanted)
  const close = (a: unknown, b: unknown): boolean => Math.abs((a as { objective: number }).objective / (b as { objective: number }).objective - 1) < 1e-12
  for (const backend of backends) {
    setBackend(backend)
    const there = fitted({})
    setBackend('auto')
    t.true(there.every((one, k) => close(one, wanted[k])), backend)
  }
})

test('whatever the data', (t) => {
  const number = fc.oneof(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: -2, max: 2 }), fc.constantFrom(0, 1e-300, 1e150, -1e160, 1e8, 1.7e308))
  const data = fc.integer({ min: 1, max: 70 }).chain((rows) => fc.integer({ min: 1, max: 9 }).chain((columns) => fc.record({
    rows: fc.constant(rows), columns: fc.constant(columns), x: fc.array(number, { minLength: rows * columns, maxLength: rows * columns }), y: fc.array(fc.boolean(), { minLength: rows, maxLength: rows }),
    C: fc.constantFrom(1e-9, 1e-3, 1, 1e4, 1e15), fitIntercept: fc.boolean(),
  })))
  fc.assert(fc.property(data, (one) => {
    const matrix = new Matrix(Float64Array.from(one.x), one.rows, one.columns)
    const options = { C: one.C, fitIntercept: one.fitIntercept }
    t.deepEqual(outcome(matrix, one.y, options, {}), outcome(matrix, one.y, options, stepwise))
  }), { numRuns: 300 })
})
