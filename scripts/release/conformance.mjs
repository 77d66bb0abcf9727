// Run by test:platforms inside the Node of another platform: every kind of kernel on the native core and in TypeScript, compared byte for byte; matrix products,
// whose order differs between the two, to 1e-12. Smaller than the tests of the repository, since an emulated processor is some fifty times slower.
import { createHash } from 'node:crypto'
import * as manycore from '../../dist/index.js'

const { info, Matrix, range, setBackend } = manycore

/** Around lanes, blocks and chunks. */
const lengths = [1, 7, 33, 513, 4097]
/** Where the second chunk begins, and a second thread has work: for one kernel of each kind. */
const long = 131_073

/** xorshift32 (Marsaglia 2003). */
function generator(seed) {
  let state = (seed * 2_654_435_761) >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}

const special = [0, -0, NaN, Infinity, -Infinity, 5e-324, 709.9, -745.5, 1e300]

/** Numbers of mixed sign and size at an odd offset, with special ones among them where `wild`. */
function floats(Type, length, { wild = false, low = -30, high = 30 } = {}) {
  const [x, next] = [new Type(length + 1).subarray(1), generator(length + 1)]
  for (let i = 0; i < length; i++) x[i] = wild && i % 17 === 5 ? special[i % special.length] : low + (high - low) * next() ** 3
  return x
}

function integers(Type, length) {
  const next = generator(length + 7)
  const big = Type === BigInt64Array || Type === BigUint64Array
  return Type.from({ length }, () => (big ? BigInt(Math.floor(next() * 1e6)) : Math.floor(next() * 120)))
}

const integerTypes = [Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array]
const floatTypes = [Float64Array, Float32Array]

/** What is compared, by kind: functions that give numbers, arrays or objects of them. */
function* cases() {
  for (const Type of floatTypes) {
    for (const name of ['sum', 'variance', 'argMax', 'describe']) yield ['reductions', `${name} of ${long} in ${Type.name}`, () => manycore[`${name}Sync`](floats(Type, long))]
    for (const name of ['exp', 'log', 'tanh']) yield ['elementwise', `${name} of ${long} in ${Type.name}`, () => manycore[`${name}Sync`](floats(Type, long, { wild: true }))]
    for (const name of ['sort', 'argSort', 'cumulativeSum', 'median']) yield ['order', `${name} of ${long} in ${Type.name}`, () => manycore[`${name}Sync`](floats(Type, long))]
  }
  for (const name of ['uniform', 'normal', 'permutation']) yield ['random numbers', `${name}, ${long}`, () => manycore.random[`${name}Sync`](long, { seed: 9 })]
  yield ['exact reductions', `exact sum of ${long}`, () => manycore.sumSync(floats(Float64Array, long), { precision: 'exact' })]
  yield ['integers', `sum of ${long} in BigInt64Array`, () => manycore.sumSync(integers(BigInt64Array, long))]

  const reductions = ['sum', 'sumOfSquares', 'mean', 'variance', 'standardDeviation', 'min', 'max', 'argMin', 'argMax', 'minMax', 'norm', 'product', 'countNonzero', 'hasNaN', 'logSumExp', 'describe']
  for (const name of reductions) {
    const call = manycore[`${name}Sync`]
    for (const Type of floatTypes) for (const length of lengths) yield ['reductions', `${name} of ${length} in ${Type.name}`, () => call(floats(Type, length, { low: -3, high: 4 }))]
    for (const axis of [0, 1]) yield ['reductions along an axis', `${name}, axis ${axis}`, () => call(new Matrix(floats(Float64Array, 97 * 61), 97, 61), { axis })]
  }
  for (const length of lengths) {
    yield ['reductions', `dot of ${length}`, () => manycore.dotSync(floats(Float64Array, length), floats(Float64Array, length, { low: 0 }))]
    for (const precision of ['compensated', 'exact']) for (const name of ['sum', 'sumOfSquares', 'norm']) yield ['exact reductions', `${name}, ${precision}, ${length}`, () => manycore[`${name}Sync`](floats(Float64Array, length, { low: -1e9, high: 1e9 }), { precision })]
  }
  for (const Type of integerTypes) for (const name of ['sum', 'sumOfSquares', 'min', 'max', 'mean', 'argMax', 'countNonzero']) for (const length of lengths) yield ['integers', `${name} of ${length} in ${Type.name}`, () => manycore[`${name}Sync`](integers(Type, length))]
  for (const name of ['sum', 'sumOfSquares', 'variance']) yield ['ranges', name, () => manycore[`${name}Sync`](range(1e9))]

  for (const name of ['abs', 'sqrt', 'exp', 'expm1', 'log', 'log1p', 'sigmoid', 'tanh']) {
    for (const Type of floatTypes) for (const length of lengths) yield ['elementwise', `${name} of ${length} in ${Type.name}`, () => manycore[`${name}Sync`](floats(Type, length, { wild: true }))]
  }
  for (const name of ['add', 'subtract', 'multiply', 'divide', 'power']) {
    for (const Type of floatTypes) for (const length of lengths) yield ['elementwise', `${name} of ${length} in ${Type.name}`, () => manycore[`${name}Sync`](floats(Type, length, { wild: true }), floats(Type, length, { low: 0.5, high: 9 }))]
  }
  for (const Type of [...floatTypes, ...integerTypes]) {
    const x = (length) => (floatTypes.includes(Type) ? floats(Type, length, { low: 0, high: 100 }) : integers(Type, length))
    const number = (value) => (Type === BigInt64Array || Type === BigUint64Array ? BigInt(value) : value)
    for (const length of lengths) {
      yield ['elementwise', `clip of ${length} in ${Type.name}`, () => manycore.clipSync(x(length), number(2), number(50))]
      if (Type !== Int8Array) yield ['elementwise', `axpy of ${length} in ${Type.name}`, () => manycore.axpySync(number(1), x(length), x(length))]
      yield ['elementwise', `to float32 of ${length} from ${Type.name}`, () => manycore.astypeSync(x(length), 'float32')]
    }
    for (const length of lengths) {
      yield ['order', `sort of ${length} in ${Type.name}`, () => manycore.sortSync(x(length))]
      yield ['order', `argSort of ${length} in ${Type.name}`, () => manycore.argSortSync(x(length))]
      yield ['order', `cumulativeSum of ${length} in ${Type.name}`, () => manycore.cumulativeSumSync(floatTypes.includes(Type) ? floats(Type, length) : integers(Int32Array, length))]
      yield ['order', `topK of ${length} in ${Type.name}`, () => manycore.topKSync(x(length), Math.min(length, 9))]
      yield ['order', `quantile of ${length} in ${Type.name}`, () => manycore.quantileSync(x(length), [0, 0.1, 0.5, 1])]
      yield ['order', `histogram of ${length} in ${Type.name}`, () => manycore.histogramSync(x(length), { bins: 11 })]
    }
  }
  for (const length of lengths) {
    for (const name of ['uniform', 'normal']) yield ['random numbers', `${name}, ${length}`, () => manycore.random[`${name}Sync`](length, { seed: 7 })]
    yield ['random numbers', `integers, ${length}`, () => manycore.random.integersSync(0, 1000, length, { seed: 7 })]
    yield ['random numbers', `permutation, ${length}`, () => manycore.random.permutationSync(length, { seed: 7 })]
  }
}

function* products() {
  for (const [n, k, m] of [[1, 1, 1], [5, 7, 3], [33, 65, 17], [130, 70, 90]]) {
    for (const Type of floatTypes) {
      const [a, b] = [new Matrix(floats(Type, n * k, { low: -1, high: 1 }), n, k), new Matrix(floats(Type, k * m, { low: -1, high: 1 }), k, m)]
      yield [`matmul ${n} × ${k} × ${m} in ${Type.name}`, () => manycore.matmulSync(a, b), Type === Float64Array ? 1e-12 : 1e-4]
      yield [`gram of ${n} × ${k} in ${Type.name}`, () => manycore.gramSync(a), Type === Float64Array ? 1e-12 : 1e-4]
      yield [`matvec ${n} × ${k} in ${Type.name}`, () => manycore.matvecSync(a, floats(Type, k, { low: -1, high: 1 })), Type === Float64Array ? 1e-12 : 1e-4]
    }
  }
}

/** The bytes of an array, every NaN written the same way: its sign and payload differ between processors. */
function bytesOf(view) {
  const copy = view.slice()
  if (copy instanceof Float64Array || copy instanceof Float32Array) for (let i = 0; i < copy.length; i++) if (Number.isNaN(copy[i])) copy[i] = NaN
  return new Uint8Array(copy.buffer)
}

/** The bytes of a result, whatever its form; an error's code where it throws. */
function outcome(call) {
  const hash = createHash('sha256')
  const add = (value) => {
    if (ArrayBuffer.isView(value)) hash.update(value.constructor.name).update(bytesOf(value))
    else if (typeof value === 'number') hash.update(new Uint8Array(Float64Array.of(Number.isNaN(value) ? NaN : value).buffer))
    else if (value !== null && typeof value === 'object') for (const key of Object.keys(value).toSorted()) add(value[key])
    else hash.update(`${typeof value} ${value}`)
  }
  try {
    add(call())
    return hash.digest('hex')
  } catch (error) {
    return error.code ?? String(error)
  }
}

function numbersOf(value) {
  return [...(value.data ?? value)].map(Number)
}

const groups = {}
const wrong = []
const note = (group, name, same) => {
  const counts = (groups[group] ??= { compared: 0, wrong: 0 })
  counts.compared += 1
  if (same) return
  counts.wrong += 1
  wrong.push(name)
}
setBackend('workers')
const expected = [...cases()].map(([, , call]) => outcome(call))
const references = [...products()].map(([, call]) => numbersOf(call()))
setBackend('native')
;[...cases()].forEach(([group, name, call], k) => note(group, name, outcome(call) === expected[k]))
;[...products()].forEach(([name, call, tolerance], k) => {
  const [got, reference] = [numbersOf(call()), references[k]]
  const largest = Math.max(...reference.map(Math.abs))
  note('matrix products', name, got.length === reference.length && got.every((value, i) => Math.abs(value - reference[i]) <= tolerance * largest))
})
// A case that throws compares errors only.
const thrown = [...cases()].map(([, name]) => name).filter((_, k) => /^ERR_|Error/.test(expected[k]))
process.stdout.write(JSON.stringify({ info: info(), groups, wrong: wrong.slice(0, 20), thrown }))
