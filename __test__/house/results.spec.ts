/** npm test counts what the runners print. */
import test from 'ava'
import { cargoResults, tapResults } from '../../scripts/results.mjs'

test('cargo: sums all test binaries and keeps the output of those that failed', (t) => {
  const output = `
running 2 tests
test a ... ok
test b ... ok

test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 2 tests
test c ... ok
test d ... FAILED

failures:

---- d stdout ----
assertion failed: one line of a panic

failures:
    d

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s
`
  const { failures, ...counts } = cargoResults(output)
  t.deepEqual(counts, { passed: 3, failed: 1, skipped: 1 })
  t.is(failures.length, 1)
  t.true(failures[0]?.includes('one line of a panic'))
})

test('TAP: counts each test once and keeps the details of those that failed', (t) => {
  const output = `TAP version 13
ok 1 - first
    # a log line
not ok 2 - second
  ---
  message: 'not equal'
  ...
ok 3 - third # SKIP
ok 4 - fourth

1..3
# tests 3
# pass 2
# skip 1
# fail 1
`
  const { failures, ...counts } = tapResults(output)
  t.deepEqual(counts, { passed: 2, failed: 1, skipped: 1 })
  t.deepEqual(failures, ["not ok 2 - second\n  ---\n  message: 'not equal'\n  ..."])
})
