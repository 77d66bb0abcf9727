/** The same in a process of its own. */
import { Process, range } from 'manycore/multiprocessing'
import test from 'ava'

const url = new URL('./fixtures/process.ts', import.meta.url)
type Tasks = typeof import('./fixtures/process.ts')
const kind = 'process'

test('arguments arrive, exit codes come back', async (t) => {
  const children = [
    new Process<Tasks>(url, 'exitWithSum', [range(5)], { kind }),
    new Process<Tasks>(url, 'nothing', [], { kind }),
    new Process<Tasks>(url, 'exitWith', [8], { kind }),
    new Process<Tasks>(url, 'fail', ['on purpose'], { kind }),
    new Process<Tasks>(url, 'failInTimer', [], { kind }),
  ]
  for (const child of children) child.start()
  await Promise.all(children.map((child) => child.join()))
  t.deepEqual(children.map((child) => child.exitCode), [10, 0, 8, 1, 1])
})

test('a signal is told as minus its number', async (t) => {
  const terminated = new Process<Tasks>(url, 'stayAlive', [], { kind })
  const killed = new Process<Tasks>(url, 'stayAlive', [], { kind })
  terminated.start()
  killed.start()
  t.not(terminated.id, process.pid)
  terminated.terminate()
  killed.kill()
  await Promise.all([terminated.join(), killed.join()])
  t.deepEqual([terminated.exitCode, killed.exitCode], [-15, -9])
})

test('joinSync sees a process end', async (t) => {
  const child = new Process<Tasks>(url, 'exitWith', [3], { kind })
  child.start()
  child.joinSync()
  await child.join()
  t.is(child.exitCode, 3)
})

test('an argument that can’t be serialised is named', (t) => {
  const child = new Process<Tasks>(url, 'exitWithSum', [[1, () => 2] as never], { kind })
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLONE', message: /^args\[0\]\[1\]/ })
})
