/**
 * Running sums in the fixed order of docs/order-of-arithmetic.md: each block is summed by itself from 0, in double for floats, and what came before it is added to every one of
 * its sums. The Rust twin is crates/kernels/src/families/scan.rs.
 */
import type { ElementTypeName, NumericArray } from '../../common/arrays.ts'
import { BLOCK } from '../order.ts'
import { LOOK, type Look } from './look.ts'

/** Smallest and largest number of the types whose sums may leave them. */
const bounds: Partial<Record<ElementTypeName, readonly [number | bigint, number | bigint]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  uint8clamped: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  bigint64: [-(2n ** 63n), 2n ** 63n - 1n],
  biguint64: [0n, 2n ** 64n - 1n],
}

/** Writes the running sums of x to `out`, which may be x itself. Gives how many of them there are before the first that is out of range. */
export function cumulativeSum(x: NumericArray, type: ElementTypeName, out: NumericArray, look?: Look): number {
  const limits = bounds[type]
  if (limits === undefined) return ofFloats(x as Float64Array, out as Float64Array, look)
  if (typeof limits[0] === 'bigint') return ofBigInts(x as BigInt64Array, limits as readonly [bigint, bigint], out as BigInt64Array, look)
  return ofIntegers(x as Int32Array, limits as readonly [number, number], out as Int32Array, look)
}

function ofFloats(x: Float64Array, out: Float64Array, look: Look | undefined): number {
  const n = x.length
  let before = 0
  for (let start = 0; start < n; start += BLOCK) {
    if (look !== undefined && start % LOOK === 0) look()
    const end = Math.min(n, start + BLOCK)
    let running = 0
    for (let i = start; i < end; i++) {
      running += x[i]!
      out[i] = before + running
    }
    before += running
  }
  return n
}

/** Exact: a sum in range is far below 2^53, and so is the next one. */
function ofIntegers(x: Int32Array, [least, most]: readonly [number, number], out: Int32Array, look: Look | undefined): number {
  const n = x.length
  let sum = 0
  for (let start = 0; start < n; start += LOOK) {
    look?.()
    const end = Math.min(n, start + LOOK)
    for (let i = start; i < end; i++) {
      sum += x[i]!
      if (sum < least || sum > most) return i
      out[i] = sum
    }
  }
  return n
}

function ofBigInts(x: BigInt64Array, [least, most]: readonly [bigint, bigint], out: BigInt64Array, look: Look | undefined): number {
  const n = x.length
  let sum = 0n
  for (let start = 0; start < n; start += LOOK) {
    look?.()
    const end = Math.min(n, start + LOOK)
    for (let i = start; i < end; i++) {
      sum += x[i]!
      if (sum < least || sum > most) return i
      out[i] = sum
    }
  }
  return n
}
