/** What a queue does, wherever its items are. */
import type { Waiting } from '../../threads/park.ts'
import type { EncodeContext } from '../../threads/encode.ts'
import type { Watch } from '../waitable.ts'

export interface PutOptions {
  /** Milliseconds to wait for a free place; then it rejects with TIMEOUT. Default: no limit. */
  timeout?: number | undefined
  /** As of everything that waits: an abort rejects with its reason, and the item is not in the queue. */
  signal?: AbortSignal | undefined
  /** Objects in the item that are moved instead of copied; also if no place comes free for it. */
  transfer?: readonly unknown[] | undefined
}

/** There is nothing to get now, or it can't be told without waiting. */
export const NOTHING = Symbol('nothing')

/** An item that has been taken and must still be unwrapped. */
export class Later {
  readonly waiting: Waiting<unknown>

  constructor(waiting: Waiting<unknown>) {
    this.waiting = waiting
  }
}

export interface Engine {
  readonly maxSize: number
  /** Tries at once, without a call that could wait; false when it can't be told now. */
  tryPutNumber(value: number): boolean
  /** The next item, or a Later if it takes work to unwrap, NOTHING if there is none at hand. */
  tryGet(): unknown
  put(value: unknown, transfer: readonly unknown[], deadline: number): Waiting<void>
  get(deadline: number, abandoned?: () => boolean): Waiting<unknown>
  join(deadline: number): Waiting<void>
  putNowait(value: unknown, transfer: readonly unknown[]): void
  getNowait(): unknown
  size(): number
  taskDone(): void
  close(): void
  /** Throws where this thread can't block for it. */
  checkBlocking(what: string): void
  readonly watch: Watch
  encode(context: EncodeContext): unknown
}
