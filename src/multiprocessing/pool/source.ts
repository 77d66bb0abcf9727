/** Items of a map, taken only as they are needed: from an array, any iterable, or an asynchronous one. */
import { detachedError } from '../../common/arrays.ts'
import { Range } from '../../common/range.ts'
import { describe, makeError } from '../../errors.ts'
import type { AnyIterable } from '../types.ts'

export interface Source {
  /** Number of items left, if it is known. */
  readonly left: number | undefined
  /** Whether there is (or may be) an item that can be had now. */
  ready(): boolean
  /** No more items will come. */
  exhausted(): boolean
  /** Up to `count` items: an array, or a part of the typed array or range. Throws what the iterable throws. */
  take(count: number): Iterable<unknown> & { readonly length: number }
  /** Lets the iterable clean up. */
  close(): void
}

/** `arrived` is called when an asynchronous source has something (or an end, or an error: the next `take` throws it). */
export function sourceOf(items: AnyIterable<unknown>, arrived: () => void): Source {
  if (Array.isArray(items)) return new ArraySource(items, (first, last) => items.slice(first, last) as unknown[])
  if (items instanceof Range) return new ArraySource(items, (first, last) => items.slice(first, last))
  if (ArrayBuffer.isView(items) && 'subarray' in items) {
    const view = items as unknown as Float64Array
    const { length } = view
    return new ArraySource({ length }, (first, last) => sliceOf(view, first, last, length))
  }
  if (typeof items === 'object' && Symbol.asyncIterator in items) return new AsyncSource(items[Symbol.asyncIterator](), arrived)
  return new IterableSource(items[Symbol.iterator]())
}

/** A copy of a part of a view that had `length` elements at the call: a chunk must not drag the whole buffer along. @throws DETACHED when its memory has gone since. */
export function sliceOf(view: Float64Array, first: number, last: number, length: number): Float64Array {
  if (view.length < length) throw detachedError('items')
  return view.slice(first, last)
}

/** As a loop of the language checks it: anything else would never be done. */
function checkResult<T>(result: T): T {
  if (Object(result) !== result) throw makeError('TYPE', `items: its iterator's next() gave ${describe(result)} where an object with "done" and "value" is wanted`, { argument: 'items' })
  return result
}

class ArraySource implements Source {
  readonly #items: { readonly length: number }
  readonly #part: (first: number, last: number) => Iterable<unknown> & { readonly length: number }
  #at = 0

  constructor(items: { readonly length: number }, part: (first: number, last: number) => Iterable<unknown> & { readonly length: number }) {
    this.#items = items
    this.#part = part
  }

  get left(): number {
    return Math.max(0, this.#items.length - this.#at)
  }

  ready(): boolean {
    return this.left > 0
  }

  exhausted(): boolean {
    return this.left === 0
  }

  take(count: number): Iterable<unknown> & { readonly length: number } {
    const first = this.#at
    this.#at = Math.min(this.#items.length, first + count)
    return this.#part(first, this.#at)
  }

  close(): void {
    this.#at = Infinity
  }
}

class IterableSource implements Source {
  readonly left = undefined
  readonly #iterator: Iterator<unknown>
  #done = false

  constructor(iterator: Iterator<unknown>) {
    this.#iterator = iterator
  }

  ready(): boolean {
    return !this.#done
  }

  exhausted(): boolean {
    return this.#done
  }

  take(count: number): unknown[] {
    const items: unknown[] = []
    try {
      while (items.length < count && !this.#done) {
        const next = checkResult(this.#iterator.next())
        if (next.done === true) this.#done = true
        else items.push(next.value)
      }
    } catch (error) {
      this.#done = true
      throw error
    }
    return items
  }

  close(): void {
    if (this.#done) return
    this.#done = true
    try {
      this.#iterator.return?.()
    } catch {
      // The caller has its error or its results already.
    }
  }
}

/** Reads ahead by as many items as were last asked for, so that they can be handed on without waiting. */
class AsyncSource implements Source {
  readonly left = undefined
  readonly #iterator: AsyncIterator<unknown>
  readonly #arrived: () => void
  readonly #buffer: unknown[] = []
  #ahead = 1
  #reading = false
  #done = false
  #error: { readonly value: unknown } | undefined

  constructor(iterator: AsyncIterator<unknown>, arrived: () => void) {
    this.#iterator = iterator
    this.#arrived = arrived
  }

  ready(): boolean {
    if (this.#buffer.length === 0 && this.#error === undefined) void this.#read()
    return this.#buffer.length > 0 || this.#error !== undefined
  }

  exhausted(): boolean {
    return this.#done && this.#buffer.length === 0 && this.#error === undefined
  }

  take(count: number): unknown[] {
    this.#ahead = count
    const items = this.#buffer.splice(0, count)
    if (items.length === 0 && this.#error !== undefined) {
      const { value } = this.#error
      this.#error = undefined
      throw value
    }
    void this.#read()
    return items
  }

  async #read(): Promise<void> {
    if (this.#reading || this.#done) return
    this.#reading = true
    try {
      while (!this.#done && this.#buffer.length < this.#ahead) {
        const next = checkResult(await this.#iterator.next())
        if (next.done === true) this.#done = true
        else if (!this.#done) this.#buffer.push(next.value)
      }
    } catch (error) {
      this.#done = true
      this.#error = { value: error }
    }
    this.#reading = false
    this.#arrived()
  }

  close(): void {
    this.#buffer.length = 0
    this.#error = undefined
    if (this.#done) return
    this.#done = true
    try {
      // One that is written by hand may give no promise.
      void Promise.resolve(this.#iterator.return?.()).catch(() => undefined)
    } catch {
      // The caller has its error or its results already.
    }
  }
}
