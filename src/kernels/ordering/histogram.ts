/**
 * Counting by bins, with NumPy's rules: `edges[i] <= x < edges[i + 1]`, the last bin with its right edge, equal bins with the edges of `numpy.linspace`. Comparisons with the edges decide,
 * whatever was guessed. The Rust twin is crates/kernels/src/families/histogram.rs.
 */
import type { NumericArray } from '../../common/arrays.ts'
import { LOOK, type Look } from './look.ts'

/** What the kernel gives: counts were made, the extent isn't finite, or some edges coincide or can't be had. */
export const BinsResult = { counted: 1, notFinite: 0, noEdges: -1 } as const

/** Equal bins over the extent of the numbers, between two numbers, or between neighbours of given edges. */
export const BinsMode = { ofExtent: 0, between: 1, edges: 2 } as const

/** Writes the counts of bins and their edges; gives a `BinsResult`. */
export function countBins(
  x: NumericArray, mode: number, low: number, high: number, given: Float64Array, counts: Float64Array, edges: Float64Array, look?: Look,
): number {
  if (mode === BinsMode.edges) edges.set(given)
  else {
    if (mode === BinsMode.ofExtent) {
      const ends = extent(x, look)
      if (ends === undefined) return BinsResult.notFinite
      ;[low, high] = ends
    }
    if (!linearEdges(low, high, edges)) return BinsResult.noEdges
  }
  counts.fill(0)
  const scale = mode === BinsMode.edges ? 0 : counts.length / (edges[counts.length]! - edges[0]!)
  const equal = scale > 0 && scale < Infinity
  for (let start = 0; start < x.length; start += LOOK) {
    look?.()
    const end = Math.min(x.length, start + LOOK)
    if (x instanceof BigInt64Array || x instanceof BigUint64Array) for (let i = start; i < end; i++) add(Number(x[i]), edges, counts)
    else if (equal) countEqual(x as Float64Array, start, end, scale, edges, counts)
    else for (let i = start; i < end; i++) add((x as Float64Array)[i]!, edges, counts)
  }
  return BinsResult.counted
}

/**
 * Counts elements of x by equal bins: a guess, which is right unless it lies so near an edge that rounding may have moved either; then the edges say. Looking at the edges each time took as
 * long as all the rest. With s the width of a bin and M the greater end in size, an edge is off by M·2^−49 at the most and a guess by bins·2^−50 bins.
 */
function countEqual(x: Float64Array, start: number, end: number, scale: number, edges: Float64Array, counts: Float64Array): void {
  const last = counts.length - 1
  const low = edges[0]!
  const high = edges[last + 1]!
  const near = nearEdge(low, high, scale, last + 1)
  const far = 1 - near
  for (let i = start; i < end; i++) {
    const value = x[i]!
    // False for NaN, too.
    if (!(value >= low && value <= high)) continue
    // At most a little more than 2^30.
    const place = (value - low) * scale
    let bin = place | 0
    const part = place - bin
    if (!(part > near && part < far)) bin = settle(value, bin, last, edges)
    counts[bin]!++
  }
}

/**
 * From an edge, in bins: within it the guess `(value − low) · scale` may be wrong. With M the greater end in size, an edge is off by M·2^−49 at the most, and a guess by bins·2^−50 bins;
 * this is twice that and more.
 */
export function nearEdge(low: number, high: number, scale: number, bins: number): number {
  return (bins + Math.max(Math.abs(low), Math.abs(high)) * scale) * 2 ** -48
}

/** The bin of a value within the edges, from a guess near it. */
export function settle(value: number, guess: number, last: number, edges: Float64Array): number {
  let bin = Math.min(guess, last)
  while (value < edges[bin]!) bin--
  while (bin < last && value >= edges[bin + 1]!) bin++
  return bin
}

function add(value: number, edges: Float64Array, counts: Float64Array): void {
  const last = counts.length - 1
  // False for NaN, too.
  if (value >= edges[0]! && value <= edges[last + 1]!) counts[search(value, edges, last)]!++
}

/** The last bin whose left edge is not above the value. */
function search(value: number, edges: Float64Array, last: number): number {
  let low = 0
  let high = last
  while (low < high) {
    const middle = (low + high + 1) >>> 1
    if (edges[middle]! <= value) low = middle
    else high = middle - 1
  }
  return low
}

/** Ends of equal bins: least and largest number, half to each side where they are one, 0 and 1 where there are none; undefined when not finite. */
function extent(x: NumericArray, look: Look | undefined): [number, number] | undefined {
  if (x.length === 0) return [0, 1]
  let low = Infinity
  let high = -Infinity
  for (let start = 0; start < x.length; start += LOOK) {
    look?.()
    const end = Math.min(x.length, start + LOOK)
    for (let i = start; i < end; i++) {
      const value = Number(x[i])
      if (value < low) low = value
      if (value > high) high = value
      if (value !== value) return undefined
    }
  }
  if (low === -Infinity || high === Infinity) return undefined
  return low === high ? [low - 0.5, high + 0.5] : [low, high]
}

/** Writes the edges of equal bins: `low + i · step` with `step = (high − low) / bins`, and `high`. False unless they rise. */
export function linearEdges(low: number, high: number, edges: Float64Array): boolean {
  const bins = edges.length - 1
  const step = (high - low) / bins
  if (!Number.isFinite(step)) return false
  // No negative zero.
  let before = low + 0
  edges[0] = before
  for (let i = 1; i < bins; i++) {
    const edge = i * step + low
    edges[i] = edge
    if (!(before < edge)) return false
    before = edge
  }
  edges[bins] = high
  return before < high
}
