/** Queues with many producers and many consumers, on any threads. */
import { checkNames } from '../../common/options.ts'
import { registerCodec, type Codec } from '../../threads/encode.ts'
import { linkOf } from '../../threads/line.ts'
import { drive, driveSync } from '../../threads/park.ts'
import { checkCount } from '../options.ts'
import { checkTransfer } from '../../threads/transfer-list.ts'
import { deadlineOf, type WaitOptions } from '../sync/options.ts'
import { waitable, type Watch } from '../waitable.ts'
import { Later, NOTHING, type Engine, type PutOptions } from './engine.ts'
import { LinkEngine } from './link-engine.ts'
import { RingEngine, type RingData } from './ring-engine.ts'
import { portLink, type QueueAddress } from './serve.ts'

export interface QueueOptions {
  /** Items it holds at most; `put` waits for a place then. 0 (default): no limit but memory. */
  maxSize?: number | undefined
}

const MOST = 0x7fff_ffff

type QueueData = RingData | QueueAddress

const none: WaitOptions = {}

/** The engine of a queue that is being revived. */
let arriving: Engine | undefined

let codec: Codec<Queue>

/**
 * First in, first out, for any number of producers and consumers. Send it to workers as an argument. Numbers cost least; other values are serialised into
 * shared memory; items that hold shared memory or ports go by way of the thread that made the queue, whose event loop must turn for it.
 *
 * ```ts
 * const queue = new Queue<string>()
 * new Process(url, 'produce', [queue]).start()
 * const item = await queue.get()
 * ```
 *
 * A process of its own (`kind: 'process'`) gets it, too; there only the promise forms work.
 */
export class Queue<T = unknown> {
  readonly #engine: Engine

  /** OPTION error for a bad maxSize. */
  constructor(options: QueueOptions = {}) {
    checkNames(options, ['maxSize'])
    const { maxSize = 0 } = options
    checkCount(maxSize, 'maxSize', 0, MOST)
    this.#engine = arriving ?? new RingEngine(maxSize)
    arriving = undefined
  }

  get maxSize(): number {
    return this.#engine.maxSize
  }

  /**
   * Resolves when the item is in the queue. Rejects with TIMEOUT when no place came free within `timeout` milliseconds (nothing is in the queue then, and what would have been moved or given away is still here), `signal.reason` likewise, CLONE
   * naming what can't be sent, CLOSED after `close`.
   */
  async put(item: T, options: PutOptions = none): Promise<void> {
    const deadline = this.#checkPut(options)
    if (typeof item === 'number' && this.#engine.tryPutNumber(item)) return
    await drive(this.#engine.put(item, options.transfer ?? [], deadline), options)
  }

  /** As `put`, blocking this thread. */
  putSync(item: T, options: PutOptions = none): void {
    const deadline = this.#checkPut(options)
    this.#engine.checkBlocking('putSync')
    if (typeof item === 'number' && this.#engine.tryPutNumber(item)) return
    driveSync(this.#engine.put(item, options.transfer ?? [], deadline))
  }

  /** Puts the item if there is a place; QUEUE_FULL error if not. */
  putNowait(item: T, options: Pick<PutOptions, 'transfer'> = {}): void {
    checkNames(options, ['transfer'])
    checkTransfer(options.transfer)
    this.#engine.putNowait(item, options.transfer ?? [])
  }

  #checkPut(options: PutOptions): number {
    if (options === none) return Infinity
    checkNames(options, ['timeout', 'signal', 'transfer'])
    const { transfer, ...wait } = options
    checkTransfer(transfer)
    return deadlineOf(wait)
  }

  /** Resolves to the next item. Rejects with TIMEOUT when none came within `timeout` milliseconds, `signal.reason` on an abort (the item is the next one's then), CLOSED when the queue is closed and empty. */
  async get(options: WaitOptions = none): Promise<T> {
    const deadline = options === none ? Infinity : deadlineOf(options)
    const got = this.#engine.tryGet()
    if (got === NOTHING) return (await drive(this.#engine.get(deadline), options)) as T
    return (got instanceof Later ? await drive(got.waiting) : got) as T
  }

  /** As `get`, blocking this thread. */
  getSync(options: WaitOptions = none): T {
    const deadline = options === none ? Infinity : deadlineOf(options)
    this.#engine.checkBlocking('getSync')
    const got = this.#engine.tryGet()
    if (got === NOTHING) return driveSync(this.#engine.get(deadline)) as T
    return (got instanceof Later ? driveSync(got.waiting) : got) as T
  }

  /** The next item if there is one; QUEUE_EMPTY error if not. */
  getNowait(): T {
    return this.#engine.getNowait() as T
  }

  /** Items in the queue now. Others may change it before you look again. */
  size(): number {
    return this.#engine.size()
  }

  /** An item that was got has been dealt with. RANGE error when called more often than items were put. */
  taskDone(): void {
    this.#engine.taskDone()
  }

  /** Resolves when `taskDone` has been called for every item put. Rejects with TIMEOUT. */
  async join(options: WaitOptions = {}): Promise<void> {
    await drive(this.#engine.join(deadlineOf(options)), options)
  }

  /** As `join`, blocking this thread. */
  joinSync(options: WaitOptions = {}): void {
    const deadline = deadlineOf(options)
    this.#engine.checkBlocking('joinSync')
    driveSync(this.#engine.join(deadline))
  }

  /** For all threads: nothing more may be put. What is in it can still be got; after that `get` rejects with CLOSED. */
  close(): void {
    this.#engine.close()
  }

  /** `close`: for all threads. */
  [Symbol.dispose](): void {
    this.close()
  }

  /** @internal */
  get [waitable](): Watch {
    return this.#engine.watch
  }

  static {
    codec = {
      tag: 'Queue',
      encode: (queue, context) => queue.#engine.encode(context),
      revive: (data: QueueData) => {
        // Not through the constructor, which makes a ring.
        arriving = 'buffer' in data ? new RingEngine(data) : new LinkEngine('served' in data ? portLink(data.served) : linkOf(data.token), data.maxSize)
        return makeQueue()
      },
    }
  }
}

registerCodec(Queue, codec)

// Outside the class: the compiler's name for a class inside itself, where it has computed members, is set only after its static blocks.
function makeQueue(): Queue {
  return new Queue()
}
