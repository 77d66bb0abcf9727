/** When a process counts as ended, with a channel and a clock of the test's own: the runtimes differ in what they tell. */
import { EventEmitter } from 'node:events'
import { mock } from 'node:test'
import test from 'ava'
import { SILENCE_MILLISECONDS, watchEnd, type ProcessEnd } from '../../src/threads/process-end.ts'

class FakeProcess extends EventEmitter {
  connected = true
  disconnects = 0

  disconnect(): void {
    this.disconnects++
    this.connected = false
  }
}

function start() {
  const child = new FakeProcess()
  const told: ProcessEnd[] = []
  let exits = 0
  const life = watchEnd(child as never, () => void exits++, (how) => void told.push(how))
  return { child, told, life, exits: () => exits }
}

/** Time goes on, and what an immediate of that time has to do is done. */
function pass(milliseconds: number): void {
  mock.timers.tick(milliseconds)
  mock.timers.tick(0)
}

test.before(() => mock.timers.enable({ apis: ['setTimeout', 'setImmediate'] }))
test.after.always(() => mock.timers.reset())

test.serial('the end of the channel is the end, told once; nothing is told before, and no message counts after', (t) => {
  const { child, told, life, exits } = start()
  t.true(life.heard())
  t.is(life.exited, undefined)
  child.emit('exit', 3, null)
  t.is(exits(), 1)
  t.deepEqual(life.exited, { exitCode: 3, killed: false })
  t.true(life.heard())
  t.deepEqual(told, [])
  child.connected = false
  child.emit('close', 3, null)
  t.deepEqual(told, [{ exitCode: 3, killed: false }])
  t.false(life.heard())
  pass(10 * SILENCE_MILLISECONDS)
  t.is(told.length, 1)
  t.is(child.disconnects, 0)
})

test.serial('a channel that is never said to be closed: silence after the exit is the end, and the channel is closed here', (t) => {
  const { child, told } = start()
  pass(10 * SILENCE_MILLISECONDS)
  t.deepEqual(told, [])
  child.emit('exit', null, 'SIGKILL')
  pass(SILENCE_MILLISECONDS - 1)
  t.deepEqual(told, [])
  pass(1)
  t.deepEqual(told, [{ exitCode: -9, killed: true }])
  t.is(child.disconnects, 1)
  child.emit('close', null, 'SIGKILL')
  t.is(told.length, 1)
})

test.serial('messages that are read between a timer and an immediate put the silence off: this thread was busy', (t) => {
  const { child, told, life } = start()
  child.emit('exit', 0, null)
  for (let i = 0; i < 3; i++) {
    const spoken = mock.method(globalThis, 'setImmediate', (callback: () => void) => {
      t.true(life.heard())
      callback()
    })
    mock.timers.tick(SILENCE_MILLISECONDS)
    spoken.mock.restore()
    t.deepEqual(told, [])
  }
  pass(SILENCE_MILLISECONDS)
  t.deepEqual(told, [{ exitCode: 0, killed: false }])
})

test.serial('a process that never ran ends at once', (t) => {
  const { child, told, life } = start()
  child.connected = false
  life.end({ exitCode: 1, killed: false })
  child.emit('close', -2, null)
  t.deepEqual(told, [{ exitCode: 1, killed: false }])
})
