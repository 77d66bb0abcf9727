/** `explain` knows every public kernel, takes what the kernel takes, and says what the planner says. */
import test from 'ava'
import * as manycore from 'manycore'
import { explain, Matrix, range } from 'manycore'
import { plan } from '../../src/dispatch/plan.ts'
import { backends, on } from '../support/backends.ts'

const namesOf = (from: object, prefix = ''): string[] => Object.keys(from).filter((name) => name.endsWith('Sync')).map((name) => prefix + name.slice(0, -4))
const names = [...namesOf(manycore), ...namesOf(manycore.random, 'random.')]
const ofMatrices = ['matvec', 'matmul', 'gram', 'covariance', 'choleskySolve']
const routes = ['inline', 'serial', 'parallel', 'off-thread', 'slices']

/** The first argument of a function for so many elements. */
const inputOf = (name: string, n: number): never => {
  if (name.startsWith('random.')) return n as never
  const data = new Float64Array(n)
  return (ofMatrices.includes(name) ? new Matrix(data, Math.sqrt(n), Math.sqrt(n)) : data) as never
}

for (const backend of backends) {
  test(`every public kernel, in both forms, ${backend}`, (t) => {
    t.true(names.length > 45)
    for (const name of names) {
      for (const form of [name, `${name}Sync`]) {
        for (const n of [4, 1024, 1_000_000]) {
          const explanation = on(backend, () => explain(form, inputOf(name, n)))
          t.is(explanation.name, form)
          t.is(explanation.backend, backend)
          t.true(routes.includes(explanation.route), `${form} ${n}`)
          t.true(explanation.microseconds > 0 && explanation.threads >= 1 && explanation.reason.length > 10)
          if (form !== name) t.false(['off-thread', 'slices'].includes(explanation.route), `${form} ${n}`)
        }
        if (!name.startsWith('random.')) t.is(on(backend, () => explain(form, inputOf(name, 1)).route), 'inline', form)
      }
    }
  })

  test(`calls without elements, and every element type, ${backend}`, (t) => {
    const Classes = [Float64Array, Float32Array, Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, BigInt64Array, BigUint64Array]
    for (const name of names.filter((name) => !name.startsWith('random.') && !ofMatrices.includes(name))) {
      for (const Class of Classes) t.true(on(backend, () => explain(`${name}Sync`, new Class(1000)).microseconds) > 0, `${name} ${Class.name}`)
    }
    for (const name of ['sum', 'sort', 'add', 'exp', 'topK', 'histogram']) t.is(on(backend, () => explain(name, new Float64Array(0)).route), 'inline')
  })
}

test('what is done at once without a plan is what the planner would leave to the loop', (t) => {
  if (!backends.includes('native')) return t.pass() // without a native core there is one way only
  // Lengths as in src/dispatch/order-short.ts and src/api/quantiles.ts.
  for (const [name, n] of [['sort', 48], ['argSort', 24], ['topK', 2048], ['cumulativeSum', 4096], ['quantile', 4096], ['median', 4096], ['histogram', 2048]] as const) {
    for (const Class of [Float64Array, Float32Array, Int32Array, Uint8Array]) t.is(on('native', () => explain(`${name}Sync`, new Class(n)).route), 'inline', `${name} ${Class.name}`)
  }
})

test('short calls are explained as they go, also with out', (t) => {
  if (!backends.includes('native')) return t.pass() // without a native core there is one way only
  const route = (name: string, x: unknown, ...rest: unknown[]): string => on('native', () => explain(`${name}Sync`, x as never, ...rest).route)
  for (const [Class, limit] of [[Float64Array, 48], [Float32Array, 48], [Int16Array, 320], [Uint32Array, 144], [Uint8Array, 384], [BigInt64Array, 112]] as const) {
    t.deepEqual([limit, limit + 1, 4096].map((n) => route('sort', new Class(n))), ['inline', 'serial', 'serial'], Class.name)
    t.deepEqual([limit, limit + 1].map((n) => route('sort', new Class(n), { out: new Class(n) })), ['inline', 'serial'], Class.name)
    t.deepEqual([24, 25].map((n) => route('argSort', new Class(n))), ['inline', 'serial'], Class.name)
  }
  t.deepEqual([260, 2048].map((n) => route('random.permutation', n)), ['inline', 'serial'])
  t.deepEqual([10, 60].map((n) => route('random.uniform', n, { seed: 5, type: 'float32' })), ['inline', 'serial'])
  const microseconds = (...parameters: unknown[]): number => on('native', () => explain('expSync', ...(parameters as [never])).microseconds)
  for (const Class of [Float64Array, Float32Array, Int32Array]) {
    const x = new Class(100)
    const Out = Class === Int32Array ? Float64Array : Class
    t.is(microseconds(x, { out: new Out(100) }), microseconds(x), Class.name)
    t.true(microseconds(x, { threads: 1 }) > microseconds(x), Class.name)
  }
})

test('the figures are those of the planner', (t) => {
  if (!backends.includes('native')) return t.pass() // without a native core there is one way only
  const x = new Float64Array(1_000_000)
  const { name: _name, backend: _backend, ...explained } = on('native', () => explain('sumSync', x, { threads: 2 }))
  const threads = Math.min(2, manycore.getThreads())
  t.deepEqual(explained, plan({ kernel: 'sum', elements: 1_000_000, elementBytes: 8, backend: 'native', threads, form: 'sync', memory: 'stable' }))
})

test('what comes beside x, and options, as the functions take them', (t) => {
  const x = new Float64Array(100_000)
  const cost = (name: string, input: unknown, ...rest: unknown[]): number => on('workers', () => explain(name, input as never, ...rest).microseconds)
  t.true(cost('topKSync', x, 50_000) > cost('topKSync', x, 2))
  t.is(cost('topKSync', x, 5, { threads: 1 }), cost('topKSync', x, 5))
  t.is(cost('topKSync', x, { threads: 1 }), cost('topKSync', x, 10))
  t.true(cost('histogramSync', x, { bins: 1_000_000 }) > cost('histogramSync', x))
  t.true(cost('sumSync', x, { precision: 'exact' }) > cost('sumSync', x))
  t.true(cost('normSync', x, { ord: Infinity }) > cost('normSync', x, { ord: 1 }))
  t.true(cost('sumSync', new Matrix(x, 1000, 100), { axis: 0 }) > cost('sumSync', x))
  t.is(cost('dotSync', x, x), cost('dotSync', x))
  t.is(cost('quantileSync', x, [0.1, 0.9]), cost('medianSync', x))
  const A = new Matrix(new Float64Array(200 * 300), 200, 300)
  t.is(cost('matmulSync', A), cost('matmulSync', A, new Matrix(new Float64Array(300 * 200), 300, 200)))
  t.true(cost('matmulSync', A, new Matrix(new Float64Array(300), 300, 1)) < cost('matmulSync', A))
  t.is(cost('matvecSync', A), cost('matvecSync', A, new Float64Array(300)))
  t.is(cost('sumSync', range(1_000_000)), 0)
  t.true(cost('medianSync', range(1000)) > 0)
  t.is(cost('random.uniformSync', 1000, { type: 'float32' }), cost('random.uniformSync', 1000))
})

test('what is refused', (t) => {
  const x = new Float64Array(4)
  const unknown = t.throws(() => explain('summ', x), { code: 'ERR_MANYCORE_TYPE', instanceOf: TypeError })
  for (const name of names) t.true(unknown!.message.includes(name), name)
  t.throws(() => explain(5 as never, x), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => explain('toString', x), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => explain('sum', 'x' as never), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => explain('sum', x, { bins: 3 }), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => explain('sum', x, {}, {}), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => explain('topK', x, 5), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => explain('min', new Float64Array(0)), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => explain('matmul', new Matrix(x, 2, 2), new Matrix(x, 1, 4)), { code: 'ERR_MANYCORE_SHAPE' })
  t.throws(() => explain('random.uniform', -1), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => explain('random.uniform', 5, { type: 'int8' }), { code: 'ERR_MANYCORE_OPTION' })
  t.throws(() => explain('random.permutation', 2 ** 32), { code: 'ERR_MANYCORE_RANGE' })
})
