/**
 * Items that can't be written down as bytes, since they hold shared memory, ports or moved buffers. They wait with the thread that made the queue (its home):
 * the ring holds their number only, and whoever takes the number fetches the item from there.
 */
import { MessageChannel, receiveMessageOnPort, threadId, type MessagePort, type TransferListItem } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import type { Waiting } from '../../threads/park.ts'
import { addDuty, removeDuty } from '../../threads/blocked.ts'
import { hasEnded } from '../../threads/table.ts'
import type { Packed } from '../message.ts'
import { HOME_BELL, PARCEL, PARCEL_BELL } from './ring.ts'

type ToHome = { readonly put: number; readonly packed: Packed } | { readonly want: number } | { readonly drop: number } | { readonly attach: MessagePort }
interface FromHome {
  readonly got: number
  readonly packed: Packed
}

/** What a copy of a queue takes along to another thread. */
export interface ParcelsData {
  readonly home: number
  readonly port: MessagePort
}

/** What moves with an item must be listed again whenever it is sent on. */
interface Parcel {
  readonly packed: Packed
  readonly transfer: readonly unknown[]
}

export interface Parcels {
  /** Sends the item off; gives its number. Throws what structured clone throws. */
  put(packed: Packed, transfer: readonly unknown[]): number
  fetch(number: number): Waiting<Packed>
  /** Forgets an item that is not in the queue after all. */
  drop(number: number): void
  /** For a copy of the queue on another thread. */
  share(transfer: unknown[]): ParcelsData
}

/** On the thread that made the queue. */
export class Home implements Parcels {
  readonly #words: Int32Array
  readonly #store = new Map<number, Parcel>()
  /** Asked for before they came. */
  readonly #wanted = new Map<number, MessagePort>()
  readonly #ports = new Set<MessagePort>()
  readonly #duty = (): void => this.serve()

  constructor(words: Int32Array) {
    this.#words = words
  }

  put(packed: Packed, transfer: readonly unknown[]): number {
    // Moved and checked now, as it would be by any other way.
    const { port1, port2 } = new MessageChannel()
    try {
      port1.postMessage(packed, transfer as TransferListItem[])
      const number = Atomics.add(this.#words, PARCEL, 1)
      this.#arrived(number, (receiveMessageOnPort(port2) as { message: Packed }).message)
      return number
    } finally {
      port1.close()
    }
  }

  #arrived(number: number, packed: Packed): void {
    const wanted = this.#wanted.get(number)
    const parcel = { packed, transfer: movables(packed) }
    if (wanted === undefined) {
      this.#store.set(number, parcel)
      return
    }
    this.#wanted.delete(number)
    this.#deliver(wanted, number, parcel)
  }

  #deliver(port: MessagePort, number: number, { packed, transfer }: Parcel): void {
    port.postMessage({ got: number, packed } satisfies FromHome, transfer as TransferListItem[])
    Atomics.add(this.#words, PARCEL_BELL, 1)
    Atomics.notify(this.#words, PARCEL_BELL)
  }

  *fetch(number: number): Waiting<Packed> {
    for (;;) {
      const value = Atomics.load(this.#words, HOME_BELL)
      this.serve()
      const parcel = this.#store.get(number)
      if (parcel !== undefined) {
        this.#store.delete(number)
        return parcel.packed
      }
      yield { words: this.#words, index: HOME_BELL, value, milliseconds: Infinity }
    }
  }

  drop(number: number): void {
    this.#store.delete(number)
  }

  share(transfer: unknown[]): ParcelsData {
    const { port1, port2 } = new MessageChannel()
    this.#attach(port1)
    transfer.push(port2)
    return { home: threadId, port: port2 }
  }

  #attach(port: MessagePort): void {
    this.#ports.add(port)
    addDuty(this.#duty)
    port.on('message', (message) => this.#handle(port, message as ToHome))
    port.on('close', () => {
      this.#ports.delete(port)
      if (this.#ports.size === 0) removeDuty(this.#duty)
    })
    port.unref()
  }

  #handle(port: MessagePort, message: ToHome): void {
    if ('attach' in message) this.#attach(message.attach)
    else if ('put' in message) this.#arrived(message.put, message.packed)
    else if ('drop' in message) this.#store.delete(message.drop)
    else {
      const parcel = this.#store.get(message.want)
      if (parcel === undefined) this.#wanted.set(message.want, port)
      else {
        this.#store.delete(message.want)
        this.#deliver(port, message.want, parcel)
      }
    }
  }

  serve(): void {
    for (const port of this.#ports) {
      for (let next = receiveMessageOnPort(port); next !== undefined; next = receiveMessageOnPort(port)) this.#handle(port, (next as { message: ToHome }).message)
    }
  }
}

/** A copy that nobody holds any more gives its line up, so that the queue's home doesn't hold the queue for it. */
const dropped = new FinalizationRegistry<MessagePort>((port) => port.close())

/** On any other thread. */
export class Away implements Parcels {
  readonly #words: Int32Array
  readonly #data: ParcelsData
  readonly #arrived = new Map<number, Packed>()

  constructor(words: Int32Array, data: ParcelsData) {
    this.#words = words
    this.#data = data
    dropped.register(this, data.port)
  }

  put(packed: Packed, transfer: readonly unknown[]): number {
    const number = Atomics.add(this.#words, PARCEL, 1)
    this.#tell({ put: number, packed }, transfer)
    return number
  }

  #tell(message: ToHome, transfer: readonly unknown[] = []): void {
    this.#data.port.postMessage(message, transfer as TransferListItem[])
    Atomics.add(this.#words, HOME_BELL, 1)
    Atomics.notify(this.#words, HOME_BELL)
  }

  *fetch(number: number): Waiting<Packed> {
    this.#tell({ want: number })
    for (;;) {
      const value = Atomics.load(this.#words, PARCEL_BELL)
      this.serve()
      const packed = this.#arrived.get(number)
      if (packed !== undefined) {
        this.#arrived.delete(number)
        return packed
      }
      if (hasEnded(this.#data.home)) throw makeError('WORKER_DIED', 'the thread that made the queue has ended, and with it the items that hold shared memory or ports')
      yield { words: this.#words, index: PARCEL_BELL, value, milliseconds: Infinity }
    }
  }

  drop(number: number): void {
    this.#tell({ drop: number })
  }

  share(transfer: unknown[]): ParcelsData {
    const { port1, port2 } = new MessageChannel()
    this.#tell({ attach: port1 }, [port1])
    transfer.push(port2)
    return { home: this.#data.home, port: port2 }
  }

  serve(): void {
    for (let next = receiveMessageOnPort(this.#data.port); next !== undefined; next = receiveMessageOnPort(this.#data.port)) {
      const { got, packed } = (next as { message: FromHome }).message
      this.#arrived.set(got, packed)
    }
  }
}

/** Ports anywhere in a message, which can only be moved on. Buffers that were moved here are copied on. */
function movables(value: unknown, found: unknown[] = [], seen = new Set<object>()): unknown[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || seen.has(value)) return found
  seen.add(value)
  const name = Object.prototype.toString.call(value)
  if (name === '[object MessagePort]' || value.constructor?.name === 'MessagePort') found.push(value)
  else if (value instanceof Map) for (const [key, each] of value) movables(each, movables(key, found, seen) && found, seen)
  else if (Array.isArray(value) || value instanceof Set) for (const each of value) movables(each, found, seen)
  else for (const each of Object.values(value)) movables(each, found, seen)
  return found
}
