/** A queue in shared memory, for all threads of this process. */
import { builtin } from '../../common/builtin.ts'
import { makeError } from '../../errors.ts'
import { encode, giveAway, revive, takeBack, type EncodeContext, type Encoded } from '../../threads/encode.ts'
import { cloneError, isCloneFailure } from '../../threads/clone-error.ts'
import { driveSync, unabortable, type Waiting } from '../../threads/park.ts'
import { timedOut, unpack, type Packed } from '../message.ts'
import { isMine, lock, spinLock, unlock } from '../sync/mutex.ts'
import type { Watch } from '../waitable.ts'
import { Later, NOTHING, type Engine } from './engine.ts'
import { isPlainJson } from './json.ts'
import { Away, Home, type Parcels, type ParcelsData } from './parcels.ts'
import {
  BYTES, CLOSED, CODED_BYTES, DONE, GET_BELL, GET_WAITERS, JSON_TEXT, LOCK, makeRing, MAX_SIZE, NUMBER, PARCELLED, PUT, PUT_BELL, PUT_WAITERS, Ring, WATCH_BELL, WATCHERS,
  type Item,
} from './ring.ts'
import { serveQueue, type QueueAddress } from './serve.ts'

export interface RingData {
  readonly buffer: SharedArrayBuffer
  readonly parcels: ParcelsData
}

/** What is moved or given away with an item. */
const MOVED = 'moved'

/**
 * An item ready to be written. One with which something is moved or given away is sent off only when it has its place, since that can't be had back; until then it is here again
 * (`ready` is undefined) whenever this thread waits.
 */
type Parcel = { readonly kind: typeof NUMBER | typeof PARCELLED; readonly number: number } | Movable | { readonly kind: typeof BYTES | typeof CODED_BYTES | typeof JSON_TEXT; readonly bytes: Uint8Array }

interface Movable {
  readonly kind: typeof MOVED
  ready: Ready | undefined
}

interface Ready {
  readonly packed: Packed
  readonly transfer: readonly unknown[]
}

type Outcome = 'done' | 'full' | 'empty'

export class RingEngine implements Engine {
  readonly #ring: Ring
  readonly #words: Int32Array
  readonly #parcels: Parcels
  readonly #item: Item = { kind: NUMBER, number: 0, bytes: undefined }

  constructor(from: number | RingData) {
    const buffer = typeof from === 'number' ? makeRing(from) : from.buffer
    this.#ring = new Ring(buffer)
    this.#words = this.#ring.words
    this.#parcels = typeof from === 'number' ? new Home(this.#words) : new Away(this.#words, from.parcels)
  }

  get maxSize(): number {
    return Atomics.load(this.#words, MAX_SIZE)
  }

  tryPutNumber(value: number): boolean {
    const words = this.#words
    if (!spinLock(words, LOCK)) return false
    let done = false
    try {
      this.#ring.begin()
      if (words[CLOSED] === 0 && !this.#ring.isFull()) {
        this.#ring.putNumber(NUMBER, value)
        done = true
      }
    } finally {
      this.#release()
    }
    if (done) this.#announce()
    return done
  }

  /** An item has come. */
  #announce(): void {
    const words = this.#words
    if (Atomics.load(words, GET_WAITERS) > 0) {
      Atomics.add(words, GET_BELL, 1)
      Atomics.notify(words, GET_BELL, 1)
    }
    if (Atomics.load(words, WATCHERS) > 0) {
      Atomics.add(words, WATCH_BELL, 1)
      Atomics.notify(words, WATCH_BELL)
    }
  }

  #wrap(value: unknown, transfer: readonly unknown[]): Parcel {
    if (typeof value === 'number') return { kind: NUMBER, number: value }
    if (transfer.length === 0 && isPlainJson(value)) return { kind: JSON_TEXT, bytes: Buffer.from(JSON.stringify(value)) }
    const ready = this.#pack(value, transfer)
    // Written down as bytes, shared memory would become a copy.
    if (ready.transfer.length === 0 && !holdsSharedMemory(ready.packed.value)) {
      try {
        return { kind: ready.packed.coded ? CODED_BYTES : BYTES, bytes: builtin('node:v8').serialize(ready.packed.value) }
      } catch {
        // A port, a host's object; or nothing that can be sent at all, which the port will say.
      }
    }
    return ready.transfer.length > 0 ? { kind: MOVED, ready } : { kind: PARCELLED, number: this.#sendOff(ready, value) }
  }

  #pack(value: unknown, transfer: readonly unknown[]): Ready & { readonly packed: Encoded } {
    const list = [...transfer]
    try {
      return { packed: encode(value, { kind: 'thread', transfer: list }), transfer: list }
    } catch (error) {
      throw refusal(value, error, list)
    }
  }

  /** Under the lock. */
  #tryPut(item: Parcel, value: unknown): Outcome {
    this.#ring.begin()
    if (this.#words[CLOSED] !== 0) throw closedError('put')
    if (this.#ring.isFull()) return 'full'
    if (item.kind === MOVED) this.#putMovable(item, value)
    else if ('bytes' in item) this.#ring.putBytes(item.kind, item.bytes)
    else this.#ring.putNumber(item.kind, item.number)
    return 'done'
  }

  #sendOff({ packed, transfer }: Ready, value: unknown): number {
    try {
      return this.#parcels.put(packed, transfer)
    } catch (error) {
      throw refusal(value, error, transfer)
    }
  }

  #putMovable(item: Movable, value: unknown): void {
    const { ready } = item
    if (ready === undefined) throw makeError('INTERNAL', 'put: the item is not ready')
    const number = this.#sendOff(ready, value)
    item.ready = undefined
    try {
      this.#ring.putNumber(PARCELLED, number)
    } catch (error) {
      this.#parcels.drop(number)
      throw error
    }
  }

  /** The item does not get its place. */
  #giveUp(item: Parcel): void {
    if (item.kind === PARCELLED) this.#parcels.drop(item.number)
    else takeBackFrom(item)
  }

  *put(value: unknown, transfer: readonly unknown[], deadline: number): Waiting<void> {
    const words = this.#words
    const item = this.#wrap(value, transfer)
    let waits = false
    try {
      for (;;) {
        const bell = Atomics.load(words, PUT_BELL)
        let outcome: Outcome = 'full'
        if (!this.#ring.isFull() || Atomics.load(words, CLOSED) !== 0) {
          if (item.kind === MOVED) item.ready ??= this.#pack(value, transfer)
          if (!spinLock(words, LOCK)) {
            takeBackFrom(item)
            yield* this.#enter()
            // It is read outside the lock, since that may call getters.
            if (item.kind === MOVED) {
              unlock(words, LOCK)
              continue
            }
          }
          try {
            outcome = this.#tryPut(item, value)
          } finally {
            this.#release()
          }
        }
        if (outcome === 'done') break
        takeBackFrom(item)
        const milliseconds = deadline - performance.now()
        if (milliseconds <= 0) throw timedOut('put')
        if (waits) yield { words, index: PUT_BELL, value: bell, milliseconds }
        else {
          // Once more, now that it is known that somebody waits.
          Atomics.add(words, PUT_WAITERS, 1)
          waits = true
        }
      }
    } catch (error) {
      this.#giveUp(item)
      throw error
    } finally {
      if (waits) Atomics.sub(words, PUT_WAITERS, 1)
    }
    this.#announce()
  }

  *get(deadline: number, abandoned?: () => boolean): Waiting<unknown> {
    const words = this.#words
    let waits = false
    let taken: () => Waiting<unknown>
    try {
      for (;;) {
        const bell = Atomics.load(words, GET_BELL)
        if (this.#ring.size > 0) {
          if (!spinLock(words, LOCK)) yield* this.#enter()
          const got = this.#take()
          if (got !== undefined) {
            taken = got
            break
          }
        } else if (Atomics.load(words, CLOSED) !== 0) throw closedError('get')
        const milliseconds = deadline - performance.now()
        if (milliseconds <= 0 || abandoned?.() === true) throw timedOut('get')
        if (waits) yield { words, index: GET_BELL, value: bell, milliseconds }
        else {
          Atomics.add(words, GET_WAITERS, 1)
          waits = true
        }
      }
    } finally {
      if (waits) Atomics.sub(words, GET_WAITERS, 1)
    }
    return yield* unabortable(taken())
  }

  /** With the lock held: takes an item, if there is one, and gives the lock back. What is left to do with the item is done outside it. */
  #take(): (() => Waiting<unknown>) | undefined {
    const item = this.#item
    try {
      this.#ring.begin()
      if (this.#ring.size <= 0) return undefined
      this.#ring.take(item)
    } finally {
      this.#release()
    }
    const { kind, number, bytes } = item
    item.bytes = undefined
    this.#madeRoom()
    return () => this.#unwrap(kind, number, bytes)
  }

  #madeRoom(): void {
    const words = this.#words
    if (Atomics.load(words, PUT_WAITERS) === 0) return
    Atomics.add(words, PUT_BELL, 1)
    Atomics.notify(words, PUT_BELL, 1)
  }

  *#unwrap(kind: number, number: number, bytes: Uint8Array | undefined): Waiting<unknown> {
    if (kind === NUMBER) return number
    if (kind === PARCELLED) return unpack(yield* this.#parcels.fetch(number))
    if (kind === JSON_TEXT) return JSON.parse(textOf(bytes)) as unknown
    const value: unknown = builtin('node:v8').deserialize(bytes ?? new Uint8Array())
    return kind === CODED_BYTES ? revive(value) : value
  }

  tryGet(): unknown {
    if (this.#ring.size <= 0 || !spinLock(this.#words, LOCK)) return NOTHING
    const item = this.#item
    let taken = false
    try {
      this.#ring.begin()
      if (this.#ring.size > 0) {
        this.#ring.take(item)
        taken = true
      }
    } finally {
      this.#release()
    }
    if (!taken) return NOTHING
    this.#madeRoom()
    const { kind, number, bytes } = item
    if (kind === NUMBER) return number
    item.bytes = undefined
    if (kind === JSON_TEXT) return JSON.parse(textOf(bytes)) as unknown
    return new Later(this.#unwrap(kind, number, bytes))
  }

  putNowait(value: unknown, transfer: readonly unknown[]): void {
    if (typeof value === 'number' && this.tryPutNumber(value)) return
    if (Atomics.load(this.#words, CLOSED) !== 0) throw closedError('putNowait')
    if (this.#ring.isFull()) throw fullError(this.maxSize)
    const item = this.#wrap(value, transfer)
    try {
      this.#lock()
      let outcome: Outcome
      try {
        outcome = this.#tryPut(item, value)
      } finally {
        this.#release()
      }
      if (outcome === 'full') throw fullError(this.maxSize)
    } catch (error) {
      this.#giveUp(item)
      throw error
    }
    this.#announce()
  }

  getNowait(): unknown {
    if (this.#ring.size > 0) {
      this.#lock()
      const taken = this.#take()
      if (taken !== undefined) return driveSync(taken())
    }
    if (Atomics.load(this.#words, CLOSED) !== 0 && this.#ring.size <= 0) throw closedError('getNowait')
    throw makeError('QUEUE_EMPTY', 'the queue is empty')
  }

  /** Held by others for a few instructions only. */
  #lock(): void {
    if (!spinLock(this.#words, LOCK)) driveSync(this.#enter())
  }

  *#enter(): Waiting<void> {
    // It would wait for itself.
    if (isMine(this.#words, LOCK)) throw makeError('TYPE', 'a getter of an item uses the queue that the item is being put into')
    yield* lock(this.#words, LOCK, Infinity, 'take')
  }

  #release(): void {
    this.#ring.end()
    unlock(this.#words, LOCK)
  }

  size(): number {
    return Math.max(0, this.#ring.size)
  }

  /** Items put that `taskDone` has not been called for. */
  #unfinished(done: number): number {
    return (Atomics.load(this.#words, PUT) - done) | 0
  }

  taskDone(): void {
    const words = this.#words
    for (;;) {
      const done = Atomics.load(words, DONE)
      const left = this.#unfinished(done)
      if (left <= 0) throw makeError('RANGE', 'taskDone: called more often than items were put')
      if (Atomics.compareExchange(words, DONE, done, (done + 1) | 0) !== done) continue
      if (left === 1) Atomics.notify(words, DONE)
      return
    }
  }

  *join(deadline: number): Waiting<void> {
    const words = this.#words
    for (let value = Atomics.load(words, DONE); this.#unfinished(value) > 0; value = Atomics.load(words, DONE)) {
      const milliseconds = deadline - performance.now()
      if (milliseconds <= 0) throw timedOut('join')
      yield { words, index: DONE, value, milliseconds }
    }
  }

  close(): void {
    const words = this.#words
    Atomics.store(words, CLOSED, 1)
    for (const bell of [GET_BELL, PUT_BELL, WATCH_BELL]) {
      Atomics.add(words, bell, 1)
      Atomics.notify(words, bell)
    }
  }

  checkBlocking(): void {
    // Every thread of this process may block.
  }

  get watch(): Watch {
    const words = this.#words
    return {
      ready: () => this.#ring.size > 0 || Atomics.load(words, CLOSED) !== 0,
      bell: { words, index: WATCH_BELL },
      watched: (by) => void Atomics.add(words, WATCHERS, by),
    }
  }

  encode(context: EncodeContext): RingData | QueueAddress {
    if (context.kind === 'thread') {
      const parcels = this.#parcels.share(context.transfer)
      giveAway(context, () => parcels.port.close())
      return { buffer: this.#ring.buffer, parcels }
    }
    return serveQueue(this, context)
  }
}

/** It is not to be sent now, unless it has been. */
function takeBackFrom(item: Parcel): void {
  if (item.kind !== MOVED || item.ready === undefined) return
  takeBack(item.ready.transfer)
  item.ready = undefined
}

/** What names the part of an item that can't be sent. */
function refusal(value: unknown, error: unknown, transfer: readonly unknown[]): unknown {
  return isCloneFailure(error) ? cloneError(value, 'item', error, transfer) : error
}

function textOf(bytes: Uint8Array = new Uint8Array()): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString()
}

function holdsSharedMemory(value: unknown, seen?: Set<object>): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (value instanceof SharedArrayBuffer) return true
  if (ArrayBuffer.isView(value)) return value.buffer instanceof SharedArrayBuffer
  if (value instanceof ArrayBuffer) return false
  const visited = seen ?? new Set<object>()
  if (visited.has(value)) return false
  visited.add(value)
  if (value instanceof Map) for (const [key, each] of value) if (holdsSharedMemory(key, visited) || holdsSharedMemory(each, visited)) return true
  if (Array.isArray(value) || value instanceof Set) {
    for (const each of value) if (typeof each === 'object' && holdsSharedMemory(each, visited)) return true
    return false
  }
  return Object.values(value).some((each) => holdsSharedMemory(each, visited))
}

export function closedError(what: string): Error {
  return makeError('CLOSED', `${what}: the queue is closed`)
}

export function fullError(maxSize: number): Error {
  return makeError('QUEUE_FULL', `the queue holds its ${maxSize} items already`)
}
