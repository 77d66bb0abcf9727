/** Memory from `allocate`: whatever the allocator hands out again is zeroed, and large memory is like small. */
import test from 'ava'
import { totalmem } from 'node:os'
import process from 'node:process'
import { addSync, allocate, explain, info, setBackend } from 'manycore'

/** Below and above what is marked for large pages. */
const lengths = [0, 1, 1000, 600_000, 1_200_000]

for (const backend of ['native', 'workers'] as const) {
  test.serial(`${backend}: zeros, also where there were other numbers before`, (t) => {
    setBackend(backend === 'native' ? 'auto' : 'workers')
    try {
      for (const length of lengths) {
        for (let round = 0; round < 3; round++) {
          const x = allocate('float64', length)
          t.is(x.length, length)
          t.true(x.every((value) => Object.is(value, 0)), `${length}, round ${round}`)
          x.fill(round + 1)
          t.is(allocate('uint8', length, { zero: false }).length, length)
        }
      }
    } finally {
      setBackend('auto')
    }
  })
}

test('new results of every size hold what they should to the last element', (t) => {
  for (const length of lengths.slice(1)) {
    const x = new Float64Array(length).fill(1.5)
    const sum = addSync(x, x)
    t.true(sum.every((value) => value === 3), String(length))
  }
})

test.serial('what one turn of the event loop asks for beyond an eighth of the memory is ordinary memory', async (t) => {
  // A system that gives no more than its memory away may refuse a part of what is asked for here; nothing of it is touched.
  const bytes = Math.ceil(Math.min(totalmem(), process.constrainedMemory() || Infinity) / 8 / 4)
  const route = () => explain('sum', allocate('float64', Math.ceil(bytes / 8), { zero: false })).route
  await new Promise((resolve) => setImmediate(resolve))
  // What can't be had counts for nothing.
  t.throws(() => allocate('float64', 2 ** 40), { code: 'ERR_MANYCORE_RANGE' })
  const routes = Array.from({ length: 6 }, route)
  await new Promise((resolve) => setImmediate(resolve))
  const later = route()
  t.is(later, routes[0]!)
  if (info().backend === 'native') {
    t.not(routes[0], 'slices')
    t.deepEqual(routes.slice(0, 3), Array.from({ length: 3 }, () => routes[0]))
    t.is(routes[5], 'slices')
  }
})
