/** What a connection is made of: a port between threads, or a link between processes. */
import { MessageChannel, receiveMessageOnPort, threadId, type MessagePort, type TransferListItem } from 'node:worker_threads'
import { makeError } from '../../errors.ts'
import type { Line, Link } from '../../threads/line.ts'
import { hasEnded } from '../../threads/table.ts'
import type { Packed } from '../message.ts'

/** One end: messages go out by `post`, come in by `take`, and `bell` changes with each that comes. */
export interface End {
  /** Of an end whose other end is in another process. */
  readonly line: Line | undefined
  readonly bell: { readonly words: Int32Array; readonly index: number }
  post(packed: Packed, transfer: readonly unknown[]): void
  take(): Packed | undefined
  /** Why it can't be used here any more. */
  lost(): string | undefined
  /** The other end is closed, or its thread or process has ended. What it sent before may still be to be taken. */
  isAlone(): boolean
  close(): void
}

/** Words that both ends share; those of end 1 follow those of end 0. */
const BELL = 0
const CLOSED = 1
const OWNER = 2
const WIDTH = 3

/** On its way to another thread. */
const IN_TRANSIT = -1

/** Everything that makes a port's end, to be sent to another thread. */
export interface PortData {
  readonly port: MessagePort
  readonly words: Int32Array
  readonly side: 0 | 1
}

/** Both ends, on this thread. */
export function makePair(): [PortEnd, PortEnd] {
  const { port1, port2 } = new MessageChannel()
  const words = new Int32Array(new SharedArrayBuffer(2 * WIDTH * Int32Array.BYTES_PER_ELEMENT))
  return [new PortEnd({ port: port1, words, side: 0 }), new PortEnd({ port: port2, words, side: 1 })]
}

export class PortEnd implements End {
  readonly line = undefined
  readonly data: PortData
  readonly #here: number
  readonly #there: number
  /** The port is another object now, even if it has come back to this thread. */
  #left = false

  /** Makes this thread the owner. */
  constructor(data: PortData) {
    this.data = data
    this.#here = data.side * WIDTH
    this.#there = (1 - data.side) * WIDTH
    Atomics.store(data.words, this.#here + OWNER, threadId)
  }

  get bell(): { readonly words: Int32Array; readonly index: number } {
    return { words: this.data.words, index: this.#here + BELL }
  }

  post(packed: Packed, transfer: readonly unknown[]): void {
    this.data.port.postMessage(packed, transfer as TransferListItem[])
    this.#ring(this.#there)
  }

  take(): Packed | undefined {
    // Node 20 dies of a port that has been moved away.
    return this.#left ? undefined : (receiveMessageOnPort(this.data.port) as { message: Packed } | undefined)?.message
  }

  #ring(side: number): void {
    Atomics.add(this.data.words, side + BELL, 1)
    Atomics.notify(this.data.words, side + BELL)
  }

  lost(): string | undefined {
    const { words } = this.data
    if (this.#left) return 'this connection has been sent to another thread'
    return Atomics.load(words, this.#here + CLOSED) === 0 ? undefined : 'this connection is closed'
  }

  isAlone(): boolean {
    const { words } = this.data
    const owner = Atomics.load(words, this.#there + OWNER)
    return Atomics.load(words, this.#there + CLOSED) !== 0 || (owner !== IN_TRANSIT && hasEnded(owner))
  }

  /** It is about to be sent to another thread. */
  leave(): PortData {
    this.#left = true
    Atomics.store(this.data.words, this.#here + OWNER, IN_TRANSIT)
    return this.data
  }

  /** It has not been sent after all. */
  stay(): void {
    this.#left = false
    Atomics.store(this.data.words, this.#here + OWNER, threadId)
  }

  close(): void {
    Atomics.store(this.data.words, this.#here + CLOSED, 1)
    this.#ring(this.#there)
    // Its own waiters, too.
    this.#ring(this.#here)
    // The other end reads on what has been sent: a port closes after its messages.
    this.data.port.close()
  }
}

export class LinkEnd implements End {
  readonly bell = { words: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), index: 0 }
  readonly #link: Link
  readonly #inbox: Packed[] = []
  #alone = false
  #closed = false

  constructor(link: Link) {
    this.#link = link
    link.listen(
      (message) => {
        this.#inbox.push(message as Packed)
        this.#ring()
      },
      () => {
        this.#alone = true
        this.#ring()
      },
    )
  }

  get line(): Line {
    return this.#link.line
  }

  post(packed: Packed): void {
    this.#link.post(packed)
  }

  take(): Packed | undefined {
    return this.#inbox.shift()
  }

  #ring(): void {
    Atomics.add(this.bell.words, 0, 1)
    Atomics.notify(this.bell.words, 0)
  }

  lost(): string | undefined {
    return this.#closed ? 'this connection is closed' : undefined
  }

  isAlone(): boolean {
    return this.#alone
  }

  close(): void {
    if (this.#closed) return
    this.#closed = true
    this.#link.close()
    this.#ring()
  }
}

export function goneError(): Error {
  return makeError('END_OF_FILE', 'the other end of the connection is closed, and everything it sent has been received')
}
