/** Models out to ONNX and in from scikit-learn. The file is read back by a reader of its own and its graph carried out; onnxruntime was asked once, by hand. */
import test from 'ava'
import { LogisticRegression, type Labels, type Matrix } from 'manycore/models'
import { breastCancer, clusters, iris } from './support.ts'

type Fields = Map<number, (bigint | Uint8Array)[]>

/** Fields of a protocol buffer by number: varints and byte strings. */
function fields(bytes: Uint8Array): Fields {
  const out: Fields = new Map()
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const list = out.get(tag >> 3) ?? []
    out.set(tag >> 3, list)
    if ((tag & 7) === 0) list.push(varint())
    else if ((tag & 7) === 2) {
      const length = Number(varint())
      list.push(bytes.slice(at, (at += length)))
    } else throw new Error(`wire type ${tag & 7}`)
  }
  if (at !== bytes.length) throw new Error('cut off')
  return out
}

const texts = (message: Fields, field: number): string[] => (message.get(field) ?? []).map((value) => new TextDecoder().decode(value as Uint8Array))
const messages = (message: Fields, field: number): Fields[] => (message.get(field) ?? []).map((value) => fields(value as Uint8Array))
const integer = (message: Fields, field: number): number => Number(message.get(field)?.[0] ?? 0n)

type Tensor = { readonly shape: number[]; readonly data: readonly (number | string | bigint | boolean)[] | Float64Array }

function readTensor(message: Fields): Tensor {
  const shape = (message.get(1) ?? []).map(Number)
  const raw = message.get(9)?.[0] as Uint8Array | undefined
  const count = shape.reduce((a, b) => a * b, 1)
  const view = raw && new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const type = integer(message, 2)
  if (type === 8) return { shape, data: texts(message, 6) }
  if (type === 9) return { shape, data: Array.from(raw!, (byte) => byte === 1) }
  if (type === 7) return { shape, data: Array.from({ length: count }, (_, i) => view!.getBigInt64(8 * i, true)) }
  if (type !== 11) throw new Error(`tensor of type ${type}`)
  return { shape, data: Float64Array.from({ length: count }, (_, i) => view!.getFloat64(8 * i, true)) }
}

/** Carries out the graph, operator by operator. */
function run(file: Uint8Array, X: Matrix): { label: unknown[]; probabilities: number[]; graph: Fields } {
  const model = fields(file)
  const graph = messages(model, 7)[0]!
  const values = new Map<string, Tensor>(messages(graph, 5).map((tensor) => [texts(tensor, 8)[0]!, readTensor(tensor)]))
  values.set('X', { shape: [X.rows, X.columns], data: X.data })
  for (const node of messages(graph, 1)) {
    const [operator] = texts(node, 4)
    const inputs = texts(node, 1).map((name) => {
      const value = values.get(name)
      if (value === undefined) throw new Error(`no value ${name}`)
      return value
    })
    const [a, b] = inputs as [Tensor, Tensor]
    const [rows, columns] = a.shape as [number, number]
    const numbers = a.data as Float64Array
    let out: Tensor
    if (operator === 'Cast') out = a
    else if (operator === 'MatMul') {
      const width = b.shape[1]!
      const data = new Float64Array(rows * width)
      for (let i = 0; i < rows; i++) for (let k = 0; k < width; k++) for (let j = 0; j < columns; j++) data[i * width + k]! += numbers[i * columns + j]! * (b.data as Float64Array)[j * width + k]!
      out = { shape: [rows, width], data }
    } else if (operator === 'Add') out = { shape: a.shape, data: numbers.map((value, i) => value + (b.data as Float64Array)[i % columns]!) }
    else if (operator === 'Softmax') {
      const data = new Float64Array(numbers.length)
      for (let i = 0; i < rows; i++) {
        const row = numbers.subarray(i * columns, (i + 1) * columns)
        const largest = Math.max(...row)
        const total = row.reduce((sum, score) => sum + Math.exp(score - largest), 0)
        row.forEach((score, k) => (data[i * columns + k] = Math.exp(score - largest) / total))
      }
      out = { shape: a.shape, data }
    } else if (operator === 'ArgMax') {
      const data = Array.from({ length: rows }, (_, i) => {
        const row = Array.from(numbers.subarray(i * columns, (i + 1) * columns))
        return row.indexOf(Math.max(...row))
      })
      out = { shape: [rows], data }
    } else if (operator === 'Gather') out = { shape: b.shape, data: Array.from(b.data as number[], (index) => (a.data as number[])[index]!) }
    else throw new Error(`no operator ${operator}`)
    values.set(texts(node, 2)[0]!, out)
  }
  return { label: Array.from(values.get('label')!.data as unknown[]), probabilities: Array.from(values.get('probabilities')!.data as Float64Array), graph }
}

/** Accepted by onnx.checker 1.23 and run by onnxruntime 1.32. */
const SMALL_MODEL =
  'CAcSCG1hbnljb3JlOuUDCi0KAVgKDGNvZWZmaWNpZW50cxIIcHJvZHVjdHMaCHByb2R1Y3RzIgZNYXRNdWwKKwoIcHJvZHVjdHMKCmludGVyY2VwdHMSBnNjb3JlcxoGc2NvcmVzIgNBZGQKPAoGc2NvcmVzEg1wcm9iYWJpbGl0aWVzGg1wcm9iYWJpbGl0aWVzIgdTb2Z0bWF4KgsKBGF4aXMYAaABAgo8CgZzY29yZXMSBWluZGV4GgVpbmRleCIGQXJnTWF4KgsKBGF4aXMYAaABAioPCghrZWVwZGltcxgAoAECCjMKB2NsYXNzZXMKBWluZGV4EgVsYWJlbBoFbGFiZWwiBkdhdGhlcioLCgRheGlzGACgAQISEkxvZ2lzdGljUmVncmVzc2lvbiomCAEIAhALQgxjb2VmZmljaWVudHNKEAAAAAAAAAAAAAAAAAAA4D8qIggCEAtCCmludGVyY2VwdHNKEAAAAAAAAAAAAAAAAAAA8L8qHwgCEAdCB2NsYXNzZXNKEAAAAAAAAAAAAQAAAAAAAABaFwoBWBISChAICxIMCgYSBHJvd3MKAggBYhcKBWxhYmVsEg4KDAgHEggKBhIEcm93c2IjCg1wcm9iYWJpbGl0aWVzEhIKEAgLEgwKBhIEcm93cwoCCAJCBAoAEA0='

const names = (y: ArrayLike<number>, label: (value: number) => unknown): Labels => Array.from(y, label) as Labels

for (const [name, X, y, back] of [
  ['integers', breastCancer.X, breastCancer.y, (label: unknown) => Number(label)],
  ['strings', iris.X, names(iris.y, (k) => ['setosa', 'versicolor', 'virginica ½'][k]), (label: unknown) => label],
  ['booleans', breastCancer.X, names(breastCancer.y, (k) => k === 1), (label: unknown) => label],
  ['bigints', iris.X, names(iris.y, (k) => BigInt(k) - 2n ** 63n), (label: unknown) => label],
  ['negative numbers', iris.X, names(iris.y, (k) => -k * 1e9), (label: unknown) => Number(label)],
] as const) {
  test(`ONNX: labels and probabilities of ${name}`, (t) => {
    const model = new LogisticRegression().fitSync(X, y)
    for (const input of ['float64', 'float32'] as const) {
      const { label, probabilities } = run(model.toONNX({ input }), X)
      t.deepEqual(label.map(back), Array.from(model.predictSync(X) as never[]))
      model.predictProbabilitiesSync(X).data.forEach((p, i) => t.true(Math.abs(probabilities[i]! - p) < 1e-9))
    }
  })
}

test('ONNX: what the file says of itself', (t) => {
  const model = new LogisticRegression().fitSync(iris.X, iris.y)
  const file = fields(model.toONNX({ input: 'float32', name: 'flowers' }))
  t.is(integer(file, 1), 7)
  t.deepEqual(texts(file, 2), ['manycore'])
  t.deepEqual(messages(file, 8).map((set) => [texts(set, 1)[0], integer(set, 2)]), [['', 13]])
  const graph = messages(file, 7)[0]!
  t.deepEqual(texts(graph, 2), ['flowers'])
  const described = (field: number): unknown[] =>
    messages(graph, field).map((info) => {
      const tensor = messages(messages(info, 2)[0]!, 1)[0]!
      const shape = messages(messages(tensor, 2)[0]!, 1).map((size) => texts(size, 2)[0] ?? integer(size, 1))
      return [texts(info, 1)[0], integer(tensor, 1), shape]
    })
  t.deepEqual(described(11), [['X', 1, ['rows', 4]]])
  t.deepEqual(described(12), [['label', 7, ['rows']], ['probabilities', 11, ['rows', 3]]])
  const operators = messages(graph, 1).map((node) => texts(node, 4)[0])
  t.deepEqual(operators, ['Cast', 'MatMul', 'Add', 'Softmax', 'ArgMax', 'Gather'])
})

test('ONNX: the bytes of a small model', (t) => {
  const model = LogisticRegression.fromScikitLearn({ coef_: [[0.5]], intercept_: [-1], classes_: [0, 1] })
  t.is(Buffer.from(model.toONNX()).toString('base64'), SMALL_MODEL)
})

test('ONNX: bad options', (t) => {
  const model = new LogisticRegression()
  t.throws(() => model.toONNX(), { code: 'ERR_MANYCORE_NOT_FITTED' })
  model.fitSync(iris.X, iris.y)
  for (const options of [{ input: 'int8' }, { name: '' }, { opset: 9 }]) t.throws(() => model.toONNX(options as never), { code: 'ERR_MANYCORE_OPTION' })
  const wide = new LogisticRegression().fitSync([[1], [2], [3]], [0n, 2n ** 64n, 0n])
  t.throws(() => wide.toONNX(), { code: 'ERR_MANYCORE_RANGE' })
})

test('scikit-learn: predictions are those of the coefficients', (t) => {
  const { X, y } = clusters(90, 3, 3)
  const model = new LogisticRegression({ C: 0.5 }).fitSync(X, names(y, (k) => ['a', 'b', 'c'][k]))
  const json = {
    coef_: model.coefficients.toArray(),
    intercept_: [...model.intercepts],
    classes_: model.classes as string[],
    n_iter_: [7],
    params: { C: 0.5, class_weight: 'balanced', dual: false, fit_intercept: true, l1_ratio: 0, max_iter: 100, n_jobs: null, penalty: 'deprecated', random_state: null, solver: 'lbfgs', tol: 1e-4, verbose: 0, warm_start: false },
  }
  const read = LogisticRegression.fromScikitLearn(JSON.parse(JSON.stringify(json)) as typeof json)
  t.deepEqual(read.predictProbabilitiesSync(X), model.predictProbabilitiesSync(X))
  t.deepEqual(read.predictSync(X), model.predictSync(X))
  t.deepEqual(read.classes, model.classes)
  t.is(read.options.C, 0.5)
  t.is(read.options.classWeight, 'balanced')
  t.is(read.iterations, 7)
  t.deepEqual(LogisticRegression.fromJSON(JSON.parse(JSON.stringify(read)) as never).coefficients, model.coefficients)
  t.is(LogisticRegression.fromScikitLearn({ ...json, params: { penalty: null } }).options.C, Infinity)
  t.is(LogisticRegression.fromScikitLearn({ ...json, params: { penalty: 'l1' } }).options.l1Ratio, 1)
})

test('scikit-learn: what is refused', (t) => {
  const good = { coef_: [[1, 2]], intercept_: [0], classes_: [0, 1] }
  const three = { coef_: [[1], [2], [3]], intercept_: [0, 0, 0], classes_: ['a', 'b', 'c'] }
  const bad: [unknown, string][] = [
    [null, 'TYPE'], [{ ...good, coef_: [1, 2] }, 'TYPE'], [{ ...good, intercept_: 0 }, 'TYPE'], [{ ...good, classes_: [1] }, 'TYPE'], [{ ...good, classes_: [1, 0] }, 'RANGE'],
    [{ ...good, classes_: [0, 1, 2] }, 'SHAPE'], [{ ...good, intercept_: [0, 1] }, 'SHAPE'], [{ ...three, coef_: [[1], [2, 3], [4]] }, 'SHAPE'], [{ ...good, coef_: [[1, NaN]] }, 'NOT_FINITE'],
    [{ ...good, coef_: [[1, 'x']] }, 'TYPE'], [{ ...good, params: { C: -1 } }, 'OPTION'], [{ ...three, params: { multi_class: 'ovr' } }, 'OPTION'], [{ ...three, params: { solver: 'liblinear' } }, 'OPTION'],
  ]
  for (const [json, code] of bad) t.throws(() => LogisticRegression.fromScikitLearn(json as never), { code: `ERR_MANYCORE_${code}` })
})
