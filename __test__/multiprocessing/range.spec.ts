import { range } from 'manycore/multiprocessing'
import test from 'ava'

test('one bound counts from 0, two from the first, a step goes in strides', (t) => {
  t.deepEqual([...range(4)], [0, 1, 2, 3])
  t.deepEqual([...range(2, 5)], [2, 3, 4])
  t.deepEqual([...range(2, 11, 3)], [2, 5, 8])
  t.deepEqual([...range(5, 0, -2)], [5, 3, 1])
  t.deepEqual([...range(0, 1, 0.25)], [0, 0.25, 0.5, 0.75])
})

test('bounds that meet or cross give nothing', (t) => {
  t.deepEqual([...range(0)], [])
  t.deepEqual([...range(-3)], [])
  t.deepEqual([...range(5, 2)], [])
  t.deepEqual([...range(2, 5, -1)], [])
})

test('length and at agree with the elements, without writing them out', (t) => {
  const huge = range(0, 1e15, 2)
  t.is(huge.length, 5e14)
  t.is(huge.at(5e14 - 1), 1e15 - 2)
  t.is(huge.at(-1), 1e15 - 2)
  t.is(huge.at(5e14), undefined)
  t.is(range(3).at(-4), undefined)
})

test('an iterator starts anew each time', (t) => {
  const numbers = range(3)
  t.deepEqual([...numbers, ...numbers], [0, 1, 2, 0, 1, 2])
})

test('slice gives the same elements, with fractions too', (t) => {
  const tenths = range(0, 1, 0.1)
  for (let first = 0; first <= 10; first++) {
    for (let last = first; last <= 10; last++) {
      const part = tenths.slice(first, last)
      t.is(part.length, last - first)
      if (last > first) t.is(part.at(0), tenths.at(first))
    }
  }
  const middle = range(2, 20, 3).slice(1, 4)
  t.deepEqual([...middle], [5, 8, 11])
  t.is(range(3).slice(-5, 99).length, 3)
})

test('what is no number, not finite or no step is refused', (t) => {
  t.throws(() => range('3' as never), { code: 'ERR_MANYCORE_TYPE', instanceOf: TypeError })
  t.throws(() => range(undefined as never), { code: 'ERR_MANYCORE_TYPE' })
  t.throws(() => range(Number.NaN), { code: 'ERR_MANYCORE_RANGE', instanceOf: RangeError })
  t.throws(() => range(0, Infinity), { code: 'ERR_MANYCORE_RANGE' })
  t.throws(() => range(0, 3, 0), { code: 'ERR_MANYCORE_RANGE', message: /step/ })
  t.throws(() => range(-1e308, 1e308, 1), { code: 'ERR_MANYCORE_RANGE', message: /counted/ })
})
