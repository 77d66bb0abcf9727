/** Sparse X: the same models as of dense X, small or large, on both backends. */
import test from 'ava'
import {
  crossValidateSync, fitAllSync, GridSearch, LogisticRegression, Matrix, Pipeline, StandardScaler, trainTestSplit, type CSR, type LogisticRegressionOptions,
} from 'manycore/models'
import { sparseLogistic, type SparseProblem } from '../../src/kernels/sparse-logistic.ts'
import { sparseMoments } from '../../src/kernels/sparse-moments.ts'
import { sparseFrom } from '../../src/common/sparse.ts'
import { atOnce } from '../../src/common/pausing.ts'
import { columnMoments } from '../../src/kernels/column-moments.ts'
import { backends, on } from '../support/backends.ts'
import { numbers, relativeDifference } from './support.ts'

/** A sparse matrix with `filled` values a row in columns of very different frequency, and labels that depend on the first ones. */
type TypedCSR = CSR & { values: Float64Array; columns: Int32Array; rowOffsets: Int32Array }

function problem(rows: number, columns: number, filled: number, classes: number, seed = 5): { csr: TypedCSR; y: Int32Array } {
  const next = numbers(seed)
  const values: number[] = []
  const places: number[] = []
  const rowOffsets = new Int32Array(rows + 1)
  const y = new Int32Array(rows)
  for (let i = 0; i < rows; i++) {
    const chosen = new Set<number>()
    while (chosen.size < filled) chosen.add(Math.floor(columns * next() ** 3))
    const scores = new Float64Array(classes)
    for (const column of [...chosen].sort((a, b) => a - b)) {
      const value = (next() + 0.5) * (1 + (column % 4))
      values.push(value)
      places.push(column)
      scores[column % classes]! += value * (column < columns / 8 ? 0.6 : 0.05)
    }
    rowOffsets[i + 1] = values.length
    y[i] = next() < 0.15 ? Math.floor(classes * next()) : scores.indexOf(Math.max(...scores))
  }
  return { csr: { values: Float64Array.from(values), columns: Int32Array.from(places), rowOffsets, shape: [rows, columns] }, y }
}

function dense({ values, columns, rowOffsets, shape }: { values: ArrayLike<number>; columns: ArrayLike<number>; rowOffsets: ArrayLike<number>; shape: ArrayLike<number> }): Matrix {
  const [rows, width] = [shape[0]!, shape[1]!]
  const data = new Float64Array(rows * width)
  for (let i = 0; i < rows; i++) for (let at = rowOffsets[i]!; at < rowOffsets[i + 1]!; at++) data[i * width + columns[at]!]! += values[at]!
  return new Matrix(data, rows, width)
}

const small = problem(300, 40, 6, 2)
/** Above the size up to which a sparse matrix is made dense. */
const large = problem(15_000, 300, 8, 2)
const largeThree = problem(15_000, 300, 8, 3)

for (const backend of backends) {
  test(`a small one is the dense one, bit for bit (${backend})`, async (t) => {
    const X = dense(small.csr)
    for (const options of [{}, { l1Ratio: 1, C: 0.3 }, { fitIntercept: false }, { C: Infinity, maxIterations: 3 }] as LogisticRegressionOptions[]) {
      const known = on(backend, () => new LogisticRegression(options).fitSync(X, small.y))
      const model = on(backend, () => new LogisticRegression(options).fitSync(small.csr, small.y))
      t.deepEqual(model.coefficients, known.coefficients)
      t.deepEqual((await on(backend, () => new LogisticRegression(options).fit(small.csr, small.y))).coefficients, known.coefficients)
      const [one, other] = [on(backend, () => model.predictProbabilitiesSync(small.csr)), on(backend, () => known.predictProbabilitiesSync(X))]
      t.true(relativeDifference(one.data, other.data) < 1e-12)
      t.deepEqual(await on(backend, () => model.predictProbabilities(small.csr)), one)
      t.deepEqual(model.predictSync(small.csr), known.predictSync(X))
      t.is(model.scoreSync(small.csr, small.y), known.scoreSync(X, small.y))
    }
  })

  for (const [name, { csr, y }] of [['two classes', large], ['three classes', largeThree]] as const) {
    for (const options of [{}, { C: 0.05 }, { C: 20, classWeight: 'balanced' }, { fitIntercept: false }, { l1Ratio: 1, C: 0.05 }, { l1Ratio: 0.5, C: 0.02 }] as LogisticRegressionOptions[]) {
      test(`a large one, ${name}, ${JSON.stringify(options)}: the optimum of the dense one (${backend})`, async (t) => {
        const X = dense(csr)
        const known = new LogisticRegression({ ...options, solver: 'newton', tol: 0 }).fitSync(X, y)
        const model = on(backend, () => new LogisticRegression(options).fitSync(csr, y))
        t.true(model.converged)
        const optimum = known.certificate.objective
        const gap = (model.certificate.objective - optimum) / optimum
        t.true(gap <= 1e-9 && gap > -1e-12, `gap ${gap}`)
        if (options.l1Ratio !== undefined) t.deepEqual(Array.from(model.coefficients.data, (w) => w === 0), Array.from(known.coefficients.data, (w) => w === 0))
        t.deepEqual((await on(backend, () => new LogisticRegression(options).fit(csr, y))).coefficients, model.coefficients)
        for (const threads of [1, 3]) t.deepEqual(on(backend, () => new LogisticRegression(options).fitSync(csr, y, { threads })).coefficients, model.coefficients)
        t.true(relativeDifference(model.predictProbabilitiesSync(csr).data, known.predictProbabilitiesSync(X).data) < 1e-9)
        if (backend !== backends[0]) return
        const full = on(backend, () => new LogisticRegression(options).fitSync(X, y))
        const difference = relativeDifference(model.coefficients.data, full.coefficients.data)
        t.true(difference < 1e-10, `coefficients differ by ${difference}`)
      })
    }
  }

  test(`the kernel is the sum by its definition (${backend})`, (t) => {
    for (const { csr, y, classes } of [{ ...large, classes: 2 }, { ...largeThree, classes: 3 }]) {
      const sparse: SparseProblem = { ...atOnce(sparseFrom(csr, 'X')), y, classes }
      const vectors = classes === 2 ? 1 : classes
      const next = numbers(8)
      const coefficients = Float64Array.from({ length: vectors * 301 }, () => next() - 0.5)
      const out = new Float64Array(1 + coefficients.length)
      sparseLogistic(sparse, { weights: null, coefficients, out })
      const expected = new Float64Array(out.length)
      for (let i = 0; i < sparse.rows; i++) {
        const scores = Array.from({ length: vectors }, (_, k) => {
          let score = coefficients[k * 301 + 300]!
          for (let at = csr.rowOffsets[i]!; at < csr.rowOffsets[i + 1]!; at++) score += csr.values[at]! * coefficients[k * 301 + csr.columns[at]!]!
          return score
        })
        if (vectors === 1) scores.unshift(0)
        const largest = Math.max(...scores)
        const total = scores.reduce((sum, score) => sum + Math.exp(score - largest), 0)
        expected[0]! += largest + Math.log(total) - scores[y[i]!]!
        for (let k = 0; k < vectors; k++) {
          const label = vectors === 1 ? 1 : k
          const residual = Math.exp(scores[label]! - largest) / total - Number(y[i] === label)
          expected[1 + k * 301 + 300]! += residual
          for (let at = csr.rowOffsets[i]!; at < csr.rowOffsets[i + 1]!; at++) expected[1 + k * 301 + csr.columns[at]!]! += residual * csr.values[at]!
        }
      }
      t.true(relativeDifference(out, expected) < 1e-12)
    }
  })
}

test('both backends agree', (t) => {
  const [one, other] = backends.map((backend) => on(backend, () => new LogisticRegression().fitSync(largeThree.csr, largeThree.y)))
  // The kernels have one order of arithmetic, and the solver is one.
  if (one !== undefined && other !== undefined) t.deepEqual(one.coefficients, other.coefficients)
  else t.pass()
})

test('weights, warm start, no penalty, progress', (t) => {
  const { csr, y } = large
  const sampleWeight = Float64Array.from(y, (_, i) => i % 3)
  const known = new LogisticRegression({ solver: 'newton' }).fitSync(dense(csr), y, { sampleWeight })
  const seen: number[] = []
  const model = new LogisticRegression({ warmStart: true }).fitSync(csr, y, { sampleWeight, onProgress: ({ objective }) => seen.push(objective) })
  t.true(Math.abs(model.certificate.objective / known.certificate.objective - 1) <= 1e-9)
  t.is(seen.length, model.iterations + 1)
  const steps = model.iterations
  t.true(model.fitSync(csr, y, { sampleWeight }).iterations < steps / 2)
  const free = new LogisticRegression({ C: Infinity, tol: 1e-8 }).fitSync(csr, y)
  t.true(free.converged || free.certificate.separated)
  const apart = Int32Array.from({ length: 15_000 }, (_, i) => Number(csr.columns[csr.rowOffsets[i]!]! < 20))
  const separated = new LogisticRegression({ C: Infinity }).fitSync(csr, apart)
  t.false(separated.converged)
  const list = [{}, { l1Ratio: 1, C: 0.05 }].map((options) => new LogisticRegression(options))
  fitAllSync(list, csr, y)
  t.deepEqual(list[1]!.coefficients, new LogisticRegression({ l1Ratio: 1, C: 0.05 }).fitSync(csr, y).coefficients)
  t.true(new LogisticRegression({ l1Ratio: 1, C: 1e-7 }).fitSync(csr, y).coefficients.data.every((w) => w === 0))
})

test('arrays of any kind, columns in any order, places taken twice', (t) => {
  const { csr, y } = small
  const known = new LogisticRegression().fitSync(dense(csr), y).coefficients
  const forms: CSR[] = [
    { values: Array.from(csr.values), columns: Array.from(csr.columns), rowOffsets: Array.from(csr.rowOffsets), shape: [300, 40] },
    { values: csr.values, columns: Uint16Array.from(csr.columns), rowOffsets: Uint32Array.from(csr.rowOffsets), shape: Int32Array.of(300, 40) },
  ]
  for (const form of forms) t.deepEqual(new LogisticRegression().fitSync(form, y).coefficients, known)
  const backwards = { values: csr.values.slice(), columns: csr.columns.slice(), rowOffsets: csr.rowOffsets, shape: [300, 40] as [number, number] }
  for (let i = 0; i < 300; i++) for (const list of [backwards.values, backwards.columns] as Int32Array[]) list.subarray(csr.rowOffsets[i]!, csr.rowOffsets[i + 1]!).reverse()
  t.deepEqual(new LogisticRegression().fitSync(backwards, y).coefficients, known)
  const twice: CSR = { values: [1, 2, 4, 8], columns: [0, 0, 1, 1], rowOffsets: [0, 3, 4], shape: [2, 2] }
  t.deepEqual(new LogisticRegression().fitSync(twice, [0, 1]).coefficients, new LogisticRegression().fitSync([[3, 4], [0, 8]], [0, 1]).coefficients)
})

test('the inputs stay as they were', async (t) => {
  const { csr, y } = problem(200, 30, 5, 2, 9)
  const before = [csr.values.slice(), csr.columns.slice(), csr.rowOffsets.slice(), y.slice()]
  await new LogisticRegression().fit(csr, y)
  new LogisticRegression({ l1Ratio: 1 }).fitSync(csr, y)
  t.deepEqual([csr.values, csr.columns, csr.rowOffsets, y], before as never)
})

test('splits, cross-validation and searches take it', (t) => {
  const { csr, y } = small
  const X = dense(csr)
  const [sparse, full] = [trainTestSplit(csr, y, { seed: 1 }), trainTestSplit(X, y, { seed: 1 })]
  t.deepEqual(dense(sparse.XTrain as never), full.XTrain as never)
  t.deepEqual(sparse.yTest, full.yTest)
  t.deepEqual(crossValidateSync(new LogisticRegression(), csr, y, { scoring: 'accuracy' }).scores, crossValidateSync(new LogisticRegression(), X, y, { scoring: 'accuracy' }).scores)
  const pipeline = (): Pipeline => new Pipeline([['scale', new StandardScaler()], ['model', new LogisticRegression()]])
  const grid = { model__C: [0.1, 1] }
  const [a, b] = [csr, X].map((one) => new GridSearch(pipeline(), grid, { cv: 3 }).fitSync(one, y).results.map(({ scores }) => scores))
  t.deepEqual(a, b)
})

test('bad matrices name what is wrong', async (t) => {
  const good = { values: [1, 2], columns: [0, 1], rowOffsets: [0, 1, 2], shape: [2, 2] }
  const bad: [object, string, RegExp][] = [
    [{ shape: [2] }, 'SHAPE', /shape/],
    [{ shape: undefined }, 'SHAPE', /shape/],
    [{ shape: null }, 'SHAPE', /shape/],
    [{ shape: [2, -1] }, 'SHAPE', /shape\[1\]/],
    [{ values: [1] }, 'SHAPE', /columns: expected 1 elements, got 2/],
    [{ rowOffsets: [0, 2] }, 'SHAPE', /rowOffsets: expected 3 elements, got 2/],
    [{ rowOffsets: [1, 1, 2] }, 'SHAPE', /rowOffsets\[0\]/],
    [{ rowOffsets: [0, 2, 1] }, 'SHAPE', /rowOffsets\[2\]/],
    [{ rowOffsets: [0, 1, 3] }, 'SHAPE', /rowOffsets\[2\]/],
    [{ columns: [0, 2] }, 'SHAPE', /columns\[1\]: expected a column from 0 to 1, got 2/],
    [{ columns: [0, 0.5] }, 'SHAPE', /columns\[1\]/],
    [{ columns: 'ab' }, 'TYPE', /columns/],
    [{ values: [1, 'x'] }, 'TYPE', /values\[1\]/],
    [{ values: [1, NaN] }, 'NOT_FINITE', /row 1, column 1/],
    [{ shape: [0, 2], values: [], columns: [], rowOffsets: [0] }, 'SHAPE', /at least one row/],
  ]
  for (const [change, code, message] of bad) {
    const X = { ...good, ...change } as never
    t.throws(() => new LogisticRegression().fitSync(X, [0, 1]), { code: `ERR_MANYCORE_${code}`, message })
    await t.throwsAsync(() => new LogisticRegression().fit(X, [0, 1]), { code: `ERR_MANYCORE_${code}`, message })
  }
  const model = new LogisticRegression().fitSync(good as never, [0, 1])
  t.throws(() => model.predictSync({ ...good, shape: [2, 3] } as never), { code: 'ERR_MANYCORE_SHAPE', message: /3 columns, but the model was fitted with 2/ })
})

test('moments are those of the dense columns, in one chunk or several', (t) => {
  for (const { csr } of [problem(500, 20, 4, 2), problem(30_000, 40, 8, 2)]) {
    const [rows, columns] = [csr.shape[0]!, csr.shape[1]!]
    // Far from 0, as no sum of squares may cancel; and one column that is the same everywhere it stands, one that is never there.
    for (const [at, column] of csr.columns.entries()) csr.values[at] = column === 3 ? 7 : column === 5 ? 0 : csr.values[at]! + (column === 2 ? 1e6 : 0)
    const found = new Float64Array(3 * columns)
    t.true(sparseMoments(atOnce(sparseFrom(csr, 'X')), found))
    const X = dense(csr)
    const known = new Float64Array(2 * columns)
    columnMoments(X.data, rows, columns, known)
    t.true(relativeDifference(found.subarray(0, 2 * columns), known) < 1e-13)
    for (let j = 0; j < columns; j++) {
      const even = Array.from({ length: rows }, (_, i) => X.data[i * columns + j] === X.data[j]).every(Boolean)
      t.is(found[2 * columns + j], Number(even))
      if (even) t.is(found[columns + j], 0)
    }
  }
})

test('moments have the same bits on every backend and any number of threads', (t) => {
  const { csr } = problem(30_000, 40, 8, 2)
  const sparse = atOnce(sparseFrom(csr, 'X'))
  const known = new Float64Array(120)
  sparseMoments(sparse, known)
  for (const backend of backends) {
    const scale = [1, 2, 5].map((threads) => on(backend, () => new StandardScaler({ withMean: false }).fitSync(csr, { threads })))
    for (const scaler of scale) t.deepEqual([scaler.mean, scaler.variance], [known.slice(0, 40), known.slice(40, 80)])
  }
})

test('what is not sound is told, in whatever chunk it is', (t) => {
  const { csr } = problem(30_000, 40, 8, 2)
  const out = new Float64Array(120)
  const last = csr.values.length - 1
  const bad: [string, Float64Array | Int32Array, number][] = [['NOT_FINITE', csr.values, NaN], ['NOT_FINITE', csr.values, -Infinity], ['SHAPE', csr.columns, 40], ['SHAPE', csr.columns, -1]]
  for (const [code, list, value] of bad) {
    const before = list[last]!
    list[last] = value
    t.false(sparseMoments({ values: csr.values, columnIndices: csr.columns, rowOffsets: csr.rowOffsets, rows: 30_000, columns: 40 }, out))
    for (const backend of backends) {
      t.throws(() => on(backend, () => new StandardScaler({ withMean: false }).fitSync(csr)), { code: `ERR_MANYCORE_${code}`, message: code === 'SHAPE' ? new RegExp(`columns\\[${last}\\]`) : /row 29999, column/ })
    }
    list[last] = before
  }
  // Rows out of order, and a place taken twice, are summed up first.
  const known = new StandardScaler({ withMean: false }).fitSync(csr)
  const swapped = { ...csr, values: csr.values.slice(), columns: csr.columns.slice() }
  for (const list of [swapped.values, swapped.columns]) [list[last], list[last - 1]] = [list[last - 1]!, list[last]!]
  for (const backend of backends) t.deepEqual(on(backend, () => new StandardScaler({ withMean: false }).fitSync(swapped)).variance, known.variance)
})

test('a scaler without means keeps it sparse, with the scales of the dense one', async (t) => {
  for (const { csr, y } of [small, large]) {
    const X = dense(csr)
    const before = [csr.values.slice(), csr.columns.slice()]
    const scaler = new StandardScaler({ withMean: false }).fitSync(csr)
    const known = new StandardScaler({ withMean: false }).fitSync(X)
    t.true(relativeDifference(scaler.scale, known.scale) < 1e-13)
    t.true(relativeDifference(scaler.mean, known.mean) < 1e-13)
    const scaled = scaler.transformSync(csr) as TypedCSR
    t.deepEqual([scaled.columns, scaled.rowOffsets, scaled.shape], [csr.columns, csr.rowOffsets, csr.shape])
    t.not(scaled.columns, csr.columns)
    t.true(relativeDifference(dense(scaled).data, known.transformSync(X).data) < 1e-13)
    const promised = await new StandardScaler({ withMean: false }).fit(csr)
    t.deepEqual(promised.scale, scaler.scale)
    t.deepEqual(await promised.transform(csr), scaled)
    t.deepEqual(await new StandardScaler({ withMean: false }).fitTransform(csr), scaled)
    const back = scaler.inverseTransformSync(scaled) as TypedCSR
    t.true(relativeDifference(back.values, csr.values) < 1e-15)
    t.deepEqual(await scaler.inverseTransform(scaled), back)
    t.deepEqual([csr.values, csr.columns], before as never)
    // In a pipeline the model gets it sparse.
    const pipeline = new Pipeline([['scale', new StandardScaler({ withMean: false })], ['model', new LogisticRegression()]]).fitSync(csr, y)
    t.deepEqual(pipeline.predictProbabilitiesSync(csr), new LogisticRegression().fitSync(scaled, y).predictProbabilitiesSync(scaled))
    t.deepEqual((await pipeline.predictProbabilities(csr)), pipeline.predictProbabilitiesSync(csr))
  }
  t.deepEqual(new StandardScaler({ withMean: false, withStd: false }).fitTransformSync(small.csr), { ...small.csr, shape: [300, 40] })
})

test('a scaler with means makes it dense, and says so where that is too large', async (t) => {
  t.deepEqual(new StandardScaler().fitTransformSync(small.csr), new StandardScaler().fitTransformSync(dense(small.csr)))
  const huge = { values: [1], columns: [0], rowOffsets: Int32Array.from({ length: 20_001 }, (_, i) => Math.min(i, 1)), shape: [20_000, 10_000] } as const
  t.throws(() => new StandardScaler().fitSync(huge), { code: 'ERR_MANYCORE_RANGE', message: /withMean: false/ })
  await t.throwsAsync(() => new StandardScaler().fit(huge), { code: 'ERR_MANYCORE_RANGE', message: /withMean: false/ })
  const scaler = new StandardScaler({ withMean: false }).fitSync(huge)
  t.throws(() => scaler.transformSync(small.csr), { code: 'ERR_MANYCORE_SHAPE', message: /40 columns/ })
})
