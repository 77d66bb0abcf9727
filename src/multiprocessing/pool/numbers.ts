/** Which items can go through shared memory, and bringing them there. */
import { Range } from '../../common/range.ts'
import { argumentError } from '../../errors.ts'
import type { LaneSource, LaneView } from './protocol.ts'

/** Brings elements to where the source is, or to `out`, and tells after each part how many are there. */
export type Fill = (out: Float64Array, there: (elements: number) => void) => void

/** Items for the number lane: where they come from, and whether the caller gets a typed array back. */
export interface Numbers {
  /** Undefined: they are brought to where the results go. */
  readonly source: LaneSource | undefined
  readonly length: number
  readonly typed: boolean
  /** Undefined: the elements are where the source is. */
  readonly fill: Fill | undefined
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

  /** Items as a source for the number lane, `batchSize` a call, or one by one (0); undefined if they can't go there. */
  numbers(items: unknown, batchSize: number): Numbers | undefined {
    if (items instanceof Range) {
      checkLength(items.length, batchSize)
      return { source: { start: items.start, step: items.step }, length: items.length, typed: true, fill: undefined, release: () => undefined }
    }
    if (isView(items)) {
      checkLength(items.length, batchSize)
      if (items.buffer instanceof SharedArrayBuffer) return { source: { view: items }, length: items.length, typed: true, fill: undefined, release: () => undefined }
      // A call has read its element when its result comes: both in one place are half the memory to go through.
      if (batchSize === 0 && items[Symbol.toStringTag] === 'Float64Array') {
        const fill: Fill = (out, there) => inParts(items.length, (first, last) => out.set(items.subarray(first, last) as Float64Array, first), there)
        return { source: undefined, length: items.length, typed: true, fill, release: () => undefined }
      }
      // By its tag, since a Buffer can't be made over shared memory.
      const Type = (globalThis as never as Record<string, unknown>)[items[Symbol.toStringTag]] as new (buffer: SharedArrayBuffer, offset: number, length: number) => LaneView
      const memory = this.#take(items.byteLength)
      const view = new Type(memory, 0, items.length)
      const copy = (first: number, last: number): void => view.set(items.subarray(first, last) as never, first)
      return { source: { view }, length: items.length, typed: true, fill: (_out, there) => inParts(items.length, copy, there), release: () => this.#keep(memory) }
    }
    if (!isNumberArray(items)) return undefined
    checkLength(items.length, batchSize)
    const fill: Fill = (out, there) => inParts(items.length, (first, last) => {
      for (let i = first; i < last; i++) out[i] = items[i] as number
    }, there)
    return { source: undefined, length: items.length, typed: false, fill, release: () => undefined }
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
  if (length / Math.max(1, batchSize) > MOST_ELEMENTS) throw argumentError('RANGE', 'items', `${MOST_ELEMENTS} elements at the most; use mapBatches`, length)
}
