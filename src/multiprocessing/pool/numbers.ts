/** Which items can go through shared memory, and bringing them there. */
import { Range } from '../../common/range.ts'
import { argumentError } from '../../errors.ts'
import type { LaneSource, LaneView } from './protocol.ts'

/** Items for the number lane: where they come from, and whether the caller gets a typed array back. */
export interface Numbers {
  readonly source: LaneSource
  readonly length: number
  readonly typed: boolean
  /** Copies the input to where the source is, and tells after each part how many elements are there; undefined: they are there. */
  readonly fill: ((there: (elements: number) => void) => void) | undefined
  /** To be called when no worker reads the copy any more. */
  release(): void
}

/** Most elements of one map: positions are counted in 32 bits. */
const MOST_ELEMENTS = 2 ** 31 - 1

/** Copies smaller than this aren't kept for the next call. */
const SMALLEST_KEPT = 4096
/** Nor are larger ones, in bytes. */
const LARGEST_KEPT = 2 ** 26

/** Elements that are copied before those that wait for them are told. */
const PART = 32_768

/** Whether the items are a typed array (of any kind) or a range. */
export function isNumeric(items: unknown): items is LaneView | Range {
  return items instanceof Range || isView(items)
}

function isView(items: unknown): items is LaneView {
  return ArrayBuffer.isView(items) && !(items instanceof DataView)
}

function isNumberArray(items: unknown): items is readonly number[] {
  if (!Array.isArray(items) || items.length === 0) return false
  for (let i = 0; i < items.length; i++) if (typeof items[i] !== 'number') return false
  return true
}

/** Shared memory for copies of inputs, kept from call to call: fresh pages cost more than the copy. */
export class Copies {
  #kept: SharedArrayBuffer | undefined

  /** Items as a source for the number lane, `batchSize` a call; undefined if they can't go there. */
  numbers(items: unknown, batchSize = 1): Numbers | undefined {
    if (items instanceof Range) {
      checkLength(items.length, batchSize)
      return { source: { start: items.start, step: items.step }, length: items.length, typed: true, fill: undefined, release: () => undefined }
    }
    if (isView(items)) {
      checkLength(items.length, batchSize)
      if (items.buffer instanceof SharedArrayBuffer) return { source: { view: items }, length: items.length, typed: true, fill: undefined, release: () => undefined }
      // By its tag, since a Buffer can't be made over shared memory.
      const Type = (globalThis as never as Record<string, unknown>)[items[Symbol.toStringTag]] as new (buffer: SharedArrayBuffer, offset: number, length: number) => LaneView
      const memory = this.#take(items.byteLength)
      const view = new Type(memory, 0, items.length)
      const copy = (first: number, last: number): void => view.set(items.subarray(first, last) as never, first)
      return { source: { view }, length: items.length, typed: true, fill: (there) => inParts(items.length, copy, there), release: () => this.#keep(memory) }
    }
    if (!isNumberArray(items)) return undefined
    checkLength(items.length, batchSize)
    const memory = this.#take(items.length * Float64Array.BYTES_PER_ELEMENT)
    const view = new Float64Array(memory, 0, items.length)
    const copy = (first: number, last: number): void => {
      for (let i = first; i < last; i++) view[i] = items[i] as number
    }
    return { source: { view }, length: items.length, typed: false, fill: (there) => inParts(view.length, copy, there), release: () => this.#keep(memory) }
  }

  #take(bytes: number): SharedArrayBuffer {
    const kept = this.#kept
    if (kept === undefined || kept.byteLength < bytes) return new SharedArrayBuffer(bytes)
    this.#kept = undefined
    return kept
  }

  #keep(memory: SharedArrayBuffer): void {
    const bytes = memory.byteLength
    if (bytes >= SMALLEST_KEPT && bytes <= LARGEST_KEPT && bytes > (this.#kept?.byteLength ?? 0)) this.#kept = memory
  }
}

function inParts(length: number, copy: (first: number, last: number) => void, there: (elements: number) => void): void {
  for (let first = 0; first < length; first += PART) {
    const last = Math.min(length, first + PART)
    copy(first, last)
    there(last)
  }
}

function checkLength(length: number, batchSize: number): void {
  if (length / batchSize > MOST_ELEMENTS) throw argumentError('RANGE', 'items', `${MOST_ELEMENTS} elements at the most; use mapBatches`, length)
}
