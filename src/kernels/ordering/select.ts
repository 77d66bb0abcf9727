/** Numbers by rank, without sorting the rest: quickselect (Hoare 1961) on a copy. Which number has a rank doesn't depend on the way to it. */
import type { NumericArray } from '../../common/arrays.ts'
import { LOOK, type Look } from './look.ts'
import { sortInPlace } from './sort.ts'

/** Up to this length a part is sorted by insertion. */
const SHORT = 24

/**
 * Writes the numbers with the given ranks (rising, 0 for the smallest; NaN are the largest) to `out`, as doubles: 64-bit integers are rounded to nearest, which keeps
 * their order. Zeros count as equal, so either may be given for the other.
 */
export function select(x: NumericArray, ranks: Float64Array, out: Float64Array, look?: Look): void {
  const values = toDoubles(x, look)
  const end = nanLast(values, look)
  selectRanks(values, 0, end, ranks, 0, firstNotBelow(ranks, end), look)
  for (let i = 0; i < ranks.length; i++) out[i] = values[ranks[i]!]!
}

/** A copy in double. */
export function toDoubles(x: NumericArray, look?: Look): Float64Array {
  if (x instanceof BigInt64Array || x instanceof BigUint64Array) {
    const values = new Float64Array(x.length)
    for (let start = 0; start < values.length; start += LOOK) {
      look?.()
      const end = Math.min(values.length, start + LOOK)
      for (let i = start; i < end; i++) values[i] = Number(x[i])
    }
    return values
  }
  if (look === undefined) return new Float64Array(x as Float64Array)
  const values = new Float64Array(x.length)
  for (let start = 0; start < values.length; start += LOOK) {
    look()
    values.set((x as Float64Array).subarray(start, start + LOOK), start)
  }
  return values
}

/** Moves NaN to the end; gives how many numbers are none. */
function nanLast(values: Float64Array, look: Look | undefined): number {
  let end = values.length
  for (let i = 0; i < end; ) {
    if (look !== undefined && i % LOOK === 0) look()
    const value = values[i]!
    if (value === value) {
      i++
      continue
    }
    end--
    values[i] = values[end]!
    values[end] = value
  }
  return end
}

/** Index of the first rank that is not below `end`. */
function firstNotBelow(ranks: Float64Array, end: number): number {
  let count = 0
  while (count < ranks.length && ranks[count]! < end) count++
  return count
}

/** Puts the numbers of ranks[from … to − 1] in their places among values[first … end − 1]: the middle rank first, then each side. */
function selectRanks(values: Float64Array, first: number, end: number, ranks: Float64Array, from: number, to: number, look: Look | undefined): void {
  if (from >= to) return
  const middle = (from + to) >>> 1
  const rank = ranks[middle]!
  selectOne(values, first, end - 1, rank, look)
  selectRanks(values, first, rank, ranks, from, middle, look)
  selectRanks(values, rank + 1, end, ranks, middle + 1, to, look)
}

/** Puts the number of a rank in its place: none before it is larger, none behind it smaller. */
export function selectOne(values: Float64Array, low: number, high: number, rank: number, look: Look | undefined): void {
  let rounds = 0
  const most = 8 * Math.ceil(Math.log2(high - low + 2))
  while (high - low > SHORT) {
    // An input that always picks bad pivots would be quadratic: the sort is not.
    if (rounds++ > most) {
      sortInPlace(values.subarray(low, high + 1), look)
      return
    }
    const pivot = pivotOf(values, low, high)
    let i = low
    let j = high
    let swaps = 0
    while (i <= j) {
      if (look !== undefined && swaps++ % (LOOK / 4) === 0) look()
      while (values[i]! < pivot) i++
      while (values[j]! > pivot) j--
      if (i <= j) {
        const value = values[i]!
        values[i++] = values[j]!
        values[j--] = value
      }
    }
    if (rank <= j) high = j
    else if (rank >= i) low = i
    else return
  }
  insert(values, low, high)
}

/** The median of medians of three, taken from nine places. */
function pivotOf(values: Float64Array, low: number, high: number): number {
  const step = (high - low) >>> 3
  const at = (place: number) => values[low + place * step]!
  return median(median(at(0), at(1), at(2)), median(at(3), at(4), at(5)), median(at(6), at(7), values[high]!))
}

function median(a: number, b: number, c: number): number {
  return a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b
}

function insert(values: Float64Array, low: number, high: number): void {
  for (let i = low + 1; i <= high; i++) {
    const value = values[i]!
    let place = i
    for (; place > low && values[place - 1]! > value; place--) values[place] = values[place - 1]!
    values[place] = value
  }
}
