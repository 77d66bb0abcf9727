/** Ranks and bins of what src/kernels/short/stage.ts has copied; see src/kernels/ordering/select.ts and histogram.ts. */
import { nearEdge, settle } from '../ordering/histogram.ts'
import { selectOne } from '../ordering/select.ts'
import { boundsOf, extremes } from './extremes.ts'
import { hasNaNOf } from './reductions.ts'
import { staged } from './stage.ts'

/** The numbers of two neighbouring ranks, or of one, of `ranksOf`. */
export const ranked = new Float64Array(2)

/** Finds the numbers of the ranks `low` and `high` (the same or the next one). False where there is a NaN. Changes the order of the copies. */
export function ranksOf(n: number, low: number, high: number): boolean {
  if (hasNaNOf(n)) return false
  selectOne(staged, 0, n - 1, low, undefined)
  let above = staged[low]!
  if (high > low) {
    // All behind the one that is in its place are at least as large.
    above = staged[high]!
    for (let i = high + 1; i < n; i++) if (staged[i]! < above) above = staged[i]!
  }
  // No negative zero: either zero may stand for the other.
  ranked[0] = staged[low]! + 0
  ranked[1] = above + 0
  return true
}

/** Finds the smallest and the largest number, for `extremes`, zeros with the sign that comes first. False where they are not finite. */
export function areBounded(n: number): boolean {
  return boundsOf(n) && extremes[0]! > -Infinity && extremes[1]! < Infinity
}

/** Adds the numbers between the first and the last edge to the counts of equal bins: by a guess, which the edges put right where it lies near one. `scale` is bins over what they cover. */
export function countStaged(n: number, scale: number, edges: Float64Array, counts: Float64Array): void {
  const last = counts.length - 1
  const low = edges[0]!
  const high = edges[last + 1]!
  const near = nearEdge(low, high, scale, last + 1)
  const far = 1 - near
  for (let i = 0; i < n; i++) {
    const value = staged[i]!
    // False for NaN, too.
    if (!(value >= low && value <= high)) continue
    const place = (value - low) * scale
    let bin = place | 0
    const part = place - bin
    if (!(part > near && part < far)) bin = settle(value, bin, last, edges)
    counts[bin]!++
  }
}
