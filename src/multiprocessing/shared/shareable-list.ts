/** A list of simple values in shared memory. */
import { argumentError, describe, makeError } from '../../errors.ts'
import { codecOf, registerCodec } from '../../threads/encode.ts'
import { driveSync } from '../../threads/park.ts'
import { lock, spinLock, unlock } from '../sync/mutex.ts'
import { checkMemoryOptions, SharedMemory, type SharedMemoryOptions } from './memory.ts'

/** What an item may be. */
export type Shareable = number | bigint | boolean | string | Uint8Array | null

/** The lock, the number of items, then for each item where it is and how much room it has. */
const LOCK = 0
const LENGTH = 1
const MAGIC_AT = 2
const MAGIC = 0x4d_43_53_4c
const HEAD = 4
/** Of an item: its kind and the bytes of its value; the value follows. */
const ITEM_HEAD = 8

const NULL = 0
const NUMBER = 1
const BIGINT = 2
const FALSE = 3
const TRUE = 4
const STRING = 5
const BYTES = 6
/** A string that UTF-8 can't hold: with half of a surrogate pair. */
const STRING_16 = 7

/** The memory of a list that exists. */
let arriving: SharedMemory | undefined

/**
 * A list of fixed length whose items are numbers, bigints (64 bits), booleans, strings, bytes or null, in shared memory with a name. An item may be
 * replaced by one of any kind that fits into the room of the first: 8 bytes, or for strings and bytes their size rounded up to a multiple of 8.
 */
export class ShareableList {
  readonly #memory: SharedMemory
  readonly #words: Int32Array
  readonly #view: DataView

  /** `options` as for SharedMemory. @throws TYPE for a value that can't be an item, EXISTS when the name is taken. */
  constructor(values: Iterable<Shareable>, options: SharedMemoryOptions = {}) {
    if (arriving !== undefined) {
      this.#memory = arriving
      arriving = undefined
      this.#words = new Int32Array(this.#memory.buffer, 0, this.#memory.bytes >> 2)
      this.#view = new DataView(this.#memory.buffer)
      return
    }
    checkMemoryOptions(options)
    if (typeof values !== 'object' || values === null || typeof values[Symbol.iterator] !== 'function') throw argumentError('TYPE', 'values', 'an array of values', values)
    const items = [...values].map((value, i) => encode(value, `values[${i}]`))
    const rooms = items.map(({ bytes }) => Math.max(8, (bytes.length + 7) & ~7))
    const table = (HEAD + 2 * items.length) * 4
    const size = rooms.reduce((sum, room) => sum + ITEM_HEAD + room, (table + 7) & ~7)
    this.#memory = SharedMemory.create(size, options)
    this.#words = new Int32Array(this.#memory.buffer, 0, size >> 2)
    this.#view = new DataView(this.#memory.buffer)
    this.#words[LENGTH] = items.length
    this.#words[MAGIC_AT] = MAGIC
    let at = (table + 7) & ~7
    items.forEach((item, i) => {
      const room = rooms[i] ?? 8
      this.#words[HEAD + 2 * i] = at
      this.#words[HEAD + 2 * i + 1] = room
      this.#write(at, item)
      at += ITEM_HEAD + room
    })
  }

  /** A list that exists, by its name. @throws NOT_FOUND, and TYPE when other memory has that name. */
  static attach(name: string): ShareableList {
    const memory = SharedMemory.attach(name)
    if (memory.bytes < 4 * HEAD || new Int32Array(memory.buffer, 0, HEAD)[MAGIC_AT] !== MAGIC) throw makeError('TYPE', `the shared memory "${name}" holds no ShareableList`, { argument: 'name', got: name })
    return listOver(memory)
  }

  get name(): string {
    return this.#memory.name
  }

  /** What it lies in; `list.memory.unlink()` takes its name away. */
  get memory(): SharedMemory {
    return this.#memory
  }

  /** @throws CLOSED after `memory.close()`, as every use. */
  get length(): number {
    // After close the words may be gone, or not: it says so.
    void this.#memory.buffer
    return this.#words[LENGTH] ?? 0
  }

  /** Negative indices count from the end. @throws RANGE outside the list. */
  get(index: number): Shareable {
    const [at] = this.#place(index)
    return this.#locked(() => this.#read(at))
  }

  /** @throws RANGE outside the list, or for a value that doesn't fit into its place (nothing changes then), TYPE for one that can't be an item. */
  set(index: number, value: Shareable): void {
    const [at, room] = this.#place(index)
    const item = encode(value, 'value')
    if (item.bytes.length > room) {
      throw makeError('RANGE', `value: expected at most ${room} bytes, the room of item ${index}, got ${describe(value)} of ${item.bytes.length} bytes`, { argument: 'value', got: describe(value), wanted: `${room} bytes` })
    }
    this.#locked(() => this.#write(at, item))
  }

  /** Closes its memory; the list that `new` made takes the name away, too. */
  [Symbol.dispose](): void {
    this.#memory[Symbol.dispose]()
  }

  *[Symbol.iterator](): IterableIterator<Shareable> {
    for (let i = 0; i < this.length; i++) yield this.get(i)
  }

  /** How many items are `value`: of its type and equal to it, NaN to NaN, bytes by their contents. Each item is read by itself: others may write between two of them. */
  count(value: Shareable): number {
    let found = 0
    for (const item of this) if (isSame(item, value)) found++
    return found
  }

  /** Place of the first item that is `value`, as `count` compares. @throws NOT_FOUND if there is none. */
  index(value: Shareable): number {
    let i = 0
    for (const item of this) {
      if (isSame(item, value)) return i
      i++
    }
    throw makeError('NOT_FOUND', `the list holds no item ${describe(value)}`, { argument: 'value', got: describe(value) })
  }

  #place(index: number): readonly [at: number, room: number] {
    const { length } = this
    const i = index < 0 ? index + length : index
    if (!Number.isInteger(i) || i < 0 || i >= length) throw argumentError('RANGE', 'index', `an integer from ${-length} to ${length - 1}`, index)
    return [this.#words[HEAD + 2 * i] ?? 0, this.#words[HEAD + 2 * i + 1] ?? 0]
  }

  #locked<T>(what: () => T): T {
    if (this.#memory.kind === 'process') return betweenProcesses(this.#words, what)
    if (!spinLock(this.#words, LOCK)) driveSync(lock(this.#words, LOCK, Infinity, 'take'))
    try {
      return what()
    } finally {
      unlock(this.#words, LOCK)
    }
  }

  #write(at: number, { kind, bytes }: Encoded): void {
    new Uint8Array(this.#memory.buffer, at + ITEM_HEAD, bytes.length).set(bytes)
    this.#words[at >> 2] = kind
    this.#words[(at >> 2) + 1] = bytes.length
  }

  #read(at: number): Shareable {
    const value = at + ITEM_HEAD
    const length = this.#words[(at >> 2) + 1] ?? 0
    switch (this.#words[at >> 2]) {
      case NUMBER:
        return this.#view.getFloat64(value)
      case BIGINT:
        return this.#view.getBigInt64(value)
      case FALSE:
        return false
      case TRUE:
        return true
      case STRING:
        return Buffer.from(this.#bytes(value, length)).toString()
      case STRING_16:
        return Buffer.from(this.#bytes(value, length)).toString('utf16le')
      case BYTES:
        return this.#bytes(value, length)
      default:
        return null
    }
  }

  #bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, at, length).slice()
  }

}

const memoryCodec = codecOf(SharedMemory)

registerCodec(ShareableList, {
  tag: 'ShareableList',
  encode: (list, context) => memoryCodec.encode(list.memory, context),
  revive: (data) => listOver(memoryCodec.revive(data)),
})

// Outside the class: the compiler's name for a class inside itself, where it has computed members, is set only after its static blocks.
function listOver(memory: SharedMemory): ShareableList {
  arriving = memory
  return new ShareableList([])
}

/** An item is read or written in microseconds; whoever holds the lock for so long, in milliseconds, has died with it. */
const DEAD_AFTER = 1000

/** A lock that works in memory on which no thread can sleep. */
function betweenProcesses<T>(words: Int32Array, what: () => T): T {
  const until = performance.now() + DEAD_AFTER
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  while (Atomics.compareExchange(words, LOCK, 0, 1) !== 0 && performance.now() < until) Atomics.wait(sleeper, 0, 0, 1)
  try {
    return what()
  } finally {
    Atomics.store(words, LOCK, 0)
  }
}

function isSame(a: Shareable, b: Shareable): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0
  return a === b || (Number.isNaN(a) && Number.isNaN(b))
}

interface Encoded {
  readonly kind: number
  readonly bytes: Uint8Array
}

const none = new Uint8Array()

function encode(value: unknown, argument: string): Encoded {
  if (value === null) return { kind: NULL, bytes: none }
  switch (typeof value) {
    case 'number': {
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setFloat64(0, value)
      return { kind: NUMBER, bytes }
    }
    case 'bigint': {
      if (BigInt.asIntN(64, value) !== value) throw argumentError('RANGE', argument, 'a bigint of 64 bits', value)
      const bytes = new Uint8Array(8)
      new DataView(bytes.buffer).setBigInt64(0, value)
      return { kind: BIGINT, bytes }
    }
    case 'boolean':
      return { kind: value ? TRUE : FALSE, bytes: none }
    case 'string': {
      const bytes = Buffer.from(value)
      return bytes.toString() === value ? { kind: STRING, bytes } : { kind: STRING_16, bytes: Buffer.from(value, 'utf16le') }
    }
    default:
      if (value instanceof Uint8Array) return { kind: BYTES, bytes: value }
      throw argumentError('TYPE', argument, 'a number, bigint, boolean, string, Uint8Array or null', value)
  }
}
