/** join and joinSync, and the order in which a Process may be used. */
import { activeChildren, Process } from 'manycore/multiprocessing'
import test from 'ava'

const url = new URL('./fixtures/process.ts', import.meta.url)
type Tasks = typeof import('./fixtures/process.ts')

function flag(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4))
}

test('starting twice and joining before the start are errors', async (t) => {
  const child = new Process<Tasks>(url, 'nothing')
  await t.throwsAsync(child.join(), { code: 'ERR_MANYCORE_CLOSED' })
  t.throws(() => child.joinSync(), { code: 'ERR_MANYCORE_CLOSED' })
  t.throws(() => child.terminate(), { code: 'ERR_MANYCORE_CLOSED' })
  child.start()
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLOSED' })
  await child.join()
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLOSED' })
  await child.join()
  child.joinSync()
})

test('joinSync blocks until the end: return, exit, termination before and after the start', (t) => {
  const sum = flag()
  const plain = new Process<Tasks>(url, 'addInto', [sum, 3])
  plain.start()
  plain.joinSync()
  t.is(plain.exitCode, 0)
  t.is(sum[0], 3)

  const exits = new Process<Tasks>(url, 'exitWith', [7])
  exits.start()
  exits.joinSync()
  t.is(exits.exitCode, 7)

  const early = new Process<Tasks>(url, 'stayAlive')
  early.start()
  early.terminate()
  early.joinSync()
  t.is(early.exitCode, 1)

  const running = flag()
  const late = new Process<Tasks>(url, 'spin', [running])
  late.start()
  Atomics.wait(running, 0, 0)
  late.terminate()
  late.joinSync()
  t.is(late.exitCode, 1)
})

if (process.platform === 'linux') { // elsewhere the system doesn't tell before the event loop turns
  test('after joinSync the exit code of a process is known, too', async (t) => {
    const exits = new Process<Tasks>(url, 'exitWith', [7], { kind: 'process' })
    const stays = new Process<Tasks>(url, 'stayAlive', [], { kind: 'process' })
    exits.start()
    stays.start()
    exits.joinSync()
    t.is(exits.exitCode, 7)
    t.false(exits.isAlive())
    stays.terminate()
    stays.joinSync()
    t.is(stays.exitCode, -15)
    t.false(activeChildren().some(({ name }) => name === exits.name || name === stays.name))
    await Promise.all([exits.join(), stays.join()])
    t.deepEqual([exits.exitCode, stays.exitCode], [7, -15])
  })
}

test('a time limit longer than timers can be set for is none', async (t) => {
  const child = new Process<Tasks>(url, 'nothing')
  child.start()
  await child.join({ timeout: 1e12 })
  t.is(child.exitCode, 0)
  const other = new Process<Tasks>(url, 'nothing')
  other.start()
  await other.join({ timeout: Infinity })
  t.is(other.exitCode, 0)
})

test('a join that runs out of time returns', async (t) => {
  const child = new Process<Tasks>(url, 'stayAlive')
  child.start()
  await child.join({ timeout: 5 })
  t.is(child.exitCode, null)
  child.joinSync({ timeout: 5 })
  t.is(child.exitCode, null)
  await t.throwsAsync(child.join({ timeout: -1 }), { code: 'ERR_MANYCORE_OPTION' })
  await t.throwsAsync(child.join({ time: 1 } as never), { code: 'ERR_MANYCORE_OPTION' })
  child.terminate()
  await child.join()
})

test('close wants an ended child, and ends its use', async (t) => {
  const child = new Process<Tasks>(url, 'nothing')
  child.start()
  t.throws(() => child.close(), { code: 'ERR_MANYCORE_CLOSED' })
  await child.join()
  child.close()
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLOSED' })
})

test.serial('fifty quick ones', async (t) => {
  const sum = flag()
  const quick = new URL('./fixtures/quick.js', import.meta.url)
  const children = Array.from({ length: 50 }, () => new Process<typeof import('./fixtures/quick.js')>(quick, 'addInto', [sum, 1]))
  for (const child of children) child.start()
  t.true(activeChildren().length >= 1)
  await Promise.all(children.map((child) => child.join()))
  t.is(sum[0], 50)
  t.deepEqual(new Set(children.map((child) => child.exitCode)), new Set([0]))
  t.false(activeChildren().some((child) => children.some(({ name }) => name === child.name)))
})
