/** Uniform numbers: 53 random bits a double, 24 a float. The Rust twin is crates/kernels/src/families/random/uniform.rs. */
import { BATCH_ROWS, DENSE_ROW, LANES, purposes, ROW, rows, type Seed, words } from './threefry.ts'

export const UNIT = 2 ** -53
export const UNIT_FLOAT = 2 ** -24

/** Where the numbers lie: `low + span · u`, but at most `top`, since rounding may reach the upper end itself. */
export interface Interval {
  /** A number of the element type. */
  readonly low: number
  readonly span: number
  /** The greatest number of the element type below the upper end. */
  readonly top: number
}

/** Elements `first … first + out.length − 1` (first a multiple of PIECE) into `out`. */
export function uniform(seed: Seed, { low, span, top }: Interval, first: number, out: Float64Array | Float32Array): void {
  if (out.BYTES_PER_ELEMENT === 8) uniform64(seed, low, span, top, first, out as Float64Array)
  else uniform32(seed, low, span, top, first, out as Float32Array)
}

function uniform64(seed: Seed, low: number, span: number, top: number, first: number, out: Float64Array): void {
  const n = out.length
  const from = words
  const lanes = LANES
  const batch = BATCH_ROWS * ROW
  const unit = low === 0 && span === 1
  for (let at = 0; at < n; at += batch) {
    const end = Math.min(n, at + batch)
    rows(seed, purposes.uniform, 0, (first + at) / ROW, Math.ceil((end - at) / ROW), from, Math.min(lanes, end - at))
    // A row holds the high words of sixteen elements, their low words, and the same of the next sixteen. Every element is stored once, as it will stay: a piece that seemed lost may be drawn
    // by a second thread while its numbers are read.
    for (let i = at, w = 0; i < end; w += lanes) {
      const stop = Math.min(end, i + lanes)
      if (unit) {
        for (; i < stop; i++, w++) out[i] = ((from[w]! >>> 5) * 67108864 + (from[w + lanes]! >>> 6)) * UNIT
      } else {
        for (; i < stop; i++, w++) {
          const value = low + span * (((from[w]! >>> 5) * 67108864 + (from[w + lanes]! >>> 6)) * UNIT)
          out[i] = value > top ? top : value
        }
      }
    }
  }
}

function uniform32(seed: Seed, low: number, span: number, top: number, first: number, out: Float32Array): void {
  const n = out.length
  const from = words
  for (let at = 0; at < n; at += BATCH_ROWS * DENSE_ROW) {
    const count = Math.min(n - at, BATCH_ROWS * DENSE_ROW)
    rows(seed, purposes.uniform, 0, (first + at) / DENSE_ROW, Math.ceil(count / DENSE_ROW), from, Math.min(LANES, count))
    if (low === 0 && span === 1) {
      for (let w = 0; w < count; w++) out[at + w] = (from[w]! >>> 8) * UNIT_FLOAT
    } else {
      for (let w = 0; w < count; w++) {
        const value = low + span * ((from[w]! >>> 8) * UNIT_FLOAT)
        out[at + w] = value > top ? top : value
      }
    }
  }
}

/** Elements `first … first + out.length − 1` (first a multiple of PIECE) into `out`. Floats are the doubles, rounded. */
