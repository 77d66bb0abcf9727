/** What a Process is given, and what it knows of itself. */
import { MessageChannel } from 'node:worker_threads'
import { once } from 'node:events'
import { currentProcess, Process, range, type CurrentProcess } from 'manycore/multiprocessing'
import test from 'ava'

const url = new URL('./fixtures/process.ts', import.meta.url)
type Tasks = typeof import('./fixtures/process.ts')

test('shared memory is shared and a range arrives as a range, nested', async (t) => {
  const sum = new Int32Array(new SharedArrayBuffer(4))
  const child = new Process<Tasks>(url, 'sumInto', [{ numbers: range(1, 5) }, sum])
  child.start()
  await child.join()
  t.is(sum[0], 10)
})

test('a port is moved by transfer, and the child knows its name', async (t) => {
  const { port1, port2 } = new MessageChannel()
  const child = new Process<Tasks>(url, 'tellWho', [port2], { name: 'teller', daemon: true, transfer: [port2] })
  child.start()
  const [who] = (await once(port1, 'message')) as [CurrentProcess]
  t.like(who, { name: 'teller', kind: 'thread', daemon: true, pid: process.pid })
  t.not(who.threadId, currentProcess().threadId)
  await child.join()
  port1.close()
})

test('an argument that can’t be cloned is named, and nothing has been started', (t) => {
  const child = new Process<Tasks>(url, 'sumInto', [{ numbers: [1], later: [{ callback: () => 1 }] } as never, new Int32Array(1)])
  t.throws(() => child.start(), { code: 'ERR_MANYCORE_CLONE', message: /^args\[0\]\.later\[0\]\.callback can't be sent/ })
  t.false(child.isAlive())
})

test('a child can have children', async (t) => {
  const sum = new Int32Array(new SharedArrayBuffer(4))
  const child = new Process<Tasks>(url, 'startAnother', [sum])
  child.start()
  await child.join()
  t.is(sum[0], 6)
})

test('bad arguments are refused at the constructor', (t) => {
  const make = (...args: unknown[]) => () => new Process(...(args as [URL, string]))
  t.throws(make('tasks.ts', 'nothing'), { code: 'ERR_MANYCORE_TYPE', message: /^url/ })
  t.throws(make(url, 7), { code: 'ERR_MANYCORE_TYPE', message: /^name/ })
  t.throws(make(url, 'nothing', 'x'), { code: 'ERR_MANYCORE_TYPE', message: /^args/ })
  t.throws(make(url, 'nothing', [], { kind: 'fiber' }), { code: 'ERR_MANYCORE_OPTION', message: /^kind/ })
  t.throws(make(url, 'nothing', [], { demon: true }), { code: 'ERR_MANYCORE_OPTION', message: /demon/ })
  t.throws(make(url, 'nothing', [], { daemon: 1 }), { code: 'ERR_MANYCORE_OPTION', message: /^daemon/ })
  t.throws(make(url, 'nothing', [], { kind: 'process', transfer: [new ArrayBuffer(1)] }), { code: 'ERR_MANYCORE_NOT_TRANSFERABLE' })
})
