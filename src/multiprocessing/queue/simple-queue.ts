/** A queue without a limit and without accounts. */
import { codecOf, registerCodec, type Codec } from '../../threads/encode.ts'
import type { WaitOptions } from '../sync/options.ts'
import { waitable, type Watch } from '../waitable.ts'
import { Queue } from './queue.ts'

/** The queue inside one that is being revived. */
let arriving: Queue<never> | undefined

let codec: Codec<SimpleQueue>

/** Python's SimpleQueue: `put` and `get`, never full. */
export class SimpleQueue<T = unknown> {
  readonly #queue: Queue<T>

  constructor() {
    this.#queue = (arriving as Queue<T> | undefined) ?? new Queue<T>()
    arriving = undefined
  }

  /** Resolves when the item is in the queue, which is at once. Rejects with CLONE, CLOSED. */
  put(item: T): Promise<void> {
    return this.#queue.put(item)
  }

  /** As `put`; it doesn't block, either. */
  putSync(item: T): void {
    this.#queue.putSync(item)
  }

  /** Resolves to the next item. Rejects with TIMEOUT, CLOSED. */
  get(options: WaitOptions = {}): Promise<T> {
    return this.#queue.get(options)
  }

  /** As `get`, blocking this thread. */
  getSync(options: WaitOptions = {}): T {
    return this.#queue.getSync(options)
  }

  /** Whether there is nothing to get now. */
  empty(): boolean {
    return this.#queue.size() === 0
  }

  /** As `Queue.close`. */
  close(): void {
    this.#queue.close()
  }

  /** `close`: for all threads. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** @internal */
  get [waitable](): Watch {
    return this.#queue[waitable]
  }

  static {
    const inner = codecOf(Queue)
    codec = {
      tag: 'SimpleQueue',
      encode: (simple, context) => inner.encode(simple.#queue, context),
      revive: (data) => {
        arriving = inner.revive(data) as Queue<never>
        return makeSimpleQueue()
      },
    }
  }
}

registerCodec(SimpleQueue, codec)

// Outside the class, as for Queue.
function makeSimpleQueue(): SimpleQueue {
  return new SimpleQueue()
}
