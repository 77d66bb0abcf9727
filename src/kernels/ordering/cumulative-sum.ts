/**
 * Running sums in the fixed order of docs/order-of-arithmetic.md: each block is summed by itself from 0, in double for floats, and what came before it is added to every one of
 * its sums; sums of integers are exact, since one in range is far below 2^53, and so is the next. The Rust twin is crates/kernels/src/families/scan.rs.
 */
import { elementTypes, type ElementTypeName, type NumericArray } from '../../common/arrays.ts'
import { BLOCK } from '../order.ts'
import { cumulativeSums } from './generated-ordering.ts'
import { LOOK, type Look } from './look.ts'

/** Writes the running sums of x to `out`, which may be x itself. Gives how many of them there are before the first that is out of range. */
export function cumulativeSum(x: NumericArray, type: ElementTypeName, out: NumericArray, look?: Look): number {
  return (cumulativeSums[elementTypes.indexOf(type)] ?? ofFloats)(x as never, out as never, look)
}

/** For Float16 arrays; for the other types it is written out (generated-ordering.ts). */
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
