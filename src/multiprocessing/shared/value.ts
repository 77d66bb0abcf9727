/** One number in shared memory. */
import { argumentError, makeError } from '../../errors.ts'
import type { BigIntArray, NumberArray } from '../types.ts'
import { rlockOf, type RLock } from '../sync/rlock.ts'
import { registerShared } from '../sync/travel.ts'
import { classOf, limitsOf, type SharedElement, type SharedType } from './types.ts'

/** The lock's two words come first, the value after them. */
const HEAD = 8
const BYTES = 16

type Integers = Int8Array | Uint8Array | Int16Array | Uint16Array | Int32Array | Uint32Array

/**
 * A number that all threads see. Reading, writing and `add` are atomic: unlike Python's `counter.value += 1`, `counter.add(1)` loses no count.
 * For more than one step at a time, hold `getLock()`.
 *
 * ```ts
 * const counter = new Value('i', 0)
 * counter.add(1)
 * ```
 */
export class Value<T extends SharedType = SharedType> {
  readonly type: T
  #buffer: SharedArrayBuffer
  #array: NumberArray | BigIntArray
  /** The same bits as integers, for atomic access to a float. */
  #bits: BigInt64Array | Int32Array | undefined
  #lock: RLock | undefined

  /** @throws OPTION for an unknown type, TYPE or RANGE for an initial value that is none of it. */
  constructor(type: T, initial?: SharedElement<T>) {
    this.type = type
    this.#buffer = new SharedArrayBuffer(BYTES)
    this.#array = arrayAt(type, this.#buffer)
    this.#bits = bitsAt(this.#array, this.#buffer)
    if (initial !== undefined) this.value = initial
  }

  get value(): SharedElement<T> {
    return this.#read() as SharedElement<T>
  }

  /** RANGE error for an integer that the type can't hold: nothing wraps. */
  set value(value: SharedElement<T>) {
    check(this.#array, value, 'value')
    if (this.#bits === undefined) Atomics.store(this.#array as Integers, 0, value as number)
    else this.#exchange(toBits(this.#array, value as number))
  }

  /** Adds `n` and gives the new value, in one step that no other thread can come between. RANGE error when the type can't hold the sum; then nothing changes. */
  add(n: SharedElement<T>): SharedElement<T> {
    check(this.#array, n, 'n')
    for (;;) {
      const before = this.#read()
      const after = typeof before === 'bigint' ? before + (n as bigint) : before + (n as number)
      if (this.#bits === undefined) {
        const limits = limitsOf(this.#array)
        if (limits !== undefined && (after < limits[0] || after > limits[1])) {
          throw makeError('RANGE', `add: ${after} is beyond the range of type ${this.type}`, { argument: 'n', got: String(n) })
        }
        if (Atomics.compareExchange(this.#array as Integers, 0, before as number, after as number) === before) return after as SharedElement<T>
      } else {
        const [from, to] = [toBits(this.#array, before as number), toBits(this.#array, after as number)]
        const bits = this.#bits as Int32Array
        if (Atomics.compareExchange(bits, 0, from as number, to as number) === from) return this.#rounded(after as number) as SharedElement<T>
      }
    }
  }

  /** The lock that travels with the value, for steps that belong together. `add` doesn't take it. */
  getLock(): RLock {
    this.#lock ??= rlockOf(new Int32Array(this.#buffer, 0, 2))
    return this.#lock
  }

  #read(): number | bigint {
    if (this.#bits === undefined) return Atomics.load(this.#array as Integers, 0)
    return fromBits(this.#array, Atomics.load(this.#bits as Int32Array, 0))
  }

  #exchange(bits: number | bigint): void {
    Atomics.store(this.#bits as Int32Array, 0, bits as number)
  }

  #rounded(value: number): number {
    return this.#array instanceof Float32Array ? Math.fround(value) : value
  }

  static {
    registerShared(Value, 'Value', (from) => ({ type: from.type, buffer: from.#buffer }), ({ type, buffer }) => {
      const to = new Value(type)
      to.#buffer = buffer
      to.#array = arrayAt(type, buffer)
      to.#bits = bitsAt(to.#array, buffer)
      return to
    })
  }
}

function arrayAt(type: SharedType, buffer: SharedArrayBuffer): NumberArray | BigIntArray {
  return new (classOf(type))(buffer, HEAD, 1)
}

function bitsAt(array: NumberArray | BigIntArray, buffer: SharedArrayBuffer): BigInt64Array | Int32Array | undefined {
  if (array instanceof Float64Array) return new BigInt64Array(buffer, HEAD, 1)
  return array instanceof Float32Array ? new Int32Array(buffer, HEAD, 1) : undefined
}

const scratch = new DataView(new ArrayBuffer(8))

function toBits(array: NumberArray | BigIntArray, value: number): number | bigint {
  if (array instanceof Float32Array) {
    scratch.setFloat32(0, value)
    return scratch.getInt32(0)
  }
  scratch.setFloat64(0, value)
  return scratch.getBigInt64(0)
}

function fromBits(array: NumberArray | BigIntArray, bits: number | bigint): number {
  if (array instanceof Float32Array) {
    scratch.setInt32(0, bits as number)
    return scratch.getFloat32(0)
  }
  scratch.setBigInt64(0, bits as bigint)
  return scratch.getFloat64(0)
}

/** Whether an element of `array` can hold `value` as it is. Throws TYPE or RANGE. */
export function check(array: NumberArray | BigIntArray, value: unknown, argument: string): void {
  const wanted = array instanceof BigInt64Array || array instanceof BigUint64Array ? 'bigint' : 'number'
  if (typeof value !== wanted) throw argumentError('TYPE', argument, `a ${wanted}`, value)
  const limits = limitsOf(array)
  if (limits === undefined) return
  if (wanted === 'number' && !Number.isInteger(value)) throw argumentError('RANGE', argument, 'an integer', value)
  // A step down may be added to an unsigned value; the sum is what is checked.
  const [least, most] = argument === 'n' ? [-limits[1], limits[1]] : limits
  if ((value as number) < least || (value as number) > most) throw argumentError('RANGE', argument, `${limits[0]} to ${limits[1]}`, value)
}

