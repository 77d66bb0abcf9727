/** A typed array in shared memory, with its lock. */
import { argumentError } from '../../errors.ts'
import type { BigIntArray, NumberArray } from '../types.ts'
import { checkCount } from '../options.ts'
import { rlockOf, type RLock } from '../sync/rlock.ts'
import { registerShared } from '../sync/travel.ts'
import { allocateShared, classOf, type ArrayOf, type SharedElement, type SharedType } from './types.ts'
import { check } from './value.ts'

/** The lock's words come first; elements start at a cache line. */
const HEAD = 64

/**
 * Python's Array: numbers that all threads see, under `.array`, an ordinary typed array. Single elements are read and written without
 * a lock; hold `getLock()` for more than one step at a time.
 */
export class SharedArray<T extends SharedType = SharedType> {
  readonly type: T
  #array: ArrayOf[T]
  #lock: RLock | undefined

  /**
   * `lengthOrValues`: a length (the elements are 0), or the elements.
   *
   * @throws OPTION for an unknown type or a bad length, TYPE or RANGE for an element that is none of the type, RANGE where there is no memory for it.
   */
  constructor(type: T, lengthOrValues: number | ArrayLike<SharedElement<T>> | Iterable<SharedElement<T>>) {
    this.type = type
    const Class = classOf(type)
    if (typeof lengthOrValues === 'number') {
      checkCount(lengthOrValues, 'lengthOrValues', 0)
      this.#array = make(type, allocateShared(HEAD + lengthOrValues * Class.BYTES_PER_ELEMENT, 'lengthOrValues'))
      return
    }
    if (typeof lengthOrValues !== 'object' || lengthOrValues === null) throw argumentError('TYPE', 'lengthOrValues', 'a length or the elements', lengthOrValues)
    const values = Array.from(lengthOrValues)
    this.#array = make(type, allocateShared(HEAD + values.length * Class.BYTES_PER_ELEMENT, 'lengthOrValues'))
    const array = this.#array as NumberArray | BigIntArray
    values.forEach((value, i) => {
      check(array, value, `lengthOrValues[${i}]`)
      array[i] = value as never
    })
  }

  /** The elements: reading and writing them reads and writes the shared memory. */
  get array(): ArrayOf[T] {
    return this.#array
  }

  get length(): number {
    return this.#array.length
  }

  /** The lock that travels with the array. */
  getLock(): RLock {
    this.#lock ??= rlockOf(new Int32Array(this.#array.buffer, 0, 2))
    return this.#lock
  }

  [Symbol.iterator](): IterableIterator<SharedElement<T>> {
    return this.#array[Symbol.iterator]() as IterableIterator<SharedElement<T>>
  }

  static {
    registerShared<SharedArray, { type: SharedType; buffer: SharedArrayBuffer }>(SharedArray, 'SharedArray', (from) => ({ type: from.type, buffer: from.#array.buffer as SharedArrayBuffer }), ({ type, buffer }) => {
      const to = new SharedArray(type, 0)
      to.#array = make(type, buffer)
      return to
    })
  }
}

function make<T extends SharedType>(type: T, buffer: SharedArrayBuffer): ArrayOf[T] {
  const Class = classOf(type)
  return new Class(buffer, HEAD, (buffer.byteLength - HEAD) / Class.BYTES_PER_ELEMENT) as ArrayOf[T]
}
