/** The objects that a manager's server holds. */
import { isDeepStrictEqual } from 'node:util'
import { argumentError, describe, makeError } from '../../errors.ts'

/** Python's list: negative indices count from the end. */
export class ManagedList {
  readonly #items: unknown[]

  constructor(items: Iterable<unknown> = []) {
    this.#items = [...items]
  }

  append(item: unknown): void {
    this.#items.push(item)
  }

  extend(items: readonly unknown[]): void {
    for (const item of items) this.#items.push(item)
  }

  get(index: number): unknown {
    return this.#items[this.#at(index)]
  }

  set(index: number, item: unknown): void {
    this.#items[this.#at(index)] = item
  }

  pop(index = -1): unknown {
    if (this.#items.length === 0) throw makeError('RANGE', 'pop: the list is empty', { argument: 'index', got: describe(index) })
    return this.#items.splice(this.#at(index), 1)[0]
  }

  insert(index: number, item: unknown): void {
    if (!Number.isInteger(index)) throw argumentError('RANGE', 'index', 'an integer', index)
    this.#items.splice(index, 0, item)
  }

  /** The first item that is deeply equal. */
  remove(item: unknown): void {
    const index = this.#items.findIndex((each) => isDeepStrictEqual(each, item))
    if (index < 0) throw makeError('NOT_FOUND', `remove: no item of the list equals ${describe(item)}`, { argument: 'item' })
    this.#items.splice(index, 1)
  }

  slice(start?: number, end?: number): unknown[] {
    return this.#items.slice(start, end)
  }

  length(): number {
    return this.#items.length
  }

  toArray(): unknown[] {
    return this.#items
  }

  #at(index: number): number {
    const { length } = this.#items
    const at = index < 0 ? index + length : index
    if (!Number.isInteger(index) || at < 0 || at >= length) throw argumentError('RANGE', 'index', `an integer from ${-length} to ${length - 1}`, index)
    return at
  }
}

/** A Map whose keys are compared by value, so they can't be objects. */
export class ManagedDict {
  readonly #map = new Map<unknown, unknown>()

  constructor(entries: Iterable<readonly [unknown, unknown]> = []) {
    for (const [key, value] of entries) this.set(key, value)
  }

  get(key: unknown): unknown {
    return this.#map.get(checkKey(key))
  }

  set(key: unknown, value: unknown): void {
    this.#map.set(checkKey(key), value)
  }

  has(key: unknown): boolean {
    return this.#map.has(checkKey(key))
  }

  delete(key: unknown): boolean {
    return this.#map.delete(checkKey(key))
  }

  keys(): unknown[] {
    return [...this.#map.keys()]
  }

  values(): unknown[] {
    return [...this.#map.values()]
  }

  entries(): [unknown, unknown][] {
    return [...this.#map]
  }

  length(): number {
    return this.#map.size
  }

  clear(): void {
    this.#map.clear()
  }
}

function checkKey(key: unknown): unknown {
  if (typeof key === 'object' && key !== null) throw argumentError('TYPE', 'key', 'a string, number, boolean, bigint, null or undefined', key)
  return key
}

/** Named values. */
export class ManagedNamespace {
  readonly #values = new Map<string, unknown>()

  constructor(values: Readonly<Record<string, unknown>> = {}) {
    for (const [name, value] of Object.entries(values)) this.#values.set(name, value)
  }

  get(name: string): unknown {
    return this.#values.get(name)
  }

  set(name: string, value: unknown): void {
    this.#values.set(name, value)
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  delete(name: string): boolean {
    return this.#values.delete(name)
  }
}
