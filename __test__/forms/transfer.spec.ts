/** `{ transfer: true }` on kernels that look at their input more than once: taken over instead of copied, and handed back with the result. */
import test from 'ava'
import * as manycore from 'manycore'
import { info, Matrix, setBackend } from 'manycore'
import { backends } from '../support/backends.ts'

type Call = (...args: never[]) => unknown
const named = manycore as unknown as Record<string, Call>

const short = 6
const long = 60_000

function doubles(n: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => ((i * 7919) % 1009) - 500)
}

/** Arguments behind x. */
const ofOne: Record<string, unknown[]> = { sort: [], argSort: [], topK: [3], cumulativeSum: [], quantile: [0.3], median: [], histogram: [] }

for (const backend of backends) {
  for (const [name, more] of Object.entries(ofOne)) {
    test.serial(`${backend}, ${name}: { result, x }`, async (t) => {
      setBackend(backend)
      t.teardown(() => setBackend('auto'))
      for (const n of [short, long]) {
        const wanted = named[`${name}Sync`]!(...([doubles(n), ...more] as never[]))
        const x = doubles(n)
        const before = info().copies.reasons.promise.count
        const pending = named[name]!(...([x, ...more, { transfer: true }] as never[])) as Promise<{ result: unknown; x: Float64Array }>
        t.is(x.length, 0, 'detached at once')
        const answer = await pending
        t.deepEqual(answer.result, wanted)
        t.deepEqual(answer.x, doubles(n))
        t.deepEqual(Object.keys(answer), ['result', 'x'])
        if (backend === 'native') t.is(info().copies.reasons.promise.count, before, 'nothing was copied')
      }
      const matrix = new Matrix(doubles(short), 2, 3)
      const { x } = (await named[name]!(...([matrix, ...more, { transfer: true }] as never[]))) as { x: Matrix }
      t.deepEqual(x, new Matrix(doubles(short), 2, 3))
    })
  }

  test.serial(`${backend}: products give both operands back`, async (t) => {
    setBackend(backend)
    t.teardown(() => setBackend('auto'))
    for (const n of [3, 120]) {
      const square = (): Matrix => new Matrix(doubles(n * n), n, n)
      const both = await manycore.matmul(square(), square(), { transfer: true })
      t.deepEqual(both, { result: await manycore.matmul(square(), square()), x: square(), y: square() })
      const one = square()
      const twice = await manycore.matmul(one, one, { transfer: true })
      t.is(twice.x.data.buffer, twice.y.data.buffer)
      const vector = await manycore.matvec(square(), doubles(n), { transfer: true })
      t.deepEqual(vector, { result: await manycore.matvec(square(), doubles(n)), x: square(), y: doubles(n) })
      // The weights are not taken over, so they are copied where they might go.
      const weights = doubles(n)
      const gram = await manycore.gram(square(), { weights, transfer: true })
      t.deepEqual(gram, { result: await manycore.gram(square(), { weights }), x: square() })
      t.is(weights.length, n)
      t.deepEqual(await manycore.covariance(square(), { transfer: true }), { result: await manycore.covariance(square()), x: square() })
      const definite = (): Matrix => new Matrix(Float64Array.from({ length: n * n }, (_, i) => (Math.floor(i / n) === i % n ? 4 + (i % 3) : 0.001)), n, n)
      t.deepEqual(await manycore.choleskySolve(definite(), doubles(n), { transfer: true }), {
        result: await manycore.choleskySolve(definite(), doubles(n)), x: definite(), y: doubles(n),
      })
    }
  })

  test.serial(`${backend}: out may lie on what is taken over`, async (t) => {
    setBackend(backend)
    t.teardown(() => setBackend('auto'))
    for (const n of [short, long]) {
      const x = doubles(n)
      const { result, x: back } = await manycore.sort(x, { out: x, transfer: true })
      t.deepEqual(result, doubles(n).sort())
      t.is(result.buffer, back.buffer)
    }
  })

  test.serial(`${backend}: what can't be taken over`, async (t) => {
    setBackend(backend)
    t.teardown(() => setBackend('auto'))
    const shared = new Float64Array(new SharedArrayBuffer(24))
    for (const input of [shared, manycore.allocate('float64', 3), manycore.range(3), [1, 2, 3]]) {
      if (backend === 'workers' && input instanceof Float64Array && input !== shared) continue
      await t.throwsAsync(named['sort']!(input as never, { transfer: true } as never) as Promise<unknown>, { code: 'ERR_MANYCORE_NOT_TRANSFERABLE' })
    }
    const x = doubles(3)
    await t.throwsAsync(named['topK']!(x as never, 4 as never, { transfer: true } as never) as Promise<unknown>, { code: 'ERR_MANYCORE_RANGE' })
    await t.throwsAsync(named['sort']!(x as never, { transfer: 1 } as never) as Promise<unknown>, { code: 'ERR_MANYCORE_OPTION' })
    await t.throwsAsync(named['sort']!(x as never, { transfer: true, other: 1 } as never) as Promise<unknown>, { code: 'ERR_MANYCORE_OPTION' })
    await t.throwsAsync(named['sort']!(x as never, { transfer: true, signal: AbortSignal.abort(new Error('stopped')) } as never) as Promise<unknown>, { message: 'stopped' })
    t.is(x.length, 3, 'kept by every call that fails before it begins')
    t.throws(() => named['sortSync']!(x as never, { transfer: true } as never), { code: 'ERR_MANYCORE_OPTION' })
  })
}
