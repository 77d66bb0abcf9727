/** Promise 3: nothing is copied but for the exceptions of docs/memory.md, and those are counted. */
import test from 'ava'
import * as manycore from 'manycore'
import { allocate, info, Matrix, range, type CopyReason } from 'manycore'
import { LogisticRegression } from 'manycore/models'
import { backends, on } from '../support/backends.ts'
import { read } from '../support/house.ts'

type Call = (...parameters: unknown[]) => unknown
const functions = { ...manycore, ...Object.fromEntries(Object.entries(manycore.random).map(([name, call]) => [`random.${name}`, call])) } as unknown as Record<string, Call>
const names = Object.keys(functions).filter((name) => name.endsWith('Sync')).map((name) => name.slice(0, -4))

const ofPairs = ['add', 'subtract', 'multiply', 'divide', 'power', 'dot']
const ofMatrices = ['matvec', 'matmul', 'gram', 'covariance', 'choleskySolve']
const elementwise = [...ofPairs.slice(0, 5), 'axpy', 'scale', 'clip', 'abs', 'sqrt', 'exp', 'expm1', 'log', 'log1p', 'sigmoid', 'tanh', 'astype']
/** Promise forms that read their input more than once. */
const copying = ['sort', 'argSort', 'topK', 'cumulativeSum', 'quantile', 'median', 'histogram', ...ofMatrices]
/** What makes arrays that are no `out`, or works in memory beside its input, in TypeScript too. */
const working: Record<string, readonly string[]> = {
  native: ['argSort', 'gram', 'covariance', 'choleskySolve', 'matmul', 'random.permutation'],
  workers: ['sort', 'argSort', 'topK', 'quantile', 'median', 'gram', 'covariance', 'choleskySolve', 'matmul', 'random.permutation'],
}

/** The arguments of a call over x, which has a square number of elements, and where its result goes if it can be told. */
function parametersOf(name: string, x: Float64Array, out: Float64Array): unknown[] {
  const side = Math.sqrt(x.length)
  const matrix = (data: Float64Array): Matrix => new Matrix(data, side, side)
  if (name.startsWith('random.')) return name === 'random.integers' ? [0, 9, x.length, { out, type: 'float64' }] : name === 'random.permutation' ? [x.length] : [x.length, { out }]
  if (name === 'axpy') return [2, x, x, { out }]
  if (name === 'clip') return [x, 0, 1, { out }]
  if (name === 'scale') return [x, 2, { out }]
  if (name === 'astype') return [x, 'float64', { out }]
  if (name === 'dot') return [x, x]
  if (ofPairs.includes(name)) return [x, x, { out }]
  if (elementwise.includes(name) || name === 'sort' || name === 'cumulativeSum') return [x, { out }]
  if (name === 'quantile') return [x, 0.25]
  if (name === 'topK') return [x, 10]
  if (name === 'matvec' || name === 'choleskySolve') return [matrix(x), x.subarray(0, side), { out: out.subarray(0, side) }]
  if (name === 'matmul') return [matrix(x), matrix(x), { out: matrix(out) }]
  if (ofMatrices.includes(name)) return [matrix(x), { out: matrix(out) }]
  return [x]
}

/** Numbers that every kernel takes: as a matrix they are positive definite. */
function fill(x: Float64Array): Float64Array {
  const side = Math.sqrt(x.length)
  for (let i = 0; i < x.length; i++) x[i] = 1 / (1 + i)
  for (let i = 0; i < side; i++) x[i * side + i] = 5
  return x
}

const memories: Record<string, (n: number) => Float64Array> = {
  plain: (n) => new Float64Array(n + 1).subarray(1),
  shared: (n) => new Float64Array(new SharedArrayBuffer(8 * n)) as Float64Array,
  allocated: (n) => allocate('float64', n),
}

/** What `body` copies, by reason; nothing for reasons that don't occur. */
async function copiedBy(body: () => unknown): Promise<Partial<Record<CopyReason, { count: number; bytes: number }>>> {
  const before = info().copies
  await body()
  const after = info().copies
  const changed = (Object.keys(after.reasons) as CopyReason[]).flatMap((reason) => {
    const [a, b] = [before.reasons[reason], after.reasons[reason]]
    return b.count === a.count && b.bytes === a.bytes ? [] : [[reason, { count: b.count - a.count, bytes: b.bytes - a.bytes }] as const]
  })
  return Object.fromEntries(changed)
}

test('the table of the documentation has the counters, and they add up', (t) => {
  const { count, bytes, reasons } = info().copies
  const listed = [...read('docs/memory.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name!)
  t.deepEqual([...new Set(listed)].sort(), Object.keys(reasons).sort())
  t.is(count, Object.values(reasons).reduce((sum, { count }) => sum + count, 0))
  t.is(bytes, Object.values(reasons).reduce((sum, { bytes }) => sum + bytes, 0))
})

for (const backend of backends) {
  test.serial(`Sync forms copy nothing, ${backend}`, async (t) => {
    for (const [memory, make] of Object.entries(memories)) {
      for (const n of [16, 400, 262_144]) {
        if (memory === 'shared' && backend === 'workers' && n > 400) continue
        const [x, out] = [fill(make(n)), make(n)]
        for (const name of names) {
          if (n > 400 && ['matmul', 'gram', 'covariance', 'choleskySolve'].includes(name)) continue
          // Workers draw into memory of the call.
          if (n > 400 && backend === 'workers' && name.startsWith('random.')) continue
          t.deepEqual(await copiedBy(() => on(backend, () => functions[`${name}Sync`]!(...parametersOf(name, x, out)))), {}, `${name} of ${n}, ${memory}`)
        }
      }
    }
  })

  // What forgets to count itself shows in the memory that JavaScript's arrays take.
  test.serial(`nor do they without saying so, ${backend}`, (t) => {
    const n = 1 << 20
    const [x, out] = [fill(new Float64Array(n)), new Float64Array(n)]
    const taken = (body: () => unknown): number => {
      const before = process.memoryUsage().arrayBuffers
      body()
      return process.memoryUsage().arrayBuffers - before
    }
    if (taken(() => x.slice()) < 8 * n) return t.pass('this runtime does not count the memory of arrays')
    for (const name of names) {
      if (working[backend]!.includes(name) || (backend === 'workers' && name.startsWith('random.'))) continue
      const parameters = parametersOf(name, x, out)
      t.true(taken(() => on(backend, () => functions[`${name}Sync`]!(...parameters))) < n, name)
    }
  })

  test.serial(`promise forms copy what the table says, ${backend}`, async (t) => {
    const n = 1 << 18
    for (const [memory, make] of Object.entries(memories)) {
      const [x, out] = [fill(make(n)), make(n)]
      const isStable = memory === 'shared' || (memory === 'allocated' && backend === 'native')
      for (const name of names) {
        if (['matmul', 'gram', 'covariance', 'choleskySolve'].includes(name)) continue
        const copied = await copiedBy(() => on(backend, () => functions[name]!(...parametersOf(name, x, out))))
        // Workers compute arrays in memory of the call, whatever the call's own is.
        if (backend === 'workers' && (isStable || name.startsWith('random.'))) delete copied.out
        if (!copying.includes(name) || isStable) t.deepEqual(copied, {}, `${name}, ${memory}`)
        else if (Object.keys(copied).length > 0) {
          const inputs = name === 'matvec' ? 2 : 1
          t.deepEqual(copied.promise, { count: inputs, bytes: 8 * n + (inputs - 1) * 8 * Math.sqrt(n) }, `${name}, ${memory}`)
        } else t.is(on(backend, () => manycore.explain(name, name === 'matvec' ? new Matrix(x, 512, 512) : (x as never))).route === 'off-thread', false, `${name}, ${memory}`)
      }
    }
    const x = fill(new Float64Array(n))
    t.deepEqual(await copiedBy(() => on(backend, () => manycore.sum(x, { transfer: true }))), {})
  })

  test.serial(`the exceptions count, ${backend}`, async (t) => {
    const numbers = Array.from({ length: 100 }, (_, i) => i + 1)
    const copied = (body: () => unknown): ReturnType<typeof copiedBy> => copiedBy(() => on(backend, body))
    const once = (reason: CopyReason, bytes: number): object => ({ [reason]: { count: 1, bytes } })
    for (const name of ['sumSync', 'sortSync', 'medianSync', 'expSync', 'sum', 'sort', 'exp']) t.deepEqual(await copied(() => functions[name]!(numbers)), once('numbers', 800), name)
    t.deepEqual(await copied(() => manycore.addSync(numbers, numbers)), { numbers: { count: 2, bytes: 1600 } })
    t.deepEqual(await copied(() => manycore.medianSync(range(100))), once('range', 800))
    t.deepEqual(await copied(() => manycore.sumSync(range(100))), {})
    t.deepEqual(await copied(() => manycore.expSync(range(100))), {})
    t.deepEqual(await copied(() => manycore.addSync(range(100), Float64Array.from(numbers))), {})
    const y = Float64Array.from(numbers)
    t.deepEqual(await copied(() => manycore.addSync(range(100), y, { out: y })), once('range', 800))
    t.deepEqual(await copied(() => manycore.gramSync([[1, 2], [3, 4]])), once('rows', 32))
    t.deepEqual(await copied(() => manycore.gramSync({ data: y, shape: [10, 10], strides: [-10, 1], offset: 90 })), once('strides', 800))
    t.deepEqual(await copied(() => manycore.gramSync({ data: y, shape: [10, 10], strides: [1, 10] })), {})
    const square = new Matrix(Float64Array.from(numbers), 10, 10)
    t.deepEqual(await copied(() => manycore.matmulSync(square, square, { out: square })), once('out', 800))
    const integers = new Matrix(Int32Array.from(numbers), 20, 5)
    t.deepEqual(await copied(() => manycore.sumSync(integers, { axis: 0 })), { columns: { count: 5, bytes: 400 } })
    t.deepEqual(await copied(() => manycore.sumSync(integers, { axis: 1 })), {})
    t.deepEqual(await copied(() => new LogisticRegression().fitSync(integers, numbers.slice(0, 20).map((i) => i % 2))), once('features', 800))
    t.deepEqual(await copied(() => new LogisticRegression().fit(new Matrix(y, 20, 5), numbers.slice(0, 20).map((i) => i % 2))), once('promise', 800))
    const long = fill(new Float64Array(1 << 20))
    const outcome = await copied(() => manycore.sort(long, { out: new Float64Array(1 << 20) }))
    t.deepEqual(outcome, { ...once('promise', 8 << 20), ...once('out', 8 << 20) })
  })
}
