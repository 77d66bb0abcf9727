/** A queue whose items are in another process: every call goes there over a link, from a thread by way of the thread that has one. */
import { makeError } from '../../errors.ts'
import type { EncodeContext } from '../../threads/encode.ts'
import type { Waiting } from '../../threads/park.ts'
import { noBlocking, postValue, unpack, type Packed } from '../message.ts'
import type { Watch } from '../waitable.ts'
import { NOTHING, type Engine } from './engine.ts'
import { serveQueue, serveQueueToThread, type Answer, type QueueAddress, type QueueLink, type Request } from './serve.ts'

export class LinkEngine implements Engine {
  readonly maxSize: number
  readonly #link: QueueLink | undefined
  readonly #bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  readonly #answers = new Map<number, Packed>()
  #count = 0
  #gone: boolean

  constructor(link: QueueLink | undefined, maxSize: number) {
    this.maxSize = maxSize
    this.#link = link
    this.#gone = link === undefined
    const ring = (): void => {
      Atomics.add(this.#bell, 0, 1)
      Atomics.notify(this.#bell, 0)
    }
    link?.listen(
      (message) => {
        const { id, packed } = message as Answer
        this.#answers.set(id, packed)
        ring()
      },
      () => {
        this.#gone = true
        ring()
      },
    )
  }

  #ask(call: Request['call'], deadline: number, value?: unknown): number {
    const id = ++this.#count
    const milliseconds = deadline - performance.now()
    if (call === 'put') postValue(value, [], this.#link?.line, 'item', (packed, transfer) => this.#link?.post({ id, call, packed, milliseconds } satisfies Request, transfer))
    else this.#link?.post({ id, call, milliseconds } satisfies Request, [])
    return id
  }

  *#call(call: Request['call'], deadline: number, value?: unknown): Waiting<unknown> {
    const id = this.#ask(call, deadline, value)
    let aborted: { readonly reason: unknown } | undefined
    for (;;) {
      const bell = Atomics.load(this.#bell, 0)
      const packed = this.#answers.get(id)
      if (packed !== undefined) {
        this.#answers.delete(id)
        if (aborted !== undefined && 'error' in packed) throw aborted.reason
        return unpack(packed)
      }
      if (this.#gone) throw aborted === undefined ? makeError('CLOSED', `${call}: the process that holds the queue has ended`) : aborted.reason
      try {
        yield { words: this.#bell, index: 0, value: bell, milliseconds: Infinity }
      } catch (reason) {
        // Only there it is known whether the item is on its way already.
        aborted = { reason }
        this.#link?.post({ id, call: 'cancel', milliseconds: 0 } satisfies Request, [])
      }
    }
  }

  tryPutNumber(): boolean {
    return false
  }

  tryGet(): unknown {
    return NOTHING
  }

  *put(value: unknown, transfer: readonly unknown[], deadline: number): Waiting<void> {
    if (transfer.length > 0) throw makeError('NOT_TRANSFERABLE', 'transfer: objects can be moved to a thread only, not to a process', { argument: 'transfer' })
    yield* this.#call('put', deadline, value)
  }

  get(deadline: number): Waiting<unknown> {
    return this.#call('get', deadline)
  }

  *join(deadline: number): Waiting<void> {
    yield* this.#call('join', deadline)
  }

  putNowait(): void {
    throw noBlocking('putNowait')
  }

  getNowait(): unknown {
    throw noBlocking('getNowait')
  }

  size(): number {
    throw noBlocking('size')
  }

  taskDone(): void {
    this.#ask('taskDone', Infinity)
  }

  close(): void {
    this.#ask('close', Infinity)
  }

  checkBlocking(what: string): void {
    throw noBlocking(what)
  }

  get watch(): Watch {
    throw makeError('TYPE', 'wait: a queue that another process holds can’t be waited for; await get() with a timeout instead')
  }

  encode(context: EncodeContext): QueueAddress {
    return context.kind === 'process' ? serveQueue(this, context) : serveQueueToThread(this, context)
  }
}
