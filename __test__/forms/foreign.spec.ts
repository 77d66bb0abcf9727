/** Arrays whose constructor is not the plain one: Node's Buffers, subclasses that do as they please, arrays of another realm. */
import vm from 'node:vm'
import test from 'ava'
import * as manycore from 'manycore'
import {
  absSync, addSync, argSortSync, describeSync, Matrix, medianSync, minMaxSync, sort, sortSync, sum, sumSync, varianceSync,
} from 'manycore'
import { LogisticRegression, StandardScaler, trainTestSplit } from 'manycore/models'
import { backends, on } from '../support/backends.ts'

/** Every call of its constructor by others is a fault. */
class Stubborn extends Float64Array {
  constructor(values: number[], ...others: never[]) {
    if (!Array.isArray(values) || others.length > 0) throw new Error('made by somebody else')
    super(values)
  }
}

test('Buffers are arrays of bytes, without a warning', async (t) => {
  const warnings: string[] = []
  const listen = (warning: Error): number => warnings.push(warning.message)
  process.on('warning', listen)
  t.teardown(() => process.off('warning', listen))
  const bytes = Buffer.from(Array.from({ length: 60_000 }, (_, i) => (i * 7919) % 251))
  const plain = Uint8Array.from(bytes)
  for (const backend of backends) {
    for (const call of [sumSync, varianceSync, minMaxSync, medianSync, describeSync, sortSync, argSortSync, absSync] as ((x: Uint8Array, options?: object) => unknown)[]) {
      t.deepEqual(on(backend, () => call(bytes)), call(plain))
      t.deepEqual(on(backend, () => call(bytes, { timeout: 100_000 })), call(plain))
    }
    t.is(await on(backend, () => sum(bytes)), sumSync(plain))
    t.deepEqual(await on(backend, () => sort(bytes)), sortSync(plain))
    const matrix = new Matrix(bytes, 1000, 60)
    for (const axis of [0, 1] as const) for (const call of [sumSync, medianSync]) t.deepEqual(on(backend, () => call(matrix, { axis })), call(new Matrix(plain, 1000, 60), { axis }))
  }
  const labels = Buffer.from(Array.from({ length: 1000 }, (_, i) => i % 2))
  const X = new Matrix(bytes, 1000, 60)
  const split = trainTestSplit(X, labels, { seed: 1 })
  t.deepEqual(split.XTrain.data, trainTestSplit(new Matrix(plain, 1000, 60), Uint8Array.from(labels), { seed: 1 }).XTrain.data)
  t.true(new LogisticRegression({ maxIterations: 3 }).fitSync(X, labels).predictSync(X) instanceof Uint8Array)
  t.is(new StandardScaler().fitTransformSync(X).rows, 1000)
  await new Promise((resolve) => setImmediate(resolve))
  t.deepEqual(warnings.filter((message) => message.includes('Buffer')), [])
})

test('subclasses and arrays of another realm', async (t) => {
  const numbers = [3, 1, 2, -0, NaN, 5]
  const foreign = vm.runInNewContext('Float64Array.from([3, 1, 2, -0, NaN, 5])') as Float64Array
  for (const backend of backends) {
    for (const x of [new Stubborn(numbers), foreign]) {
      const plain = Float64Array.from(numbers)
      t.deepEqual(on(backend, () => sortSync(x)), sortSync(plain))
      t.deepEqual(on(backend, () => addSync(x, 1)), addSync(plain, 1))
      t.deepEqual(on(backend, () => describeSync(x)), describeSync(plain))
      t.deepEqual(on(backend, () => medianSync(new Matrix(x, 2, 3), { axis: 0 })), medianSync(new Matrix(plain, 2, 3), { axis: 0 }))
    }
    const taken = await on(backend, () => sum(new Stubborn([1, 2, 3]), { transfer: true }))
    t.is(taken.result, 6)
    t.deepEqual(Array.from(taken.x), [1, 2, 3])
  }
})

test('no constructor of a subclass is called, in either form, on either way', async (t) => {
  class Own extends Float64Array {
    static get [Symbol.species](): never {
      throw new Error('made by somebody else')
    }
  }
  class Whole extends Int32Array {
    static get [Symbol.species](): never {
      throw new Error('made by somebody else')
    }
  }
  class Big extends BigInt64Array {
    static get [Symbol.species](): never {
      throw new Error('made by somebody else')
    }
  }
  const functions = manycore as unknown as Record<string, (...parameters: unknown[]) => unknown>
  const pair = ['dot', 'divide']
  for (const [Class, make] of [[Own, (i: number) => i % 13], [Whole, (i: number) => (i % 13) + 1], [Big, (i: number) => BigInt(i % 13) + 1n]] as const) {
    const Plain = Object.getPrototypeOf(Class) as Float64ArrayConstructor
    for (const n of [12, 9000]) {
      const x = new (Class as unknown as new (n: number) => Float64Array)(n)
      for (let i = 0; i < n; i++) x[i] = make(i) as number
      const plain = new Plain(x)
      for (const backend of backends) {
        for (const name of ['sum', 'argMin', 'norm', 'describe', 'median', 'argSort', 'topK', 'sqrt', 'exp', ...pair]) {
          const more = (y: unknown) => (name === 'topK' ? [3] : pair.includes(name) ? [y] : [])
          const wanted = functions[`${name}Sync`]!(plain, ...more(plain))
          for (const options of [[], [{ timeout: 1e6 }]]) {
            t.deepEqual(on(backend, () => functions[`${name}Sync`]!(x, ...more(x), ...options)), wanted, `${name}Sync`)
            t.deepEqual(await on(backend, () => functions[name]!(x, ...more(x), ...options)), wanted, name)
          }
        }
        const out = new (Class as unknown as new (n: number) => Float64Array)(n)
        t.is(on(backend, () => sortSync(x, { out })), out)
        t.deepEqual(new Plain(out), sortSync(plain))
      }
    }
  }
  const strided = { data: new Own([9, 1, 2, 3, 4]), shape: [2, 2], offset: 1 }
  for (const backend of backends) t.deepEqual(on(backend, () => manycore.gramSync(strided)).toArray(), [[10, 14], [14, 20]])
})

test('bigints of another realm', (t) => {
  const foreign = vm.runInNewContext('new BigInt64Array(300).fill(5n)') as BigInt64Array
  for (const backend of backends) {
    for (const options of [undefined, { threads: 2 }]) {
      t.is(on(backend, () => medianSync(foreign, options)), 5)
      t.is(on(backend, () => manycore.normSync(foreign, { ord: 1, ...options })), 1500)
    }
  }
})
