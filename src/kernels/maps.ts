/**
 * Elementwise kernels in TypeScript: picks the stamped loop of a call, or goes by blocks of doubles for the types that have none. The Rust twin is
 * crates/kernels/src/families/map.
 */
import { elementTypeOf, type BigIntArray, type ElementTypeName, type NumericArray } from '../common/arrays.ts'
import { convert } from './convert.ts'
import { mapLoops, type Loop } from './generated-maps.ts'
import { maps, type MapName, type StampedMap } from './map-table.ts'

/** A call of an elementwise kernel. Nothing in it is checked any more. */
export interface MapCall {
  readonly kernel: MapName
  readonly x: NumericArray
  /** The second operand, of the type and length of x; `b` where there is none. */
  readonly y: NumericArray | undefined
  /** The factor of axpy, the lower bound of clip. A bigint where x and out hold bigints, else a number. */
  readonly a: number | bigint
  /** The second operand if it is a number, the upper bound of clip. */
  readonly b: number | bigint
  readonly out: NumericArray
}

/** Elements of a block that is widened to double: three of them lie in the first cache. */
const BLOCK = 512

const left = new Float64Array(BLOCK)
const right = new Float64Array(BLOCK)

/** The loop of a kernel for a type that has one. */
export function loopOf(kernel: StampedMap, type: ElementTypeName, second: 'array' | 'number'): Loop | undefined {
  const loops = (mapLoops as unknown as Partial<Record<ElementTypeName, readonly (Loop | undefined)[]>>)[type]
  return loops?.[2 * maps[kernel].id + (second === 'array' ? 0 : 1)]
}

/** Computes elements from … to − 1 on this thread. Gives the index of the first one whose result the type of `out` can't hold, or −1. */
export function inlineMap(call: MapCall, from: number, to: number): number {
  const { kernel, x, y, a, b, out } = call
  if (kernel === 'astype') return convert(x, out, from, to)
  const type = elementTypeOf(out)!
  const second = y === undefined ? 'number' : 'array'
  const loop = elementTypeOf(x) === type ? loopOf(kernel, type, second) : undefined
  if (loop !== undefined) return loop(x, y ?? x, a, b, out, from, to)
  throughDoubles(loopOf(kernel, 'float64', second)!, x, y, a, b, out as Float64Array, from, to)
  return -1
}

/** Types that are computed in double without a loop of their own: Float16, and integers whose results are doubles. */
function throughDoubles(loop: Loop, x: NumericArray, y: NumericArray | undefined, a: number | bigint, b: number | bigint, out: Float64Array, from: number, to: number): void {
  for (let at = from; at < to; at += BLOCK) {
    const n = Math.min(BLOCK, to - at)
    widen(x, at, left, n)
    if (y !== undefined) widen(y, at, right, n)
    loop(left, right, a, b, left, 0, n)
    out.set(n === BLOCK ? left : left.subarray(0, n), at)
  }
}

function widen(from: NumericArray, at: number, to: Float64Array, n: number): void {
  if (isBigInt(from)) {
    for (let i = 0; i < n; i++) to[i] = Number(from[at + i]!)
  } else {
    to.set((from as Float64Array).subarray(at, at + n))
  }
}

function isBigInt(view: NumericArray): view is BigIntArray {
  return view.BYTES_PER_ELEMENT === 8 && typeof view[0] === 'bigint'
}
