/** Bad input: a typed error that names the argument, before any work; and forms of good input that all mean the same. */
import test, { type ExecutionContext } from 'ava'
import { LogisticRegression, Matrix, type LogisticRegressionOptions } from 'manycore/models'
import { breastCancer, clusters } from './support.ts'

const { X, y } = clusters(40, 3, 2)

interface Wanted {
  readonly code: string
  readonly argument?: string
  readonly message?: RegExp
}

/** Sync throws and the promise form rejects, alike. */
async function refuses(t: ExecutionContext, attempt: (form: 'fit' | 'fitSync') => unknown, { code, argument, message }: Wanted): Promise<void> {
  const wanted = { code: `ERR_MANYCORE_${code}`, ...(message && { message }) }
  const thrown = t.throws(() => attempt('fitSync') as never, wanted) as { argument?: string } | undefined
  const rejected = (await t.throwsAsync(() => attempt('fit') as Promise<unknown>, wanted)) as { argument?: string } | undefined
  if (argument !== undefined) {
    t.is(thrown?.argument, argument)
    t.is(rejected?.argument, argument)
  }
}

const any = (value: unknown): never => value as never

const badCalls: [string, unknown, unknown, object | undefined, Wanted][] = [
  ['y of another length', X, y.subarray(1), undefined, { code: 'SHAPE', argument: 'y', message: /X has 40 rows.*y has 39/ }],
  ['sampleWeight of another length', X, y, { sampleWeight: [1, 2] }, { code: 'SHAPE', argument: 'sampleWeight', message: /X has 40 rows.*sampleWeight has 2/ }],
  ['NaN in X', withElement(7, 2, NaN), y, undefined, { code: 'NOT_FINITE', argument: 'X', message: /NaN in row 7, column 2/ }],
  ['Infinity in X', withElement(39, 0, -Infinity), y, undefined, { code: 'NOT_FINITE', argument: 'X', message: /-Infinity in row 39, column 0/ }],
  ['no rows', [], [], undefined, { code: 'SHAPE', argument: 'X' }],
  ['no columns', new Matrix(new Float64Array(0), 40, 0), y, undefined, { code: 'SHAPE', argument: 'X' }],
  ['one-dimensional X (array)', [1, 2, 3], y, undefined, { code: 'SHAPE', argument: 'X', message: /reshape.*new Matrix\(X, X\.length, 1\)/ }],
  ['one-dimensional X (typed array)', X.data, y, undefined, { code: 'SHAPE', argument: 'X', message: /reshape/ }],
  ['one-dimensional X (shape)', { data: X.data, shape: [120] }, y, undefined, { code: 'SHAPE', argument: 'X', message: /reshape/ }],
  ['ragged X', [[1, 2], [3]], [0, 1], undefined, { code: 'SHAPE', argument: 'X', message: /row 0 has 2.*row 1 has 1/ }],
  ['a string in X', [[1, 'b'], [3, 4]], [0, 1], undefined, { code: 'TYPE', argument: 'X[0][1]' }],
  ['no matrix', 'X', y, undefined, { code: 'TYPE', argument: 'X' }],
  ['one class', X, y.map(() => 3), undefined, { code: 'CLASSES', argument: 'y', message: /two classes, got only 3/ }],
  ['one sample', [[1, 2]], [0], undefined, { code: 'CLASSES', argument: 'y' }],
  ['continuous y', X, Float64Array.from(y, (label) => label + 0.5), undefined, { code: 'CLASSES', argument: 'y', message: /0\.5 in row 0.*continuous/ }],
  ['missing number', X, [...y.subarray(0, 5), NaN, ...y.subarray(6)], undefined, { code: 'NOT_FINITE', argument: 'y', message: /row 5/ }],
  ['missing string', X, [...Array.from(y.subarray(0, 5), String), null, ...Array.from(y.subarray(6), String)], undefined, { code: 'NOT_FINITE', message: /row 5/ }],
  ['undefined label', X, [undefined, ...y.subarray(1)], undefined, { code: 'NOT_FINITE', argument: 'y' }],
  ['labels of two types', X, ['a', ...y.subarray(1)], undefined, { code: 'TYPE', argument: 'y[1]' }],
  ['no labels', X, 'labels', undefined, { code: 'TYPE', argument: 'y' }],
  ['labels that are objects', X, Array.from(y, () => ({})), undefined, { code: 'TYPE', argument: 'y[0]' }],
  ['all weights zero', X, y, { sampleWeight: new Float64Array(40) }, { code: 'RANGE', argument: 'sampleWeight' }],
  ['a negative weight', X, y, { sampleWeight: [...new Array<number>(39).fill(1), -1] }, { code: 'RANGE', argument: 'sampleWeight[39]' }],
  ['a NaN weight', X, y, { sampleWeight: [...new Array<number>(39).fill(1), NaN] }, { code: 'NOT_FINITE', argument: 'sampleWeight[39]' }],
  ['weights that are no numbers', X, y, { sampleWeight: new Array<string>(40).fill('1') }, { code: 'TYPE', argument: 'sampleWeight[0]' }],
  ['a class without weight', X, y, { sampleWeight: Float64Array.from(y) }, { code: 'CLASSES', argument: 'y', message: /class 0/ }],
  ['an unknown option', X, y, { sampleweight: [1] }, { code: 'OPTION', argument: 'sampleweight', message: /sampleWeight/ }],
  ['a bad signal', X, y, { signal: {} }, { code: 'OPTION', argument: 'signal' }],
  ['negative threads', X, y, { threads: -1 }, { code: 'OPTION', argument: 'threads' }],
  ['a callback that is none', X, y, { onProgress: 1 }, { code: 'OPTION', argument: 'onProgress' }],
]

for (const [title, badX, badY, options, wanted] of badCalls) {
  test(`refused: ${title}`, (t) => refuses(t, (form) => new LogisticRegression()[form](any(badX), any(badY), options), wanted))
}

const badOptions: [LogisticRegressionOptions | Record<string, unknown>, string, RegExp][] = [
  [{ C: 0 }, 'C', /above 0, or Infinity/],
  [{ C: -1 }, 'C', /above 0/],
  [{ C: NaN }, 'C', /above 0/],
  [{ C: '1' }, 'C', /above 0/],
  [{ l1Ratio: -0.1 }, 'l1Ratio', /from 0 to 1/],
  [{ l1Ratio: 1.1 }, 'l1Ratio', /from 0 to 1/],
  [{ fitIntercept: 1 }, 'fitIntercept', /boolean/],
  [{ tol: -1 }, 'tol', /from 0 to 1/],
  [{ maxIterations: 1.5 }, 'maxIterations', /integer/],
  [{ maxIterations: -1 }, 'maxIterations', /integer/],
  [{ solver: 'lbfgs' }, 'solver', /'auto' or 'newton'/],
  [{ warmStart: 'yes' }, 'warmStart', /boolean/],
  [{ classWeight: 'balance' }, 'classWeight', /'balanced'/],
  [{ classWeight: { 0: -1 } }, 'classWeight["0"]', /not below 0/],
  [{ classWeight: { 7: 1 } }, 'classWeight', /"7" is not a label/],
  [{ classWeight: new Map([['0', 1]]) }, 'classWeight', /"0" is not a label/],
  [{ penalty: 'l2' }, 'penalty', /unknown option/],
]

for (const [options, argument, message] of badOptions) {
  test(`checked at fit, not before: ${JSON.stringify(options)} ${argument}`, async (t) => {
    const model = new LogisticRegression(options as LogisticRegressionOptions)
    await refuses(t, (form) => model[form](X, y), { code: 'OPTION', argument, message })
  })
}

test('options that are no object', (t) => refuses(t, (form) => new LogisticRegression(any('C=1'))[form](X, y), { code: 'OPTION', argument: 'options' }))

test('before fit', async (t) => {
  const model = new LogisticRegression()
  const wanted = { code: 'ERR_MANYCORE_NOT_FITTED' }
  for (const name of ['coefficients', 'intercepts', 'classes', 'iterations', 'converged', 'certificate'] as const) t.throws(() => model[name], wanted)
  for (const name of ['predict', 'predictProbabilities', 'predictLogProbabilities', 'decisionFunction'] as const) {
    t.throws(() => model[`${name}Sync`](X), wanted)
    await t.throwsAsync(() => model[name](X), wanted)
  }
  t.throws(() => model.scoreSync(X, y), wanted)
  await t.throwsAsync(() => model.score(X, y), wanted)
})

test('at prediction', async (t) => {
  const model = new LogisticRegression().fitSync(X, y)
  const narrow = new Matrix(new Float64Array(8), 4, 2)
  const columns = { code: 'ERR_MANYCORE_SHAPE', message: /2 columns.*3/ }
  t.throws(() => model.predictSync(narrow), columns)
  await t.throwsAsync(() => model.predict(narrow), columns)
  const notFinite = { code: 'ERR_MANYCORE_NOT_FINITE', message: /NaN in row 7, column 2/ }
  t.throws(() => model.predictSync(withElement(7, 2, NaN)), notFinite)
  await t.throwsAsync(() => model.predictProbabilities(withElement(7, 2, NaN)), notFinite)
  t.throws(() => model.predictSync(any([1, 2, 3])), { code: 'ERR_MANYCORE_SHAPE', message: /reshape/ })
  t.throws(() => model.predictSync(X, any({ limit: 1 })), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => model.scoreSync(X, y.subarray(1)), { code: 'ERR_MANYCORE_SHAPE', message: /40.*39/ })
  t.throws(() => model.scoreSync(X, any(Array.from(y, String))), { code: 'ERR_MANYCORE_TYPE' })
})

test('a row that is not finite is found far into a long matrix', async (t) => {
  const model = new LogisticRegression().fitSync(X, y)
  const long = new Matrix(new Float64Array(3 * 500_000), 500_000, 3)
  long.data[3 * 400_000 + 1] = Infinity
  await t.throwsAsync(() => model.predict(long), { code: 'ERR_MANYCORE_NOT_FINITE', message: /Infinity in row 400000, column 1/ })
})

test('a buffer that has been transferred', async (t) => {
  const data = Float64Array.from(X.data)
  const matrix = new Matrix(data, X.rows, X.columns)
  const model = new LogisticRegression().fitSync(matrix, y)
  structuredClone(data.buffer, { transfer: [data.buffer] })
  await refuses(t, (form) => new LogisticRegression()[form](matrix, y), { code: 'DETACHED', argument: 'X' })
  t.throws(() => model.predictSync(matrix), { code: 'ERR_MANYCORE_DETACHED' })
})

test('a transfer during fit does no harm: X was copied', async (t) => {
  const { X, y } = clusters(20_000, 10, 3)
  const alone = new LogisticRegression().fitSync(X, y)
  const data = Float64Array.from(X.data)
  const fit = new LogisticRegression().fit(new Matrix(data, X.rows, X.columns), y)
  setTimeout(() => structuredClone(data.buffer, { transfer: [data.buffer] }), 3)
  try {
    t.deepEqual((await fit).coefficients, alone.coefficients)
  } catch (error) {
    // The transfer came before the copy was done.
    t.is((error as { code: string }).code, 'ERR_MANYCORE_DETACHED')
  }
})

test('X, y, weights and options are never written to', async (t) => {
  const options = Object.freeze({ C: 2, classWeight: Object.freeze({ 0: 1, 1: 2 }) })
  const sampleWeight = Float64Array.from(y, (_, i) => 1 + (i % 3))
  const before = [Float64Array.from(X.data), y.slice(), sampleWeight.slice()]
  const model = new LogisticRegression(options)
  model.fitSync(X, y, Object.freeze({ sampleWeight }))
  await model.fit(X, y, { sampleWeight })
  model.predictProbabilitiesSync(X)
  t.deepEqual([X.data, y, sampleWeight], before)
  t.deepEqual(model.options, { C: 2, classWeight: { 0: 1, 1: 2 } })
})

test('a caller who changes his options object later changes no model', (t) => {
  const options = { C: 2 }
  const model = new LogisticRegression(options)
  options.C = -1
  t.notThrows(() => model.fitSync(X, y))
})

test('one feature, and two rows', (t) => {
  const model = new LogisticRegression().fitSync([[0], [1]], [0, 1])
  t.true(model.converged)
  t.deepEqual(model.predictSync([[0], [1]]), [0, 1])
})

test('values too large to compute with are an error, large ones are not', (t) => {
  const huge = clusters(40, 2, 2)
  const scaled = new Matrix(huge.X.data.map((value) => value * 1e200), 40, 2)
  const model = new LogisticRegression({ C: Infinity }).fitSync(scaled, huge.y)
  const plain = new LogisticRegression({ C: Infinity }).fitSync(huge.X, huge.y)
  t.true(Math.abs(model.certificate.objective / plain.certificate.objective - 1) < 1e-9)
})

test('more coefficients than Newton steps can be computed for', async (t) => {
  const wide = new Matrix(new Float64Array(2 * 20_000), 2, 20_000)
  await refuses(t, (form) => new LogisticRegression({ solver: 'newton' })[form](wide, [0, 1]), { code: 'RANGE', argument: 'X', message: /20001 coefficients/ })
})

test('forms of X that hold the same numbers give the same bits', async (t) => {
  const { rows, columns, data } = X
  const reference = new LogisticRegression().fitSync(X, y)
  const columnMajor = Float64Array.from({ length: rows * columns }, (_, at) => X.get(at % rows, Math.floor(at / rows)))
  const padded = new Float64Array(rows * columns + 5)
  padded.set(data, 5)
  const shared = new Float64Array(new SharedArrayBuffer(data.byteLength))
  shared.set(data)
  const forms: Record<string, unknown> = {
    nested: X.toArray(),
    'rows as typed arrays': Array.from({ length: rows }, (_, i) => X.row(i)),
    'an ndarray': { data, shape: [rows, columns], stride: [columns, 1], offset: 0 },
    'column-major strides': { data: columnMajor, shape: [rows, columns], strides: [1, rows], offset: 0 },
    'column-major order': { data: columnMajor, shape: [rows, columns], order: 'column-major' },
    'an offset': { data: padded, shape: [rows, columns], strides: [columns, 1], offset: 5 },
    'a view at an offset': new Matrix(padded.subarray(5), rows, columns),
    'shared memory': new Matrix(shared, rows, columns),
    'an ml-matrix': { rows, columns, to2DArray: () => X.toArray() },
  }
  for (const [name, form] of Object.entries(forms)) {
    t.deepEqual(new LogisticRegression().fitSync(any(form), y).coefficients, reference.coefficients, name)
    t.deepEqual((await new LogisticRegression().fit(any(form), y)).coefficients, reference.coefficients, `${name}, promise`)
    t.deepEqual(reference.predictSync(any(form)), reference.predictSync(X), `${name}, predict`)
  }
})

test('Float32 and integer matrices are taken for the numbers they hold', (t) => {
  const whole = X.data.map((value) => Math.round(value * 50))
  const reference = new LogisticRegression().fitSync(new Matrix(whole, X.rows, X.columns), y).coefficients
  for (const Class of [Float32Array, Int8Array, Int16Array, Int32Array]) {
    const model = new LogisticRegression().fitSync(new Matrix(Class.from(whole), X.rows, X.columns), y)
    t.deepEqual(model.coefficients, reference, Class.name)
  }
})

test('the promise form on a plain, on shared and on allocated memory has the bits of the Sync form', async (t) => {
  const { X, y } = breastCancer
  const sync = new LogisticRegression().fitSync(X, y)
  const promise = await new LogisticRegression().fit(X, y)
  t.deepEqual(promise.coefficients, sync.coefficients)
  t.deepEqual(promise.intercepts, sync.intercepts)
  const shared = new Matrix(sharedCopy(X.data), X.rows, X.columns)
  const labels = sharedCopy(Int32Array.from(y))
  for (const model of [new LogisticRegression().fitSync(shared, labels), await new LogisticRegression().fit(shared, labels)]) {
    t.deepEqual(model.coefficients, sync.coefficients)
    t.deepEqual(model.classes, sync.classes)
  }
  t.deepEqual([...labels], [...y])
})

test('shared labels that change under a fit end it somehow, and the next one is right', async (t) => {
  const { X, y } = breastCancer
  const shared = new Matrix(sharedCopy(X.data), X.rows, X.columns)
  const labels = sharedCopy(Int32Array.from(y))
  const sync = new LogisticRegression().fitSync(X, y)
  for (const label of [7, -1, 2 ** 31 - 1]) {
    for (const options of [{}, { l1Ratio: 1 }, { classWeight: 'balanced', solver: 'newton' }] as const) {
      let changes = 0
      const onProgress = (): void => {
        changes += 1
        labels.fill(label)
      }
      await Promise.allSettled([new LogisticRegression(options).fit(shared, labels, { onProgress })])
      t.true(changes > 0)
      labels.set(y)
      t.deepEqual((await new LogisticRegression().fit(shared, labels)).coefficients, sync.coefficients)
    }
  }
})

function sharedCopy<Data extends Float64Array | Int32Array>(data: Data): Data {
  const copy = new (data.constructor as new (memory: SharedArrayBuffer) => Data)(new SharedArrayBuffer(data.byteLength))
  copy.set(data)
  return copy
}

function withElement(row: number, column: number, value: number): Matrix {
  const copy = new Matrix(Float64Array.from(X.data), X.rows, X.columns)
  copy.data[row * X.columns + column] = value
  return copy
}
