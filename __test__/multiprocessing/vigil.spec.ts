/** Waiting awake or asleep between calls in turn: what was faster lately. */
import test from 'ava'
import { Vigil } from '../../src/multiprocessing/pool/vigil.ts'

/** Makes `calls` calls that take as long as said; how many of them were waited for awake. */
function make(vigil: Vigil, calls: number, awake: number, asleep: number): number {
  let count = 0
  for (let i = 0; i < calls; i++) {
    if (vigil.awake) count++
    vigil.took(vigil.awake ? awake : asleep)
  }
  return count
}

test('keeps to the faster way, and notices when the other one becomes it', (t) => {
  const vigil = new Vigil()
  t.true(vigil.awake)
  t.true(make(vigil, 10_000, 1, 2) > 9000)
  make(vigil, 10_000, 4, 2)
  t.true(make(vigil, 10_000, 4, 2) < 1000)
  make(vigil, 10_000, 1, 2)
  t.true(make(vigil, 10_000, 1, 2) > 9000)
})

test('sleeping that is a little faster is no reason to sleep', (t) => {
  const vigil = new Vigil()
  t.true(make(vigil, 10_000, 1, 0.9) > 9000)
})

test('one slow stretch is forgotten', (t) => {
  const vigil = new Vigil()
  make(vigil, 10_000, 1, 2)
  make(vigil, 32, 1000, 1000)
  make(vigil, 10_000, 1, 2)
  t.true(make(vigil, 10_000, 1, 2) > 9000)
})
