/** Labels of every kind: sorted classes, the same model whatever they are called, predictions in the kind they came in. */
import test from 'ava'
import { Matrix } from 'manycore'
import { LogisticRegression, type Label, type Labels } from 'manycore/models'
import { clusters, iris } from './support.ts'

const { X, y } = clusters(60, 3, 2)
const reference = new LogisticRegression().fitSync(X, y)

const kinds: [string, Labels, Label[]][] = [
  ['−1 and +1', y.map((label) => 2 * label - 1), [-1, 1]],
  ['numbers with a gap', Array.from(y, (label) => (label === 0 ? 3 : 900)), [3, 900]],
  ['numbers far apart', Float64Array.from(y, (label) => (label === 0 ? -1e15 : 1e15)), [-1e15, 1e15]],
  ['bytes', Uint8Array.from(y, (label) => 254 + label), [254, 255]],
  ['Float32', Float32Array.from(y), [0, 1]],
  ['strings', Array.from(y, (label) => (label === 0 ? 'benign' : 'malignant')), ['benign', 'malignant']],
  ['booleans', Array.from(y, (label) => label === 1), [false, true]],
  ['bigints', Array.from(y, (label) => BigInt(label) + 2n ** 60n), [2n ** 60n, 2n ** 60n + 1n]],
  ['a BigInt64Array', BigInt64Array.from(y, (label) => BigInt(label) - 1n), [-1n, 0n]],
]

for (const [name, labels, classes] of kinds) {
  test(`${name}: same model, same kind back`, async (t) => {
    const model = new LogisticRegression().fitSync(X, labels)
    t.deepEqual(model.classes, classes)
    t.deepEqual(model.coefficients, reference.coefficients)
    t.deepEqual(model.intercepts, reference.intercepts)
    const predicted = model.predictSync(X)
    t.is(predicted.constructor, labels.constructor)
    t.deepEqual(predicted, await model.predict(X))
    reference.predictSync(X).forEach((label: unknown, i: number) => t.is(predicted[i], classes[label as number]))
    t.is(model.scoreSync(X, labels), reference.scoreSync(X, y))
    t.is(await model.score(X, labels), reference.scoreSync(X, y))
  })
}

test('swapping two labels flips the signs', (t) => {
  const model = new LogisticRegression({ tol: 0 }).fitSync(X, y.map((label) => 1 - label))
  const straight = new LogisticRegression({ tol: 0 }).fitSync(X, y)
  straight.coefficients.data.forEach((w, j) => t.true(Math.abs(model.coefficients.data[j]! + w) <= 1e-12))
  t.true(Math.abs(model.intercepts[0]! + straight.intercepts[0]!) <= 1e-12)
})

test('renaming three classes permutes the rows', (t) => {
  const names = ['c', 'a', 'b']
  const model = new LogisticRegression({ tol: 0 }).fitSync(iris.X, Array.from(iris.y, (label) => names[label]!))
  const straight = new LogisticRegression({ tol: 0 }).fitSync(iris.X, iris.y)
  t.deepEqual(model.classes, ['a', 'b', 'c'])
  ;[1, 2, 0].forEach((original, k) => {
    for (let j = 0; j < 4; j++) t.true(Math.abs(model.coefficients.get(k, j) - straight.coefficients.get(original, j)) <= 1e-11)
  })
})

test('0 and −0 are one class', (t) => {
  t.deepEqual(new LogisticRegression().fitSync(X, Array.from(y, (label, i) => (label === 0 && i % 4 === 0 ? -0 : label))).coefficients, reference.coefficients)
})

test('a label that the model does not know counts as missed', (t) => {
  const labels = Array.from(y)
  const hits = reference.scoreSync(X, labels) * 60
  const known = reference.predictSync(X)[0] === labels[0] ? 1 : 0
  labels[0] = 9
  t.is(Math.round(reference.scoreSync(X, labels) * 60), Math.round(hits - known))
})

test('classes and coefficients are copies', (t) => {
  const model = new LogisticRegression().fitSync(X, y)
  model.classes[0] = 5
  model.coefficients.data.fill(0)
  model.intercepts.fill(0)
  t.deepEqual(model.classes, [0, 1])
  t.deepEqual(model.coefficients, reference.coefficients)
  t.deepEqual(model.intercepts, reference.intercepts)
})

/** Several slices of the promise form, the last class in a late one. */
const many = Array.from({ length: 40_000 }, (_, i) => (i % 7 === 0 ? 2 : 0) + (i > 30_000 && i % 3 === 0 ? 1 : 0))
const feature = new Matrix(Float64Array.from(many, (label, i) => label + Math.sin(i)), many.length, 1)

test('many labels of every kind are numbered alike in both forms', async (t) => {
  const kinds = [
    Int32Array.from(many), Float32Array.from(many), many, many.map((label) => `c${9 - label}`), many.map((label) => label > 1), many.map((label) => BigInt(-label)),
    BigInt64Array.from(many, BigInt), many.map((label) => label * 1e6),
  ]
  for (const y of kinds) {
    const [sync, promised] = [new LogisticRegression().fitSync(feature, y), await new LogisticRegression().fit(feature, y)]
    t.deepEqual(promised.classes, sync.classes)
    t.deepEqual(promised.coefficients.data, sync.coefficients.data)
    t.is(promised.predictSync(feature).constructor, sync.predictSync(feature).constructor)
  }
})

test('a bad label far down is refused alike in both forms', async (t) => {
  for (const bad of [null, 'x', 1.5, Number.NaN, 3n]) {
    const y = [...many.slice(0, 30_000), bad, ...many.slice(30_001)] as number[]
    const sync = t.throws(() => new LogisticRegression().fitSync(feature, y))
    t.is((await t.throwsAsync(new LogisticRegression().fit(feature, y))).message, sync.message)
  }
})

test('labels whose memory goes between slices', async (t) => {
  const y = Int32Array.from(many)
  const fit = new LogisticRegression().fit(feature, y)
  structuredClone(y.buffer, { transfer: [y.buffer] })
  await t.throwsAsync(fit, { code: 'ERR_MANYCORE_DETACHED' })
})

test('strings are sorted by code points, as in Python: characters beyond U+FFFF come last', (t) => {
  const words = ['\u{1F600}', '\uFF5E', '\uE000', 'a', '', '\u{10000}', 'a\u{1F600}', 'a\uFF5E', '\uD83D\uFF5E', 'é', 'a']
  const model = new LogisticRegression().fitSync(new Matrix(Float64Array.from(words, (_, i) => i), words.length, 1), words)
  t.deepEqual(model.classes, ['', 'a', 'a\uFF5E', 'a\u{1F600}', 'é', '\uD83D\uFF5E', '\uE000', '\uFF5E', '\u{10000}', '\u{1F600}'])
})
