/**
 * The memory of a queue: records in segments of one shared buffer that grows, used one after the other and again once they are empty. Every function here runs under the
 * queue's lock. A thread may be ended between any two steps, and its lock is taken over then: so a record is complete before the one store that moves the tail past
 * it, and a record that is taken is gone by the one store that moves the head. Everything else can be found again from these two, which `begin` does.
 */
import { makeError } from '../../errors.ts'

/** Words of the head, each block of them on its own cache line. */
export const LOCK = 0
/** Items put and taken so far, as unsigned counts that wrap. */
export const PUT = 16
export const TAKEN = 17
export const MAX_SIZE = 18
export const CLOSED = 19
/** Items that `taskDone` was called for, as a count that wraps. */
export const DONE = 20
const TAIL_SEGMENT = 21
const TAIL = 22
const HEAD_SEGMENT = 23
const HEAD = 24
/** Not 0 while somebody changes the ring, or after he died at it. */
const DIRTY = 15
/** First byte that no segment has used. */
const USED = 25
/** First free segment of each size. */
const FREE = 26
const SIZES = 18
/** Rung when an item has come; how many sleep on it. */
export const GET_BELL = 48
export const GET_WAITERS = 49
/** Rung when a place has come free. */
export const PUT_BELL = 64
export const PUT_WAITERS = 65
/** Rung for `wait`. */
export const WATCH_BELL = 80
export const WATCHERS = 81
/** The next number of an item that travels by port, and what is rung when one has been delivered. */
export const PARCEL = 96
export const PARCEL_BELL = 97
export const HOME_BELL = 98
const HEAD_BYTES = 512

/** Bytes of the smallest segment; the size doubles. */
const SEGMENT = 1 << 16
/** At the start of a segment: where the next free one is, if it is free, and which size it is. */
const NEXT = 0
const SIZE = 1
const SEGMENT_HEAD = 8
const RECORD_HEAD = 8

/** Address space that is set aside for a queue; memory is used as it is needed. */
const MOST_BYTES = 1 << 30
const FEWER_BYTES = 1 << 26

/** Kinds of records. After the last one of a segment comes its end, with the place of the next segment instead of a length. */
const END = 0
export const NUMBER = 1
export const BYTES = 2
export const CODED_BYTES = 3
export const PARCELLED = 4
export const JSON_TEXT = 5

export type Kind = typeof NUMBER | typeof BYTES | typeof CODED_BYTES | typeof PARCELLED | typeof JSON_TEXT

export function makeRing(maxSize: number): SharedArrayBuffer {
  const bytes = HEAD_BYTES + SEGMENT
  let buffer: SharedArrayBuffer
  try {
    buffer = new SharedArrayBuffer(bytes, { maxByteLength: MOST_BYTES })
  } catch {
    // No so much address space: an allocation limit.
    buffer = new SharedArrayBuffer(bytes, { maxByteLength: FEWER_BYTES })
  }
  const words = new Int32Array(buffer, 0, HEAD_BYTES / 4)
  words[MAX_SIZE] = maxSize
  words[TAIL_SEGMENT] = HEAD_BYTES
  words[HEAD_SEGMENT] = HEAD_BYTES
  words[TAIL] = HEAD_BYTES + SEGMENT_HEAD
  words[HEAD] = HEAD_BYTES + SEGMENT_HEAD
  words[USED] = bytes
  return buffer
}

/** What a record holds: a number (of a parcel: its number), or bytes. */
export interface Item {
  kind: Kind
  number: number
  bytes: Uint8Array | undefined
}

/** One thread's view of a ring. */
export class Ring {
  readonly buffer: SharedArrayBuffer
  readonly words: Int32Array
  #all: Int32Array
  #doubles: Float64Array
  #bytes: Uint8Array

  constructor(buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.words = new Int32Array(buffer, 0, HEAD_BYTES / 4)
    this.#all = this.words
    this.#doubles = new Float64Array(0)
    this.#bytes = new Uint8Array(0)
    this.#look()
  }

  /** Views of what the buffer has grown to. Their length is fixed, since tracking ones are slow. */
  #look(): void {
    const length = this.buffer.byteLength
    this.#all = new Int32Array(this.buffer, 0, length >> 2)
    this.#doubles = new Float64Array(this.buffer, 0, length >> 3)
    this.#bytes = new Uint8Array(this.buffer, 0, length)
  }

  /** To be called with the lock, before anything else: mends what a thread that died with it has left. `end` before the lock is given back. */
  begin(): void {
    if (this.words[DIRTY] !== 0) this.#mend()
    this.words[DIRTY] = 1
  }

  end(): void {
    this.words[DIRTY] = 0
  }

  #mend(): void {
    const { words } = this
    this.#look()
    const all = this.#all
    let at = words[HEAD] ?? 0
    let segment = words[HEAD_SEGMENT] ?? 0
    // The head goes to the next segment first.
    if (at < segment || at >= segment + SEGMENT * 2 ** (all[(segment >> 2) + SIZE] ?? 0)) segment = at - SEGMENT_HEAD
    words[HEAD_SEGMENT] = segment
    let count = 0
    while (at !== words[TAIL]) {
      if (all[at >> 2] === END) {
        segment = all[(at >> 2) + 1] ?? 0
        at = segment + SEGMENT_HEAD
      } else {
        count++
        at += RECORD_HEAD + (((all[(at >> 2) + 1] ?? 0) + 7) & ~7)
      }
    }
    words[TAIL_SEGMENT] = segment
    Atomics.store(words, PUT, ((words[TAKEN] ?? 0) + count) | 0)
  }

  get size(): number {
    return (Atomics.load(this.words, PUT) - Atomics.load(this.words, TAKEN)) | 0
  }

  isFull(): boolean {
    const most = this.words[MAX_SIZE] ?? 0
    return most > 0 && this.size >= most
  }

  putNumber(kind: typeof NUMBER | typeof PARCELLED, value: number): void {
    const at = this.#place(8)
    this.#doubles[(at + RECORD_HEAD) >> 3] = value
    this.#commit(at, kind, 8)
  }

  putBytes(kind: typeof BYTES | typeof CODED_BYTES | typeof JSON_TEXT, bytes: Uint8Array): void {
    const at = this.#place(bytes.length)
    this.#bytes.set(bytes, at + RECORD_HEAD)
    this.#commit(at, kind, bytes.length)
  }

  #commit(at: number, kind: number, bytes: number): void {
    const all = this.#all
    all[at >> 2] = kind
    all[(at >> 2) + 1] = bytes
    this.words[TAIL] = at + RECORD_HEAD + ((bytes + 7) & ~7)
    Atomics.add(this.words, PUT, 1)
  }

  /** Where a record of so many bytes goes. Every segment keeps room for the mark of its end. */
  #place(bytes: number): number {
    const { words } = this
    if (this.buffer.byteLength !== this.#bytes.length) this.#look()
    const segment = words[TAIL_SEGMENT] ?? 0
    const at = words[TAIL] ?? 0
    const need = RECORD_HEAD + ((bytes + 7) & ~7) + RECORD_HEAD
    const size = SEGMENT * 2 ** (this.#all[(segment >> 2) + SIZE] ?? 0)
    if (at + need <= segment + size) return at
    const next = this.#segment(need + SEGMENT_HEAD)
    this.#all[at >> 2] = END
    this.#all[(at >> 2) + 1] = next
    words[TAIL] = next + SEGMENT_HEAD
    words[TAIL_SEGMENT] = next
    return next + SEGMENT_HEAD
  }

  /** A segment of at least so many bytes: a free one, or new memory. */
  #segment(bytes: number): number {
    const { words } = this
    let size = 0
    while (SEGMENT * 2 ** size < bytes) size++
    const free = words[FREE + size] ?? 0
    if (free !== 0) {
      words[FREE + size] = this.#all[(free >> 2) + NEXT] ?? 0
      return free
    }
    const at = words[USED] ?? 0
    const length = SEGMENT * 2 ** size
    if (size >= SIZES || at + length > this.buffer.maxByteLength) {
      throw makeError('QUEUE_FULL', `the queue holds ${this.size} items in ${at} bytes and can't grow: give it a maxSize, or more consumers`)
    }
    try {
      // More than is needed now, since each growth makes every thread look again.
      this.buffer.grow(Math.min(this.buffer.maxByteLength, Math.max(at + length, Math.min(2 * this.buffer.byteLength, this.buffer.byteLength + (1 << 24)))))
    } catch (error) {
      throw makeError('QUEUE_FULL', `the queue holds ${this.size} items in ${at} bytes, and there is no memory for more`, { cause: error })
    }
    this.#look()
    this.#all[(at >> 2) + SIZE] = size
    words[USED] = at + length
    return at
  }

  /** The next item, which must exist, into `item`. */
  take(item: Item): void {
    const { words } = this
    if (this.buffer.byteLength !== this.#bytes.length) this.#look()
    let at = words[HEAD] ?? 0
    // More than one end in a row: a segment whose first record was never written.
    while (this.#all[at >> 2] === END) at = this.#advance(at)
    const all = this.#all
    const kind = all[at >> 2] as Kind
    const length = all[(at >> 2) + 1] ?? 0
    item.kind = kind
    if (kind === NUMBER || kind === PARCELLED) item.number = this.#doubles[(at + RECORD_HEAD) >> 3] ?? 0
    else item.bytes = this.#bytes.slice(at + RECORD_HEAD, at + RECORD_HEAD + length)
    words[HEAD] = at + RECORD_HEAD + ((length + 7) & ~7)
    Atomics.add(words, TAKEN, 1)
  }

  /** Goes to the next segment, and frees this one. */
  #advance(at: number): number {
    const { words } = this
    const all = this.#all
    const segment = words[HEAD_SEGMENT] ?? 0
    const next = all[(at >> 2) + 1] ?? 0
    const size = all[(segment >> 2) + SIZE] ?? 0
    words[HEAD] = next + SEGMENT_HEAD
    words[HEAD_SEGMENT] = next
    all[(segment >> 2) + NEXT] = words[FREE + size] ?? 0
    words[FREE + size] = segment
    return next + SEGMENT_HEAD
  }
}
