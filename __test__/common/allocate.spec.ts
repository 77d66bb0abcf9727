/** Memory from `allocate`: whatever the allocator hands out again is zeroed, and large memory is like small. */
import test from 'ava'
import { addSync, allocate, setBackend } from 'manycore'

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
