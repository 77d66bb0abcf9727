/** Whoever computes a chunk, the bits are those of the loops on one thread. */
import test from 'ava'
import { CHUNK, inlineReduce, inputsOf, mergePartials, reductions, widthOf, type ReductionName } from '../../src/kernels/index.ts'
import { makeView } from '../kernels/data.ts'
import type { Floats } from '../kernels/reference.ts'
import { makeBackend, sharedView } from './backend.ts'

const kernels = Object.keys(reductions) as ReductionName[]
const backend = makeBackend()

const second = (kernel: ReductionName, x: Floats): Floats | undefined =>
  inputsOf(kernel) === 2 ? sharedView(x.constructor as Float64ArrayConstructor, x.length, 5) : undefined

for (const kernel of kernels) {
  for (const Class of [Float64Array, Float32Array]) {
    test(`${kernel} of a shared ${Class.name}, with 1, 2 and 7 threads`, async (t) => {
      for (const [length, offset] of [[0, 0], [1, 1], [CHUNK, 3], [6 * CHUNK, 0], [6 * CHUNK + 1, 1], [9 * CHUNK + 4097, 3]] as const) {
        const x = sharedView(Class, length, offset)
        const y = second(kernel, x)
        const wanted = inlineReduce(kernel, x, y)
        for (const threads of [1, 2, 7]) {
          t.is(backend.reduceSync(kernel, x, y, threads, 0), wanted, `Sync, n = ${length}, ${threads} threads`)
          // oxlint-disable-next-line no-await-in-loop -- calls at the same time are another test's business
          t.is(await backend.reduce(kernel, x, y, threads, 0, undefined), wanted, `promise, n = ${length}, ${threads} threads`)
        }
      }
    })
  }

  test(`${kernel}: partials of a range of chunks`, (t) => {
    const x = sharedView(Float64Array, 11 * CHUNK + 100)
    const y = second(kernel, x)
    const width = widthOf(kernel)
    for (const threads of [1, 2, 7]) {
      const partials = new Float64Array(12 * width)
      backend.partials(kernel, x, y, 0, 3, threads, partials.subarray(0, 3 * width))
      backend.partials(kernel, x, y, 3, 12, threads, partials.subarray(3 * width))
      t.is(mergePartials(kernel, partials, 12), inlineReduce(kernel, x, y))
    }
  })
}

test('memory that workers cannot see is read on this thread', async (t) => {
  const x = makeView('float64', 9 * CHUNK + 7)
  const wanted = inlineReduce('variance', x, undefined)
  const fresh = makeBackend()
  t.is(fresh.reduceSync('variance', x, undefined, 7, 0), wanted)
  t.is(await fresh.reduce('variance', x, undefined, 7, 0, undefined), wanted)
  t.is(fresh.pool.size, 0)
})

test('growable shared memory', async (t) => {
  for (const memory of ['growable', 'growable, tracking']) {
    const x = makeView('float32', 7 * CHUNK + 7, 3, memory)
    const wanted = inlineReduce('sum', x, undefined)
    t.is(backend.reduceSync('sum', x, undefined, 3, 0), wanted)
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    t.is(await backend.reduce('sum', x, undefined, 3, 0, undefined), wanted)
  }
})

test('many promise forms and Sync calls at the same time', async (t) => {
  const views = Array.from({ length: 20 }, (_, k) => sharedView(Float64Array, (5 + (k % 5)) * CHUNK + k))
  const promises = views.map((x, k) => backend.reduce(kernels[k % 2]!, x, undefined, 1 + (k % 4), 0, undefined))
  t.deepEqual(views.map((x) => backend.reduceSync('sum', x, undefined, 3, 0)), views.map((x) => inlineReduce('sum', x, undefined)))
  t.deepEqual(await Promise.all(promises), views.map((x, k) => inlineReduce(kernels[k % 2]!, x, undefined)))
})
