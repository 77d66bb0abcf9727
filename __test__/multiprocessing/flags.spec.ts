/** Which words of the command line workers get: never those that would run the program again. */
import test from 'ava'
import { processFlags, workerFlags } from '../../src/threads/flags.ts'

test('a child process gets everything but the program', (t) => {
  t.deepEqual(processFlags(['--input-type=module', '--eval', 'start()', '--expose-gc']), ['--expose-gc'])
  t.deepEqual(processFlags(['-e', 'x', '--import', 'tsx', '-p', 'y']), ['--import', 'tsx'])
  t.deepEqual(processFlags(['--eval=x', '--test', '--max-old-space-size=64']), ['--max-old-space-size=64'])
})

test('a thread inherits all unless the program is among them, then what it may be given', (t) => {
  t.is(workerFlags([]), undefined)
  t.is(workerFlags(['--expose-gc', '--import=tsx']), undefined)
  t.deepEqual(workerFlags(['--expose-gc', '--import', 'tsx', '--eval', 'x', '--no-warnings']), ['--import', 'tsx', '--no-warnings'])
})
