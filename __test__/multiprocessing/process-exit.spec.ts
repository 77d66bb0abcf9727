/** Every way a Process can end has its exit code. */
import { Process } from 'manycore/multiprocessing'
import test from 'ava'

const url = new URL('./fixtures/process.ts', import.meta.url)
type Tasks = typeof import('./fixtures/process.ts')

function flag(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

test('a function that returns: 0', async (t) => {
  const child = new Process<Tasks>(url, 'nothing')
  t.is(child.exitCode, null)
  t.false(child.isAlive())
  child.start()
  t.true(child.isAlive())
  await child.join()
  t.is(child.exitCode, 0)
  t.false(child.isAlive())
  t.is(await child.sentinel, 0)
})

test('the code given to process.exit', async (t) => {
  const child = new Process<Tasks>(url, 'exitWith', [8])
  child.start()
  await child.join()
  t.is(child.exitCode, 8)
})

test('an error, now, later or in a timer: 1, and nothing reaches this thread', async (t) => {
  const children = [
    new Process<Tasks>(url, 'fail', ['on purpose']),
    new Process<Tasks>(url, 'failLater'),
    new Process<Tasks>(url, 'failInTimer'),
    new Process<Tasks>(url, 'missing' as never),
    new Process<Tasks>(new URL('./fixtures/nowhere.ts', import.meta.url), 'nothing'),
  ]
  for (const child of children) child.start()
  await Promise.all(children.map((child) => child.join()))
  t.deepEqual(children.map((child) => child.exitCode), [1, 1, 1, 1, 1])
})

test('a thread that is terminated or killed in a loop: 1', async (t) => {
  for (const how of ['terminate', 'kill'] as const) {
    const running = flag()
    const child = new Process<Tasks>(url, 'spin', [running])
    child.start()
    Atomics.wait(running, 0, 0)
    child[how]()
    await child.join()
    t.is(child.exitCode, 1)
    child[how]()
  }
})

test('a function that leaves a timer goes on until it is terminated', async (t) => {
  const child = new Process<Tasks>(url, 'stayAlive')
  child.start()
  await child.join({ timeout: 1 })
  t.true(child.isAlive())
  child.terminate()
  await child.join()
  t.is(child.exitCode, 1)
})

test('fifty terminated at once', async (t) => {
  const quick = new URL('./fixtures/quick.js', import.meta.url)
  const children = Array.from({ length: 50 }, () => new Process<typeof import('./fixtures/quick.js')>(quick, 'stayAlive'))
  for (const child of children) child.start()
  for (const child of children) child.terminate()
  await Promise.all(children.map((child) => child.join()))
  t.deepEqual(new Set(children.map((child) => child.exitCode)), new Set([1]))
})
