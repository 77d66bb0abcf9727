/** Splits and folds: index for index those of scikit-learn for a seed. */
import { readFileSync } from 'node:fs'
import test from 'ava'
import { crossValidate, GridSearch, KFold, LogisticRegression, Matrix, StratifiedKFold, trainTestSplit, type TrainTestSplitOptions } from 'manycore/models'
import { MersenneTwister } from '../../src/models/selection/mersenne-twister.ts'
import { breastCancer, clusters, iris } from './support.ts'

interface Splits {
  cases: { name: string; args: { test_size: number; random_state: number }; train: number[]; test: number[] }[]
  cv: { name: string; k: number; shuffle: boolean; random_state: number | null; test_folds: number[][] }[]
  permutation: Record<string, number[]>
  mt19937_first_uint32: Record<string, number[]>
}

const known = JSON.parse(readFileSync(new URL('../fixtures/split/splits.json', import.meta.url), 'utf8')) as Splits
const dataOf = (name: string): typeof iris => (name.startsWith('iris') ? iris : breastCancer)

for (const [seed, words] of Object.entries(known.mt19937_first_uint32)) {
  test(`the generator's first words for seed ${seed}`, (t) => {
    const random = new MersenneTwister(Number(seed))
    t.deepEqual(words.map(() => random.uint32()), words)
  })
}

test('the generator past its first refills: word 10 000 of seed 5489', (t) => {
  // The value that the C++ standard demands of std::mt19937.
  const random = new MersenneTwister(5489)
  for (let i = 1; i < 10_000; i++) random.uint32()
  t.is(random.uint32(), 4123659995)
})

for (const [name, order] of Object.entries(known.permutation)) {
  test(`permutation: ${name}`, (t) => {
    const [, seed, n] = /seed (\d+) n (\d+)/.exec(name)!
    t.deepEqual([...new MersenneTwister(Number(seed)).permutation(Number(n))], order)
  })
}

for (const { name, args, train, test: rows } of known.cases) {
  test(`trainTestSplit: ${name}`, (t) => {
    const { X, y } = dataOf(name)
    const split = trainTestSplit(X, y, { testSize: args.test_size, seed: args.random_state, stratify: name.includes('stratified') })
    t.deepEqual([...split.trainIndices], train)
    t.deepEqual([...split.testIndices], rows)
    t.deepEqual([split.XTrain.rows, split.XTest.rows], [train.length, rows.length])
    train.forEach((row, i) => {
      t.deepEqual(split.XTrain.row(i), X.row(row))
      t.is(split.yTrain[i], y[row])
    })
    rows.forEach((row, i) => t.is(split.yTest[i], y[row]))
  })
}

for (const { name, k, shuffle, random_state: seed, test_folds: folds } of known.cv) {
  test(`StratifiedKFold: ${name}`, (t) => {
    const { X, y } = dataOf(name)
    const split = Array.from(new StratifiedKFold({ splits: k, shuffle, ...(seed !== null && { seed }) }).split(X, y))
    t.deepEqual(split.map(({ test }) => [...test]), folds)
    for (const { train, test } of split) t.deepEqual([...train, ...test].sort((a, b) => a - b), Array.from({ length: X.rows }, (_, i) => i))
  })
}

test('KFold: runs of rows, the first ones longer', (t) => {
  const folds = Array.from(new KFold({ splits: 3 }).split(new Matrix(new Float64Array(7), 7, 1)))
  t.deepEqual(folds.map(({ test }) => [...test]), [[0, 1, 2], [3, 4], [5, 6]])
  t.deepEqual([...folds[1]!.train], [0, 1, 2, 5, 6])
})

test('KFold, shuffled: runs of the permutation, sorted', (t) => {
  const folds = Array.from(new KFold({ splits: 4, shuffle: true, seed: 42 }).split(new Array(20).fill(0)))
  const order = known.permutation['seed 42 n 20']!
  t.deepEqual(folds.map(({ test }) => [...test]), [0, 5, 10, 15].map((i) => order.slice(i, i + 5).sort((a, b) => a - b)))
  t.deepEqual(Array.from(new KFold({ splits: 4, shuffle: true, seed: 42 }).split(new Array(20).fill(0))), folds)
})

test('strata keep their shares', (t) => {
  const { X } = clusters(90, 3, 3)
  const labels = Array.from({ length: 90 }, (_, i) => (i < 60 ? 'common' : i < 81 ? 'rare' : 'rarest'))
  const { yTrain, yTest } = trainTestSplit(X, labels, { testSize: 30, stratify: true, seed: 3 })
  const count = (list: string[], label: string): number => list.filter((other) => other === label).length
  t.deepEqual(['common', 'rare', 'rarest'].map((label) => count(yTest, label)), [20, 7, 3])
  t.deepEqual(['common', 'rare', 'rarest'].map((label) => count(yTrain, label)), [40, 14, 6])
  t.deepEqual(trainTestSplit(X, labels, { testSize: 30, stratify: labels, seed: 3 }).yTest, yTest)
})

test('sizes', (t) => {
  const { X, y } = clusters(11, 2, 2)
  const of = (options: TrainTestSplitOptions): number[] => {
    const { trainIndices, testIndices } = trainTestSplit(X, y, options)
    return [trainIndices.length, testIndices.length]
  }
  t.deepEqual(of({}), [8, 3])
  t.deepEqual(of({ testSize: 0.2 }), [8, 3])
  t.deepEqual(of({ trainSize: 0.2 }), [2, 9])
  t.deepEqual(of({ trainSize: 5, testSize: 2 }), [5, 2])
})

test('without shuffling, in order', (t) => {
  const { X, y } = clusters(8, 2, 2)
  const { trainIndices, testIndices } = trainTestSplit(X, y, { shuffle: false })
  t.deepEqual([...trainIndices, ...testIndices], [0, 1, 2, 3, 4, 5, 6, 7])
})

test('without a seed, other rows each time', (t) => {
  const { X, y } = clusters(200, 2, 2)
  t.notDeepEqual(trainTestSplit(X, y).trainIndices, trainTestSplit(X, y).trainIndices)
})

test('matrices keep their element type, labels their kind', (t) => {
  const { X, y } = clusters(20, 2, 2)
  const narrow = new Matrix(Float32Array.from(X.data), 20, 2)
  const split = trainTestSplit(narrow, Array.from(y, String), { seed: 1 })
  t.true(split.XTrain.data instanceof Float32Array)
  t.true(Array.isArray(split.yTest))
  t.true(trainTestSplit(X.toArray(), BigInt64Array.from(y, BigInt), { seed: 1 }).yTrain instanceof BigInt64Array)
})

const { X, y } = clusters(10, 2, 2)
const bad: [string, () => unknown, string][] = [
  ['an unknown option', () => trainTestSplit(X, y, { test: 1 } as never), 'OPTION'],
  ['a share above 1', () => trainTestSplit(X, y, { testSize: 1.5 }), 'OPTION'],
  ['all rows to test on', () => trainTestSplit(X, y, { testSize: 10 }), 'OPTION'],
  ['more rows than there are', () => trainTestSplit(X, y, { testSize: 6, trainSize: 6 }), 'RANGE'],
  ['shares above 1 together, though they round to the rows', () => trainTestSplit(X.toArray().slice(0, 3), y.subarray(0, 3), { testSize: 0.5, trainSize: 0.66 }), 'OPTION'],
  ['a negative seed', () => trainTestSplit(X, y, { seed: -1 }), 'OPTION'],
  ['a seed that is no number', () => trainTestSplit(X, y, { seed: '1' as never }), 'OPTION'],
  ['y of another length', () => trainTestSplit(X, y.subarray(1)), 'SHAPE'],
  ['strata of another length', () => trainTestSplit(X, y, { stratify: y.subarray(1) }), 'SHAPE'],
  ['strata without shuffling', () => trainTestSplit(X, y, { stratify: true, shuffle: false }), 'OPTION'],
  ['a stratum of one row', () => trainTestSplit(X, [2, ...y.subarray(1)], { stratify: true }), 'CLASSES'],
  ['fewer test rows than strata', () => trainTestSplit(X, y, { stratify: true, testSize: 1 }), 'CLASSES'],
  ['one fold', () => new KFold({ splits: 1 }), 'OPTION'],
  ['a seed without shuffling', () => new KFold({ seed: 1 }), 'OPTION'],
  ['an unknown fold option', () => new StratifiedKFold({ folds: 3 } as never), 'OPTION'],
  ['more folds than rows', () => Array.from(new KFold({ splits: 11 }).split(X)), 'RANGE'],
  ['more folds than rows of any class', () => Array.from(new StratifiedKFold({ splits: 6 }).split(X, y)), 'CLASSES'],
  ['labels of another length', () => Array.from(new StratifiedKFold().split(X, y.subarray(1))), 'SHAPE'],
]

for (const [name, attempt, code] of bad) {
  test(`refused: ${name}`, (t) => {
    t.throws(attempt as () => never, { code: `ERR_MANYCORE_${code}` })
  })
}

test('sparse rows whose memory goes before they are taken', async (t) => {
  const rows = 60
  for (const part of ['values', 'columns', 'rowOffsets'] as const) {
    const X = {
      values: Float64Array.from({ length: rows }, (_, i) => 1 + Math.sin(i)), columns: Int32Array.from({ length: rows }, (_, i) => i % 3), rowOffsets: Int32Array.from({ length: rows + 1 }, (_, i) => i), shape: [rows, 3] as [number, number],
    }
    const promise = crossValidate(new LogisticRegression(), X, Int32Array.from({ length: rows }, (_, i) => i % 2), { cv: 2 })
    structuredClone(X[part].buffer, { transfer: [X[part].buffer] })
    await t.throwsAsync(promise, { code: 'ERR_MANYCORE_DETACHED' }, part)
  }
})

test('more rows, and more classes, than a call takes arguments', (t) => {
  const rows = 600_000
  const y = Int32Array.from({ length: rows }, (_, i) => Number(i % 3 === 0))
  const { trainIndices, testIndices, yTest } = trainTestSplit(new Matrix(new Float64Array(rows), rows, 1), y, { stratify: true, seed: 1 })
  t.deepEqual([trainIndices.length, testIndices.length], [450_000, 150_000])
  t.is(yTest.reduce((sum, label) => sum + label, 0), 50_000)
  const [fold] = new StratifiedKFold({ splits: 2 }).split(y, y.map((_, i) => i >> 1))
  t.is(fold!.test.length, rows / 2)
})

test('copies of a class made of ours are of that class', async (t) => {
  let fits = 0
  class Counting extends LogisticRegression {
    override async fit(...given: Parameters<LogisticRegression['fit']>): Promise<this> {
      fits += 1
      return super.fit(...given)
    }
  }
  const { X, y } = breastCancer
  const { scores, models } = await crossValidate(new Counting({ C: 0.5 }), X, y, { cv: 3 })
  t.is(fits, 3)
  t.true(models.every((model) => model instanceof Counting && model.options.C === 0.5))
  t.deepEqual(scores, (await crossValidate(new LogisticRegression({ C: 0.5 }), X, y, { cv: 3 })).scores)
  const search = await new GridSearch(new Counting(), { C: [0.1, 1] }, { cv: 3 }).fit(X, y)
  t.true(search.best.model instanceof Counting)
  class Stubborn extends LogisticRegression {
    constructor() {
      super({ C: 5 })
    }
  }
  await t.throwsAsync(new GridSearch(new Stubborn(), { C: [0.1, 1] }).fit(X, y), { code: 'ERR_MANYCORE_OPTION', message: /Stubborn does not keep the option C/ })
})
