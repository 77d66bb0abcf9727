/** Labels of every kind: sorted classes, the same model whatever they are called, predictions in the kind they came in. */
import test from 'ava'
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
