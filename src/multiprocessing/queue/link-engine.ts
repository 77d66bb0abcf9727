/** A queue whose items are in another process: every call goes there over a link, from a thread by way of the thread that has one. */
import { makeError } from '../../errors.ts'
import type { EncodeContext } from '../../threads/encode.ts'
import type { Waiting } from '../../threads/park.ts'
import { noBlocking, postValue, unpack, type Packed } from '../message.ts'
import type { Watch } from '../waitable.ts'
import { NOTHING, type Engine } from './engine.ts'
import { serveQueue, serveQueueToThread, type Answer, type QueueAddress, type QueueLink, type Request } from './serve.ts'

/** What a link has brought. Apart from the engine, so that the link, which holds it, doesn't hold the engine. */
class Inbox {
  readonly bell = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  readonly answers = new Map<number, Packed>()
  gone = false

  listenTo(link: QueueLink): void {
    link.listen(
      (message) => {
        const { id, packed } = message as Answer
        this.answers.set(id, packed)
        this.#ring()
      },
      () => {
        this.gone = true
        this.#ring()
      },
    )
  }

  #ring(): void {
    Atomics.add(this.bell, 0, 1)
    Atomics.notify(this.bell, 0)
  }
}

/** A queue that nobody holds here any more is not served any longer, either. */
const dropped = new FinalizationRegistry<QueueLink>((link) => link.close())

export class LinkEngine implements Engine {
  readonly maxSize: number
  readonly #link: QueueLink | undefined
  readonly #inbox = new Inbox()
  #count = 0

  constructor(link: QueueLink | undefined, maxSize: number) {
    this.maxSize = maxSize
    this.#link = link
    if (link === undefined) this.#inbox.gone = true
    else {
      this.#inbox.listenTo(link)
      dropped.register(this, link)
    }
  }

  #ask(call: Request['call'], deadline: number, value?: unknown): number {
    const id = ++this.#count
    const milliseconds = deadline - performance.now()
    if (call === 'put') postValue(value, [], this.#link?.line, 'item', (packed, transfer) => this.#link?.post({ id, call, packed, milliseconds } satisfies Request, transfer))
    else this.#link?.post({ id, call, milliseconds } satisfies Request, [])
    return id
  }

  *#call(call: Request['call'], deadline: number, item?: unknown): Waiting<unknown> {
    const id = this.#ask(call, deadline, item)
    const { bell, answers } = this.#inbox
    let aborted: { readonly reason: unknown } | undefined
    for (;;) {
      const value = Atomics.load(bell, 0)
      const packed = answers.get(id)
      if (packed !== undefined) {
        answers.delete(id)
        if (aborted !== undefined && 'error' in packed) throw aborted.reason
        return unpack(packed)
      }
      if (this.#inbox.gone) throw aborted === undefined ? makeError('CLOSED', `${call}: the process that holds the queue has ended`) : aborted.reason
      try {
        yield { words: bell, index: 0, value, milliseconds: Infinity }
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
