/**
 * Normal numbers: the normal quantile of a uniform number, one of each for one of the other, so that nothing is ever rejected. The Rust twin is
 * crates/kernels/src/families/random/normal.rs.
 */
import { normalQuantile } from '../math/normal-quantile.ts'
import { BATCH_ROWS, LANES, purposes, ROW, rows, type Seed, words } from './threefry.ts'

export const UNIT = 2 ** -52

/** Elements `first … first + out.length − 1` (first a multiple of PIECE) into `out`. Floats are the doubles, rounded. */
export function normal(seed: Seed, mean: number, standardDeviation: number, first: number, out: Float64Array | Float32Array): void {
  const n = out.length
  const from = words
  const lanes = LANES
  const batch = BATCH_ROWS * ROW
  for (let at = 0; at < n; at += batch) {
    const end = Math.min(n, at + batch)
    rows(seed, purposes.normal, 0, (first + at) / ROW, Math.ceil((end - at) / ROW), from, Math.min(lanes, end - at))
    for (let i = at, w = 0; i < end; w += lanes) {
      const stop = Math.min(end, i + lanes)
      for (; i < stop; i++, w++) {
        // 26 bits of each word, and a half: never 0, never 1, and symmetrical about a half.
        const k = (from[w]! >>> 6) * 67108864 + (from[w + lanes]! >>> 6)
        out[i] = mean + standardDeviation * normalQuantile((k + 0.5) * UNIT)
      }
    }
  }
}
