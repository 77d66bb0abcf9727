/** One listener for each signal, whoever waits for it. */
import test from 'ava'
import { offAbort, onAbort } from '../../src/common/abort.ts'

/** Counts the listeners of a signal. */
function counted(): { controller: AbortController; listeners: () => number } {
  const controller = new AbortController()
  const { signal } = controller
  let listeners = 0
  const { addEventListener, removeEventListener } = signal
  signal.addEventListener = (...args: unknown[]) => {
    listeners++
    addEventListener.apply(signal, args as never)
  }
  signal.removeEventListener = (...args: unknown[]) => {
    listeners--
    removeEventListener.apply(signal, args as never)
  }
  return { controller, listeners: () => listeners }
}

test('a thousand callbacks share a listener, each is called once, and none that has gone', (t) => {
  const { controller, listeners } = counted()
  const calls = new Array<number>(1000).fill(0)
  const callbacks = calls.map((_, i) => () => void calls[i]!++)
  for (const callback of callbacks) onAbort(controller.signal, callback)
  t.is(listeners(), 1)
  for (const callback of callbacks.slice(0, 400)) offAbort(controller.signal, callback)
  t.is(listeners(), 1)
  controller.abort()
  controller.abort()
  t.deepEqual(calls, calls.map((_, i) => (i < 400 ? 0 : 1)))
})

test('the last to leave takes the listener along; one that comes later puts it back', (t) => {
  const { controller, listeners } = counted()
  let calls = 0
  const callback = (): void => void calls++
  onAbort(controller.signal, callback)
  offAbort(controller.signal, callback)
  offAbort(controller.signal, callback)
  t.is(listeners(), 0)
  onAbort(controller.signal, callback)
  t.is(listeners(), 1)
  controller.abort()
  t.is(calls, 1)
})

test('a callback that takes another off keeps it from being called; an aborted signal and none call nothing', (t) => {
  const controller = new AbortController()
  const called: string[] = []
  const second = (): void => void called.push('second')
  onAbort(controller.signal, () => {
    called.push('first')
    offAbort(controller.signal, second)
  })
  onAbort(controller.signal, second)
  controller.abort()
  onAbort(controller.signal, second)
  onAbort(undefined, second)
  offAbort(undefined, second)
  offAbort(new AbortController().signal, second)
  t.deepEqual(called, ['first'])
})
